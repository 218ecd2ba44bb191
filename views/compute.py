"""The page Compute: the claim about Bitcoin's network taken apart, and what rewards hire which machines."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from experiments.markets import SHARES
from views.claim import CLAIM, show_claim
from views.link import open_link, write_link
from views.machines import MARKET, show_hiring, show_question
from views.takeaway import Drawn, setting_code, setting_command, take_along
from views.terms import heading

__all__ = ["page"]


def page() -> None:
    """The claim, then the question behind it."""
    heading(
        "Compute",
        "Bitcoin's reward brings hundreds of EH/s of machines together without a company. Can the same "
        "[[coordinate-and-reward]] draw machines to AI, against a cloud held by a few?",
    )
    open_link(CLAIM, MARKET)
    charts: dict[str, Drawn] = {}
    tables: dict[str, pd.DataFrame] = {}
    said = show_claim(charts, tables)
    st.divider()
    settings = show_question(charts, tables)
    write_link(CLAIM, MARKET)
    if settings is not None:
        show_hiring(settings, charts, tables)
    take_along(
        "compute",
        sentence=said,
        charts=charts,
        commands=[setting_command("claim", CLAIM), setting_command("compute", MARKET)],
        python=_python(),
        tables=tables,
    )


def _python() -> str:
    """The Python that says what the page says."""
    return (
        "from econ.compute import ComputeSettings, solve_allocation\n"
        "from econ.compute.claim import ClaimSettings, claim\n"
        "from econ.compute.statics import assumptions, hiring_price_range\n\n"
        f"print(claim(ClaimSettings({setting_code(CLAIM)})).sentence)\n"
        f"settings = ComputeSettings({setting_code(MARKET)})\n"
        "answer = solve_allocation(settings.game())\n"
        "print(answer.subnet_gpus, answer.hired_share, answer.hash_rate, answer.sentence)\n"
        f"for share in {SHARES}:\n"
        "    print(hiring_price_range(settings, share, assumptions(settings)).sentence)\n"
    )
