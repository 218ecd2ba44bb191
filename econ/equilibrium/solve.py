"""One door to all solvers."""

from __future__ import annotations

from econ.equilibrium.alone import solve_alone
from econ.equilibrium.answer import Answer
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.pure import solve_pure
from econ.games.empirical import EmpiricalGame
from econ.games.normal_form import NormalForm

__all__ = ["CONCEPTS", "solve"]

CONCEPTS = ("nash", "pure")


def solve(
    game: EmpiricalGame | NormalForm, concept: str = "nash", *, epsilon: float = 0.5, level: float = 0.95
) -> Answer:
    """The equilibria of a game under a concept, each with its certificate.

    >>> import numpy as np
    >>> answer = solve(NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]))
    >>> [e.kind for e in answer.equilibria], answer.complete
    (['symmetric-pure'], True)
    """
    if concept == "pure":
        return solve_pure(game, epsilon=epsilon, level=level)
    if concept != "nash":
        raise ValueError(f"concept is {concept!r}; built are {', '.join(CONCEPTS)}")
    if isinstance(game, EmpiricalGame):
        return solve_nash(game, epsilon=epsilon, level=level)
    if len(game.sizes) == 1:
        return solve_alone(game, epsilon=epsilon, level=level)
    if len(game.sizes) == 2:
        return solve_bimatrix(game, epsilon=epsilon, level=level)
    return solve_nash(game.to_empirical(), epsilon=epsilon, level=level)
