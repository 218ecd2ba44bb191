"""What policies answer, checked: an error names the policy, the seat, the world and the epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from agents.errors import PolicyError
from agents.policy import Policy
from agents.views import View

__all__ = ["checked_numbers", "real_array"]


def real_array(policy: Policy, answer: Any, what: str, shape: tuple[int, ...], epoch: int) -> np.ndarray:
    """The answer as an array of real numbers of that shape, or `PolicyError`."""
    try:
        values = np.asarray(answer)
        plain = values.dtype.kind in "biuf" and not isinstance(answer, np.ma.MaskedArray)
    except ValueError:  # a ragged list
        plain = False
    if not plain:
        raise PolicyError(
            f"{policy.name} (epoch {epoch}) returned {type(answer).__name__}; {what} are an array of real numbers, "
            + (f"{shape[0]} rows of {shape[1]}" if len(shape) == 2 else f"one for each of {shape[0]} rows")
        )
    if values.shape != shape:
        raise PolicyError(
            f"{policy.name} (epoch {epoch}) returned {what} of shape {values.shape}; it was asked for "
            + (f"{shape[0]} rows of {shape[1]}" if len(shape) == 2 else f"one number for each of {shape[0]} rows")
        )
    return values.astype(float, copy=False)


def checked_numbers(
    policy: Policy, answer: Any, view: View, what: str, low: float, high: float, where: Callable[[int, int], str]
) -> np.ndarray:
    """One number a row in [low, high], finite unless any number will do, or `PolicyError`."""
    values = real_array(policy, answer, what, view.world.shape, view.epoch)
    if not values.size or (low <= values.min() and values.max() <= high and values.max() < np.inf):
        return values
    legal = (values >= low) & (values <= high) & (np.isfinite(values) | (low == -np.inf))
    if not legal.all():
        row = int(np.argmin(legal))
        limits = (
            f"in [{low:g}, {high:g}]"
            if np.isfinite(high)
            else f"finite and at least {low:g}"
            if np.isfinite(low)
            else "numbers"
        )
        raise PolicyError(
            f"{policy.name} ({where(view.world[row], view.seat[row])}) returned {what} of {values[row]:g}; "
            f"they must be {limits}"
        )
    return values
