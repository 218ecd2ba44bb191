"""The market for machines: what each taker pays and hires, and the token price that hires a share of all GPUs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from charts.theme import INK, LABEL_SIZE, RULE, styled

__all__ = ["MARKETS", "HiringRow", "MarketBar", "hiring_chart", "market_chart"]

MARKETS = {"Bitcoin": "#E69F00", "subnets": "#0072B2", "cloud": "#009E73"}
"""Who takes machines, each in its colour everywhere."""

_ROW = 46


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketBar:
    """One taker of machines: a number of at least 0, and how it is said."""

    market: str
    value: float
    said: str


def market_chart(rows: Sequence[MarketBar], *, title: str, unit: str) -> alt.LayerChart:
    """A bar for each taker on a plain scale, so that what is small looks small."""
    table = [{"market": row.market, "value": row.value, "said": f"{row.market}: {row.said}"} for row in rows]
    top = max((row.value for row in rows), default=0.0) or 1.0
    scale = alt.Scale(domain=[0, top], nice=True)
    x = alt.X("value:Q", title=unit, scale=scale, axis=alt.Axis(format="~s", gridOpacity=0.35, tickCount=5))
    y = alt.Y("market:N", sort=[row.market for row in rows], axis=None)
    colours = alt.Scale(domain=list(MARKETS), range=list(MARKETS.values()))
    base = alt.Chart()
    bars = base.mark_bar(height=14, yOffset=9, cornerRadiusEnd=2).encode(
        x=x, y=y, color=alt.Color("market:N", scale=colours, legend=None), tooltip=[alt.Tooltip("said:N", title="")]
    )
    said = base.mark_text(align="left", dx=1, dy=-8, fontSize=LABEL_SIZE, color=INK).encode(
        x=alt.XValue(0), y=y, text="said:N"
    )
    return styled([bars, said], table, height=_ROW * max(len(table), 1), title=title, subtitle=None)


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
    """A point and its range for each share, the TAO price on a log axis; a rule at the price of today."""
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
    axis = alt.Axis(values=powers, format=",~f", gridOpacity=0.35, labelOverlap=True)
    y = alt.Y("share:N", sort=[row["share"] for row in table], axis=None)
    base = alt.Chart()
    once = base.transform_aggregate(rows="count()")
    layers = [
        base.mark_bar(height=12, yOffset=9, opacity=0.35, color=MARKETS["subnets"], cornerRadius=2)
        .transform_filter("isValid(datum.low)")
        .encode(x=alt.X("low:Q", scale=scale, title="USD a TAO, each step ten times", axis=axis), x2="high:Q", y=y),
        base.mark_point(filled=True, size=90, yOffset=9, opacity=1, color=MARKETS["subnets"])
        .transform_filter("isValid(datum.price)")
        .encode(x=alt.X("price:Q", scale=scale), y=y, tooltip=[alt.Tooltip("said:N", title="")]),
        base.mark_text(align="left", dx=1, dy=-8, fontSize=LABEL_SIZE, color=INK).encode(
            x=alt.XValue(0), y=y, text="said:N"
        ),
    ]
    if today > 0:
        layers.insert(0, once.mark_rule(**{**RULE, "strokeDash": [5, 4]}).encode(x=alt.XDatum(today, scale=scale)))
    title = "The TAO price at which subnets hire a share of all GPUs"
    said = f"Bars: the range over the assumptions. Dashed: the price set here, {today:,.0f} USD."
    return styled(layers, table, height=_ROW * max(len(table), 1), title=title, subtitle=[said])
