"""Three strategies as a triangle: where imitation drives the crowd, where it rests, and which corner it ends in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from charts.theme import INK, LABEL_SIZE, styled, styles

__all__ = ["MIXED", "FlowPoint", "RestPoint", "simplex_chart"]

MIXED = "a mixture"
_HEIGHT = 400
_ARROW = 0.036


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPoint:
    """A crowd with these shares, how each share moves, and the strategy that all end up playing (or `MIXED`)."""

    shares: tuple[float, float, float]
    motion: tuple[float, float, float]
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPoint:
    """A crowd that nobody leaves; `stable` is None where that is open."""

    shares: tuple[float, float, float]
    stable: bool | None


def simplex_chart(
    flow: Sequence[FlowPoint], rests: Sequence[RestPoint], strategies: tuple[str, str, str], *, noun: str
) -> alt.LayerChart:
    """Corners are crowds of one strategy; tiles have the colour of the corner the flow ends in, arrows its direction.

    Full rest points are stable, hollow ones unstable, crossed ones open.
    """
    names = [*strategies, *([MIXED] if any(point.ends == MIXED for point in flow) else [])]
    looks = styles(strategies)
    colours = [looks[name].colour if name in looks else "#8a8a8a" for name in names]
    table: list[dict[str, Any]] = []
    for point in flow:
        x, y = _place(point.shares)
        moved = _place((*point.motion,)) if any(point.motion) else (0.0, 0.0)
        length = math.hypot(*moved)
        row = {"x": x, "y": y, "strategy": point.ends, **_said(point.shares, strategies)}
        table.append({"part": "tile", **row})
        if length > 0 and min(point.shares) > 0:
            dx, dy = (_ARROW * part / length for part in moved)
            angle = math.degrees(math.atan2(dx, dy))
            table.append({"part": "stem", **row, "x2": x + dx, "y2": y + dy})
            table.append({"part": "head", **row, "x": x + dx, "y": y + dy, "angle": angle})
    kinds = {True: "stable", False: "unstable", None: "open"}
    for rest in rests:
        x, y = _place(rest.shares)
        table.append({"part": "rest", "x": x, "y": y, "kind": kinds[rest.stable], **_said(rest.shares, strategies)})
    corners = (((1.0, 0.0, 0.0), 22), ((0.0, 1.0, 0.0), 22), ((0.0, 0.0, 1.0), -18))
    for (shares, _), name in zip(corners, strategies, strict=True):
        x, y = _place(shares)
        table.append({"part": "corner", "x": x, "y": y, "name": f"all {name}", "strategy": name})
    across, up = alt.Scale(domain=[-0.16, 1.16], nice=False), alt.Scale(domain=[-0.09, 0.97], nice=False)
    x, y = alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=up, axis=None)
    top: dict[str, Any] = {"orient": "top", "titleFontWeight": "normal"}
    legend = alt.Legend(title="ends as all", symbolOpacity=1, **top)
    colour = alt.Color("strategy:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    marks = [looks[name].shape if name in looks else "diamond" for name in names]
    shape = alt.Shape("strategy:N", scale=alt.Scale(domain=names, range=marks), legend=legend)
    tooltip = [alt.Tooltip(f"{name}:N") for name in strategies]
    base = alt.Chart()
    part = {name: base.transform_filter(f"datum.part == '{name}'") for name in ("tile", "stem", "head", "rest")}
    fill = alt.Scale(domain=["stable", "unstable", "open"], range=["#111111", "#ffffff", "#999999"])
    layers = [
        part["tile"]
        .mark_point(filled=True, size=170, opacity=0.34)
        .encode(x=x, y=y, color=colour, shape=shape, tooltip=tooltip),
        part["stem"].mark_rule(color=INK, strokeWidth=1.2).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        part["head"]
        .mark_point(shape="triangle-up", filled=True, size=26, opacity=1, color=INK)
        .encode(x=x, y=y, angle=alt.Angle("angle:Q", scale=alt.Scale(domain=[-180, 180], range=[-180, 180]))),
        part["rest"]
        .mark_point(size=190, strokeWidth=2.4, stroke="#777777", opacity=1)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("kind:N", scale=fill, legend=alt.Legend(title="rest point", **{**top, "orient": "bottom"})),
            tooltip=[alt.Tooltip("kind:N", title="rest point"), *tooltip],
        ),
    ]
    for (_, dy), name in zip(corners, strategies, strict=True):
        only = base.transform_filter(f"datum.part == 'corner' && datum.strategy == '{name}'")
        text = only.mark_text(align="center", dy=dy, fontSize=LABEL_SIZE, color=INK)
        layers.append(text.encode(x=x, y=y, text=alt.Text("name:N")))
    return styled(
        layers,
        table,
        height=_HEIGHT,
        title=f"Where imitation leads {noun}",
        subtitle=["Arrows: strategies that earn more than average grow."],
    )


def _place(shares: tuple[float, ...]) -> tuple[float, float]:
    """The first corner stands left, the second right, the third above."""
    return shares[1] + shares[2] / 2.0, shares[2] * math.sqrt(3.0) / 2.0


def _said(shares: tuple[float, float, float], strategies: tuple[str, str, str]) -> dict[str, str]:
    return {name: f"{100 * share:.0f}%" for name, share in zip(strategies, shares, strict=True)}
