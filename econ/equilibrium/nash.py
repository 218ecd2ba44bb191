"""Nash equilibria of any game, by the route that its kind asks for."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product

import numpy as np

from econ.equilibrium.alone import solve_alone
from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.certificate import Game
from econ.equilibrium.nash_of_roles import nash_of_roles
from econ.equilibrium.solver import solver
from econ.games.empirical import ROUNDING
from econ.games.normal_form import NormalForm

__all__ = ["solve_nash"]

CLOSE = 1e-9
MOST_CORNERS = 256
"""Corners of a continuum at which the regret is computed again."""


@solver(Game)
def solve_nash(
    game: Game, *, epsilon: float = 0.5, level: float = 0.95, budget: int | None = None, seed: int = 0
) -> Answer:
    """All Nash equilibria: of roles all symmetric ones and asymmetric pure ones, in normal form all.

    `budget` is that of the route: bases with two players, else multiplications (None: its own). With three players or
    more each listed mixture is judged a second time, on the tables of the game itself.

    >>> game = NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])])
    >>> answer = solve_nash(game)
    >>> [e.strategy["player 1"] for e in answer.equilibria], answer.complete
    ([{'1': 0.0, '2': 1.0}], True)
    """
    spent = {} if budget is None else {"budget": budget}
    if not isinstance(game, NormalForm):
        return nash_of_roles(game, epsilon=epsilon, level=level, **spent)
    if len(game.sizes) == 1:
        return solve_alone(game, epsilon=epsilon, level=level)
    if len(game.sizes) == 2:
        return solve_bimatrix(game, epsilon=epsilon, level=level, **spent)
    answer = nash_of_roles(game.to_empirical(), epsilon=epsilon, level=level, **spent)
    judged = [_judged(game, one, epsilon) for one in answer.equilibria]
    most = max((one.regret for one in judged), default=0.0)
    told = f"regrets computed again from the tables of the game itself are at most {most:.3g}"
    if any(one.kind == "component" for one in judged):
        told += ", at the corners of continua too"
    return replace(answer, equilibria=tuple(judged), checked=told)


def _judged(game: NormalForm, one: Equilibrium, epsilon: float) -> Equilibrium:
    """An equilibrium with the larger of two regrets: the one it came with, and that of the tables themselves."""
    point = [np.array(list(own.values())) for own in one.strategy.values()]
    regret = max(game.regret(mixtures) for mixtures in (point, *_corners(one)))
    if regret <= ROUNDING * max(float(np.abs(table).max()) for table in game.payoffs):
        regret = 0.0
    regret = max(regret, one.regret)
    high = max(regret, one.regret_interval[1])
    return replace(one, regret=regret, regret_interval=(regret, high), verdict=verdict(regret, high, epsilon))


def _corners(one: Equilibrium) -> list[tuple[np.ndarray, ...]]:
    """The ends of a continuum: of each player's mixtures those that are as far out as its extent allows."""
    if one.kind != "component":
        return []
    ends = []
    for ranges in one.strategy_interval.values():
        low, high = np.array(list(ranges.values())).T
        tops = [np.where(np.arange(len(low)) == k, high[k], low) for k in np.flatnonzero(high > low)] or [high]
        ends.append([top if abs(top.sum() - 1.0) < CLOSE else top / top.sum() for top in tops])
    return list(islice(product(*ends), MOST_CORNERS))
