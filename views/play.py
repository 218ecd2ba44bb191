"""The page Play: a subnet, epoch by epoch; click a validator to ask why it earned that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from charts import course_chart
from charts.lines import LinePoint, line_chart
from charts.table import bonds_chart, incentive_chart, parts_chart, seats_chart, weights_chart
from econ.errors import InputError
from econ.measures import rank_correlation
from econ.quantity import QuantityError, Settings, quantity
from experiments import Scenario
from experiments.meaning import hours
from experiments.wording import percent, with_interval
from views.control import meant
from views.course import Course, play_course
from views.film import Film, attribution, take_film
from views.link import open_link, pressed, write_link
from views.scenario_sheet import Mix, command, scenario_sheet, show_scenario
from views.shared import Known, Turns
from views.sheet import Sheet
from views.takeaway import Drawn, playing_code, show_chart, take_along
from views.terms import heading, say
from views.waiting import breath, hand_off, quick
from views.words import clipped, minus, plain

__all__ = ["page"]

_SPEEDS = {"slow": 1, "fast": 5}
_TICK = 0.6
"""Seconds between two pictures while a run goes on."""

_ECHOES = 3
"""So many ticks a browser may be behind."""

_SAYS = {
    "stake": "par (stake)",
    "weights": "own weights",
    "clipping": "clipping",
    "penalty": "penalty",
    "history": "old bonds",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked(Settings):
    """Where one looks: the epoch, the validator and the world that are shown."""

    epoch: int = quantity(100, "an epoch", "[0, 100_000]", "visitor", "The epoch that is shown.")
    seat: int = quantity(0, "a validator's number", "[0, inf)", "visitor", "The validator that is asked.")
    world: int = quantity(0, "a world's number", "[0, 999_999]", "visitor", "Which luck: the world that is shown.")


LOOK = Sheet(name="look", declared=Looked.quantities(), more="Which luck")


@st.cache_resource
def _films() -> Known:
    """The last films of all sessions: few, as each may be large."""
    return Known(12, Turns(2))


def page() -> None:
    """The run's controls, the subnet in one epoch, and the run as a whole."""
    heading(
        "Play",
        "A [[subnet]] epoch by epoch: what [[validator|validators]] say, what [[consensus]] makes of it, and who is "
        "paid. Run it, stop it, and ask a validator why it earned what it did.",
    )
    sheet, profile = scenario_sheet(), Mix()
    open_link(sheet, profile, LOOK)
    left, right = st.columns([1, 2], gap="large")
    with left:
        several = len(sheet.values["validators.strategies"].split(",")) > 2
        scenario = show_scenario(only=() if several else ("rules.reveal_period",))  # five controls in sight at most
        mix = {} if scenario is None else profile.show(scenario)
        with st.expander("Which luck"):
            st.number_input("World", 0, 999_999, key="look set world", help=meant("world", LOOK.declared["world"]))
    write_link(sheet, profile, LOOK)
    if scenario is None:
        return
    with right:
        try:
            reel = _Reel(scenario=scenario, mix=mix, world=LOOK.values["world"])
            runs = bool(st.session_state.get("runs"))
            st.session_state["by hand"] = False
            st.fragment(_stage, run_every=_TICK if runs else None)(reel)
            course = _course(scenario, mix)
        except (InputError, QuantityError) as error:
            st.error(plain(clipped(str(error))))
            return
    charts = {"run": _course_drawn(scenario, course, None)}
    take_along(
        "play",
        sentence=_earned(scenario, course),
        charts=charts,
        commands=[command("play", scenario, mix)],
        python=playing_code(scenario, mix),
        tables={"course": pd.DataFrame([_row(point) for point in course.points])},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reel:
    """One world of a profile: what is looked at is played first, the rest when it is asked for."""

    scenario: Scenario
    mix: Mapping[str, int]
    world: int

    def whole(self) -> Film:
        """All epochs."""
        return _films().made(self._key, lambda: take_film(self.scenario, self.mix, self.world))

    def upto(self, epoch: int) -> Film:
        """The epochs up to this one, or all where these are known."""
        known = _films().get(self._key)
        if known is not None:
            return known
        return _films().made((*self._key, epoch), lambda: take_film(self.scenario, self.mix, self.world, until=epoch))

    @property
    def _key(self) -> tuple[Any, ...]:
        return ("film", self.scenario.digest, *sorted(self.mix.items()), self.world)


def _course(scenario: Scenario, mix: Mapping[str, int]) -> Course:
    """The run as a whole, in many worlds."""
    key = ("course", scenario.digest, *sorted(mix.items()))
    if quick().get(key) is None:
        hand_off()
    return quick().made(key, lambda: play_course(scenario, mix))


def _stage(reel: _Reel) -> None:
    """The transport buttons and all charts of the epoch; drawn again alone while the run goes on."""
    state, last = st.session_state, reel.scenario.epochs - 1
    if state.get("by hand"):
        st.rerun()
    if state.get("runs"):
        state["look set epoch"] = min(state["look set epoch"] + _SPEEDS[state.get("speed") or "slow"], last)
        state["run through"] = (*state.get("run through", ())[-_ECHOES:], state["look set epoch"])
        if state["look set epoch"] >= last:
            state["runs"] = False
            st.rerun()
    film = reel.upto(state["look set epoch"])
    first = int(film.epochs[0])
    state["look set epoch"] = min(max(state["look set epoch"], first), last)
    state["look set seat"] = min(state["look set seat"], len(film.strategies) - 1)
    _transport(first, last)
    epoch, seat = state["look set epoch"], state["look set seat"]
    place = film.at(epoch)
    weights, quality = film.weights[place], film.quality[place]
    say(_epoch_sentence(film, epoch), kind="result")
    picked = show_chart(
        Drawn.of(seats_chart(film.dividends[place], film.stake[place], film.strategies, chosen=seat), ""),
        key=f"seats {len(film.strategies)}",
        on_select="rerun",
        selection_mode="seat",
    )
    _take_pick(picked.chart, len(film.strategies))
    breath()
    _why(film, epoch)
    for column, chart in zip(
        st.columns(2),
        (
            weights_chart(weights, film.consensus[place], quality, film.strategies),
            incentive_chart(film.incentive[place], quality, film.cabal),
        ),
        strict=True,
    ):
        with column:
            show_chart(Drawn.of(chart, ""))
    show_chart(_course_drawn(film.scenario, _course(film.scenario, reel.mix), epoch))
    film = reel.whole()  # this and the course are played once the epoch is on screen
    tabs = st.tabs(["Bonds", "Validator trust", "Stake"])
    with tabs[0]:
        show_chart(Drawn.of(bonds_chart(film.bonds[film.at(epoch)], quality, film.strategies), ""))
    with tabs[1]:
        show_chart(_by_strategy(film, film.trust, "Validator trust", "weight left after clipping, mean of a strategy"))
    with tabs[2]:
        show_chart(_by_strategy(film, 100 * film.stake, "Stake", "share of stake a seat, %"))


def _transport(first: int, last: int) -> None:
    state = st.session_state
    runs = bool(state.get("runs"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Run", key="runs", on_change=_told, args=(first, last))  # sent twice, a switch says the same
        st.button("Step", key="step", disabled=runs, width=100, on_click=_put, args=(1, last))
        st.button("Back to the start", key="rewind", disabled=runs, on_click=_put, args=(-last, last))
        st.segmented_control("Speed", list(_SPEEDS), default="slow", key="speed", label_visibility="collapsed")
    if last > first:
        st.slider("Epoch", first, last, key="look set epoch", on_change=_moved)


def _told(first: int, last: int) -> None:
    """Run or pause; a run that has ended begins anew."""
    state = st.session_state
    if state["runs"] and state["look set epoch"] >= last:
        state["look set epoch"] = first
    state["run through"] = (state["look set epoch"],)
    _by_hand()


def _put(epochs: int, last: int) -> None:
    """Go on or back by some epochs; the stage keeps them within the run."""
    st.session_state["look set epoch"] = min(st.session_state["look set epoch"] + epochs, last)
    _by_hand()


def _moved() -> None:
    """A hand on the slider pauses the run; a browser some ticks behind, which tells where it stood, does not."""
    state = st.session_state
    through = state.get("run through", ())
    if state.get("runs") and state["look set epoch"] in through:
        state["look set epoch"] = through[-1]
    else:
        state["runs"] = False
        _by_hand()


def _by_hand() -> None:
    """What a hand did on the stage is the whole page's: its address, and whether the stage ticks."""
    st.session_state["by hand"] = True
    pressed()


def _take_pick(picked: Any, seats: int) -> None:
    """A click on a bar chooses its validator."""
    chosen = (picked.get("selection") or {}).get("seat") if picked else None
    if chosen and isinstance(chosen, list) and isinstance(chosen[0], dict):
        seat = chosen[0].get("validator")
        if isinstance(seat, int) and 0 <= seat < seats and seat != st.session_state.get("picked"):
            st.session_state["picked"] = seat
            st.session_state["look set seat"] = seat
            st.rerun()


def _why(film: Film, epoch: int) -> None:
    names = [f"{seat}: {strategy}" for seat, strategy in enumerate(film.strategies)]
    seat = st.selectbox(
        "Why did this validator earn that?",
        range(len(names)),
        format_func=lambda number: names[number],
        key="look set seat",
        on_change=_by_hand,
    )
    try:
        parts = attribution(film, epoch, seat)
    except InputError as error:
        st.info(plain(clipped(f"No parts can be told: {error}")))
        return
    strategy = film.strategies[seat]
    show_chart(Drawn.of(parts_chart(parts, _SAYS, strategy), ""))
    worst = min((name for name in parts if name != "stake"), key=lambda name: parts[name])
    lost = -parts[worst]
    text = (
        f"Validator {seat} ({strategy}) is paid {sum(parts.values()):.1f} thousandths of all [[dividends]]; par would "
        f"be {parts['stake']:.1f}."
    )
    if lost > 0.05:
        text += f" Most is lost by {_LOSES[worst]}: {lost:.1f}."
    say(text, kind="soft")


_LOSES = {
    "weights": "weighing miners that others rate lower",
    "clipping": "[[clipping]], as miners are paid by what [[consensus]] supports",
    "penalty": "the [[bonds penalty]] on weight above consensus",
    "history": "[[bonds]] that it did not hold early enough",
}


def _epoch_sentence(film: Film, epoch: int) -> str:
    place = film.at(epoch)
    scenario = film.scenario
    told = [f"Epoch {film.epochs[place]}, after {hours(float(film.epochs[place]), scenario.rules.tempo)}:"]
    for strategy in dict.fromkeys(film.strategies):
        seats = np.array([name == strategy for name in film.strategies])
        paid = film.dividends[place][seats].sum() / max(film.stake[place][seats].sum(), 1e-300)
        told.append(f"{strategy} earns {paid:.2f} per stake;")
    follows = float(rank_correlation(film.quality[place], film.incentive[place]))
    told.append(
        "pay does not tell miners apart."
        if np.isnan(follows)
        else f"pay follows miners' quality at {minus(f'{follows:.2f}')} of 1 ([[quality-incentive correlation]])."
    )
    return f"{' '.join(told)} One [[world]], no interval."


def _course_drawn(scenario: Scenario, course: Course, at: int | None) -> Drawn:
    chart = course_chart(course.points, burn_in=scenario.burn_in, epoch_minutes=scenario.rules.tempo / 5, at=at)
    return Drawn.of(
        chart,
        f"Bands: {percent(scenario.answer.level)} intervals over {course.worlds} worlds, each interval on its own.",
    )


def _earned(scenario: Scenario, course: Course) -> str:
    earned = ", ".join(f"{name} {with_interval(values, 3)}" for name, values in course.counted.items())
    return minus(f"Dividends per stake over the counted epochs (1 is par): {earned}.")


def _by_strategy(film: Film, values: np.ndarray, title: str, unit: str) -> Drawn:
    points = []
    cuts = np.array_split(np.arange(film.epochs.size), min(60, film.epochs.size))
    for strategy in dict.fromkeys(film.strategies):
        seats = np.array([name == strategy for name in film.strategies])
        for cut in cuts:
            mean = float(values[cut][:, seats].mean())
            points.append(LinePoint(series=strategy, x=float(film.epochs[cut[0]]), y=mean))
    return Drawn.of(line_chart(points, title=title, x="epoch", y=unit), "One world, no interval.")


def _row(point: Any) -> Mapping[str, Any]:
    return {"epoch": point.epoch, "strategy": point.strategy, "mean": point.mean, "low": point.low, "high": point.high}
