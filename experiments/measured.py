"""Results of a task as rows: what was measured, its value, and its interval over worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from charts.lines import LinePoint
from experiments.intervals import interval
from experiments.study import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["finding", "line", "measured", "over_worlds", "picked"]


def measured(values: Mapping[str, Any]) -> pd.DataFrame:
    """Rows (quantity, value, low, high): of numbers by world with a 95 % interval, of a (value, low, high) as it is.

    A lone number has no interval. Of yes and no by world it is the share that is yes in %, with Wilson's interval.

    >>> measured({"gain": np.array([1.0, 2.0, 3.0]), "seats": 4}).round(2).values.tolist()
    [['gain', 2.0, -0.48, 4.48], ['seats', 4.0, nan, nan]]
    """
    import pandas as pd

    rows = [(name, *_interval(given)) for name, given in values.items()]
    return pd.DataFrame(rows, columns=["quantity", "value", "low", "high"]).astype(
        {"value": float, "low": float, "high": float}
    )


def _interval(given: Any, bounds: tuple[float, float] | None = None) -> tuple[float, float, float]:
    if isinstance(given, tuple):
        value, low, high = (np.nan if each is None else float(each) for each in given)
        return value, low, high
    values = np.asarray(given)
    if values.ndim and values.dtype == bool:
        from scipy.stats import binomtest

        ends = binomtest(int(values.sum()), values.size).proportion_ci(method="wilson")
        return 100.0 * float(values.mean()), 100.0 * ends.low, 100.0 * ends.high
    values = values.astype(float)
    if values.ndim == 0:
        return float(values), np.nan, np.nan
    return interval(values, 0.95, bounds) or (float("nan"),) * 3


def picked(results: pd.DataFrame, quantity: str, **where: Any) -> pd.DataFrame:
    """The rows of a quantity at some values of the design, in the design's order; keys may be written with `_` for `.`.

    >>> rows = measured({"gain": 1.0}).assign(**{"rules.kappa": 0.5})
    >>> len(picked(rows, "gain", rules_kappa=0.5)), len(picked(rows, "gain", rules_kappa=0.6))
    (1, 0)
    """
    chosen = results[results["quantity"] == quantity]
    for key, value in where.items():
        chosen = chosen[chosen[key if key in chosen.columns else key.replace("_", ".", 1)] == value]
    return chosen


def over_worlds(
    results: pd.DataFrame,
    quantity: str,
    by: Sequence[str] = (),
    *,
    bounds: tuple[float, float] | None = None,
    **where: Any,
) -> pd.DataFrame:
    """What tasks of one world each measured of a quantity, joined: mean and interval for each value of `by`.

    `bounds` are those of a quantity that lies within some by its nature, as a share does.

    >>> import pandas as pd
    >>> one = measured({"gain": 1.0}).assign(rule="a")
    >>> over_worlds(pd.concat([one, one.assign(value=3.0)]), "gain", ["rule"]).round(2).values.tolist()
    [['a', 2.0, -10.71, 14.71]]
    """
    import pandas as pd

    rows = picked(results, quantity, **where)
    names = list(by)
    groups = rows.groupby(names, sort=True) if names else [((), rows)] if len(rows) else []
    joined = [
        (*(key if isinstance(key, tuple) else (key,)), *_interval(group["value"].to_numpy(), bounds))
        for key, group in groups
    ]
    return pd.DataFrame(joined, columns=[*names, "value", "low", "high"])


def finding(name: str, unit: str, rows: pd.DataFrame, **published: Any) -> Finding:
    """The first of some rows as a finding; without rows one that was not measured."""
    if not len(rows):
        return Finding(name=name, unit=unit, measured=None, **{**published, "note": "not in this size"})
    value, low, high = (float(rows.iloc[0][column]) for column in ("value", "low", "high"))
    known = np.isfinite([low, high])
    return Finding(
        name=name,
        unit=unit,
        measured=value if np.isfinite(value) else None,
        low=low if known[0] else None,
        high=high if known[1] else None,
        **published,
    )


def line(rows: pd.DataFrame, x: str, series: str | Sequence[str]) -> list[LinePoint]:
    """Rows as the points of lines, over a column x, one line for each text or number in the series column."""
    return [
        LinePoint(
            series=str(row[series]) if isinstance(series, str) else ", ".join(str(row[each]) for each in series),
            x=float(row[x]),
            y=float(row["value"]),
            low=float(row["low"]),
            high=float(row["high"]),
        )
        for row in rows.to_dict("records")
    ]
