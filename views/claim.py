"""The first half of the page Compute: a claim about Bitcoin's network, taken apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from charts.claim import claim_chart
from econ.compute.claim import CLAIMED, CLAIMED_BY, SOURCES, Claim, ClaimSettings, claim
from experiments.declared import with_unit
from views.control import InSight
from views.sheet import Sheet
from views.tables import show_table
from views.takeaway import Drawn, show_chart
from views.terms import safe, say
from views.words import label_of, plain

__all__ = ["CLAIM", "show_claim"]

_STATUS = {
    "checked": "looked up",
    "derived": "counted or computed",
    "assumed": "assumed",
    "unchecked": "from memory *",
    "given": "set by you",
}


def _month(values: Mapping[str, Any]) -> str:
    known = ClaimSettings(list_date=values["claim.list_date"], list_flops=values["claim.list_flops"])
    return f"All 500 together: {known.all_500_flops:g} EFLOP/s, {_STATUS[known.status('list_flops')]}."


CLAIM = Sheet(
    name="claim",
    declared={f"claim.{name}": one for name, one in ClaimSettings.quantities().items()},
    in_sight={
        "claim.flop_per_hash": InSight(
            "A hash counts as so many FLOP",
            0.0,
            20_000.0,
            1.0,
            lambda values: "An ASIC does none: it only hashes.",
            shown="localized",
        ),
        "claim.hash_rate": InSight("Hash rate of the network, EH/s", 0.0, 1_500.0, 10.0, shown="%g"),
        "claim.list_date": InSight("TOP500 list of", words=_month),
    },
    more="Every other input of the claim",
)


def show_claim(charts: dict[str, Drawn], tables: dict[str, pd.DataFrame]) -> str:
    """Sliders, verdict, bars, and where each number comes from; returns the verdict."""
    st.subheader(f"“{CLAIMED:,.0f} times the 100 fastest supercomputers”", anchor=False)
    say(f"Said of Bitcoin's network by {safe(CLAIMED_BY)}. Is it so? It depends on what is counted.", kind="soft")
    left, right = st.columns([1, 2], gap="large")
    with left:
        CLAIM.show()
    settings = CLAIM.made(lambda: ClaimSettings(**CLAIM.bare))
    if settings is None:
        return ""
    answer = claim(settings)
    charts["claim"] = Drawn.of(claim_chart(answer), plain(_true_if(answer)))
    tables["claim"] = pd.DataFrame(
        [
            {
                "measure": one.name,
                "network": one.network,
                "100 fastest": one.supercomputers,
                "unit": one.unit,
                "ratio": one.ratio,
            }
            for one in answer.measures
        ]
    )
    with right:
        say(safe(answer.sentence), kind="result")
        show_chart(charts["claim"])
    with st.expander("Where each number comes from"):
        show_table(_inputs(settings), "inputs")
        st.caption("\\* nobody has looked it up: it was remembered, and bars that rest on it are marked.")
    return answer.sentence


def _true_if(answer: Claim) -> str:
    if not math.isfinite(answer.flop_per_hash_for_claim):
        return "Without hashing no conversion makes the claim true."
    return (
        f"The claim is exact if a hash counts as {answer.flop_per_hash_for_claim:,.0f} FLOP, or if the 100 fastest "
        f"compute {answer.flops_for_claim:.3g} EFLOP/s together; here {answer.settings.top_100_flops:.3g}."
    )


def _inputs(settings: ClaimSettings) -> pd.DataFrame:
    declared = settings.quantities()
    return pd.DataFrame(
        [
            {
                "Input": plain(f"{label_of(declared[name])}: {with_unit(settings.value(name), declared[name])}"),
                "Status, source and date": plain(f"{_STATUS[settings.status(name)]}: {source.text} ({source.date})"),
            }
            for name, source in SOURCES.items()
        ]
    )
