"""A chart as the bytes of a picture."""

from __future__ import annotations

import io

import altair as alt

__all__ = ["KINDS", "chart_bytes"]

KINDS = ("png", "svg", "pdf")
"""The pictures that can be made."""

WIDTH = 720
"""Pixels of a chart that would take the width of its place."""


def chart_bytes(chart: alt.TopLevelMixin, kind: str) -> bytes:
    """The chart as PNG (two pixels a point), SVG or PDF, on white.

    >>> rows = alt.Data(values=[{"x": 1}])
    >>> chart_bytes(alt.Chart(rows).mark_point().encode(x="x:Q"), "svg").startswith(b"<svg")
    True
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; it must be one of {', '.join(KINDS)}")
    picture = chart.copy()
    if getattr(picture, "width", None) == "container":
        picture = picture.properties(width=WIDTH)
    picture = picture.properties(background="white", padding=12)
    buffer = io.StringIO() if kind == "svg" else io.BytesIO()
    picture.save(buffer, format=kind, scale_factor=2 if kind == "png" else 1)
    made = buffer.getvalue()
    return made if isinstance(made, bytes) else made.encode()
