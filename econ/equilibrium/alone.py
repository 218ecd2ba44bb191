"""A player without opponents: the best of the strategies."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.solver import solver
from econ.games.empirical import ROUNDING
from econ.games.normal_form import NormalForm

__all__ = ["solve_alone"]


@solver(NormalForm)
def solve_alone(
    game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95, budget: int = 1, seed: int = 0
) -> Answer:
    """The one equilibrium of a game of one player: the best strategy, or all mixtures of those that are equally good.

    >>> answer = solve_alone(NormalForm([np.array([1.0, 3.0, 2.0])]))
    >>> [e.strategy["player 1"] for e in answer.equilibria], answer.complete
    ([{'1': 0.0, '2': 1.0, '3': 0.0}], True)
    """
    if len(game.sizes) != 1:
        raise ValueError(f"the game has {len(game.sizes)} players; this is for a game of 1")
    earned = game.payoffs[0]
    best = earned.max() - earned <= ROUNDING * np.abs(earned).max()
    ties = int(best.sum())
    name, listed = game.players[0], game.strategies[0]
    ranges = [(float(b and ties == 1), float(b)) for b in best.tolist()]
    equilibrium = Equilibrium(
        kind="symmetric-pure" if ties == 1 else "component",
        strategy={name: dict(zip(listed, (best / ties).tolist(), strict=True))},
        strategy_interval={name: dict(zip(listed, ranges, strict=True))},
        regret=0.0,
        regret_interval=(0.0, 0.0),
        verdict=verdict(0.0, 0.0, epsilon),
        strict=ties == 1,
        stable=True if ties == 1 else None,
    )
    return Answer(
        concept="nash",
        equilibria=(equilibrium,),
        complete=True,
        epsilon=epsilon,
        level=level,
        covers={name: tuple(listed)},
        worlds=None,
        checked="every strategy was compared with every other",
    )
