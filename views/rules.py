"""The page Rules: two rule sets side by side on the same luck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from charts.sides import SidePoint, sides_chart
from econ.errors import InputError
from experiments import Scenario
from experiments.intervals import Interval
from experiments.meaning import epochs
from experiments.side_by_side import SideBySide, side_by_side
from experiments.wording import as_text, counted, percent, with_interval
from views.control import InSight
from views.link import open_link, write_link
from views.live import preview_of
from views.scenario_sheet import Mix, command, scenario_sheet, show_scenario
from views.sheet import Sheet
from views.spot import Spot
from views.tables import show_table
from views.takeaway import Drawn, scenario_code, show_chart, take_along
from views.terms import heading, say, told
from views.waiting import awaited, jobs, quick, turn_to
from views.words import clipped, minus, plain

__all__ = ["page"]

_RULES = {key: declared for key, declared in Scenario.keys().items() if key.startswith("rules.")}
B = Sheet(
    name="second",
    declared={f"b.{key}": declared for key, declared in _RULES.items()},
    in_sight={
        "b.rules.reveal_period": InSight("Reveal period, epochs", 0, 20, 1),
        "b.rules.bonds_penalty": InSight("Bonds penalty", 0.0, 1.0, 0.05),
    },
    more="More of rule set B",
)


def page() -> None:
    """Rule set A, rule set B, and what each party gains or loses by B."""
    heading(
        "Two rule sets",
        "The same players meet the same luck under rule set A and under rule set B. See who gains by B, who loses, and "
        "who pays for it: [[validator|validators]], [[nominator|nominators]], [[miner|miners]] or the [[owner]].",
    )
    sheet, profile = scenario_sheet(), Mix()
    open_link(sheet, profile, B)
    left, right = st.columns([1, 2], gap="large")
    with left:
        st.subheader("Rule set A", anchor=False)
        first = show_scenario(only=("rules.reveal_period",))
        mix = {} if first is None else profile.show(first, in_sight=1)
        st.subheader("Rule set B", anchor=False)
        values = B.show()
    write_link(sheet, profile, B)
    if first is None:
        return
    changes = {key.removeprefix("b."): value for key, value in values.items()}
    second = B.made(lambda: first.changed(changes))
    if second is None:
        return
    with right:
        _differences(first, second)
        said, place = Spot(), st.container()
    if first.rules == second.rules:
        said.show(lambda: st.info("Both rule sets are the same. Move a control of either to see who gains."))
        take_along("rules", commands=[command("play", first, mix)])
        return
    key = ("sides", first.digest, second.digest, *sorted(mix.items()))
    found, shown = jobs().known(key), None
    try:
        if found is None:
            turn_to("rules", key)
            small = preview_of(first)
            keep = {name: getattr(small, name) for name in ("start", "epochs", "burn_in", "worlds")}
            other = second.changed(keep) if second.rules.reveal_period < small.epochs else None
            if other is not None:
                quickly = quick().made((key, "preview"), lambda: side_by_side(small, other, mix))
                said.show(lambda: say(told(_so_far(quickly, small.epochs)), kind="result"))
                with place:
                    shown = show_chart(_drawn(quickly))
            found = awaited("rules", key, side_by_side, (first, second, mix), right.empty())
    except InputError as error:
        problem = str(error)
        said.show(lambda: st.error(plain(clipped(problem))))
        return
    if found is None:
        return
    drawn, sentence = _drawn(found), minus(found.sentence)
    said.show(lambda: say(told(sentence), kind="result"))
    with place:
        show_chart(drawn, shown)
    with right:
        _show_parties(found, first)
    take_along(
        "rules",
        sentence=sentence,
        charts={"sides": drawn},
        commands=[command("play", first, mix, against=_changes(first, second))],
        python=_code(first, second, mix),
        tables={"parties": _frame(found)},
    )


def _differences(first: Scenario, second: Scenario) -> None:
    """What B sets otherwise than A, in a line."""
    said = [
        f"{key.removeprefix('rules.').replace('_', ' ')} {as_text(before)} → {as_text(after)}"
        + (" (root only)" if Scenario.keys()[key].set_by == "root" else "")
        for key, before in first.flat().items()
        if (after := second.flat()[key]) != before
    ]
    if said:
        say("<strong>A → B:</strong> " + plain_html(", ".join(said)) + ".")


def plain_html(text: str) -> str:
    """Our own short text between tags; values in it are numbers and names of ours."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _so_far(found: SideBySide, length: int) -> str:
    """What a preview may say: where the gains lie so far."""
    gains = "; ".join(
        f"{party.difference[1]:.1f} to {party.difference[2]:.1f} for {party.name}"
        for party in found.parties
        if party.kind
    )
    after = f"after {counted(found.worlds, 'world')} of {epochs(length)}"
    return minus(f"Sharpening: {after} B changes pay, in thousandths, by {gains}. Bands only, no verdict yet.")


