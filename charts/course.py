"""The course of a run: what each strategy is paid, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from charts.theme import BAND, BY_ROWS, INK, LABEL_SIZE, RULE, by_strategy, framed, styled

__all__ = ["CoursePoint", "course_chart"]

_HEIGHT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePoint:
    """Dividends per stake of a strategy in an epoch, over worlds; 1 is par."""

    epoch: float
    strategy: str
    mean: float
    low: float
    high: float


def course_chart(
    rows: Sequence[CoursePoint], *, burn_in: int = 0, epoch_minutes: float | None = None, at: int | None = None
) -> alt.LayerChart:
    """Dividends per stake over epochs with the interval over worlds, par at 1, and the burn-in shaded.

    A rule marks the epoch `at`.
    """
    table: list[dict[str, Any]] = [
        {"part": "course", **asdict(row), "low": _finite(row.low), "high": _finite(row.high)} for row in rows
    ]
    last = max((row.epoch for row in rows), default=1)
    ends = [v for row in table for v in (row["mean"], row["low"], row["high"]) if v is not None] + [1.0]
    low, high = min(ends), max(ends)
    room = max(high - low, 0.02) / (_HEIGHT - 40)
    length = f" ({epoch_minutes:g} minutes each)" if epoch_minutes else ""
    x = alt.X(
        "epoch:Q",
        title=f"epoch{length}",
        scale=alt.Scale(domain=[0, max(last, burn_in, 1)], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, grid=False),
    )
    y = alt.Y(
        "mean:Q",
        title="dividends per stake (1 is par)",
        scale=BY_ROWS,
        axis=alt.Axis(gridOpacity=0.35, tickCount=6),
    )
    names = list(dict.fromkeys(row.strategy for row in rows))
    look = by_strategy(names)
    tooltip = [
        alt.Tooltip("strategy:N"),
        alt.Tooltip("epoch:Q", format=".0f"),
        alt.Tooltip("mean:Q", title="dividends per stake", format=".3f"),
        alt.Tooltip("low:Q", title="at least", format=".3f"),
        alt.Tooltip("high:Q", title="at most", format=".3f"),
    ]
    frame_rows, frame = framed(low - 8 * room, high + 32 * room, y=y)
    table += frame_rows
    base = alt.Chart()
    course = base.transform_filter("datum.part == 'course'")
    once = base.transform_aggregate(rows="count()")
    layers = [frame]
    if burn_in > 0:
        layers.append(once.mark_rect(color=INK, opacity=0.14).encode(x=alt.XDatum(0), x2=alt.X2Datum(burn_in)))
    layers += [
        once.mark_rule(**RULE).encode(y=alt.YDatum(1, scale=BY_ROWS)),
        course.mark_area(opacity=BAND).encode(
            x=x, y=alt.Y("low:Q", scale=BY_ROWS), y2=alt.Y2("high:Q"), color=look["color"]
        ),
        course.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=look["color"], tooltip=tooltip),
        course.transform_filter(f"datum.epoch % {max(1, round(last / 12))} == 0")
        .mark_point(filled=True, size=55, opacity=1)
        .encode(x=x, y=y, **look),
    ]
    if burn_in > 0:
        text = once.mark_text(align="left", color=INK, fontSize=LABEL_SIZE, dx=4)
        layers.append(
            text.encode(x=alt.XDatum(0), y=alt.YValue(10), text=alt.TextValue("burn-in: not counted in payoffs"))
        )
    if at is not None:
        table.append({"part": "at", "epoch": at})
        here = base.transform_filter("datum.part == 'at'").mark_rule(color=INK, strokeWidth=2, strokeDash=[3, 3])
        layers.append(here.encode(x=alt.X("epoch:Q")))
    return styled(layers, table, height=_HEIGHT, title="Dividends per stake over the run", subtitle=None)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
