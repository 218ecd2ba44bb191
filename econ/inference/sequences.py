"""Asymptotic confidence sequences: half-widths that hold at every number of worlds at once."""

from __future__ import annotations

from math import log, sqrt

import numpy as np

__all__ = ["LEAST_WORLDS", "asymptotic_half_width", "mixture_scale"]

LEAST_WORLDS = 64
"""Below this number of worlds an interval is a preview and no verdict is given."""


def mixture_scale(error: float, worlds: int = LEAST_WORLDS) -> float:
    """The rho for which the sequence is tightest at `worlds`.

    With x = worlds rho^2 the width is smallest where x = log(x + 1) - 2 log(error); the iteration contracts.

    >>> round(mixture_scale(0.05), 3)
    0.358
    """
    x = -2.0 * log(error)
    for _ in range(100):
        x = log(x + 1.0) - 2.0 * log(error)
    return sqrt(x / worlds)


def asymptotic_half_width(deviation: np.ndarray, worlds: int, error: float) -> np.ndarray:
    """The half-width of a two-sided interval for a mean at any stopping time, missed with chance `error`.

    h = s sqrt(2 (n rho^2 + 1) / (n^2 rho^2) log(sqrt(n rho^2 + 1) / error)) with the sample deviation s of n worlds
    (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
    sequences", 2024, theorem 2.2). Asymptotic: rho is tuned for 64 worlds, below which no verdict is given. Infinite
    with one world. Shape: that of deviation[...].

    >>> asymptotic_half_width(np.array([0.0, 1.0]), 64, 0.05).round(3).tolist()
    [0.0, 0.379]
    """
    if not 0.0 < error < 1.0:
        raise ValueError(f"error is {error}; it is the chance to miss and must lie between 0 and 1")
    if worlds < 1:
        raise ValueError(f"worlds is {worlds}; an interval needs at least 1")
    deviation = np.asarray(deviation, dtype=float)
    if worlds == 1:
        return np.full(deviation.shape, np.inf)
    mixed = worlds * mixture_scale(error) ** 2
    return deviation * sqrt(2.0 * (mixed + 1.0) / (worlds * mixed) * log(sqrt(mixed + 1.0) / error))
