"""A picture to send around: the sentence, the chart, how sure it is, and where it comes from."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import altair as alt

from charts.export import WIDTH, chart_bytes
from charts.theme import INK

__all__ = ["picture"]

_LETTERS = 88
"""Letters in a line of the picture's width."""


def picture(spec: Mapping[str, Any], *, sentence: str, caption: str, link: str) -> bytes:
    """One PNG, two pixels a point, on white: sentence above, the chart of a specification, caption and link below.

    >>> spec = alt.Chart(alt.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q").to_dict()
    >>> picture(spec, sentence="One.", caption="Exact.", link="http://127.0.0.1/")[:4]
    b'\\x89PNG'
    """
    chart = {key: value for key, value in spec.items() if key not in ("$schema", "config", "autosize")}
    if "width" in chart or "layer" in chart:
        chart["width"] = WIDTH
    below = [*textwrap.wrap(caption, _LETTERS), *_cut(link)]
    foot = {
        "data": {"values": [{"line": line, "row": row} for row, line in enumerate(below)]},
        "mark": {"type": "text", "align": "left", "color": INK, "fontSize": 13, "x": 0},
        "encoding": {
            "text": {"field": "line", "type": "nominal"},
            "y": {"field": "row", "type": "ordinal", "axis": None},
        },
        "width": WIDTH,
        "height": 18 * len(below),
        "view": {"stroke": None},
    }
    whole = {
        "title": {
            "text": textwrap.wrap(sentence, _LETTERS - 14),
            "anchor": "start",
            "fontSize": 17,
            "lineHeight": 22,
            "offset": 16,
        },
        "vconcat": [chart, foot],
        "spacing": 12,
        "config": {**spec.get("config", {}), "concat": {"spacing": 12}},
    }
    return chart_bytes(alt.VConcatChart.from_dict({**whole, "$schema": alt.SCHEMA_URL}), "png")


def _cut(link: str) -> list[str]:
    return [link[start : start + _LETTERS] for start in range(0, len(link), _LETTERS)]
