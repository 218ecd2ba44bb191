"""The honest region over two parameters: where the first strategy holds, where it falls, and where that is open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np

from charts.theme import BY_ROWS, INK, styled, styles

__all__ = ["OPEN", "REFUSED", "RegionPoint", "region_chart"]

OPEN = "undecided"
REFUSED = "no such game"
_HEIGHT = 400
_MARKS = {OPEN: "M-1,-0.3H1V0.3H-1Z", REFUSED: "M-0.3,-1H0.3V1H-0.3Z"}
"""Marks that no strategy has: a bar that lies, and one that stands."""


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
    rows: Sequence[RegionPoint],
    *,
    x: str,
    y: str,
    title: str,
    here: tuple[float, float] | None = None,
    strategies: Sequence[str] = (),
) -> alt.LayerChart:
    """A mark a point, tiles in the colour of the nearest one; a ring marks the values that stand now, `here`.

    The legend holds `strategies` and what is undecided whether or not they are seen, and all else that is.
    """
    table = [
        {
            "part": "point",
            "x": row.x,
            "y": row.y,
            "strategy": row.outcome,
            **{name: _finite(getattr(row, name)) for name in ("gain", "low", "high")},
            "worlds": row.worlds,
        }
        for row in rows
    ]
    table += _tiles(rows)
    seen = sorted((row.outcome for row in rows), key=lambda outcome: outcome in (OPEN, REFUSED))
    names = list(dict.fromkeys([*strategies, *([OPEN] if strategies else []), *seen]))
    looks = styles([name for name in names if name not in (OPEN, REFUSED)])
    colours = [looks[name].colour if name in looks else "#8a8a8a" if name == OPEN else "#bcbcbc" for name in names]
    shapes = [looks[name].shape if name in looks else _MARKS[name] for name in names]
    legend = alt.Legend(orient="top", title=None, symbolSize=90, symbolOpacity=1, columns=3)  # four are cut at 390
    colour = alt.Color("strategy:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    shape = alt.Shape("strategy:N", scale=alt.Scale(domain=names, range=shapes), legend=legend)
    base = alt.Chart()
    filled = base.transform_filter("datum.part == 'tile'")
    points = base.transform_filter("datum.part == 'point'")
    tooltip = [
        alt.Tooltip("strategy:N", title="a lone player is drawn to"),
        alt.Tooltip("x:Q", title=x, format=".4~g"),
        alt.Tooltip("y:Q", title=y, format=".4~g"),
        alt.Tooltip("gain:Q", title="best lone gain, thousandths", format=".2f"),
        alt.Tooltip("low:Q", title="at least", format=".2f"),
        alt.Tooltip("high:Q", title="at most", format=".2f"),
        alt.Tooltip("worlds:Q"),
    ]
    axis = alt.Axis(grid=False, tickCount=6)
    layers = [
        filled.mark_rect(opacity=0.42).encode(
            x=alt.X("left:Q", title=x, scale=BY_ROWS, axis=axis),
            x2=alt.X2("right"),
            y=alt.Y("bottom:Q", title=y, scale=BY_ROWS, axis=axis),
            y2=alt.Y2("top"),
            color=colour,
        ),
        points.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X("x:Q", scale=BY_ROWS), y=alt.Y("y:Q", scale=BY_ROWS), color=colour, shape=shape, tooltip=tooltip
        ),
    ]
    if here is not None:
        table.append({"part": "here", "x": here[0], "y": here[1]})
        ring = base.transform_filter("datum.part == 'here'")
        ring = ring.mark_point(shape="circle", size=320, strokeWidth=2.5, color=INK, filled=False)
        layers.append(ring.encode(x=alt.X("x:Q", scale=BY_ROWS), y=alt.Y("y:Q", scale=BY_ROWS)))
    subtitle = ["Ring: where the controls stand.", "Each tile has the colour of the nearest point."]
    return styled(layers, table, height=_HEIGHT, title=title, subtitle=subtitle)


def _tiles(rows: Sequence[RegionPoint]) -> list[dict[str, Any]]:
    """Tiles of the finest size over the whole range, each with the outcome of the nearest point."""
    if not rows:
        return []
    where = np.array([(row.x, row.y) for row in rows])
    coarse = np.array([max(row.width for row in rows), max(row.height for row in rows)])
    fine = np.array([min(row.width for row in rows), min(row.height for row in rows)])
    low, high = where.min(axis=0) - coarse / 2, where.max(axis=0) + coarse / 2
    lines = [_lines(float(where[:, n].min()), float(low[n]), float(high[n]), float(fine[n])) for n in (0, 1)]
    tiles = []
    for left, right in pairwise(lines[0]):
        for bottom, top in pairwise(lines[1]):
            far = (where - ((left + right) / 2, (bottom + top) / 2)) / fine
            nearest = rows[int(np.square(far).sum(axis=1).argmin())]
            ends = {"left": float(left), "right": float(right), "bottom": float(bottom), "top": float(top)}
            tiles.append({"part": "tile", **ends, "strategy": nearest.outcome})
    return tiles


def _lines(first: float, low: float, high: float, step: float) -> np.ndarray:
    """Where tiles end between low and high: a step apart, so that a point stands in a tile's middle; at most 60."""
    step = max(step, (high - low) / 60)
    count = int(np.ceil((high - low) / step)) + 2
    ends = first + step * (np.arange(-count, 2 * count) - 0.5)
    return np.unique(np.concatenate([[low], ends[(ends > low + 1e-9) & (ends < high - 1e-9)], [high]]))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
