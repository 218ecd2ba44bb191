"""The subnet in one epoch: weights and consensus, pay by miner, bonds, and the parts of one validator's dividend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from charts.theme import BY_ROWS, INK, LABEL_SIZE, RULE, by_strategy, framed, styled, styles

__all__ = ["bonds_chart", "incentive_chart", "parts_chart", "seats_chart", "weights_chart"]

_HEIGHT = 280
_MOST = 80
"""Miners drawn at most, the best of them: more would be a smear."""

_FEW = 12
"""Up to so many miners all have a number on the axis."""

CABAL = "the cabal's"
HONEST = "other miners"


def weights_chart(
    weights: np.ndarray, consensus: np.ndarray, quality: np.ndarray, strategies: Sequence[str]
) -> alt.LayerChart:
    """What every validator gives each miner, miners in order of quality, and the consensus that cuts it off.

    Shapes: weights[validator, miner], consensus and quality[miner].
    """
    order = np.argsort(-quality, kind="stable")[:_MOST]
    share = _shares(consensus)
    table: list[dict[str, Any]] = [
        {"part": "consensus", "place": place + 1, "weight": 100 * float(share[miner]), "miner": int(miner)}
        for place, miner in enumerate(order)
    ]
    table += [
        {
            "part": "weight",
            "place": place + 1,
            "weight": 100 * float(weights[seat, miner]),
            "strategy": strategy,
            "miner": int(miner),
            "validator": seat,
        }
        for seat, strategy in enumerate(strategies)
        for place, miner in enumerate(order)
    ]
    scale = alt.Scale(type="sqrt", nice=False, zero=True)
    x = alt.X("place:Q", title="miners, best first", axis=_whole_axis(), scale=_places(len(order)))
    y = alt.Y("weight:Q", title="weight, % of a row", scale=scale, axis=alt.Axis(gridOpacity=0.35, tickCount=5))
    base = alt.Chart()
    look = by_strategy(list(dict.fromkeys(strategies)))
    dots = base.transform_filter("datum.part == 'weight'").mark_point(filled=True, size=26, opacity=0.55)
    line = base.transform_filter("datum.part == 'consensus'").mark_line(color=INK, strokeWidth=2, interpolate="step")
    tooltip = [
        alt.Tooltip("strategy:N"),
        alt.Tooltip("validator:Q", title="validator"),
        alt.Tooltip("miner:Q", title="miner"),
        alt.Tooltip("weight:Q", title="weight, %", format=".2f"),
    ]
    layers = [dots.encode(x=x, y=y, tooltip=tooltip, **look), line.encode(x=x, y=y)]
    return styled(
        layers, table, height=_HEIGHT, title="Weights", subtitle=["Grey line: consensus. What lies above is cut off."]
    )


def incentive_chart(incentive: np.ndarray, quality: np.ndarray, cabal: int = 0) -> alt.LayerChart:
    """What each miner is paid beside what its quality would earn, miners in order of quality; shapes [miner].

    The last `cabal` miners are the cabal's.
    """
    order = np.argsort(-quality, kind="stable")[:_MOST]
    worth = _shares(quality)
    table = [
        {
            "part": "miner",
            "place": place + 1,
            "pay": 100 * float(incentive[miner]),
            "worth": 100 * float(worth[miner]),
            "miner": int(miner),
            "whose": CABAL if miner >= quality.size - cabal else HONEST,
        }
        for place, miner in enumerate(order)
    ]
    most = max((row[name] for row in table for name in ("pay", "worth")), default=1.0) or 1.0
    scale = alt.Scale(type="sqrt", nice=False, zero=True)
    x = alt.X("place:O", title="miners, best first", axis=_miners_axis(len(order)))
    y = alt.Y("pay:Q", title="share, %", scale=scale, axis=alt.Axis(gridOpacity=0.35, tickCount=5))
    names = [HONEST, CABAL] if cabal else [HONEST]
    colour = alt.Color(
        "whose:N",
        scale=alt.Scale(domain=names, range=["#56B4E9", "#CC79A7"][: len(names)]),
        legend=alt.Legend(orient="top", title=None) if cabal else None,
    )
    tooltip = [
        alt.Tooltip("miner:Q"),
        alt.Tooltip("pay:Q", title="paid, %", format=".2f"),
        alt.Tooltip("worth:Q", title="share of quality, %", format=".2f"),
    ]
    rows, frame = framed(0.0, 1.05 * most, y=y)
    base = alt.Chart().transform_filter("datum.part == 'miner'")
    layers = [
        frame,
        base.mark_bar(opacity=0.85).encode(x=x, y=y, color=colour, tooltip=tooltip),
        base.mark_tick(color=INK, thickness=2, width=7, orient="horizontal").encode(
            x=x, y=alt.Y("worth:Q", scale=scale)
        ),
    ]
    return styled(
        layers,
        [*table, *rows],
        height=_HEIGHT,
        title="What miners are paid",
        subtitle=["Bars: share of incentive.", "Grey marks: share of all quality."],
    )


def seats_chart(
    dividends: np.ndarray, stake: np.ndarray, strategies: Sequence[str], *, chosen: int | None = None
) -> alt.LayerChart:
    """Dividends per stake of every validator's seat in one epoch; shapes [validator]. A click on a bar chooses it."""
    ratio = np.divide(dividends, stake, out=np.zeros_like(dividends), where=stake > 0)
    table = [
        {
            "validator": seat,
            "strategy": strategy,
            "ratio": float(ratio[seat]),
            "stake": 100 * float(stake[seat]),
            "opacity": 0.9 if chosen is None else 1.0 if seat == chosen else 0.45,
        }
        for seat, strategy in enumerate(strategies)
    ]
    look = by_strategy(list(dict.fromkeys(strategies)))
    clicked = alt.PointSelectionConfig(type="point", fields=["validator"], on="click", toggle=False)
    x = alt.X("validator:O", title="validator", axis=alt.Axis(labelAngle=0, labelOverlap=True))
    y = alt.Y("ratio:Q", title="dividends per stake", axis=alt.Axis(gridOpacity=0.35, tickCount=5))
    tooltip = [
        alt.Tooltip("validator:O"),
        alt.Tooltip("strategy:N"),
        alt.Tooltip("ratio:Q", title="dividends per stake", format=".3f"),
        alt.Tooltip("stake:Q", title="stake, %", format=".2f"),
    ]
    base = alt.Chart()
    bars = base.mark_bar(cursor="pointer", cornerRadiusEnd=2).encode(
        x=x, y=y, color=look["color"], tooltip=tooltip, opacity=alt.Opacity("opacity:Q", scale=None)
    )
    bars.name = "bars"
    layers = [
        bars,
        base.mark_point(filled=True, size=60, opacity=1, yOffset=-9).encode(x=x, y=y, **look),
        base.transform_aggregate(rows="count()").mark_rule(**RULE).encode(y=alt.YDatum(1)),
    ]
    chart = styled(
        layers, table, height=_HEIGHT, title="What validators are paid", subtitle=["1 is par. Click a bar to ask why."]
    )
    chart.params = [alt.TopLevelSelectionParameter(name="seat", select=clicked, views=["bars"])]
    return chart


