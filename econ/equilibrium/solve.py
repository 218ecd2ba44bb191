"""One door to all solvers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from econ.equilibrium.alone import solve_alone
from econ.equilibrium.anarchy import solve_anarchy
from econ.equilibrium.answer import Answer
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.correlated import solve_coarse, solve_correlated
from econ.equilibrium.dominance import solve_dominance, solve_rationalisable, solve_weak_dominance
from econ.equilibrium.lemke_howson import solve_lemke_howson
from econ.equilibrium.logit import solve_logit
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.pure import solve_pure
from econ.equilibrium.stackelberg import solve_stackelberg
from econ.equilibrium.symmetric import SYMMETRIC_CONCEPTS
from econ.equilibrium.zero_sum import solve_zero_sum
from econ.games.empirical import EmpiricalGame
from econ.games.normal_form import NormalForm

__all__ = ["CONCEPTS", "OF_EMPIRICAL_GAMES", "OF_NORMAL_FORMS", "solve"]

Solver = Callable[..., Answer]


def solve_normal_form(game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95) -> Answer:
    """All Nash equilibria of a game in normal form, by the route that its number of players asks for."""
    if len(game.sizes) == 1:
        return solve_alone(game, epsilon=epsilon, level=level)
    if len(game.sizes) == 2:
        return solve_bimatrix(game, epsilon=epsilon, level=level)
    answer = solve_nash(game.to_empirical(), epsilon=epsilon, level=level)
    mixtures = [[np.array(list(own.values())) for own in one.strategy.values()] for one in answer.equilibria]
    regrets = [game.regret(mixture) for mixture in mixtures]
    most = max(regrets, default=0.0)
    return replace(answer, checked=f"regrets computed again from the tables of the game itself are at most {most:.3g}")


OF_NORMAL_FORMS: Mapping[str, Solver] = {
    "nash": solve_normal_form,
    "pure": solve_pure,
    "correlated": solve_correlated,
    "coarse": solve_coarse,
    "qre": solve_logit,
    "stackelberg": solve_stackelberg,
    "zero-sum": solve_zero_sum,
    "lemke-howson": solve_lemke_howson,
    "dominance": solve_dominance,
    "weak-dominance": solve_weak_dominance,
    "rationalisable": solve_rationalisable,
    "anarchy": solve_anarchy,
}
"""The solver of each concept for games whose payoffs are known."""

OF_EMPIRICAL_GAMES: Mapping[str, Solver] = {
    "nash": solve_nash,
    "pure": solve_pure,
    **SYMMETRIC_CONCEPTS,
}
"""The solver of each concept for sampled games."""

CONCEPTS = tuple(dict.fromkeys((*OF_EMPIRICAL_GAMES, *OF_NORMAL_FORMS)))


def solve(
    game: EmpiricalGame | NormalForm, concept: str = "nash", *, epsilon: float = 0.5, level: float = 0.95
) -> Answer:
    """The equilibria of a game under a concept, each with its certificate.

    >>> import numpy as np
    >>> answer = solve(NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]))
    >>> [e.kind for e in answer.equilibria], answer.complete
    (['symmetric-pure'], True)
    """
    sampled = isinstance(game, EmpiricalGame)
    table = OF_EMPIRICAL_GAMES if sampled else OF_NORMAL_FORMS
    if concept not in table:
        if concept in CONCEPTS:
            kinds = ("games in normal form", "sampled games") if sampled else ("sampled games", "games in normal form")
            raise ValueError(f"concept {concept!r} is for {kinds[0]}; for {kinds[1]} there are {', '.join(table)}")
        raise ValueError(f"concept is {concept!r}; built are {', '.join(CONCEPTS)}")
    return table[concept](game, epsilon=epsilon, level=level)
