"""The second half of the page Compute: which machines rewards hire, and how dear TAO must be to hire more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from charts.bars import Bar, bar_chart
from charts.market import MARKETS, HiringRow, hiring_chart
from econ.compute import Allocation, ComputeSettings, solve_allocation
from econ.compute.statics import assumptions, conversion_thresholds, hiring_price
from experiments.markets import SHARES, hiring_ranges, large, market_rows, market_sentences
from experiments.wording import percent
from views.control import InSight
from views.shared import Known, Turns
from views.sheet import Sheet
from views.takeaway import Drawn, show_chart
from views.terms import safe, say
from views.waiting import awaited
from views.words import plain

__all__ = ["MARKET", "show_hiring", "show_question"]

HALVING = {"day": ".996 [.991, 1.000]", "later": ".65 [.62, .68]"}
"""What the study `halving` measured at full size, as docs/explanation/network.md says it; 95% intervals over worlds."""

_WORDS = {
    "provider_gpus": "cloud providers hold",
    "small_gpus": "small owners hold",
    "alpha_prices": "all alpha prices together are",
    "kept_when_sold": "who sells a token keeps",
    "cloud_price_fall": "for each 1% of GPUs more the cloud's price falls by",
}
"""What an assumption is called in a sentence, where its own name is no word."""

_AT_ONCE = 2


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


def show_question(charts: dict[str, Drawn], tables: dict[str, pd.DataFrame]) -> ComputeSettings | None:
    """Controls, what each pays and hires, and what is certified."""
    st.subheader("Who gets the machines", anchor=False)
    say(
        "Owners of [[ASIC|ASICs]] and [[GPU|GPUs]] put them where they earn most: into Bitcoin, into "
        "[[subnet|subnets]] that pay a token, or into the cloud. Below, nobody can gain by moving alone.",
        kind="soft",
    )
    left, right = st.columns([1, 2], gap="large")
    with left:
        MARKET.show()
    settings = MARKET.made(lambda: ComputeSettings(**MARKET.bare))
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
        tables["markets"] = pd.DataFrame(
            [{"market": r.market, "usd_a_day": r.paid, "machines": r.machines, "megawatts": r.megawatts} for r in rows]
        )
        first, *others = market_sentences(settings, answer)
        say(f"<strong>{safe(first)}</strong> {' '.join(safe(sentence) for sentence in others)}", kind="result")
        pay = [Bar(name=r.market, value=r.paid, said=f"{large(r.paid)} USD", colour=MARKETS[r.market]) for r in rows]
        charts["rewards"] = Drawn.of(bar_chart(pay, title="What each pays a day", unit="USD a day"), "")
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
        charts["machines"] = Drawn.of(hired, plain(_certificate(settings, answer)))
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


def show_hiring(settings: ComputeSettings, charts: dict[str, Drawn], tables: dict[str, pd.DataFrame]) -> None:
    """The token prices that hire shares of all GPUs: first by these settings, then over the assumptions."""
    st.subheader("How dear TAO must be", anchor=False)
    say(
        "The subnets' miners are paid alpha, at its price. On the day that TAO's [[halving|issuance halves]] that "
        f"stream does <em>not</em>: it is {safe(HALVING['day'])} times what it was. But half the TAO no longer reaches "
        f"the pools and prices follow: after 180 days it is {safe(HALVING['later'])} times what it would be without a "
        "halving (model networks, <code>yuma run halving --size full</code>). What would move GPUs is the price.",
        kind="soft",
    )
    chart, status = st.empty(), st.empty()
    asked = replace(settings, tao_price=ComputeSettings().tao_price)  # what is asked for does not rest on what is set
    rows: list[HiringRow] = []
    for share in SHARES:
        price = MARKET.made(lambda share=share: _solved().made(("price", asked, share), partial(_price, asked, share)))
        if price is None:
            return
        rows.append(HiringRow(share=share, price=price, said=f"{_share(share)}: {_usd(price)}, range to come"))
    _draw(chart, rows, settings.tao_price)
    key = ("hiring", asked, *SHARES)
    ranges = awaited(
        "hiring", key, hiring_ranges, (asked, SHARES), status, doing="Working out the range over the assumptions"
    )
    if ranges is None:
        return
    for number, (share, found) in enumerate(zip(SHARES, ranges, strict=True)):
        low, high = (math.inf if end is None else end for end in (found.low, found.high))
        said = f"{_share(share)}: {_usd(rows[number].price)} [{_usd(low, '')}, {_usd(high)}]"
        rows[number] = HiringRow(share=share, price=rows[number].price, low=low, high=high, said=said)
    _draw(chart, rows, settings.tao_price)
    declared = settings.quantities()
    listed = "; ".join(
        f"{_WORDS.get(name, name.replace('_', ' '))} {_from_to(low, high, declared[name].unit)}"
        for name, (low, high) in assumptions(settings).items()
    )
    said = plain(f"The range is over all of these at their cheapest and dearest together: {listed}.")
    status.caption(said)
    tables["hiring"] = pd.DataFrame(
        [{"share_of_gpus": r.share, "tao_usd": r.price, "low": r.low, "high": r.high} for r in rows]
    ).replace(math.inf, None)  # not reached
    charts["hiring"] = Drawn.of(hiring_chart(rows, today=settings.tao_price), said)


def _draw(place: Any, rows: list[HiringRow], today: float) -> None:
    with place:
        show_chart(Drawn.of(hiring_chart(rows, today=today), ""))


def _price(settings: ComputeSettings, share: float) -> float:
    price = hiring_price(settings, share)
    return math.inf if price is None else price


def _from_to(low: float, high: float, unit: str) -> str:
    if unit == "a share":
        return f"{percent(low)} to {percent(high)}"
    return f"{large(low)} to {large(high)} {unit}"


def _share(share: float) -> str:
    return f"{100 * share:g}% of all GPUs"


def _usd(price: float, unit: str = " USD") -> str:
    if not math.isfinite(price):
        return "not reached"
    return f"{price:,.0f}{unit}" if price >= 10 else f"{price:.3g}{unit}"
