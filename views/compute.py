"""The page Compute: the claim about Bitcoin's network taken apart, and what rewards hire which machines."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from charts.bars import Bar, bar_chart
from charts.claim import claim_chart
from charts.market import MARKETS, HiringRow, hiring_chart
from econ.compute import Allocation, ComputeSettings, solve_allocation
from econ.compute.claim import CLAIMED, CLAIMED_BY, SOURCES, Claim, ClaimSettings, claim
from econ.compute.statics import HiringPrice, assumptions, conversion_thresholds, hiring_price, hiring_price_range
from experiments.declared import with_unit
from experiments.markets import large, market_rows, market_sentences
from experiments.wording import as_text
from views.link import open_link, write_link
from views.shared import Known, Turns
from views.sheet import InSight, Sheet
from views.takeaway import Drawn, show_chart, take_along
from views.terms import heading, safe, say
from views.words import label_of, plain

__all__ = ["page"]

SHARES = (0.01, 0.1, 0.5)
"""Shares of all GPUs whose price is asked for."""

_AT_ONCE = 2

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


def _subsidy(values: Mapping[str, Any]) -> str:
    subsidy = values["compute.bitcoin_subsidy"]
    if subsidy <= 0:
        return "No subsidy: fees alone."
    halvings = math.log2(50.0 / subsidy)
    if halvings != round(halvings):
        return "Between two halvings."
    since = {3: " (May 2020 to April 2024)", 4: " (since April 2024)"}.get(round(halvings), "")
    return f"After {halvings:.0f} halvings{since}."


def _tao(values: Mapping[str, Any]) -> str:
    alpha = 7200 * values["compute.miner_share"] * values["compute.alpha_prices"]
    return f"All subnets' miners earn alpha worth {alpha:,.0f} TAO a day."


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
            shown="%d",
        ),
        "claim.hash_rate": InSight("Hash rate of the network, EH/s", 0.0, 1_500.0, 10.0, shown="%g"),
        "claim.list_date": InSight("TOP500 list of", words=_month),
    },
    more="Every other input of the claim",
)

MARKET = Sheet(
    name="market",
    declared={f"compute.{name}": one for name, one in ComputeSettings.quantities().items()},
    in_sight={
        "compute.tao_price": InSight("TAO price, USD", 0.0, 2_000.0, 10.0, _tao, "%g"),
        "compute.bitcoin_subsidy": InSight("Bitcoin's subsidy a block, BTC", 0.0, 6.25, 0.390625, _subsidy, "%g"),
    },
    most={"compute.miners": 50, "compute.small_owners": 200, "compute.providers": 20, "compute.subnets": 16},
    most_says="`yuma compute` takes more",
    more="Prices, energy, conversion, fleets",
)


@st.cache_resource
def _solved() -> Known:
    return Known(256, Turns(_AT_ONCE))


def page() -> None:
    """The claim, then the question behind it."""
    heading(
        "Compute",
        "Bitcoin's reward brings hundreds of EH/s of machines together without a company. Can the same "
        "[[coordinate-and-reward]] draw machines to AI, against a cloud held by a few?",
    )
    open_link(CLAIM, MARKET)
    charts: dict[str, Drawn] = {}
    said = _show_claim(charts)
    st.divider()
    settings = _show_question(charts)
    write_link(CLAIM, MARKET)
    if settings is not None:
        _show_hiring(settings, charts)
    take_along(
        "compute",
        sentence=said,
        charts=charts,
        commands=[_command("claim", CLAIM), _command("compute", MARKET)],
        python=_python(),
    )


def _show_claim(charts: dict[str, Drawn]) -> str:
    """Sliders, verdict, bars, and where each number comes from; returns the verdict."""
    st.subheader(f"“{CLAIMED:,.0f} times the 100 fastest supercomputers”", anchor=False)
    say(f"Said of Bitcoin's network by {safe(CLAIMED_BY)}. Is it so? It depends on what is counted.", kind="soft")
    left, right = st.columns([1, 2], gap="large")
    with left:
        values = CLAIM.show()
    settings = CLAIM.made(lambda: ClaimSettings(**_bare(values)))
    if settings is None:
        return ""
    answer = claim(settings)
    charts["claim"] = Drawn(claim_chart(answer).to_dict(), plain(_true_if(answer)))
    with right:
        say(safe(answer.sentence), kind="result")
        show_chart(charts["claim"])
    with st.expander("Where each number comes from"):
        st.table(_inputs(settings), hide_index=True)
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


def _show_question(charts: dict[str, Drawn]) -> ComputeSettings | None:
    """Controls, what each pays and hires, and what is certified."""
    st.subheader("Who gets the machines", anchor=False)
    say(
        "Owners of [[ASIC|ASICs]] and [[GPU|GPUs]] put them where they earn most: into Bitcoin, into "
        "[[subnet|subnets]] that pay a token, or into the cloud. Below, nobody can gain by moving alone.",
        kind="soft",
    )
    left, right = st.columns([1, 2], gap="large")
    with left:
        values = MARKET.show()
    settings = MARKET.made(lambda: ComputeSettings(**_bare(values)))
    if settings is None:
        return None
    with right:
        place = st.empty()
        with place, st.spinner("Placing machines"):
            answer = MARKET.made(lambda: _solved().made(("answer", settings), partial(_solve, settings)))
        if answer is None:
            return None
        place.empty()
        rows = market_rows(settings, answer)
        first, *others = market_sentences(settings, answer)
        say(f"<strong>{safe(first)}</strong> {' '.join(safe(sentence) for sentence in others)}", kind="result")
        pay = [Bar(name=r.market, value=r.paid, said=f"{large(r.paid)} USD", colour=MARKETS[r.market]) for r in rows]
        charts["rewards"] = Drawn(bar_chart(pay, title="What each pays a day", unit="USD a day").to_dict(), "")
        show_chart(charts["rewards"])
        power = [
            Bar(
                name=r.market,
                value=r.megawatts,
                said=f"{r.machines}, {large(r.megawatts)} MW",
                colour=MARKETS[r.market],
            )
            for r in rows
        ]
        hired = bar_chart(
            power, title="The machines each hires", unit="MW of power", subtitle=["By the power they draw."]
        )
        charts["machines"] = Drawn(hired.to_dict(), plain(_certificate(settings, answer)))
        show_chart(charts["machines"])
    return settings


def _solve(settings: ComputeSettings) -> Allocation:
    return solve_allocation(settings.game())


def _certificate(settings: ComputeSettings, answer: Allocation) -> str:
    """What is certified, and when mining sites turn to GPUs."""
    threshold = float(conversion_thresholds(settings.game())[: settings.miners].max())
    site = (
        f"A mining site turns its first MW over to GPUs if that costs less than {threshold:,.0f} USD a day; it costs "
    )
    site += f"{settings.conversion_cost:,.0f}."
    if not math.isfinite(threshold):
        site = "There are no mining sites to turn over."
    return f"{answer.sentence} {site} Fleets and costs are assumptions; prices are those set here."


def _show_hiring(settings: ComputeSettings, charts: dict[str, Drawn]) -> None:
    """The token prices that hire shares of all GPUs: first by these settings, then over the assumptions."""
    st.subheader("How dear TAO must be", anchor=False)
    say(
        "The subnets' miners are paid alpha, at its price: that stream does <em>not</em> halve when TAO's "
        "[[halving|issuance halves]]. What would move GPUs is the price.",
        kind="soft",
    )
    chart, status = st.empty(), st.empty()
    rows: list[HiringRow] = []
    for share in SHARES:
        price = MARKET.made(
            lambda share=share: _solved().made(("price", settings, share), partial(_price, settings, share))
        )
        if price is None:
            return
        rows.append(HiringRow(share=share, price=price, said=f"{_share(share)}: {_usd(price)}, range to come"))
        _draw(chart, rows, settings.tao_price)
    for number, share in enumerate(SHARES):
        status.caption(f"Working out the range over the assumptions: {number} of {len(SHARES)} done.")
        found = _solved().made(("range", settings, share), partial(_range, settings, share))
        low, high = (math.inf if end is None else end for end in (found.low, found.high))
        said = f"{_share(share)}: {_usd(rows[number].price)} [{_usd(low, '')}, {_usd(high)}]"
        rows[number] = HiringRow(share=share, price=rows[number].price, low=low, high=high, said=said)
        _draw(chart, rows, settings.tao_price)
    declared = settings.quantities()
    listed = "; ".join(
        f"{name.replace('_', ' ')} {large(low)} to {large(high)} {declared[name].unit}"
        for name, (low, high) in assumptions(settings).items()
    )
    said = plain(f"The range is over all of these at their cheapest and dearest together: {listed}.")
    status.caption(said)
    charts["hiring"] = Drawn(hiring_chart(rows, today=settings.tao_price).to_dict(), said)


def _draw(place: Any, rows: list[HiringRow], today: float) -> None:
    with place:
        show_chart(Drawn(hiring_chart(rows, today=today).to_dict(), ""))


def _price(settings: ComputeSettings, share: float) -> float:
    price = hiring_price(settings, share)
    return math.inf if price is None else price


def _range(settings: ComputeSettings, share: float) -> HiringPrice:
    return hiring_price_range(settings, share, assumptions(settings))


def _share(share: float) -> str:
    return f"{100 * share:g}% of all GPUs"


def _usd(price: float, unit: str = " USD") -> str:
    if not math.isfinite(price):
        return "not reached"
    return f"{price:,.0f}{unit}" if price >= 10 else f"{price:.3g}{unit}"


def _command(verb: str, sheet: Sheet) -> str:
    usual = sheet.defaults(sheet.chosen_base)
    words = ["yuma", verb]
    for key, value in sheet.values.items():
        if value != usual[key]:
            words += ["--set", f"{key}={as_text(value)}"]
    return shlex.join(words)


def _python() -> str:
    """The Python that says what the page says."""
    given = {
        sheet.name: ", ".join(
            f"{key.partition('.')[2]}={value!r}"
            for key, value in sheet.values.items()
            if value != sheet.defaults(sheet.chosen_base)[key]
        )
        for sheet in (CLAIM, MARKET)
    }
    return (
        "from econ.compute import ComputeSettings, solve_allocation\n"
        "from econ.compute.claim import ClaimSettings, claim\n"
        "from econ.compute.statics import assumptions, hiring_price_range\n\n"
        f"print(claim(ClaimSettings({given['claim']})).sentence)\n"
        f"settings = ComputeSettings({given['market']})\n"
        "answer = solve_allocation(settings.game())\n"
        "print(answer.subnet_gpus, answer.hired_share, answer.hash_rate, answer.sentence)\n"
        "print(hiring_price_range(settings, 0.1, assumptions(settings)).sentence)\n"
    )


def _bare(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key.partition(".")[2]: value for key, value in values.items()}
