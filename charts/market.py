"""The market for machines: the token price that hires a share of all GPUs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from charts.bars import ROW
from charts.theme import INK, LABEL_SIZE, styled

__all__ = ["MARKETS", "HiringRow", "hiring_chart"]

MARKETS = {"Bitcoin": "#E69F00", "subnets": "#0072B2", "cloud": "#009E73"}
"""Who takes machines, each in its colour everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HiringRow:
    """The TAO price in USD that hires a share of all GPUs, with its range; infinite where it is not reached.

    `low` and `high` are NaN while the range is not known.
    """

    share: float
    price: float
    low: float = math.nan
    high: float = math.nan
    said: str


def hiring_chart(rows: Sequence[HiringRow], *, today: float) -> alt.LayerChart:
    """A point and its range for each share, the TAO price on a log axis; a mark at the price of today."""
    ends = [v for row in rows for v in (row.price, row.low, row.high, today) if math.isfinite(v) and v > 0] or [1.0]
    low, high = 10.0 ** math.floor(math.log10(min(ends))), 10.0 ** math.ceil(math.log10(max(ends) * 1.01))
    table: list[dict[str, Any]] = []
    for row in rows:
        known = not (math.isnan(row.low) or math.isnan(row.high))
        table.append(
            {
                "share": f"{100 * row.share:g}%",
                "said": row.said,
                "price": row.price if math.isfinite(row.price) else None,
                "low": min(max(row.low, low), high) if known else None,
                "high": min(max(row.high, low), high) if known else None,
            }
        )
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    powers = [10.0**power for power in range(round(math.log10(low)), round(math.log10(high)) + 1)]
    axis = alt.Axis(values=powers, tickCount=len(powers), format=",~f", gridOpacity=0.35, labelOverlap=True)
    y = alt.Y("share:N", sort=[row["share"] for row in table], axis=None)
    base = alt.Chart()
    layers = [
        base.mark_bar(height=12, yOffset=9, opacity=0.35, color=MARKETS["subnets"], cornerRadius=2)
        .transform_filter("isValid(datum.low)")
        .encode(
            x=alt.X("low:Q", scale=scale, title="USD a TAO, each step ten times", axis=axis), x2=alt.X2("high"), y=y
        ),
        base.mark_point(filled=True, size=90, yOffset=9, opacity=1, color=MARKETS["subnets"])
        .transform_filter("isValid(datum.price)")
        .encode(x=alt.X("price:Q", scale=scale), y=y, tooltip=[alt.Tooltip("said:N", title="")]),
        base.mark_text(align="left", dx=1, dy=-8, fontSize=LABEL_SIZE, color=INK).encode(
            x=alt.XValue(0), y=y, text=alt.Text("said:N")
        ),
    ]
    if today > 0:
        tick = base.mark_tick(orient="vertical", thickness=3, height=18, yOffset=9, color=INK, opacity=1)
        layers.append(tick.encode(x=alt.XDatum(today, scale=scale), y=y))
    title = "The TAO price that hires GPUs"
    said = ["Bars: the range over the assumptions.", f"Grey mark: the price set here, {today:,.0f} USD."]
    return styled(layers, table, height=ROW * max(len(table), 1), title=title, subtitle=said)
