"""What switching pays, and what each strategy earns, against how many already play the other one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from charts.theme import BAND, BY_ROWS, INK, LABEL_SIZE, RULE, by_strategy, framed, styled, styles
from econ.equilibrium.roots import value

if TYPE_CHECKING:
    from econ.equilibrium import GainRow, TippingPoint

__all__ = ["PayoffPoint", "deviation_chart", "payoff_chart", "tipping_text"]

_UNIT = "thousandths of emission"

_HEIGHT = 360
_TOP = 62
"""Pixels above the highest value, for two lines of text that meet no curve."""
_BOTTOM = 32
"""Pixels below the lowest value, for one line."""
_MOST_POINTS = 300
"""With more others than this the curve by chance is not told from the one by number, and not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoffPoint:
    """What a seat of `strategy` earns when `players` of the role play the second strategy."""

    players: int
    strategy: str
    mean: float
    low: float
    high: float


def deviation_chart(
    rows: Sequence[GainRow],
    seats: int,
    strategy: str,
    against: str,
    tipping: Sequence[TippingPoint] | None = None,
    *,
    title: str | None = None,
) -> alt.LayerChart:
    """The gain of switching to `strategy` by how many of the `seats` - 1 others play it already.

    The band is the interval in which all gains hold together; a tipping point is a rule with its interval shaded. On
    this axis a share x stands at x (seats - 1): that many others are expected to play `strategy`. The dashed curve is
    the gain when each other plays it with chance x; where it crosses 0 is the tipping point, which need not be where
    the line by number does.
    """
    others = seats - 1
    table: list[dict[str, Any]] = [
        {"part": "gain", "others": row.others, "mean": row.mean, "low": _finite(row.low), "high": _finite(row.high)}
        for row in rows
    ]
    ends = [v for row in table for v in (row["mean"], row["low"], row["high"]) if v is not None] + [0.0]
    for point in tipping or ():
        start, end = (others * share for share in point.share_interval)
        table.append({"part": "tipping", "others": others * point.share, "start": start, "end": end})
    if tipping:
        table.append(_label(tipping, others, "others", "others"))
    by_chance = bool(tipping) and 2 <= others <= _MOST_POINTS
    if by_chance:
        means = np.array([row.mean for row in rows])
        shares = [step / 80 for step in range(81)]
        table += [{"part": "chance", "others": others * x, "mean": value(means, x)} for x in shares]
    look = styles([strategy])[strategy]
    x = alt.X(
        "others:Q",
        title=_counted(others, strategy),
        scale=alt.Scale(domain=[0, max(others, 1)], nice=False, padding=8),
        axis=_counts(others),
    )
    y = alt.Y(
        "mean:Q",
        title=f"gain from switching to {strategy}, {_UNIT}",
        scale=BY_ROWS,
        axis=alt.Axis(grid=True, gridOpacity=0.35, tickCount=6),
    )
    tooltip = [
        alt.Tooltip("others:Q", title=f"others that play {strategy}"),
        alt.Tooltip("mean:Q", title="gain, thousandths", format=".2f"),
        alt.Tooltip("low:Q", title="at least", format=".2f"),
        alt.Tooltip("high:Q", title="at most", format=".2f"),
    ]
    rows_of_frame, frame = framed(*_padded(min(ends), max(ends)), y=y)
    table += rows_of_frame
    base = alt.Chart()
    gain = base.transform_filter("datum.part == 'gain'")
    chance = base.transform_filter("datum.part == 'chance'")
    tips = base.transform_filter("datum.part == 'tipping'")
    between = {"y": alt.YValue(_TOP - 20), "y2": alt.Y2Value(_HEIGHT - _BOTTOM + 8)}
    layers = [
        tips.mark_rect(color=INK, opacity=0.25).encode(x=alt.X("start:Q"), x2=alt.X2("end:Q"), **between),
        base.mark_rule(**RULE).encode(y=alt.YDatum(0)),
        frame,
        gain.mark_area(color=look.colour, opacity=BAND).encode(
            x=x, y=alt.Y("low:Q", scale=BY_ROWS), y2=alt.Y2("high:Q")
        ),
        chance.mark_line(color=look.colour, strokeWidth=1.5, strokeDash=[5, 4]).encode(x=x, y=y),
        gain.mark_line(color=look.colour, strokeWidth=2).encode(x=x, y=y),
        gain.mark_point(color=look.colour, shape=look.shape, filled=True, size=70, opacity=1).encode(
            x=x, y=y, tooltip=tooltip
        ),
        tips.mark_rule(color=INK, strokeWidth=2).encode(x=alt.X("others:Q"), **between),
        _line(base, f"▲ above 0: switching to {strategy} pays", 12),
        _line(base, f"▼ below 0: staying {against} pays", _HEIGHT - 12),
        _labels(base, "others:Q"),
    ]
    subtitle = None
    if by_chance:
        subtitle = ["Solid: exactly so many others play it.", "Dashed: each other plays it with that chance."]
    return styled(layers, table, height=_HEIGHT, title=title or f"What switching to {strategy} pays", subtitle=subtitle)


