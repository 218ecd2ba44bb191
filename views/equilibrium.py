"""The page Equilibrium: move a control, see which strategy pays and where the subnet settles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from agents.errors import PolicyError
from charts import course_chart
from econ.quantity import QuantityError
from experiments import BadInput, Scenario, Solution, solve_scenario
from experiments.glossary import GLOSSARY
from experiments.wording import percent, with_interval
from views.answer import chart_specs, show_equilibria, show_sentence, show_sharpening
from views.course import play_course
from views.jobs import Jobs, has_preview, preview_of, too_large
from views.link import open_link, write_link
from views.scenario_sheet import MOST_WORLDS, Mix, command, scenario_sheet, show_scenario
from views.shared import Known, Turns
from views.terms import heading
from views.words import clipped, minus, plain

__all__ = ["page"]

_AT_ONCE = 2
"""Previews and courses computed at once, for all sessions together; the others wait."""

_ASKED = 3
"""How often a page asks for an answer that is given up each time."""

_TERMS = (
    "weight-copier",
    "cabal",
    "consensus",
    "commit-reveal",
    "dividends per stake",
    "thousandth",
    "equilibrium",
    "regret",
    "certified",
    "tipping point",
    "stable",
    "world",
)


@st.cache_resource
def _jobs() -> Jobs:
    return Jobs()


@st.cache_resource
def _quick() -> Turns:
    return Turns(_AT_ONCE)


@st.cache_resource
def _previews() -> Known:
    return Known(128, _quick())


@st.cache_resource
def _courses() -> Known:
    return Known(128, _quick())


@st.cache_resource
def _drawn() -> Known:
    return Known(128)


def page() -> None:
    """Everything from the sentence of result down to the command that repeats it."""
    heading(
        "Equilibrium",
        "Validators of a [[subnet]] choose how to earn: by evaluating [[miner|miners]], or without. Move a control and "
        "see which choice pays, and at which [[equilibrium]] the subnet settles.",
    )
    sheet, profile = scenario_sheet(), Mix()
    open_link(sheet, profile)
    result = st.empty()
    left, right = st.columns([1, 2], gap="large")
    with left:
        scenario = show_scenario()
    if scenario is None:
        write_link(sheet, profile)
        return
    with right:
        charts = st.empty()
    equilibria = st.empty()
    st.subheader("How a run goes")
    mix = profile.show(scenario)
    course = st.empty()
    write_link(sheet, profile)
    _show_commands(scenario, mix)

    before = st.session_state.get("waits for")
    if before not in (None, scenario.digest):
        _jobs().leave(before)
    st.session_state["waits for"] = scenario.digest
    reason = too_large(scenario)
    solution = _jobs().known(scenario) if reason is None else None
    try:
        if solution is None and has_preview(scenario):
            preview = _preview(scenario, result)
            with result.container():
                show_sharpening(preview)
                status = st.empty()
            with charts.container():
                _show_charts(preview)
            with equilibria.container():
                st.caption("The equilibria and their verdicts come with the full answer.")
        elif solution is None:
            with result.container():
                status = st.empty()
        else:
            _show_full(solution, result, charts, equilibria)
        with course.container():
            _show_course(scenario, mix)
        if reason is not None:
            status.info(plain(f"{reason} For the full answer run the command at the end of this page."))
        elif solution is None:
            solution = _wait(scenario, status)
            _show_full(solution, result, charts, equilibria)
    except (BadInput, QuantityError, PolicyError) as error:
        charts.empty()
        equilibria.empty()
        course.empty()
        result.error(plain(clipped(str(error))))


def _preview(scenario: Scenario, place: st.delta_generator.DeltaGenerator) -> Solution:
    small = preview_of(scenario)
    return _previews().made(
        small.digest,
        lambda: solve_scenario(small, test_start=False),
        lambda: _say_waiting(place),
    )


def _say_waiting(place: st.delta_generator.DeltaGenerator) -> None:
    """What is shown while others are served; Streamlit leaves from here when a control moves."""
    place.caption("Waiting for the games of other visitors.")


def _wait(scenario: Scenario, status: st.delta_generator.DeltaGenerator) -> Solution:
    """The full answer, with a bar until it is there."""
    bar = status.progress(0.0, text="Sharpening")
    asked = 0
    while asked < _ASKED:
        job = _jobs().ask(scenario)
        if job.ended.wait(0.15):
            if job.solution is not None or job.error is not None:
                break
            asked += 1  # given up for want of askers just before this page asked
            continue
        left = job.seconds_left
        text = "Sharpening" if left is None else f"Sharpening: {100 * job.share:.0f}%, {left:.0f} s left"
        if job.began is None:
            text = "Sharpening: waiting for another game to be solved"
        bar.progress(min(job.share, 1.0), text=text)
    status.empty()
    if job.solution is None:
        raise BadInput(job.error or "the answer was given up; move a control to ask again")
    return job.solution


def _show_full(
    solution: Solution,
    result: st.delta_generator.DeltaGenerator,
    charts: st.delta_generator.DeltaGenerator,
    equilibria: st.delta_generator.DeltaGenerator,
) -> None:
    with result.container():
        show_sentence(solution)
    with charts.container():
        _show_charts(solution)
    with equilibria.container():
        show_equilibria(solution)


def _show_charts(solution: Solution) -> None:
    for spec, caption in _drawn().made(solution.scenario.digest, lambda: chart_specs(solution)):
        st.vega_lite_chart(spec, width="stretch")
        st.caption(plain(caption))


def _show_course(scenario: Scenario, mix: Mapping[str, int]) -> None:
    """Dividends per stake over the epochs of the profile that the sliders say."""
    for role, part in zip(scenario.roles.names, scenario.roles.slices(), strict=True):
        asked = sum(mix.get(".".join(pair), 0) for pair in scenario.roles.axis[part])
        seats = scenario.roles.players[scenario.roles.names.index(role)]
        if asked > seats:
            st.error(plain(f"The sliders name {asked} {role}; there are {seats}: lower one of them."))
            return
    waiting = st.empty()
    try:
        key = (scenario.digest, *sorted(mix.items()))
        spec, caption = _courses().made(key, lambda: _course(scenario, mix), lambda: _say_waiting(waiting))
    except BadInput as error:
        waiting.info(plain(clipped(str(error))))
        return
    waiting.empty()
    st.vega_lite_chart(spec, width="stretch")
    st.caption(plain(caption))


def _course(scenario: Scenario, mix: Mapping[str, int]) -> tuple[dict[str, Any], str]:
    """The chart of a profile's course, and its averages in words."""
    course = play_course(scenario, mix)
    chart = course_chart(course.points, burn_in=scenario.burn_in, epoch_minutes=scenario.rules.tempo / 5)
    earned = ", ".join(f"{name} {with_interval(values, 3)}" for name, values in course.counted.items())
    caption = (
        f"Dividends per stake over the counted epochs, {percent(scenario.answer.level)} intervals over {course.worlds} "
        f"worlds, each interval on its own: {earned}. 1 is par: a share of dividends as large as the share of stake."
    )
    return chart.to_dict(), minus(caption)


def _show_commands(scenario: Scenario, mix: Mapping[str, int]) -> None:
    st.subheader("Take it with you")
    st.caption(
        "The address of this page holds every control: share it, or keep it as a bookmark. Copy as command: the same "
        f"numbers in a terminal, where answer.max_worlds may be more than the app's {MOST_WORLDS} worlds a profile."
    )
    st.code(f"{command('solve', scenario)}\n{command('play', scenario, mix)}", language="bash", wrap_lines=True)
    with st.expander("What the words mean"):
        for term in _TERMS:
            st.markdown(f"**{term}** {plain(GLOSSARY[term])}")