def bonds_chart(bonds: np.ndarray, quality: np.ndarray, strategies: Sequence[str]) -> alt.LayerChart:
    """What every validator holds of each miner, miners in order of quality; bonds[validator, miner]."""
    order = np.argsort(-quality, kind="stable")[:_MOST]
    held = bonds / np.maximum(bonds.sum(axis=0, keepdims=True), 1e-300)
    table = [
        {
            "validator": f"{seat} {strategy}",
            "place": place + 1,
            "held": 100 * float(held[seat, miner]),
            "miner": int(miner),
        }
        for seat, strategy in enumerate(strategies)
        for place, miner in enumerate(order)
    ]
    base = alt.Chart()
    cells = base.mark_rect().encode(
        x=alt.X("place:O", title="miners, best first", axis=_miners_axis(len(order))),
        y=alt.Y("validator:N", title=None, sort=None, axis=alt.Axis(labelLimit=110)),
        color=alt.Color("held:Q", title="% of a miner's bonds", scale=alt.Scale(scheme="cividis"), legend=_BAR),
        tooltip=[
            alt.Tooltip("validator:N"),
            alt.Tooltip("miner:Q"),
            alt.Tooltip("held:Q", title="% of the miner's bonds", format=".1f"),
        ],
    )
    return styled([cells], table, height=max(140, min(20 * len(strategies), 420)), title="Bonds", subtitle=None)


