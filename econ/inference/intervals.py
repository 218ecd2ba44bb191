"""Intervals for one number at a fixed count of worlds: a mean, a ratio of means."""

from __future__ import annotations

import numpy as np

__all__ = ["mean_interval", "ratio_interval"]


def mean_interval(values: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, low and high [...] of values[..., world] by Student's t; low and high are NaN for one world.

    >>> [float(x.round(3)) for x in mean_interval(np.array([1.0, 2.0, 3.0]))]
    [2.0, -0.484, 4.484]
    """
    values = np.asarray(values, dtype=float)
    worlds = values.shape[-1] if values.ndim else 0
    if worlds < 1:
        raise ValueError(f"values has shape {values.shape}; its last axis must hold at least one world")
    mean = values.mean(axis=-1)
    if worlds == 1:
        return mean, np.full(mean.shape, np.nan), np.full(mean.shape, np.nan)
    half = student_quantile(level, worlds - 1) * values.std(axis=-1, ddof=1) / np.sqrt(worlds)
    return mean, mean - half, mean + half


def ratio_interval(
    numerator: np.ndarray, denominator: np.ndarray, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio of means, low and high [...] of numerator and denominator [..., world], paired, by the delta method.

    The spread is that of numerator - ratio x denominator, divided by the mean denominator. NaN where that mean is 0.

    >>> [float(x) for x in ratio_interval(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]))]
    [2.0, 2.0, 2.0]
    """
    numerator, denominator = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if numerator.shape != denominator.shape or not numerator.ndim or numerator.shape[-1] < 1:
        raise ValueError(
            f"numerator has shape {numerator.shape} and denominator {denominator.shape}; both must be the same, with "
            "at least one world on the last axis"
        )
    below = denominator.mean(axis=-1)
    below = np.where(below == 0.0, np.nan, below)
    ratio = numerator.mean(axis=-1) / below
    _, low, high = mean_interval(numerator - ratio[..., None] * denominator, level)
    half = (high - low) / 2.0 / np.abs(below)
    return ratio, ratio - half, ratio + half


def student_quantile(level: float, freedom: int) -> float:
    """The two-sided quantile of Student's t."""
    from scipy.special import stdtrit  # here, so that importing econ stays fast

    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level}; it is a confidence and must lie between 0 and 1")
    return float(stdtrit(freedom, (1.0 + level) / 2.0))
