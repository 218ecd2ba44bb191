"""Bittensor's economy: the supply of TAO through its halvings, and what a trade in a subnet's pool costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from charts.theme import INK, LABEL_SIZE, RULE, styled

__all__ = ["slippage_chart", "supply_chart"]

_CAP = 21.0
_HEIGHT = 280
_BLUE, _ORANGE = "#0072B2", "#E69F00"


def supply_chart(corners: Sequence[tuple[float, float]], without: Sequence[tuple[float, float]] = ()) -> alt.LayerChart:
    """Millions of TAO issued over the years to come from (year, TAO) corners, a point at each halving.

    `without` is the course if nothing were recycled, drawn thin beside it where it differs.
    """
    rows: list[dict[str, Any]] = []
    for kind, course in (("as set here", corners), ("if nothing is recycled", without)):
        for number, (year, tao) in enumerate(course):
            halving = 0 < number < len(course) - 1
            rows.append({"course": kind, "year": year, "tao": tao / 1e6, "halving": halving})
    kinds = list(dict.fromkeys(row["course"] for row in rows))
    colours = alt.Scale(domain=kinds, range=[_BLUE, INK][: len(kinds)])
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeWidth=3) if len(kinds) > 1 else None
    colour = alt.Color("course:N", scale=colours, legend=legend)
    low = min(row["tao"] for row in rows)
    scale = alt.Scale(domain=[min(low, 10.0), 21.6], nice=False)
    last = max(row["year"] for row in rows)
    x = alt.X(
        "year:Q", title="years from now", scale=alt.Scale(domain=[0, last], nice=False), axis=alt.Axis(grid=False)
    )
    y = alt.Y("tao:Q", title="million TAO issued", scale=scale, axis=alt.Axis(gridOpacity=0.35, tickCount=6))
    tooltip = [
        alt.Tooltip("course:N"),
        alt.Tooltip("year:Q", title="years from now", format=".2f"),
        alt.Tooltip("tao:Q", title="million TAO", format=".3f"),
    ]
    base = alt.Chart()
    once = base.transform_aggregate(rows="count()")
    layers = [
        once.mark_rule(**{**RULE, "strokeDash": [5, 4]}).encode(y=alt.YDatum(_CAP, scale=scale)),
        once.mark_text(align="right", baseline="bottom", dx=-2, dy=-4, color=INK, fontSize=LABEL_SIZE).encode(
            x=alt.XDatum(last), y=alt.YDatum(_CAP, scale=scale), text=alt.TextValue("cap: 21 million")
        ),
        base.mark_line(strokeWidth=2).encode(
            x=x, y=y, color=colour, detail=alt.Detail("course:N"), order=alt.Order("year:Q")
        ),
        base.transform_filter("datum.halving")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=x, y=y, color=colour, tooltip=tooltip),
    ]
    said = ["Points are halvings: at amounts issued, not at dates."]
    return styled(layers, rows, height=_HEIGHT, title="TAO issued in the years to come", subtitle=said)


def slippage_chart(
    trades: Sequence[float], bought: Sequence[float], sold: Sequence[float], *, marked: float
) -> alt.LayerChart:
    """Slippage in % of purchases and sales over their size in TAO, both on log axes; a rule at the trade marked."""
    rows = [
        {"trade": trade, "slippage": 100.0 * value, "kind": kind}
        for kind, values in (("buying alpha", bought), ("selling alpha", sold))
        for trade, value in zip(trades, values, strict=True)
        if trade > 0 and value > 0
    ]
    ends = [row["trade"] for row in rows]
    across = alt.Scale(type="log", domain=[min(ends), max(ends)], nice=False)
    up = alt.Scale(type="log", nice=False)
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["buying alpha", "selling alpha"], range=[_BLUE, _ORANGE]),
        legend=alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1),
    )
    axis = alt.Axis(gridOpacity=0.35, format="~f", labelOverlap=True, tickCount=6)
    tooltip = [
        alt.Tooltip("kind:N", title=" "),
        alt.Tooltip("trade:Q", title="TAO", format=",.4~g"),
        alt.Tooltip("slippage:Q", title="slippage, %", format=".3~g"),
    ]
    base = alt.Chart()
    x = alt.X(
        "trade:Q", title="size of the trade (TAO)", scale=across, axis=alt.Axis(grid=False, format=",~f", tickCount=5)
    )
    y = alt.Y("slippage:Q", title="slippage (% of the price)", scale=up, axis=axis)
    layers = [
        base.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour),
        base.mark_point(filled=True, size=40, opacity=0).encode(x=x, y=y, color=colour, tooltip=tooltip),
    ]
    if min(ends) <= marked <= max(ends):
        once = base.transform_aggregate(rows="count()")
        layers.insert(0, once.mark_rule(**{**RULE, "strokeDash": [5, 4]}).encode(x=alt.XDatum(marked, scale=across)))
    said = ["Average price against the price before, with the fee.", "Dashed: the trade set here."]
    return styled(layers, rows, height=_HEIGHT, title="What a trade costs", subtitle=said)
