"""The honest region over two parameters: where the first strategy holds, where it falls, and where that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from charts.theme import INK, styled, styles

__all__ = ["OPEN", "REFUSED", "RegionPoint", "region_chart"]

OPEN = "undecided"
REFUSED = "no such game"
_HEIGHT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPoint:
    """A pair of values: `outcome` is what a lone player is drawn to: the first strategy, another, or one of the above.

    `width` and `height` are the distances to its neighbours; the gain is the best lone switch's, with its interval.
    """

    x: float
    y: float
    width: float
    height: float
    outcome: str
    gain: float
    low: float
    high: float
    worlds: int


def region_chart(
    rows: Sequence[RegionPoint], *, x: str, y: str, title: str, here: tuple[float, float] | None = None
) -> alt.LayerChart:
    """A tile and a mark a point, finer ones over coarse ones; a ring marks the values that stand now, `here`."""
    ordered = sorted(rows, key=lambda row: -row.width * row.height)
    finite = {True: lambda v: v, False: lambda v: None}
    table = [
        {
            "part": "tile",
            "x": row.x,
            "y": row.y,
            "left": row.x - row.width / 2,
            "right": row.x + row.width / 2,
            "bottom": row.y - row.height / 2,
            "top": row.y + row.height / 2,
            "strategy": row.outcome,
            **{
                name: finite[getattr(row, name) == getattr(row, name)](getattr(row, name))
                for name in ("gain", "low", "high")
            },
            "worlds": row.worlds,
        }
        for row in ordered
    ]
    names = list(dict.fromkeys(row.outcome for row in sorted(rows, key=lambda row: row.outcome in (OPEN, REFUSED))))
    looks = styles([name for name in names if name not in (OPEN, REFUSED)])
    colours = [looks[name].colour if name in looks else "#8a8a8a" if name == OPEN else "#d0d0d0" for name in names]
    shapes = [looks[name].shape if name in looks else "stroke" for name in names]
    legend = alt.Legend(orient="top", title=None, symbolSize=90, symbolOpacity=1)
    colour = alt.Color("strategy:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    shape = alt.Shape("strategy:N", scale=alt.Scale(domain=names, range=shapes), legend=legend)
    ends = (
        [min((row["left"] for row in table), default=0), max((row["right"] for row in table), default=1)],
        [min((row["bottom"] for row in table), default=0), max((row["top"] for row in table), default=1)],
    )
    across, up = (alt.Scale(domain=end, nice=False, zero=False) for end in ends)
    base = alt.Chart()
    tiles = base.transform_filter("datum.part == 'tile'")
    tooltip = [
        alt.Tooltip("strategy:N", title="a lone player is drawn to"),
        alt.Tooltip("x:Q", title=x, format=".4~g"),
        alt.Tooltip("y:Q", title=y, format=".4~g"),
        alt.Tooltip("gain:Q", title="best lone gain", format=".2f"),
        alt.Tooltip("low:Q", title="at least", format=".2f"),
        alt.Tooltip("high:Q", title="at most", format=".2f"),
        alt.Tooltip("worlds:Q"),
    ]
    axis = alt.Axis(grid=False, tickCount=6)
    layers = [
        tiles.mark_rect(opacity=0.42).encode(
            x=alt.X("left:Q", title=x, scale=across, axis=axis),
            x2="right:Q",
            y=alt.Y("bottom:Q", title=y, scale=up, axis=axis),
            y2="top:Q",
            color=colour,
        ),
        tiles.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X("x:Q", scale=across), y=alt.Y("y:Q", scale=up), color=colour, shape=shape, tooltip=tooltip
        ),
    ]
    if here is not None:
        once = base.transform_aggregate(rows="count()")
        layers.append(
            once.mark_point(shape="circle", size=320, strokeWidth=2.5, color=INK, filled=False).encode(
                x=alt.XDatum(here[0]), y=alt.YDatum(here[1])
            )
        )
    subtitle = ["Ring: where the controls stand. Small tiles: the border, asked again in finer steps."]
    return styled(layers, table, height=_HEIGHT, title=title, subtitle=subtitle)
