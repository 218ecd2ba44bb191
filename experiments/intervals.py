"""Intervals over worlds as results and JSON carry them."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from econ.inference import mean_interval

__all__ = ["Interval", "interval", "interval_json"]

Interval = tuple[float, float, float]
"""Mean, low and high; the ends are NaN where one world gives no interval."""


def interval(values: np.ndarray, level: float, bounds: tuple[float, float] | None = None) -> Interval | None:
    """Mean and Student's interval of values[world]; None where they are undefined.

    Where a mean lies within `bounds` by its nature, its interval is Student's on the scale of log-odds, log(x / (1-x))
    of its place x between them: it never reaches over either, and near one it is longer on the other side.

    >>> [round(end, 3) for end in interval(np.array([0.01, 0.02, 0.12]), 0.95, (0.0, 1.0))]
    [0.05, 0.002, 0.559]
    """
    if not np.isfinite(values).all():
        return None
    mean, low, high = (float(end) for end in mean_interval(values, level))
    if bounds is None or np.isnan(low):
        return mean, low, high
    least, width = bounds[0], bounds[1] - bounds[0]
    place, half = (mean - least) / width, (high - mean) / width
    inside = place * (1 - place)
    if inside <= 0 or half == 0:  # all worlds at a bound, or alike
        return mean, mean, mean
    low, high = (least + width * float(expit(logit(place) + side * half / inside)) for side in (-1, 1))
    return mean, low, high


def interval_json(values: Interval | None) -> dict[str, float | None] | None:
    """The same as a JSON object; ends that are not finite are null."""
    if values is None:
        return None
    ends = (value if np.isfinite(value) else None for value in values)
    return dict(zip(("mean", "low", "high"), ends, strict=True))
