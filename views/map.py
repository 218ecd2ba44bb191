"""The page Map: where honesty holds, over two parameters; and how much utility keeps honest stake its share."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from charts.region import OPEN, REFUSED, RegionPoint, region_chart
from charts.retention import RetentionPoint, retention_chart
from econ.errors import InputError
from econ.quantity import Settings, quantity
from experiments import Scenario
from experiments.honest_map import HonestMap, honest_map, steps_of
from experiments.meaning import epochs
from experiments.retention_lines import RetentionLine, retention_lines
from experiments.wording import as_text, counted, money, percent, with_interval
from views.link import open_link, write_link
from views.live import glance_of, too_large
from views.scenario_sheet import command, scenario_sheet, show_scenario
from views.sheet import Sheet
from views.spot import Spot
from views.takeaway import Drawn, scenario_code, show_chart, take_along
from views.terms import heading, say, told
from views.waiting import awaited, jobs, quick, turn_to
from views.words import clipped, minus, plain

__all__ = ["page"]

AXES: Mapping[str, tuple[str, float, float]] = {
    "rules.reveal_period": ("reveal period, epochs", 0, 12),
    "validators.noise": ("noise of scores", 0.0, 0.8),
    "miners.drift": ("drift of quality", 0.0, 0.8),
    "rules.bonds_penalty": ("bonds penalty", 0.0, 1.0),
    "rules.bonds_moving_average": ("old bond kept", 0.5, 0.98),
    "rules.kappa": ("kappa (root only)", 0.3, 0.8),
    "rules.validator_share": ("validators' share (root only)", 0.1, 0.9),
    "validators.memory": ("memory of scores", 0.1, 1.0),
    "validators.cost": ("cost of evaluating, thousandths", 0.0, 20.0),
    "cabal.self_weight": ("cabal's weight on itself", 0.0, 1.0),
    "cabal.utility": ("worth of the cabal's miners", 0.0, 1.0),
}
"""Parameters that may span the map: their name and range."""

_HONEST, _LINES = "honest region", "retention lines"
_STEPS = 7
_MOST_MAP_WORLDS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes(Settings):
    """What the map shows."""

    map: str = quantity(_HONEST, "a map", "", "visitor", "What is drawn.", choices=(_HONEST, _LINES))
    x: str = quantity("rules.reveal_period", "a parameter", "", "visitor", "Across.", choices=tuple(AXES))
    y: str = quantity("miners.drift", "a parameter", "", "visitor", "Upwards.", choices=tuple(AXES))


AXES_SHEET = Sheet(name="axes", declared=Axes.quantities())


def page() -> None:
    """The choice of a map, and the map."""
    heading(
        "Map",
        "Each tile asks: where all are [[honest]], does a lone [[validator]] gain by anything else? Choose two "
        "parameters; the border is asked again in finer steps where the answer is open.",
    )
    sheet = scenario_sheet()
    open_link(sheet, AXES_SHEET)
    st.segmented_control(
        "What is drawn", [_HONEST, _LINES], key="axes set map", label_visibility="collapsed", required=True
    )
    if AXES_SHEET.values["map"] == _LINES:
        write_link(sheet, AXES_SHEET)
        _lines()
        return
    left, right = st.columns([1, 2], gap="large")
    with left:
        for key, label in (("x", "Across"), ("y", "Upwards")):
            st.selectbox(label, list(AXES), key=f"axes set {key}", format_func=lambda k: AXES[k][0])
        scenario = show_scenario(only=())
    write_link(sheet, AXES_SHEET)
    if scenario is None:
        return
    x, y = AXES_SHEET.values["x"], AXES_SHEET.values["y"]
    with right:
        if x == y:
            st.info("Choose two different parameters to see a map.")
            take_along("map")
            return
        _region(scenario, x, y)


def _region(scenario: Scenario, x: str, y: str) -> None:
    said, place, shown = Spot(), st.container(), None
    xs, ys = (_steps(scenario, name, _STEPS) for name in (x, y))
    asked = _apart_from(scenario, x, y)
    key = ("map", asked.digest, x, y, *xs, *ys)
    found = jobs().known(key)
    try:
        if found is None and (reason := too_large(scenario)):
            st.info(plain(f"{reason} Use fewer seats, epochs or strategies for a map."))
            return
        if found is None:
            turn_to("map", key)
            small = glance_of(asked)
            said.show(lambda: say(told(_so_far(scenario, small, x, y)), kind="result"))
            for few in ([_middles(scenario, name) for name in (x, y)], [_steps(scenario, name, 3) for name in (x, y)]):
                quickly = quick().made(
                    (key, *map(tuple, few)),
                    lambda few=few: honest_map(small, x, y, *few, refine=0, most_worlds=small.worlds),
                )
                with place:
                    shown = show_chart(_drawn(quickly, scenario), shown)
            found = awaited("map", key, honest_map, (asked, x, y, xs, ys), st.empty(), doing="Mapping")
    except InputError as error:
        problem = str(error)
        said.show(lambda: st.error(plain(clipped(problem))))
        return
    if found is None:
        return
    drawn, sentence = _drawn(found, scenario), found.sentence(scenario.roles.strategies[0][0])
    said.show(lambda: say(told(sentence), kind="result"))
    with place:
        show_chart(drawn, shown)
    take_along(
        "map",
        sentence=sentence,
        charts={"region": drawn},
        commands=[_command(scenario, x, y, xs, ys)],
        python=_code(scenario, x, y, xs, ys),
        tables={"points": _frame(found)},
    )


def _steps(scenario: Scenario, name: str, count: int) -> list[float]:
    _, low, high = AXES[name]
    return steps_of(scenario, name, low, high, count)


def _middles(scenario: Scenario, name: str) -> list[float]:
    """The middles of the two halves of a range: the coarsest map of it."""
    _, low, high = AXES[name]
    return steps_of(scenario, name, low + (high - low) / 4, high - (high - low) / 4, 2)


def _so_far(scenario: Scenario, small: Scenario, x: str, y: str) -> str:
    """What stands above a map that is on its way: where the best lone gain lies, by a short run of what is set now."""
    flat, first = scenario.flat(), scenario.roles.strategies[0][0]
    here = [float(flat[key]) for key in (x, y)]
    found = quick().made(
        ("here", small.digest, x, y, *here),
        lambda: honest_map(small, x, y, here[:1], here[1:], refine=0, most_worlds=small.worlds),
    )
    (point,) = found.points
    gains = (
        f"whoever switches alone from {first} to {point.strategy} gains between {point.gain[1]:.1f} and "
        f"{point.gain[2]:.1f} thousandths where the ring stands"
        if point.strategy
        else "there is nothing to choose where the ring stands"
    )
    worlds = counted(small.worlds, "world")
    return minus(f"Sharpening: after {worlds} of {epochs(small.epochs)} {gains}. Bands only, no verdict yet.")


def _apart_from(scenario: Scenario, x: str, y: str) -> Scenario:
    """The game without what the map sets itself: a move along an axis asks nothing new."""
    base, keys = Scenario.named(scenario.name).flat(), (x, y)
    try:
        return scenario.changed({key: base[key] for key in keys})
    except InputError:
        return scenario


def _drawn(found: HonestMap, scenario: Scenario) -> Drawn:
    first = scenario.roles.strategies[0][0]
    wide, high = found.steps
    rows = [
        RegionPoint(
            x=point.x,
            y=point.y,
            width=wide / 2**point.level,
            height=high / 2**point.level,
            outcome=REFUSED if point.problem else {True: first, False: point.strategy, None: OPEN}[point.holds],
            gain=point.gain[0],
            low=point.gain[1],
            high=point.gain[2],
            worlds=point.worlds,
        )
        for point in found.points
    ]
    flat = scenario.flat()
    chart = region_chart(
        rows,
        x=AXES[found.x][0],
        y=AXES[found.y][0],
        title=f"What tempts a lone validator where all are {first}",
        here=(float(flat[found.x]), float(flat[found.y])),
        strategies=scenario.roles.strategies[0],
    )
    most = max((point.worlds for point in found.points), default=0)
    return Drawn.of(
        chart,
        f"{percent(scenario.answer.level)} intervals, each on its own; up to {most} worlds a point; a gain up to "
        f"{scenario.answer.epsilon:g} thousandths, {money(scenario.market, scenario.answer.epsilon)}, is not counted.",
    )


def _frame(found: HonestMap) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                found.x: point.x,
                found.y: point.y,
                "holds": {True: "yes", False: "no", None: ""}[point.holds],
                "best_switch": point.strategy,
                "gain": point.gain[0],
                "gain_low": point.gain[1],
                "gain_high": point.gain[2],
                "worlds": point.worlds,
                "problem": point.problem,
            }
            for point in found.points
        ]
    )


def _command(scenario: Scenario, x: str, y: str, xs: list[float], ys: list[float]) -> str:
    kinds = Scenario.keys()
    asked = (f"{key}={','.join(as_text(kinds[key].kind(value)) for value in at)}" for key, at in ((x, xs), (y, ys)))
    return f"{command('solve', scenario)} {shlex.join(word for each in asked for word in ('--over', each))}"


def _code(scenario: Scenario, x: str, y: str, xs: list[float], ys: list[float]) -> str:
    return (
        "from experiments import Scenario\n"
        "from experiments.honest_map import honest_map\n\n"
        f"{scenario_code(scenario)}\n"
        f'found = honest_map(scenario, "{x}", "{y}", {xs}, {ys})\n'
        "for point in found.points:\n"
        "    print(point.x, point.y, point.holds, point.strategy, point.gain)\n"
        f'print(found.sentence("{scenario.roles.strategies[0][0]}"))\n'
    )


def _lines() -> None:
    say(
        "How much of its [[weights]] must [[honest]] [[stake]] put in honest [[miner|miners]] to keep its share of "
        "pay, whatever share a [[cabal]] gives itself? Right of a line honest stake grows."
    )
    status = st.empty()
    place = st.empty()
    key = ("retention lines", 1)
    found = awaited("lines", key, retention_lines, (), status, doing="Drawing lines")
    if found is None:
        place.info("Press Go on to draw the lines: it takes about half a minute.")
        return
    drawn = _lines_drawn(found)
    needed = ", ".join(
        f"{with_interval([100 * end for end in line.needed_interval], 1)}% at noise {line.noise:g}" for line in found
    )
    sentence = (
        "With 60% of the stake, honest validators keep their share of pay against any cabal if they give honest "
        f"miners this much of their weight: {needed}."
    )
    with place.container():
        say(told(sentence), kind="result")
        show_chart(drawn)
    take_along(
        "retention",
        sentence=sentence,
        charts={"lines": drawn},
        commands=["yuma run consensus-map --size small", "yuma report consensus-map"],
        python="from experiments.retention_lines import retention_lines\n\n"
        "for line in retention_lines():\n    print(line.noise, line.needed, line.needed_interval)\n",
        tables={"lines": pd.DataFrame([row for line in found for row in _line_rows(line)])},
    )


def _lines_drawn(found: list[RetentionLine]) -> Drawn:
    rows = [RetentionPoint(series=f"{line.noise:g}", **row) for line in found for row in _points(line)]
    chart = retention_chart(
        rows,
        title="60% honest stake, kappa 0.5, Yuma 2",
        subtitle=["Right of a line honest stake grows."],
        legend="noise of weights",
    )
    return Drawn.of(chart, "Bands: 95% intervals over seeds; 64 validators, 448 miners, one epoch.")


def _points(line: RetentionLine) -> list[dict[str, float]]:
    return [
        {"cabal_utility": y, "honest_utility": x, "low": low, "high": high}
        for y, x, low, high in zip(line.cabal_utility, line.mean, line.low, line.high, strict=True)
    ]


def _line_rows(line: RetentionLine) -> list[dict[str, float]]:
    return [{"noise": line.noise, **row} for row in _points(line)]
