"""Intervals over worlds as results and JSON carry them."""

from __future__ import annotations

import numpy as np

from econ.inference import mean_interval

__all__ = ["Interval", "interval", "interval_json"]

Interval = tuple[float, float, float]
"""Mean, low and high; the ends are NaN where one world gives no interval."""


def interval(values: np.ndarray, level: float, bounds: tuple[float, float] | None = None) -> Interval | None:
    """Mean and Student's interval of values[world], cut to what is possible; None where they are undefined."""
    if not np.isfinite(values).all():
        return None
    mean, low, high = (float(end) for end in mean_interval(values, level))
    if bounds is not None:
        low, high = (end if np.isnan(end) else min(max(end, bounds[0]), bounds[1]) for end in (low, high))
    return mean, low, high


def interval_json(values: Interval | None) -> dict[str, float | None] | None:
    """The same as a JSON object; ends that are not finite are null."""
    if values is None:
        return None
    ends = (value if np.isfinite(value) else None for value in values)
    return dict(zip(("mean", "low", "high"), ends, strict=True))
