"""How strategies look, everywhere the same: one colour and one mark each, told apart without colour vision too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

__all__ = ["BAND", "INK", "LABEL_SIZE", "RULE", "Style", "by_strategy", "styled", "styles"]

INK = "#7d7d7d"
"""Text and rules inside a chart: a grey with a contrast above 4 to white and to a dark page."""

BAND = 0.22
"""Opacity of an interval."""

LABEL_SIZE = 13
"""Size of text inside a chart."""

RULE = {"color": INK, "strokeWidth": 1.5}
"""A line that is no strategy's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A strategy's colour and mark."""

    colour: str
    shape: str


# Okabe and Ito, "Color Universal Design" (2008): a palette that the common kinds of colour blindness keep apart.
_KNOWN = {
    "honest": Style(colour="#0072B2", shape="circle"),
    "weight-copier": Style(colour="#E69F00", shape="square"),
    "colluding": Style(colour="#CC79A7", shape="triangle-up"),
}
_OTHERS = (
    Style(colour="#009E73", shape="diamond"),
    Style(colour="#56B4E9", shape="cross"),
    Style(colour="#D55E00", shape="triangle-down"),
    Style(colour="#F0E442", shape="triangle-left"),
    Style(colour="#999999", shape="triangle-right"),
    Style(colour="#0072B2", shape="wedge"),
    Style(colour="#E69F00", shape="arrow"),
    Style(colour="#CC79A7", shape="stroke"),
)

_LETTERS, _COLUMNS = 96, 3
"""What stands in one row of a legend: letters, in a chart that is exported, and names, on a phone."""
_SYMBOL = 5
"""Letters that a symbol takes."""


def styles(strategies: Iterable[str]) -> dict[str, Style]:
    """The style of each strategy: those named here always look the same, others follow in their order.

    >>> {name: style.shape for name, style in styles(["lazy", "honest"]).items()}
    {'lazy': 'diamond', 'honest': 'circle'}
    """
    names = list(dict.fromkeys(strategies))
    others = [name for name in names if name not in _KNOWN]
    return {name: _KNOWN.get(name) or _OTHERS[others.index(name) % len(_OTHERS)] for name in names}


def by_strategy(strategies: Sequence[str]) -> dict[str, Any]:
    """The encodings of a layer whose rows name their `strategy`: colour and shape share one legend, wrapped if long."""
    looks = styles(strategies)
    columns = max(1, min(_COLUMNS, _LETTERS // max((len(name) + _SYMBOL for name in looks), default=1)))
    legend = alt.Legend(orient="top", title=None, symbolSize=90, symbolOpacity=1, labelLimit=320, columns=columns)
    colour = alt.Scale(domain=list(looks), range=[look.colour for look in looks.values()])
    shape = alt.Scale(domain=list(looks), range=[look.shape for look in looks.values()])
    return {
        "color": alt.Color("strategy:N", scale=colour, legend=legend),
        "shape": alt.Shape("strategy:N", scale=shape, legend=legend),
    }


def styled(
    layers: Sequence[alt.Chart], rows: Sequence[dict[str, Any]], *, height: int, title: str, subtitle: list[str] | None
) -> alt.LayerChart:
    """Layers over one dataset at the width of their place, with a title; the page may set the colours of the type."""
    shown = alt.Title(title, subtitle=subtitle) if subtitle else alt.Title(title)
    chart = alt.LayerChart()  # its parts set one by one: what Altair does instead copies each chart deeply each time
    chart.layer = list(layers)
    chart.width, chart.height, chart.title = "container", height, shown
    chart.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")  # the height is the plot's: texts rely on it
    chart.config = alt.Config(
        axis=alt.AxisConfig(labelFontSize=12, titleFontSize=13, titleFontWeight="normal"),
        title=alt.TitleConfig(fontSize=15, subtitleFontSize=13, anchor="start", subtitleColor=INK, offset=10),
        legend=alt.LegendConfig(labelFontSize=13),
        view=alt.ViewConfig(strokeOpacity=0),
    )
    chart.data = alt.Data(values=list(rows))
    return chart
