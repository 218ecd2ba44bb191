"""The page Start: one sentence, one live picture, three doors and a tour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from charts.following import following_chart, following_path
from econ.quantity import Settings, quantity
from experiments import Scenario, Solution, solve_scenario
from experiments.wording import money, with_interval
from views.control import InSight
from views.link import open_link, write_link
from views.live import preview_of
from views.places import door
from views.scenario_sheet import LIVE_WORLDS, command
from views.sheet import Sheet
from views.spot import Spot
from views.takeaway import Drawn, show_chart, solving_code, take_along
from views.terms import heading, say, unmarked
from views.waiting import awaited, jobs, quick
from views.words import minus

__all__ = ["TOUR", "page"]

_CHANGES = {"rules.reveal_period": 5, "answer.max_worlds": LIVE_WORLDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copiers(Settings):
    """How many copy at first."""

    copiers: int = quantity(3, "validators", "[0, 10]", "visitor", "How many of the ten copy at first.")


COPIERS = Sheet(
    name="start",
    declared=Copiers.quantities(),
    in_sight={"copiers": InSight("How many of ten validators copy at first", 0, 10, 1)},
)

_COPYING = {"scenario": "weight-copying"}
TOUR: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    (
        "Weights are public at once: copying is free",
        "With a reveal period of 0 a copier sees this epoch's weights. Look what a lone copier gains.",
        "equilibrium",
        {**_COPYING, "rules.reveal_period": "0"},
    ),
    (
        "Hide them for five epochs: going alone does not pay",
        "The copier now submits what was true six hours ago, disagrees with consensus, and loses dividends.",
        "equilibrium",
        {**_COPYING, "rules.reveal_period": "5"},
    ),
    (
        "Watch where the lone copier loses it",
        "One copier among ten: click its bar and see which part of the rule takes its pay.",
        "play",
        {**_COPYING, "rules.reveal_period": "5", "mix.validators.weight-copier": "1", "seat": "9"},
    ),
    (
        "But let six copy: consensus is theirs",
        "Now the copiers' echo is the consensus, the honest are clipped, and pay forgets who works well.",
        "play",
        {**_COPYING, "rules.reveal_period": "5", "mix.validators.weight-copier": "6", "seat": "0"},
    ),
    (
        "Find rules that keep them honest",
        "Two rule sets on the same luck: who gains, who loses, who pays for it.",
        "rules",
        {**_COPYING, "rules.reveal_period": "1", "b.rules.reveal_period": "5"},
    ),
)
"""The steps of "How copying takes over a subnet": title, what to see, page, state of its controls."""


def page() -> None:
    """Everything from the one sentence to the tour."""
    heading(
        "What will validators do?",
        "[[validator|Validators]] of a Bittensor [[subnet]] are paid to measure [[miner|miners]]. They can also copy "
        "the last [[consensus]] and measure nothing. Drag the slider: past a [[tipping point]] the rest follow.",
    )
    open_link(COPIERS)
    left, right = st.columns([1, 2], gap="large")
    with left:
        copiers = COPIERS.show()["copiers"]
        told = Spot()
        status = st.empty()
    write_link(COPIERS)
    bottom = st.container()
    scenario = Scenario.named("weight-copying", _CHANGES)
    solution = jobs().known(scenario.digest)
    sharp = solution is not None
    if solution is None:
        small = preview_of(scenario)
        solution = quick().made(("preview", small.digest), lambda: solve_scenario(small, test_start=False))
    drawn, sentence = _picture(solution, copiers)
    told.show(lambda: say(sentence if sharp else f"{sentence} <em>Sharpening.</em>", kind="result"))
    with right:
        shown = show_chart(drawn)
    with bottom:
        _doors()
        _tour()
    along = st.empty()
    if not sharp:
        solution = awaited("start", scenario.digest, solve_scenario, (scenario,), status)
        if solution is not None:
            drawn, sentence = _picture(solution, copiers)
            show_chart(drawn, shown)
            told.show(lambda: say(sentence, kind="result"))
            sharp = True
    with along.container():
        take_along(
            "start",
            sentence=unmarked(sentence) if sharp else "",
            charts={"copying": drawn} if sharp else {},
            commands=[command("solve", scenario)],
            python=solving_code(scenario) + _following_code(copiers),
            tables={"gains": _gains(solution)} if sharp else {},
        )


def _picture(solution: Solution, copiers: int) -> tuple[Drawn, str]:
    """What follows where so many copy at first, drawn and in words."""
    contest = solution.contests[0]
    seats = len(contest.gains)
    path = following_path([row.mean for row in contest.gains], seats, copiers)
    chart = following_chart(path, seats, contest.first, contest.second, noun="validators")
    row = contest.gains[min(copiers, seats - 1)]
    gain = minus(with_interval((row.mean, row.low, row.high), 1))
    day = minus(money(solution.scenario.market, row.mean))
    others = f"{row.others} of the {seats - 1} others"
    end = {0: "all measure again", seats: "all copy"}.get(path[-1], f"{path[-1]} copy")
    ends = f"{end} after {len(path) - 1} rounds" if len(path) > 1 else "nobody moves"
    pays = "pays" if row.low > 0 else "does not pay" if row.high < 0 else "may or may not pay"
    text = (
        f"Where {others} copy, copying {pays}: a [[validator]] gains {gain} [[thousandth|thousandths]] an [[epoch]] by "
        f"it ({day}). From {'1 copier' if copiers == 1 else f'{copiers} copiers'}, {ends}."
    )
    caption = (
        f"Reveal period 5 epochs, noise 0.3, drift 0.3; {solution.game.worlds} worlds a profile; 95% interval, all "
        "hold together. Rounds follow the mean gain."
    )
    return Drawn.of(chart, caption), text


def _gains(solution: Solution) -> pd.DataFrame:
    """What copying gains where so many of the others copy, thousandths an epoch."""
    return pd.DataFrame(
        [
            {"others_copying": row.others, "gain": row.mean, "low": row.low, "high": row.high}
            for row in solution.contests[0].gains
        ]
    )


def _following_code(copiers: int) -> str:
    """The Python that says who follows whom, after that which solves."""
    return (
        "\nfrom charts.following import following_path\n\n"
        "gains = solution.contests[0].gains\n"
        f"print(gains[min({copiers}, len(gains) - 1)])\n"
        f"print(following_path([row.mean for row in gains], len(gains), {copiers}))\n"
    )


def _doors() -> None:
    st.subheader("Three doors", anchor=False)
    owner, researcher, reader = st.columns(3)
    with owner.container(border=True, height="stretch"):
        say(
            "<strong>I own a subnet</strong><br>Compare your rules with others on the same luck, and find the region "
            "in which honesty pays."
        )
        door("rules", "Two rule sets side by side", icon=":material/balance:")
        door("map", "The honest region on a map", icon=":material/map:")
    with researcher.container(border=True, height="stretch"):
        say(
            "<strong>I do research</strong><br>Every figure has its interval, its command and its Python; strategies "
            "of your own take 15 lines."
        )
        door("equilibrium", "Equilibria with certificates", icon=":material/query_stats:")
        door("lab", "Players, stored runs, downloads", icon=":material/science:")
    with reader.container(border=True, height="stretch"):
        say(
            "<strong>I am curious</strong><br>Watch a subnet epoch by epoch, and ask a validator why it earned what it "
            "did. Or take the tour below."
        )
        door("play", "Watch a subnet at work", icon=":material/play_circle:")
    say("Money and machines, around the game:", kind="soft")
    with st.container(horizontal=True):
        door("compute", "Who hires which machines", icon=":material/memory:")
        door("economy", "Supply, halvings and a subnet's pool", icon=":material/payments:")


def _tour() -> None:
    st.subheader("How copying takes over a subnet, in five steps", anchor=False)
    for number, (title, text, url, query) in enumerate(TOUR, start=1):
        with st.container(border=True):
            door(url, f"{number}. {title}", query, icon=":material/arrow_forward:")
            say(text, kind="soft")
