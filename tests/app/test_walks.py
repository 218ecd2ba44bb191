"""Controls at their extremes, and walks of many changes: a page never shows a traceback, and the link stays whole."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opening import SMALL, address, lasting, opened

from experiments import Scenario
from views.limits import limits
from views.scenario_sheet import scenario_sheet

CHANGES = 200 if os.environ.get("YUMA_LONG") == "1" else 12
PAGES = ("equilibrium", "play", "rules", "map")
SLOW = {"epochs", "burn_in", "worlds", "answer.max_worlds", "miners.count", "cabal.miners", "validators.count"}
"""Keys whose extremes make a game that takes longer than a test may; that these are refused is tested apart."""


def extremes(end: str) -> list[tuple[str, object]]:
    found = []
    for key, declared in Scenario.keys().items():
        if key in SLOW or declared.kind not in (int, float, bool):
            continue
        value = declared.low if end == "low" else declared.high
        if declared.kind is bool:
            value = end == "high"
        if value is not None and not (declared.low_open and end == "low"):
            found.append((key, declared.kind(value)))
    return found


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("part", range(3))
def test_every_number_at_its_extreme_leaves_an_answer_or_one_line(end, part) -> None:
    shown = scenario_sheet()
    listed = [(key, value) for key, value in extremes(end) if key.rpartition(".")[0] in shown.sections][part::3]
    app = opened("equilibrium")
    for key, value in listed:
        widget = next(w for w in (*app.slider, *app.number_input, *app.toggle) if w.key == f"scenario set {key}")
        if key in shown.in_sight:
            one = shown.in_sight[key]
            value = type(widget.value)(one.low if end == "low" else one.high)
        usual = widget.value
        widget.set_value(value).run()
        lasting(app)
        assert len(app.error) <= 1
        assert app.error or app.table or app.info
        assert all("\n" not in error.value for error in app.error)
        next(w for w in (*app.slider, *app.number_input, *app.toggle) if w.key == widget.key).set_value(usual)
    app.run()
    assert not app.error


@pytest.mark.parametrize("key", sorted(SLOW - {"worlds", "answer.max_worlds"}))
def test_what_is_too_large_says_so_and_is_not_begun(key) -> None:
    most = int(scenario_sheet().declared[key].high)
    app = opened("equilibrium", small=False, **{"scenario": "weight-copying", key: str(most)})
    lasting(app)
    assert app.error or app.info
    assert not app.table


def test_no_more_worlds_are_taken_than_the_server_allows() -> None:
    assert {scenario_sheet().most[key] for key in ("worlds", "answer.max_worlds")} == {limits().worlds}


def moves() -> st.SearchStrategy[tuple[str, float]]:
    return st.tuples(st.sampled_from(sorted(_SMALL_MOVES)), st.floats(0, 1))


_SMALL_MOVES = {
    "rules.reveal_period": (0, 6),
    "validators.noise": (0.0, 1.0),
    "miners.drift": (0.0, 1.0),
    "validators.count": (3, 5),
    "rules.kappa": (0.0, 1.0),
    "rules.bonds_penalty": (0.0, 1.0),
    "rules.bonds_moving_average": (0.0, 1.0),
    "miners.spread": (0.0, 2.0),
    "validators.cost": (0.0, 50.0),
    "burn_in": (0, 12),
}


@settings(
    max_examples=4 if CHANGES > 12 else 1,
    deadline=None,
    derandomize=CHANGES <= 12,
    suppress_health_check=list(HealthCheck),
)
@given(place=st.sampled_from(PAGES), walk=st.lists(moves(), min_size=CHANGES, max_size=CHANGES))
def test_a_random_walk_never_ends_in_a_traceback(place, walk) -> None:
    app = opened(place)
    for key, share in walk:
        low, high = _SMALL_MOVES[key]
        kind = type(low)
        widget = next(w for w in (*app.slider, *app.number_input) if w.key == f"scenario set {key}")
        value = kind(round(low + share * (high - low))) if kind is int else round(low + share * (high - low), 2)
        widget.set_value(value).run()
        lasting(app)
        assert len(app.error) <= 1
        link = {key: text for key, text in address(app).items() if scenario_sheet().claims(key)}
        base, values, problems = scenario_sheet().parsed(link)
        assert not problems
        assert base == SMALL["scenario"]
        assert values[key] == value
