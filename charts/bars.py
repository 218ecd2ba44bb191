"""Bars that carry their own words: a line of text above each, so that any width of screen will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from charts.theme import INK, LABEL_SIZE, framed, styled

__all__ = ["ROW", "Bar", "bar_chart"]

ROW = 46
"""Pixels of a bar and its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A number of at least 0, how it is said, and its colour."""

    name: str
    value: float
    said: str
    colour: str = "#0072B2"


def bar_chart(rows: Sequence[Bar], *, title: str, unit: str, subtitle: Sequence[str] = ()) -> alt.LayerChart:
    """A bar for each row on a plain scale from 0, so that what is small looks small."""
    table = [{"part": "bar", "name": row.name, "value": row.value, "said": f"{row.name}: {row.said}"} for row in rows]
    axis = alt.Axis(
        gridOpacity=0.35,
        tickCount=4,
        labelExpr="datum.value >= 1e9 ? format(datum.value / 1e9, ',') + ' billion' : datum.value >= 1e6 ? "
        "format(datum.value / 1e6, ',') + ' million' : format(datum.value, ',')",
    )
    colours = alt.Scale(domain=[row.name for row in rows], range=[row.colour for row in rows])
    y = alt.Y("name:N", sort=[row.name for row in rows], axis=None)
    x = alt.X("value:Q", title=unit, scale=alt.Scale(nice=True), axis=axis)
    ends, frame = framed(0.0, max((row.value for row in rows), default=0.0) or 1.0, x=x)
    base = alt.Chart().transform_filter("datum.part == 'bar'")
    bars = base.mark_bar(height=14, yOffset=9, cornerRadiusEnd=2).encode(
        x=x,
        y=y,
        color=alt.Color("name:N", scale=colours, legend=None),
        tooltip=[alt.Tooltip("said:N", title=" ")],
    )
    said = base.mark_text(align="left", dx=1, dy=-8, fontSize=LABEL_SIZE, color=INK).encode(
        x=alt.XValue(0), y=y, text=alt.Text("said:N")
    )
    return styled(
        [frame, bars, said],
        [*table, *ends],
        height=ROW * max(len(table), 1),
        title=title,
        subtitle=list(subtitle) or None,
    )
