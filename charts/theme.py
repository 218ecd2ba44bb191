"""How strategies look, everywhere the same: one colour and one mark each, told apart without colour vision too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

__all__ = ["BAND", "BY_ROWS", "INK", "LABEL_SIZE", "RULE", "Style", "by_strategy", "framed", "styled", "styles"]

INK = "#7d7d7d"
"""Text and rules inside a chart: a grey with a contrast above 4 to white and to a dark page."""

BAND = 0.22
"""Opacity of an interval."""

LABEL_SIZE = 13
"""Size of text inside a chart."""

RULE = {"color": INK, "strokeWidth": 1.5}
"""A line that is no strategy's."""


BY_ROWS = alt.Scale(nice=False, zero=False)
"""A scale from the least to the greatest of the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A strategy's colour and mark."""

    colour: str
    shape: str


# Okabe and Ito, "Color Universal Design" (2008): what the common kinds of colour blindness keep apart; and a grey.
_COLOURS = ("#0072B2", "#E69F00", "#CC79A7", "#009E73", "#56B4E9", "#D55E00", "#999999")
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left")
_SHAPES += ("triangle-right", "wedge", "arrow")
_LOOKS = tuple(
    Style(colour=_COLOURS[n % len(_COLOURS)], shape=_SHAPES[n % len(_SHAPES)])
    for n in range(len(_COLOURS) * len(_SHAPES))  # their lengths share no factor: no pair comes twice
)
_NAMES = (
    *("honest", "weight-copier", "colluding", "lazy", "stale", "averaging", "shading", "selective-evaluator"),
    *("target-copier", "stake-mean-copier", "careful-colluding", "undervaluing", "bribed", "bribed-copier"),
    *("early-bonder", "take-undercutter", "stake-renter", "sybil", "splitting-sybil", "model-copier", "hit-and-run"),
    *("griefer", "squatter", "bribing", "yield-chaser", "loyal", "index", "quality-aware", "burner", "pumper"),
)
_KNOWN = dict(zip(_NAMES, _LOOKS, strict=False))
_FREE = _LOOKS[len(_NAMES) :]

_LETTERS, _COLUMNS = 96, 3
"""What stands in one row of a legend: letters, in a chart that is exported, and names, on a phone."""
_SYMBOL = 5
"""Letters that a symbol takes."""


def styles(strategies: Iterable[str]) -> dict[str, Style]:
    """The style of each strategy: that of a built-in one is always its own, others follow in their order.

    >>> {name: style.shape for name, style in styles(["lazy", "mine", "honest"]).items()}
    {'lazy': 'diamond', 'mine': 'triangle-up', 'honest': 'circle'}
    """
    names = list(dict.fromkeys(strategies))
    looks = {name: _KNOWN[name] for name in names if name in _KNOWN}
    for name in names:
        if name not in looks:
            free = [look for look in _FREE if look not in looks.values()] or list(_FREE)
            colours, shapes = ({getattr(look, part) for look in looks.values()} for part in ("colour", "shape"))
            looks[name] = min(free, key=lambda look: (look.colour in colours) + (look.shape in shapes))
    return {name: looks[name] for name in names}


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


def framed(low: float, high: float, **channel: alt.X | alt.Y) -> tuple[list[dict[str, Any]], alt.Chart]:
    """Two rows and a layer without ink that hold an axis open from low to high; the channel's scale is `BY_ROWS`.

    So what is measured moves the axis by rows alone: a browser moves the chart that it has, as its specification is
    the same, and makes no other.
    """
    (place,) = channel.values()
    field = place.shorthand.partition(":")[0]
    mark = alt.Chart().transform_filter("datum.part == 'frame'").mark_circle(opacity=0, aria=False)
    return [{"part": "frame", field: end} for end in (low, high)], mark.encode(**channel)


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
