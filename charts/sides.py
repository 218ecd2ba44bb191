"""Two rule sets beside each other: what each party gains by the second, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import altair as alt

from charts.theme import BY_ROWS, INK, LABEL_SIZE, RULE, framed, styled, styles

__all__ = ["SidePoint", "sides_chart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePoint:
    """A party's gain under the second rule set, with its interval; `kind` is a strategy's name or another word."""

    party: str
    kind: str
    mean: float
    low: float
    high: float


def sides_chart(rows: Sequence[SidePoint], *, title: str, unit: str) -> alt.LayerChart:
    """A mark a party with its interval; right of 0 it gains by the second rule set."""
    table = [{"part": "party", **asdict(row)} for row in rows]
    kinds = list(dict.fromkeys(row.kind for row in rows))
    looks = styles(kinds)
    scale = alt.Scale(domain=kinds, range=[looks[kind].colour for kind in kinds])
    shape = alt.Scale(domain=kinds, range=[looks[kind].shape for kind in kinds])
    names = [row.party for row in rows]
    reach = max((abs(end) for row in rows for end in (row.low, row.high, row.mean)), default=1.0) * 1.25 or 1.0
    x = alt.X("mean:Q", title=unit, scale=BY_ROWS, axis=alt.Axis(gridOpacity=0.35, tickCount=7))
    who = alt.Axis(labelLimit=200, labelFlush=False, ticks=False, domain=False)
    y = alt.Y("party:N", title=None, sort=names, axis=who)
    colour = alt.Color("kind:N", scale=scale, legend=None)
    ends, frame = framed(-reach, reach, x=x)
    base = alt.Chart()
    gains = base.transform_filter("datum.part == 'party'")
    once = base.transform_aggregate(rows="count()")
    words = once.mark_text(color=INK, fontSize=LABEL_SIZE)
    layers = [
        frame,
        once.mark_rule(**RULE).encode(x=alt.XDatum(0)),
        gains.mark_rule(strokeWidth=3, opacity=0.5).encode(
            x=alt.X("low:Q", scale=BY_ROWS), x2=alt.X2("high"), y=y, color=colour
        ),
        gains.mark_point(filled=True, size=110, opacity=1).encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape("kind:N", scale=shape, legend=None),
            tooltip=[
                alt.Tooltip("party:N"),
                alt.Tooltip("mean:Q", title="gains, thousandths", format=".2f"),
                alt.Tooltip("low:Q", title="at least", format=".2f"),
                alt.Tooltip("high:Q", title="at most", format=".2f"),
            ],
        ),
        words.encode(x=alt.XValue(alt.expr("width * 0.25")), y=alt.YValue(-8), text=alt.TextValue("◀ loses by B")),
        words.encode(x=alt.XValue(alt.expr("width * 0.75")), y=alt.YValue(-8), text=alt.TextValue("gains by B ▶")),
    ]
    return styled(layers, [*table, *ends], height=36 * max(len(rows), 1), title=title, subtitle=[" "])
