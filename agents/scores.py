"""From a validator's own scores to weights: averages over time, and powers that neither overflow nor vanish."""

from __future__ import annotations

import numpy as np

from agents.views import ValidatorView

__all__ = ["averaged_log_scores", "exponential", "legal", "power"]


def averaged_log_scores(view: ValidatorView, gain: float) -> np.ndarray:
    """Log scores[row, miner], each averaged with what memory[row, miner] holds: a new one has this gain.

    A zero score, a first one, or the first of a newly registered UID starts the average anew.
    """
    return view.once(("averaged log scores", gain), lambda: _averaged(view, gain))


def _averaged(view: ValidatorView, gain: float) -> np.ndarray:
    with np.errstate(divide="ignore"):
        new = np.log(view.scores)
    fresh = view.fresh.any()
    with np.errstate(invalid="ignore"):
        mixed = view.memory + gain * (new - view.memory)
    if not fresh and np.isfinite(mixed).all():  # nearly always: everything is known
        return mixed
    known = np.isfinite(view.memory) & np.isfinite(new)
    if fresh:
        known &= ~view.fresh[view.world]
    old = np.where(known, view.memory, 0.0)
    return np.where(known, old + gain * (np.where(known, new, 0.0) - old), new)


def power(scores: np.ndarray, exponent: float) -> np.ndarray:
    """Scores^exponent, scaled by the row's largest first so that no power overflows.

    >>> power(np.array([[1e200, 5e199]]), 2.0)
    array([[1.  , 0.25]])
    """
    largest = scores.max(axis=-1, keepdims=True)
    return np.divide(scores, largest, out=np.zeros_like(scores), where=largest > 0) ** exponent


def exponential(log_scores: np.ndarray) -> np.ndarray:
    """exp of log scores after taking each row's largest to 1; rows of nothing but -inf become 0."""
    largest = log_scores.max(axis=-1, keepdims=True)
    return np.exp(log_scores - np.where(np.isfinite(largest), largest, 0.0))


def legal(rows: np.ndarray) -> np.ndarray:
    """The rows, at least 0, with those that are all zero made uniform.

    >>> legal(np.array([[0.0, 0.0], [0.0, 2.0]])).tolist()
    [[1.0, 1.0], [0.0, 2.0]]
    """
    if rows[:, 0].all():  # nearly always: no row is all zero
        return rows
    return np.where(rows.any(axis=-1, keepdims=True), rows, 1.0)
