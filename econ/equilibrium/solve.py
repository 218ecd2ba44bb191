"""One door to all solvers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from econ.equilibrium.alpha_rank import solve_alpha_rank
from econ.equilibrium.anarchy import solve_anarchy
from econ.equilibrium.answer import Answer
from econ.equilibrium.correlated import solve_coarse, solve_correlated
from econ.equilibrium.dominance import solve_dominance, solve_rationalisable, solve_weak_dominance
from econ.equilibrium.ess import solve_ess
from econ.equilibrium.lemke_howson import solve_lemke_howson
from econ.equilibrium.logit import solve_logit
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.pure import solve_pure
from econ.equilibrium.qre import solve_qre
from econ.equilibrium.stackelberg import solve_stackelberg
from econ.equilibrium.zero_sum import solve_zero_sum
from econ.games.empirical import EmpiricalGame
from econ.games.normal_form import NormalForm
from econ.games.role_symmetric import RoleSymmetric

__all__ = ["CONCEPTS", "OF_EMPIRICAL_GAMES", "OF_NORMAL_FORMS", "solve"]

Solver = Callable[..., Answer]

OF_NORMAL_FORMS: Mapping[str, Solver] = {
    "nash": solve_nash,
    "pure": solve_pure,
    "correlated": solve_correlated,
    "coarse": solve_coarse,
    "qre": solve_logit,
    "ess": solve_ess,
    "alpha-rank": solve_alpha_rank,
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
    "correlated": solve_correlated,
    "coarse": solve_coarse,
    "qre": solve_qre,
    "ess": solve_ess,
    "alpha-rank": solve_alpha_rank,
    "stackelberg": solve_stackelberg,
}
"""The solver of each concept for role-symmetric games, known or sampled."""

CONCEPTS = tuple(dict.fromkeys((*OF_EMPIRICAL_GAMES, *OF_NORMAL_FORMS)))


def solve(
    game: EmpiricalGame | RoleSymmetric | NormalForm,
    concept: str = "nash",
    *,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int | None = None,
    seed: int = 0,
) -> Answer:
    """The equilibria of a game under a concept, each with its certificate.

    Every solver is `solve_x(game, *, epsilon, level, budget, seed) -> Answer`. What `budget` counts is the solver's to
    say (bases, pivots, multiplications, rounds; None: its own), never seconds; when it ends the answer is the best so
    far, and says so. None of them draws luck today: `seed` changes nothing.

    >>> import numpy as np
    >>> answer = solve(NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]))
    >>> [e.kind for e in answer.equilibria], answer.complete
    (['symmetric-pure'], True)
    """
    by_roles = not isinstance(game, NormalForm)
    table = OF_EMPIRICAL_GAMES if by_roles else OF_NORMAL_FORMS
    if concept not in table:
        if concept in CONCEPTS:
            raise ValueError(
                f"concept {concept!r} is for games in normal form; for others there are {', '.join(table)}"
            )
        raise ValueError(f"concept is {concept!r}; built are {', '.join(CONCEPTS)}")
    if budget is not None and not 0 <= budget < float("inf"):
        raise ValueError(f"budget is {budget}; it is work that may be done, a number of at least 0")
    spent = {} if budget is None else {"budget": int(budget)}
    return table[concept](game, epsilon=epsilon, level=level, seed=seed, **spent)