def payoff_chart(
    rows: Sequence[PayoffPoint],
    seats: int,
    strategy: str,
    tipping: Sequence[TippingPoint] | None = None,
    *,
    title: str | None = None,
) -> alt.LayerChart:
    """What a seat of either strategy earns by how many of the `seats` play `strategy`."""
    table: list[dict[str, Any]] = [
        {"part": "payoff", **asdict(row), "low": _finite(row.low), "high": _finite(row.high)} for row in rows
    ]
    table += [{"part": "tipping", "players": seats * point.share} for point in tipping or ()]
    if tipping:
        table.append(_label(tipping, seats, "players", "seats"))
    names = list(dict.fromkeys(row.strategy for row in rows))
    ends = [v for row in rows for v in (row.mean, row.low, row.high) if math.isfinite(v)] or [0.0]
    x = alt.X(
        "players:Q",
        title=f"number of the {seats} that play {strategy}",
        scale=alt.Scale(domain=[0, seats], nice=False, padding=8),
        axis=_counts(seats),
    )
    y = alt.Y(
        "mean:Q",
        title=f"payoff of a seat, {_UNIT}",
        scale=BY_ROWS,
        axis=alt.Axis(gridOpacity=0.35, tickCount=6),
    )
    look = by_strategy(names)
    tooltip = [
        alt.Tooltip("strategy:N"),
        alt.Tooltip("players:Q", title=f"seats that play {strategy}"),
        alt.Tooltip("mean:Q", title="payoff", format=".2f"),
        alt.Tooltip("low:Q", title="at least", format=".2f"),
        alt.Tooltip("high:Q", title="at most", format=".2f"),
    ]
    rows_of_frame, frame = framed(*_padded(min(ends), max(ends)), y=y)
    table += rows_of_frame
    base = alt.Chart()
    paid = base.transform_filter("datum.part == 'payoff'")
    tips = base.transform_filter("datum.part == 'tipping'")
    layers = [
        frame,
        paid.mark_area(opacity=BAND).encode(
            x=x, y=alt.Y("low:Q", scale=BY_ROWS), y2=alt.Y2("high:Q"), color=look["color"]
        ),
        paid.mark_line(strokeWidth=2).encode(x=x, y=y, color=look["color"]),
        paid.mark_point(filled=True, size=70, opacity=1).encode(x=x, y=y, tooltip=tooltip, **look),
        tips.mark_rule(color=INK, strokeWidth=2).encode(
            x=alt.X("players:Q"), y=alt.YValue(_TOP - 20), y2=alt.Y2Value(_HEIGHT)
        ),
        _labels(base, "players:Q"),
    ]
    return styled(layers, table, height=_HEIGHT, title=title or "What a seat of each strategy earns", subtitle=None)


def tipping_text(tipping: Sequence[TippingPoint], number: int, noun: str = "others") -> str:
    """The label of tipping points: `tipping point 3.1 of 9 others`."""
    places = " and ".join(f"{number * point.share:.1f}" for point in tipping)
    counted = noun if number != 1 else noun.removesuffix("s")
    return f"tipping point{'s' if len(tipping) > 1 else ''} {places} of {number} {counted}"


def _counted(others: int, strategy: str) -> str:
    """The title of the axis of others."""
    if others < 2:
        return f"whether the other one plays {strategy}" if others else "there are no others"
    return f"number of the {others} others that play {strategy}"


def _padded(low: float, high: float) -> tuple[float, float]:
    """A range of values that leaves the strips for text free above and below."""
    if high - low <= 0.0:
        low, high = low - 1.0, high + 1.0
    scale = (high - low) / (_HEIGHT - _TOP - _BOTTOM)
    return low - scale * _BOTTOM, high + scale * _TOP


def _line(base: alt.Chart, text: str, y: int) -> alt.Chart:
    """A line of text at the left edge; drawn once, whatever the number of rows."""
    mark = base.transform_aggregate(rows="count()").mark_text(align="left", color=INK, fontSize=LABEL_SIZE, dx=4)
    return mark.encode(x=alt.XValue(0), y=alt.YValue(y), text=alt.TextValue(text))


def _label(tipping: Sequence[TippingPoint], most: int, field: str, noun: str) -> dict[str, Any]:
    """The row of the tipping point's text, pushed inwards so that it stays in a narrow chart too."""
    share = tipping[0].share
    said = {"text": tipping_text(tipping, most, noun), "push": 200 * (0.5 - share)}
    return {"part": "label", field: most * share, **said}


def _labels(base: alt.Chart, place: str) -> alt.Chart:
    """The layer of such rows, over the rule."""
    mark = base.transform_filter("datum.part == 'label'").mark_text(
        color=INK, fontSize=LABEL_SIZE, fontWeight="bold", dx=alt.expr("datum.push")
    )
    return mark.encode(x=alt.X(place), y=alt.YValue(_TOP - 30), text=alt.Text("text:N"))


def _counts(most: int) -> alt.Axis:
    """An axis of whole numbers, all of them labelled: Vega leaves every other out where it finds them too many."""
    values = _whole(most)
    return alt.Axis(values=values, tickCount=len(values), tickMinStep=0.5, format="d", grid=False, labelOverlap=False)


def _whole(most: int) -> list[int]:
    """At most about ten whole numbers from 0, the last one included."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 500, most) if most <= 10 * s)
    values = list(range(0, most + 1, step))
    if values[-1] != most:
        if most - values[-1] < step / 2:
            values.pop()
        values.append(most)
    return values


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
