"""Confidence sequences that hold for any distribution within a known range: no normal approximation at all."""

from __future__ import annotations

from math import log

import numpy as np

__all__ = ["bernstein_sequence", "finite_half_width"]

BOLDEST = 0.5
"""The largest bet; 1 would stake everything on one world."""


def bernstein_sequence(
    values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float, error: float
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds [...] of the mean of values[..., world] in low..high, missed at any number of worlds with chance `error`.

    1. With x the values in units of the range, m and s2 their running mean and variance before each world, bet
       l = min(1/2, sqrt(2 log(2 / error) / (s2 i log(1 + i)))) in world i.
    2. The mean lies within (log(2 / error) + sum of (x - m)^2 (-log(1 - l) - l)) / sum of l around the mean of x
       weighted by l: predictable plug-in empirical Bernstein (Waudby-Smith and Ramdas 2024, theorem 2).
    3. As all of these bounds hold together the best of them so far is taken.

    However steady the values, the width stays above 4 log(2 / error) of the range divided by the number of worlds.

    >>> bounds = bernstein_sequence(np.tile([0.4, 0.6], 512), 0.0, 1.0, 0.05)
    >>> [float(end.round(2)) for end in bounds]
    [0.49, 0.51]
    """
    if not 0.0 < error < 1.0:
        raise ValueError(f"error is {error}; it is the chance to miss and must lie between 0 and 1")
    values = np.asarray(values, dtype=float)
    if values.ndim < 1 or values.shape[-1] < 1:
        raise ValueError(f"values has shape {values.shape}; its last axis must hold at least one world")
    low, high = (np.broadcast_to(np.asarray(end, dtype=float), values.shape[:-1]) for end in (low, high))
    span = high - low
    if not (np.isfinite(span) & (span >= 0.0)).all():
        raise ValueError("a range is empty or infinite; give finite ends, the lower one first")
    slack = 1e-9 * np.maximum(np.maximum(np.abs(low), np.abs(high)), 1e-300)[..., None]
    outside = (values < low[..., None] - slack) | (values > high[..., None] + slack)
    if outside.any():
        where = tuple(int(x) for x in np.argwhere(outside)[0])
        raise ValueError(
            f"a value is {values[where]}; it must lie in its range [{low[where[:-1]]}, {high[where[:-1]]}], on which "
            "the bounds rest"
        )
    x = np.clip((values - low[..., None]) / np.where(span > 0.0, span, 1.0)[..., None], 0.0, 1.0)
    count = np.arange(1.0, x.shape[-1] + 1.0)
    mean = (0.5 + np.cumsum(x, axis=-1)) / (count + 1.0)
    variance = (0.25 + np.cumsum((x - mean) ** 2, axis=-1)) / (count + 1.0)
    before, spread = np.empty_like(x), np.empty_like(x)
    before[..., 0], spread[..., 0] = 0.5, 0.25
    before[..., 1:], spread[..., 1:] = mean[..., :-1], variance[..., :-1]
    chance = log(2.0 / error)
    bets = np.minimum(BOLDEST, np.sqrt(2.0 * chance / (spread * count * np.log1p(count))))
    staked = np.cumsum(bets, axis=-1)
    centre = np.cumsum(bets * x, axis=-1) / staked
    radius = (chance + np.cumsum((x - before) ** 2 * (-np.log1p(-bets) - bets), axis=-1)) / staked
    bottom = np.maximum((centre - radius).max(axis=-1), 0.0)
    top = np.minimum((centre + radius).min(axis=-1), 1.0)
    return low + span * bottom, low + span * top


def finite_half_width(
    values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float, error: float
) -> np.ndarray:
    """The half-width [...] about the mean of values[..., world] that holds the bounds of `bernstein_sequence`.

    >>> finite_half_width(np.zeros(64), -1.0, 1.0, 0.05).round(3).tolist()
    0.231
    """
    bottom, top = bernstein_sequence(values, low, high, error)
    mean = np.asarray(values, dtype=float).mean(axis=-1)
    return np.maximum(np.maximum(mean - bottom, top - mean), 0.0)