def parts_chart(parts: Mapping[str, float], says: Mapping[str, str], strategy: str) -> alt.LayerChart:
    """A dividend as a staircase: each part, in thousandths, from where the one before ended, and the whole."""
    table, reached = [], 0.0
    for name, value in parts.items():
        table.append({"part": says[name], "start": reached, "end": reached + value, "value": value, "kind": "part"})
        reached += value
    table.append({"part": "paid", "start": 0.0, "end": reached, "value": reached, "kind": "whole"})
    for row in table:
        row["text"] = _signed(row["value"]) if row["kind"] == "part" else f"{row['value']:.1f}"
        row["tone"] = "whole" if row["kind"] == "whole" else "gain" if row["value"] >= 0 else "loss"
    colour = styles([strategy])[strategy].colour
    tone = alt.Scale(domain=["gain", "loss", "whole"], range=["#56B4E9", "#D55E00", colour])
    rows = [row["part"] for row in table]
    ends = [end for row in table for end in (row["start"], row["end"])]
    y = alt.Y("part:N", sort=rows, title=None, axis=alt.Axis(labelLimit=230, ticks=False, domain=False))
    x = alt.X(
        "start:Q", title="thousandths of all dividends", scale=BY_ROWS, axis=alt.Axis(gridOpacity=0.35, tickCount=6)
    )
    room, frame = framed(min(0.0, *ends), max(ends) * 1.3 + 1e-9, x=x)  # for a number at 390 pixels
    base = alt.Chart().transform_filter("datum.part != 'frame'")
    layers = [
        frame,
        base.mark_bar(height=alt.RelativeBandSize(band=0.66)).encode(
            x=x, x2=alt.X2("end"), y=y, color=alt.Color("tone:N", scale=tone, legend=None)
        ),
        base.mark_text(align="left", dx=5, color=INK, fontSize=LABEL_SIZE)
        .encode(x=alt.X("most:Q", scale=BY_ROWS), y=y, text=alt.Text("text:N"))
        .transform_calculate(most="max(datum.start, datum.end)"),
    ]
    return styled(layers, [*table, *room], height=34 * len(rows), title="Why it earned that", subtitle=None)


_BAR = alt.Legend(orient="top", gradientLength=140, titleLimit=200, titleFontWeight="normal")


def _signed(value: float) -> str:
    return "0" if abs(value) < 0.05 else f"{value:+.1f}".replace("-", "−")


def _whole_axis() -> alt.Axis:
    return alt.Axis(format="d", tickMinStep=1, grid=False, tickCount=8)


def _miners_axis(miners: int) -> alt.Axis:
    """The first and every tenth; all of a few."""
    every = 1 if miners <= _FEW else 10
    shown = f"datum.value % {every} == 0 || datum.value == 1 ? datum.label : ''"
    return alt.Axis(labelExpr=shown, labelAngle=0, labelOverlap=False, ticks=False)


def _places(count: int) -> alt.Scale:
    return alt.Scale(domain=[0.4, count + 0.6], nice=False)


def _shares(values: np.ndarray) -> np.ndarray:
    total = values.sum()
    return values / total if total > 0 else values
