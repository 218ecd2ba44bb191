"""The claim by five measures: bars on a logarithmic axis, marked where nobody has looked an input up."""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from charts.theme import INK, LABEL_SIZE, RULE, styled
from econ.compute.claim import CLAIMED, Claim, Measure

__all__ = ["claim_chart"]

_ROW = 50
_LOOKED_UP, _REMEMBERED = "inputs looked up, counted or assumed", "* an input from memory"
_COLOURS = ["#0072B2", "#E69F00"]


def claim_chart(claim: Claim) -> alt.LayerChart:
    """How many times the 100 fastest supercomputers the network is, by each measure; the claim itself is a rule.

    A bar in the second colour, with a star, rests on an input that nobody looked up, and says which.
    """
    times = [measure.ratio for measure in claim.measures if 0 < measure.ratio < math.inf]
    top = 10.0 ** math.ceil(math.log10(max([CLAIMED, *times]) * 1.5))
    least = 10.0 ** min(0, math.floor(math.log10(min([1.0, *times]))))
    rows = [_row(measure, least, top) for measure in claim.measures]
    scale = alt.Scale(type="log", domain=[least, top], nice=False)
    powers = range(round(math.log10(least)), round(math.log10(top)) + 1)
    axis = alt.Axis(
        values=[10.0**power for power in powers],
        labelExpr="datum.value >= 1e6 ? format(datum.value / 1e6, ',') + ' million' : format(datum.value, ',')",
        gridOpacity=0.35,
        labelOverlap=True,
    )
    x = alt.X("end:Q", title="times the 100 fastest supercomputers, each step ten times", scale=scale, axis=axis)
    y = alt.Y("measure:N", sort=[row["measure"] for row in rows], axis=None)
    colours = alt.Scale(domain=[_LOOKED_UP, _REMEMBERED], range=_COLOURS)
    legend = alt.Legend(orient="top", symbolType="square", title=None, labelLimit=320, columns=1)
    tooltip = [
        alt.Tooltip("measure:N", title="measured by"),
        alt.Tooltip("network:N"),
        alt.Tooltip("supercomputers:N", title="100 fastest"),
        alt.Tooltip("uses:N", title="rests on"),
        alt.Tooltip("remembered:N", title="from memory"),
    ]
    base = alt.Chart()
    once = base.transform_aggregate(rows="count()")
    rule = once.mark_rule(**{**RULE, "strokeDash": [5, 4]}).encode(x=alt.XDatum(CLAIMED, scale=scale))
    claimed = once.mark_text(align="right", dx=-6, color=INK, fontSize=12).encode(
        x=alt.XDatum(CLAIMED, scale=scale),
        y=alt.YValue(_ROW * len(rows) - 12),
        text=alt.TextValue(f"claimed: {CLAIMED:,.0f}"),
    )
    bars = base.mark_bar(height=16, yOffset=9, cornerRadiusEnd=2).encode(
        x=x,
        x2=alt.X2Datum(least),
        y=y,
        color=alt.Color("inputs:N", scale=colours, legend=legend),
        tooltip=tooltip,
    )
    said = base.mark_text(align="left", dx=1, dy=-9, fontSize=LABEL_SIZE, color=INK).encode(
        x=alt.XValue(0), y=y, text=alt.Text("said:N"), tooltip=tooltip
    )
    return styled(
        [rule, claimed, bars, said],
        rows,
        height=_ROW * len(rows),
        title="Bitcoin against 100 supercomputers",
        subtitle=None,
    )


def _row(measure: Measure, least: float, top: float) -> dict[str, Any]:
    remembered = ", ".join(_words(name) for name in measure.unchecked)
    why = f" (from memory: {remembered})" if remembered else ""
    if measure.ratio == 0:
        ratio = "0, no chip of the network can do it" if measure.network == 0 else "0 times"
    else:
        ratio = f"{_number(measure.ratio)} times{' *' if remembered else ''}"
    return {
        "measure": measure.name,
        "end": min(max(measure.ratio, least), top),
        "said": f"By {measure.name}: {ratio}{why if measure.ratio else ''}",
        "inputs": _REMEMBERED if remembered else _LOOKED_UP,
        "network": f"{measure.network:.3g} {measure.unit}",
        "supercomputers": f"{measure.supercomputers:.3g}",
        "uses": ", ".join(_words(name) for name in measure.uses),
        "remembered": remembered or "nothing",
    }


def _words(name: str) -> str:
    return name.replace("_", " ").replace("flops", "sum").replace("flop ", "FLOP ")


def _number(times: float) -> str:
    """Three digits, in full.

    >>> _number(661_234.0), _number(34.41), _number(0.0123)
    ('661,000', '34.4', '0.0123')
    """
    if not math.isfinite(times):
        return "endlessly many"
    digits = 2 - math.floor(math.log10(times))
    return f"{round(times, digits):,.{max(0, digits)}f}"
