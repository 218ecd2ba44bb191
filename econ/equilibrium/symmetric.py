"""The concepts of role-symmetric games, known or sampled, by the names that people ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from econ.equilibrium.alpha_rank import solve_alpha_rank
from econ.equilibrium.answer import Answer
from econ.equilibrium.ess import solve_ess
from econ.equilibrium.qre import solve_qre

__all__ = ["SYMMETRIC_CONCEPTS"]

SYMMETRIC_CONCEPTS: Mapping[str, Callable[..., Answer]] = {
    "ess": solve_ess,
    "alpha-rank": solve_alpha_rank,
    "qre": solve_qre,
}
"""Each called with (game, epsilon=, level=)."""
