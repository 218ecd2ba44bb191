"""Controls at their extremes, and walks of many changes: a page never shows a traceback, and the link stays whole."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opening import SMALL, address, lasting, opened

from views.limits import limits
from views.map import AXES, AXES_SHEET
from views.rules import B
from views.scenario_sheet import scenario_sheet

CHANGES = 200 if os.environ.get("YUMA_LONG") == "1" else 8
PAGES = ("equilibrium", "play", "rules", "map")
LIMITED = {"worlds", "answer.max_worlds", "registration.outside", "delegators.count"}
"""Keys of which the app takes less than a scenario may have."""

SLOW = LIMITED | {"epochs", "burn_in", "miners.count", "cabal.miners", "validators.count"}
"""Keys whose extremes make a game that takes longer than a test may; that these are refused is tested apart."""


KINDS = ("slider", "select_slider", "number_input", "toggle", "selectbox", "text_input", "segmented_control")


def extremes(end: str, declared_by_key) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for key, declared in declared_by_key.items():
        if declared.choices:
            found.append((key, declared.choices[0 if end == "low" else -1]))
        if declared.choices or declared.kind not in (int, float, bool):
            continue
        value = declared.low if end == "low" else declared.high
        if declared.kind is bool:
            value = end == "high"
        if value is not None and not (declared.low_open and end == "low"):
            found.append((key, declared.kind(value)))
    return found


def controls(app):
    return {w.key: w for kind in KINDS for w in getattr(app, kind)}


def asked(place: str, end: str) -> list[tuple[str, object]]:
    """The page's controls, each with its value at one end."""
    sheets = {"rules": [B], "play": [scenario_sheet()], "map": [AXES_SHEET]}.get(place, [scenario_sheet()])
    found: list[tuple[str, object]] = []
    for sheet in sheets:
        ends = extremes(end, {key: one for key, one in sheet.declared.items() if key not in SLOW})
        if sheet is scenario_sheet():
            ends = [(key, value) for key, value in ends if key.rpartition(".")[0] in sheet.sections]
        found += [(f"{sheet.name} set {key}", value) for key, value in ends]
    if place == "play":
        found += [(f"look set {name}", 0 if end == "low" else 9) for name in ("epoch", "world")]
        found += [("mix validators.weight-copier", 0 if end == "low" else 3)]
    if place == "map":  # its lines take half a minute and are drawn in the browser's test
        found = [(key, value) for key, value in found if key != "axes set map"]
        found += [("axes set x", key) for key in (list(AXES)[::2] if end == "low" else list(AXES)[1::2])]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("place", PAGES)
def test_every_control_at_its_extreme_leaves_an_answer_or_one_line(place, end, monkeypatch) -> None:
    monkeypatch.setattr("views.map._STEPS", 2)
    app = opened(place, **({"y": "validators.noise"} if place == "map" else {}))
    usual = {key: widget.value for key, widget in controls(app).items()}
    for key, value in asked(place, end):
        widget = controls(app)[key]
        if key in usual and isinstance(value, int | float) and not isinstance(value, bool) and hasattr(widget, "max"):
            value = type(widget.value or value)(min(max(value, widget.min or value), widget.max or value))
        widget.set_value(value).run()
        lasting(app)
        assert len(app.error) <= 1, (key, value)
        assert app.error or app.info or app.table or app.get("vega_lite_chart"), (key, value)
        assert all("\n" not in error.value for error in app.error)
        controls(app)[key].set_value(usual[key])
    app.run()
    lasting(app)
    assert not app.error


@pytest.mark.parametrize("key", sorted(SLOW - LIMITED))
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


@pytest.mark.parametrize("place", PAGES)
@settings(max_examples=1, deadline=None, derandomize=CHANGES < 200, suppress_health_check=list(HealthCheck))
@given(walk=st.lists(moves(), min_size=CHANGES, max_size=CHANGES))
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
