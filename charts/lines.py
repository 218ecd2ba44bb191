"""Lines with intervals: a quantity over a parameter, for a few series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from charts.theme import RULE, by_strategy, styled

__all__ = ["LinePoint", "line_chart"]

_HEIGHT = 300
_TICKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePoint:
    """A value of a series with its interval; NaN ends where there is none."""

    series: str
    x: float
    y: float
    low: float = math.nan
    high: float = math.nan


def line_chart(
    rows: Sequence[LinePoint],
    *,
    title: str,
    x: str,
    y: str,
    subtitle: Sequence[str] = (),
    level: float | None = None,
    joined: bool = True,
) -> alt.LayerChart:
    """A line and a mark a point for each series, with bars for intervals, and a rule at `level` (par, or nothing).

    Without `joined` marks alone: where points at one x are of different things.
    """
    table: list[dict[str, Any]] = [
        {
            "strategy": row.series,
            "x": row.x,
            "y": row.y,
            "low": _ending(row.low, row.y),
            "high": _ending(row.high, row.y),
        }
        for row in rows
        if math.isfinite(row.y)
    ]
    look = by_strategy(list(dict.fromkeys(row.series for row in rows)))
    scale = alt.Scale(zero=False)
    across = alt.X("x:Q", title=x, scale=scale, axis=_axis([row["x"] for row in table]))
    up = alt.Y("y:Q", title=y, scale=scale, axis=alt.Axis(gridOpacity=0.35, tickCount=6))
    tooltip = [
        alt.Tooltip("strategy:N", title="series"),
        alt.Tooltip("x:Q", title=x),
        alt.Tooltip("y:Q", title=y, format=".4g"),
        alt.Tooltip("low:Q", title="at least", format=".4g"),
        alt.Tooltip("high:Q", title="at most", format=".4g"),
    ]
    base = alt.Chart()
    layers = [
        base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(
            x=across, y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"), color=look["color"]
        ),
        *([base.mark_line(strokeWidth=2).encode(x=across, y=up, color=look["color"])] if joined else []),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=across, y=up, tooltip=tooltip, **look),
    ]
    if level is not None:
        rule = base.transform_aggregate(rows="count()").mark_rule(**RULE)
        layers.insert(0, rule.encode(y=alt.YDatum(level, scale=scale)))
    return styled(layers, table, height=_HEIGHT, title=title, subtitle=list(subtitle) or None)


def _axis(places: Sequence[float]) -> alt.Axis:
    """Ticks; where x counts things, at whole numbers only."""
    if not all(float(place).is_integer() for place in places):
        return alt.Axis(grid=False)
    span = round(max(places, default=0.0) - min(places, default=0.0))
    return alt.Axis(grid=False, tickMinStep=1, format="d", tickCount=min(span, _TICKS))


def _ending(end: float, value: float) -> float:
    return end if math.isfinite(end) else value
