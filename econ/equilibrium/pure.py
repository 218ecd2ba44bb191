"""Pure equilibria: the profiles in which nobody gains by switching alone."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium
from econ.equilibrium.certificate import Game, answer_of, from_mixtures
from econ.equilibrium.nash_of_roles import pure_answer
from econ.equilibrium.solver import solver
from econ.games.empirical import EmpiricalGame
from econ.games.normal_form import NormalForm

__all__ = ["nearest_pure", "solve_pure"]

MOST_PROFILES = 50_000_000


@solver(Game)
def solve_pure(
    game: Game, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_PROFILES, seed: int = 0
) -> Answer:
    """All pure equilibria of a game, sampled or in normal form, among its first `budget` profiles.

    If profiles are left out and none of the others is an equilibrium, the one of the least regret is listed.

    >>> answer = solve_pure(NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]))
    >>> [e.strategy["player 1"] for e in answer.equilibria], answer.complete
    ([{'1': 0.0, '2': 1.0}], True)
    """
    if not isinstance(game, NormalForm):
        known = game if isinstance(game, EmpiricalGame) else game.to_empirical()
        return pure_answer(known, epsilon=epsilon, level=level, budget=budget)
    best = np.ones(game.sizes, dtype=bool)
    for player, table in enumerate(game.payoffs):
        best &= table >= table.max(axis=player, keepdims=True)
    equilibria = []
    left_out = max(best.size - budget, 0)
    best.ravel()[budget:] = False
    for cell in np.argwhere(best):
        mixtures = [np.eye(size)[s] for size, s in zip(game.sizes, cell, strict=True)]
        equilibria.append(from_mixtures(game, mixtures, epsilon))
    return answer_of(
        game,
        "pure",
        equilibria or ([nearest_pure(game, epsilon)] if left_out else []),
        complete=None if left_out else True,
        epsilon=epsilon,
        level=level,
        unsearched=left_out,
        checked="every profile was compared with every switch; the regret of each is computed again from the payoffs",
    )


def nearest_pure(game: NormalForm, epsilon: float) -> Equilibrium:
    """The pure profile of the least regret: what is left to say where a search was cut short and found nothing.

    >>> pennies = np.array([[1, -1], [-1, 1]])
    >>> nearest_pure(NormalForm([pennies, -pennies]), 0.5).regret
    2.0
    """
    regret = np.max([table.max(axis=k, keepdims=True) - table for k, table in enumerate(game.payoffs)], axis=0)
    cell = np.unravel_index(int(np.argmin(regret)), game.sizes)
    return from_mixtures(game, [np.eye(size)[int(s)] for size, s in zip(game.sizes, cell, strict=True)], epsilon)
