"""Retention lines: where honest stake keeps its share, whatever utility a cabal gives itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from charts.theme import BAND, styled

__all__ = ["RetentionPoint", "retention_chart"]

_HEIGHT = 360


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPoint:
    """The honest utility that keeps a share against one cabal utility, over seeds; all in [0, 1]."""

    series: str
    cabal_utility: float
    honest_utility: float
    low: float
    high: float


def retention_chart(rows: Sequence[RetentionPoint], *, title: str, subtitle: list[str], legend: str) -> alt.LayerChart:
    """One line a series: right of it honest stake grows, left of it it shrinks; the band is the interval over seeds."""
    names = list(dict.fromkeys(row.series for row in rows))
    scale = alt.Scale(domain=names, scheme="viridis") if len(names) > 3 else alt.Scale(domain=names, range=_FEW)
    key = alt.Legend(title=legend, orient="top", symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=3)
    colour = alt.Color("series:N", scale=scale, sort=names, legend=key)
    axis = alt.Axis(format="%", gridOpacity=0.35, tickCount=6)
    ends = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("cabal_utility:Q", title="utility the cabal gives itself", scale=ends, axis=axis)
    x = alt.X("honest_utility:Q", title="utility honest stake gives itself", scale=ends, axis=axis)
    tooltip: list[Any] = [
        alt.Tooltip("series:N", title=legend),
        alt.Tooltip("cabal_utility:Q", title="cabal", format=".0%"),
        alt.Tooltip("honest_utility:Q", title="needed", format=".1%"),
        alt.Tooltip("low:Q", title="at least", format=".1%"),
        alt.Tooltip("high:Q", title="at most", format=".1%"),
    ]
    base = alt.Chart()
    band = base.mark_area(opacity=BAND, orient="horizontal").encode(
        y=y, x=alt.X("low:Q", scale=ends), x2=alt.X2("high:Q"), color=colour
    )
    line = base.mark_line(strokeWidth=2, orient="horizontal").encode(
        x=x, y=y, color=colour, order=alt.Order("cabal_utility:Q"), tooltip=tooltip
    )
    return styled([band, line], [asdict(row) for row in rows], height=_HEIGHT, title=title, subtitle=subtitle)


_FEW = ["#0072B2", "#E69F00", "#CC79A7"]
