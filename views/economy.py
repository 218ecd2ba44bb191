"""The page Economy: how much TAO there will be, who gets a subnet's alpha, and what its pool takes in and costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from charts.bars import Bar, bar_chart
from charts.economy import slippage_chart, supply_chart
from econ.tokens.day import DaySettings, SubnetDay, slippage, subnet_day, supply_course
from experiments.markets import day_sentences, large
from experiments.wording import percent
from views.control import InSight
from views.link import open_link, write_link
from views.sheet import Sheet
from views.takeaway import Drawn, setting_code, setting_command, show_chart, take_along
from views.terms import heading, safe, say
from views.words import plain

__all__ = ["page"]

YEARS = 24.0
"""How far the course of supply is drawn."""

_TRADES = np.geomspace(1.0, 1e5, 61)

_COLOURS = {
    "subnet's owner": "#E69F00",
    "miners": "#0072B2",
    "validators and nominators": "#009E73",
    "root stakers": "#CC79A7",
}
_INTO_POOL, _BUYS = "#0072B2", "#56B4E9"


def _halving_words(values: Mapping[str, Any]) -> str:
    settings = DaySettings(issuance=values["day.issuance"], recycled=values["day.recycled"])
    return day_sentences(subnet_day(settings))[1]


def _trade_words(values: Mapping[str, Any]) -> str:
    return f"{large(values['day.trade'] * values['day.tao_price'])} USD."


def _price_words(values: Mapping[str, Any]) -> str:
    return f"{large(values['day.alpha_price'] * values['day.tao_price'])} USD an alpha."


SHEET = Sheet(
    name="day",
    declared={f"day.{name}": one for name, one in DaySettings.quantities().items()},
    in_sight={
        "day.issuance": InSight("TAO issued so far", 0.0, 21_000_000.0, 50_000.0, shown="localized"),
        "day.recycled": InSight("TAO recycled a day", 0.0, 3_600.0, 50.0, _halving_words, "%g"),
        "day.alpha_price": InSight("Price of an alpha, TAO", 0.001, 0.2, 0.001, _price_words, "%g"),
        "day.pool_tao": InSight("TAO in the subnet's pool", 100.0, 100_000.0, 100.0, shown="localized"),
        "day.trade": InSight("A trade in the pool, TAO", 0.0, 10_000.0, 10.0, _trade_words, "%g"),
    },
    more="Share of TAO, alpha issued, root stake, cuts",
)


def page() -> None:
    """Controls, and four pictures of one day and of the years to come."""
    heading(
        "Economy",
        "The chain mints TAO for the network and, for each [[subnet]], a token of its own, [[alpha]]. See how much "
        "there will be, who gets it, and what it costs to trade.",
    )
    open_link(SHEET)
    left, right = st.columns([1, 2], gap="large")
    with left:
        SHEET.show()
    write_link(SHEET)
    day = SHEET.made(lambda: subnet_day(DaySettings(**SHEET.bare)))
    if day is None:
        return
    charts: dict[str, Drawn] = {}
    with right:
        _show_supply(day, charts)
        _show_split(day, charts)
        _show_flows(day, charts)
        _show_slippage(day, charts)
    take_along(
        "economy",
        sentence=" ".join(day_sentences(day)),
        charts=charts,
        commands=[setting_command("day", SHEET)],
        python=_python(),
        tables=_tables(day),
    )


def _python() -> str:
    """The Python that says what the page says."""
    return (
        "import numpy as np\n"
        "from econ.tokens.day import DaySettings, slippage, subnet_day, supply_course\n"
        "from experiments.markets import day_sentences\n\n"
        f"day = subnet_day(DaySettings({setting_code(SHEET)}))\n"
        "print(*day_sentences(day))\n"
        "print(day)\n"
        "print(day.paid_out)\n"
        f"print(supply_course(day.settings.issuance, day.settings.recycled, {YEARS}))\n"
        "print(slippage(day.settings, np.array([1.0, 10.0, day.settings.trade])))\n"
    )


def _tables(day: SubnetDay) -> dict[str, pd.DataFrame]:
    """What the pictures show, as frames."""
    given = day.settings
    course = supply_course(given.issuance, given.recycled, YEARS)
    bought, sold = slippage(given, _TRADES)
    split = [
        {"to": who, "alpha_a_day": alpha, "usd_a_day_before_slippage": day.usd(alpha)}
        for who, alpha in day.paid_out.items()
    ]
    flows = [{"into_pool": day.tao_in, "chain_buys": day.tao_buys, "alpha_into_pool": day.alpha_in}]
    return {
        "supply": pd.DataFrame(course, columns=["years_from_now", "tao_issued"]),
        "split": pd.DataFrame(split),
        "flows": pd.DataFrame(flows),
        "slippage": pd.DataFrame({"trade_tao": _TRADES, "bought": bought, "sold": sold}),
    }


def _show_supply(day: SubnetDay, charts: dict[str, Drawn]) -> None:
    given = day.settings
    minted, when = day_sentences(day)
    say(
        f"<strong>{safe(minted)}</strong> {safe(when)} Each [[halving]] cuts what TAO holders are diluted by; the "
        "miners' alpha does not halve with it, but the price it sells at follows.",
        kind="result",
    )
    course = supply_course(given.issuance, given.recycled, YEARS)
    without = supply_course(given.issuance, 0.0, YEARS) if given.recycled else []
    said = f"{given.recycled:,.0f} TAO a day are recycled, which delays halvings. Issued so far is assumed."
    charts["supply"] = Drawn.of(supply_chart(course, without), plain(said))
    show_chart(charts["supply"])


def _show_split(day: SubnetDay, charts: dict[str, Drawn]) -> None:
    rows = [
        Bar(
            name=name,
            value=alpha,
            said=f"{large(alpha)} alpha, {percent(alpha / day.minted) if day.minted else '0%'}, "
            f"{large(day.usd(alpha))} USD",
            colour=_COLOURS[name],
        )
        for name, alpha in day.paid_out.items()
    ]
    chart = bar_chart(rows, title="Who gets a subnet's alpha, a day", unit="alpha a day")
    charts["split"] = Drawn.of(chart, "")
    show_chart(charts["split"])
    say(
        f"The [[root proportion]] is {safe(percent(day.root_proportion))}. USD at the pool's price, before "
        "[[slippage]]. Root stakers are paid only while the moving prices of all subnets sum to more than 1.",
        kind="soft",
    )


def _show_flows(day: SubnetDay, charts: dict[str, Drawn]) -> None:
    rows = [
        Bar(
            name="into the pool",
            value=day.tao_in,
            said=f"{large(day.tao_in)} TAO, beside {large(day.alpha_in)} alpha; the price stays",
            colour=_INTO_POOL,
        ),
        Bar(
            name="the chain buys alpha",
            value=day.tao_buys,
            said=f"{large(day.tao_buys)} TAO; the price rises",
            colour=_BUYS,
        ),
    ]
    title = f"Where the subnet's {large(day.tao)} TAO a day go"
    charts["flows"] = Drawn.of(bar_chart(rows, title=title, unit="TAO a day"), "")
    show_chart(charts["flows"])
    sold = day.miners * day.settings.alpha_price
    say(
        f"Against that, miners who sell all they earn take {safe(large(sold))} TAO a day out of the [[pool]]. "
        "[[chain buys|Chain buys]] replace injection as root's part of the stake fades.",
        kind="soft",
    )


def _show_slippage(day: SubnetDay, charts: dict[str, Drawn]) -> None:
    given = day.settings
    bought, sold = slippage(given, _TRADES)
    chart = slippage_chart(_TRADES.tolist(), bought.tolist(), sold.tolist(), marked=given.trade)
    charts["slippage"] = Drawn.of(chart, "")
    show_chart(charts["slippage"])
    say(
        f"Buying alpha for {safe(large(given.trade))} TAO costs {safe(percent(day.bought))} above the price, selling "
        f"as much brings {safe(percent(day.sold))} less. The pool holds {safe(large(given.pool_tao))} TAO and "
        f"{safe(large(day.pool_alpha))} alpha.",
        kind="soft",
    )