def _drawn(found: SideBySide) -> Drawn:
    """What each party gains by B."""
    rows = [
        SidePoint(
            party=party.name,
            kind=party.kind,
            mean=party.difference[0],
            low=party.difference[1],
            high=party.difference[2],
        )
        for party in found.parties
        if party.kind
    ]
    unit = "B less A, thousandths of emission"
    chart = sides_chart(rows, title="Who gains and who loses by rule set B", unit=unit)
    said = f"{percent(found.level)} intervals over {found.worlds} worlds, paired by luck, each interval on its own."
    return Drawn.of(chart, said)


def _show_parties(found: SideBySide, scenario: Scenario) -> None:
    """What each party has under both, and the day's money."""
    show_table(_shown(found, scenario), "parties")
    say(
        "[[nominator|Nominators]] get what their validators earn less the take; here those of honest validators. "
        "The owner's cut is taken before anyone is paid: no rule here changes it, only the price of alpha would.",
        kind="soft",
    )


def _shown(found: SideBySide, scenario: Scenario) -> pd.DataFrame:
    rows = []
    for party in found.parties:
        a_day = _a_day(scenario, party.difference) if party.kind else "–"
        rows.append(
            {
                "Who": plain(party.name),
                "Of what": party.unit,
                "A": plain(minus(with_interval(party.first))),
                "B": plain(minus(with_interval(party.second))),
                "B less A": plain(minus(with_interval(party.difference))),
                "A day, before slippage": plain(minus(a_day)),
            }
        )
    return pd.DataFrame(rows)


def _a_day(scenario: Scenario, thousandths: Interval) -> str:
    """What so many thousandths are a day, `4.6 [4.5, 4.7] alpha = ...`, with TAO and USD where prices are given."""
    ends = [scenario.market.money_a_day(end) for end in thousandths]
    return " = ".join(f"{with_interval([end[unit] for end in ends])} {unit}" for unit in ends[0])


def _frame(found: SideBySide) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "party": party.name,
                "unit": party.unit,
                **{
                    f"{name}_{end}": value
                    for name, ends in (("a", party.first), ("b", party.second), ("difference", party.difference))
                    for end, value in zip(("mean", "low", "high"), ends, strict=True)
                },
            }
            for party in found.parties
        ]
    )


def _changes(first: Scenario, second: Scenario) -> dict[str, Any]:
    return {key: value for key, value in second.flat().items() if value != first.flat()[key]}


def _code(first: Scenario, second: Scenario, mix: Mapping[str, Any]) -> str:
    return (
        "from experiments import Scenario\n"
        "from experiments.side_by_side import side_by_side\n\n"
        f"{scenario_code(first)}\n"
        f"found = side_by_side(scenario, scenario.changed({_changes(first, second)!r}), {dict(mix)!r})\n"
        "for party in found.parties:\n"
        "    print(party.name, party.first, party.second, party.difference)\n"
        "print(found.sentence)\n"
    )
