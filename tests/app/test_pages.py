"""Every page as a person uses it, with small games."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import shlex

import numpy as np
import pandas as pd
import pytest
from opening import SCENARIO, address, lasting, opened, words

from experiments import Scenario, play, solve_scenario
from experiments.cli import main
from views.film import attribution, take_film
from views.places import PLACES
from views.says import said_of_all
from views.start import TOUR
from views.tables import show_table
from views.takeaway import playing_code, solving_code

PLAYING = ("equilibrium", "play", "rules", "map")
"""Pages that have the scenario's controls."""


@pytest.mark.parametrize("place", [one.url for one in PLACES])
def test_every_page_opens_with_a_title_two_sentences_and_something_to_take_along(place) -> None:
    app = opened(place, small=place in PLAYING)
    lasting(app)
    assert app.title
    lead = next(e.proto.body for e in app.get("html") if "lead" in e.proto.body)
    assert lead.count(". ") + lead.count("? ") + 1 >= 2
    assert not app.error
    assert not app.warning
    if place in (*PLAYING, "start", "lab"):
        assert any("Take it with you" in header.value for header in app.subheader)


@pytest.mark.parametrize("step", range(len(TOUR)))
def test_every_step_of_the_tour_is_a_link_without_fault(step) -> None:
    _, _, place, query = TOUR[step]
    app = opened(place, **query)
    lasting(app)
    assert not app.warning
    assert not app.error


def test_start_says_where_copying_leads() -> None:
    app = opened("start", small=False)
    app.slider(key="start set copiers").set_value(1).run()
    lasting(app)
    assert "all measure again" in words(app)
    assert address(app) == {"copiers": "1"}
    app.slider(key="start set copiers").set_value(7).run()
    assert "all copy" in words(app)


def test_play_steps_and_its_epoch_and_validator_are_in_the_link() -> None:
    app = opened("play", epoch="5", seat="2")
    lasting(app)
    assert app.slider(key="look set epoch").value == 5
    app.button(key="step").click().run()
    lasting(app)
    assert app.slider(key="look set epoch").value == 6
    assert "Epoch 6," in words(app)
    assert address(app)["epoch"] == "6"
    assert app.selectbox(key="look set seat").value == 2
    app.toggle(key="runs").set_value(True).run()
    lasting(app)
    assert app.button(key="step").disabled
    app.toggle(key="runs").set_value(False).run()
    assert not app.button(key="step").disabled
    app.slider(key="look set epoch").set_value(3).run()
    assert address(app)["epoch"] == "3"


def test_a_run_that_has_ended_begins_anew() -> None:
    app = opened("play")
    lasting(app)
    last = app.slider(key="look set epoch").max
    app.slider(key="look set epoch").set_value(last).run()
    assert not app.toggle(key="runs").value
    app.toggle(key="runs").set_value(True).run()
    assert app.slider(key="look set epoch").value < last / 2


def test_the_parts_of_a_dividend_add_up_to_what_is_paid() -> None:
    film = take_film(SCENARIO, {"validators.weight-copier": 1})
    for epoch in (int(film.epochs[0]), 7):
        for seat in range(3):
            parts = attribution(film, epoch, seat)
            assert sum(parts.values()) == pytest.approx(1000 * film.dividends[film.at(epoch), seat], abs=1e-9)


def test_a_film_shows_what_is_played() -> None:
    film = take_film(SCENARIO, {})
    assert film.strategies == ("honest",) * 3
    assert np.allclose(film.dividends.sum(axis=1), 1)
    assert film.weights.shape == (film.epochs.size, 3, 4)


def test_a_film_that_ends_early_shows_what_the_whole_one_shows() -> None:
    whole, short = (take_film(SCENARIO, {"validators.weight-copier": 1}, until=until) for until in (None, 5))
    assert int(short.epochs[-1]) == 5 < int(whole.epochs[-1])
    for name in ("weights", "bonds", "consensus", "incentive", "quality", "dividends", "stake", "trust"):
        assert np.array_equal(getattr(short, name), getattr(whole, name)[: short.epochs.size])


@pytest.mark.parametrize(
    ("place", "link", "said"),
    [
        ("map", {"x": "validators.noise", "y": "miners.drift"}, "where the ring stands"),
        ("rules", {"b.rules.reveal_period": "3"}, "for honest validators"),
    ],
)
def test_a_preview_says_bands_and_no_verdict(monkeypatch, place, link, said) -> None:
    monkeypatch.setattr(f"views.{place}.awaited", lambda *_, **__: None)
    app = opened(place, seed="4711", **link)  # of no other test: what is known already has no preview
    lasting(app)
    told = words(app)
    assert "Sharpening: after" in told
    assert said in told
    assert "no verdict yet" in told
    assert "points asked" not in told


def test_play_says_why_parts_cannot_be_told() -> None:
    app = opened("play", **{"rules.version": "mean"})
    lasting(app)
    assert "No parts can be told" in words(app)


def test_rules_compare_and_say_so_where_they_are_the_same() -> None:
    app = opened("rules", **{"rules.reveal_period": "1"})
    lasting(app)
    assert "Both rule sets are the same" in words(app)
    app.slider(key="second set b.rules.reveal_period").set_value(3).run()
    lasting(app)
    assert address(app)["b.rules.reveal_period"] == "3"
    assert "By rule set B" in words(app)
    assert "reveal period 1 → 3" in words(app)
    table = app.table[0].value
    assert {"honest validators", "nominators", "other miners"} <= set(table["Who"].str.replace("\\", ""))


def test_the_map_tells_two_parameters_apart() -> None:
    app = opened("map", x="validators.noise", y="miners.drift")
    lasting(app)
    assert "points asked" in words(app)
    assert len(app.get("vega_lite_chart")) == 1
    app.selectbox(key="axes set y").set_value("validators.noise").run()
    lasting(app)
    assert "two different parameters" in words(app)


def test_terms_of_tables_are_explained_below_them() -> None:
    app = opened("equilibrium")
    lasting(app)
    below = [one.proto.body for one in app.get("html") if "Words in this table" in one.proto.body]
    assert len(below) >= 1
    for term in ("Regret", "thousandths", "Stable", "Incentive"):
        assert f">{term}</span>" in below[0], below[0]
    assert below[0].count('tabindex="0"') == below[0].count("data-meaning=") >= 4


def test_a_table_of_others_is_shown_as_text_and_explains_only_what_we_know(monkeypatch) -> None:
    said = []
    monkeypatch.setattr("views.tables.say", lambda text, kind: said.append(text))
    show_table(pd.DataFrame({"stake <script>": ["<b>alpha</b>", "long " * 9 + "tempo"], "kappa": ["", ""]}), "x")
    assert len(said) == 1
    assert "script" not in said[0]
    assert "<b>" not in said[0]
    assert [f">{term}<" in said[0] for term in ("stake", "alpha", "kappa", "tempo")] == [True, True, True, False]


def test_a_move_along_an_axis_of_the_map_moves_its_mark_and_asks_nothing_new(monkeypatch) -> None:
    app = opened("map", x="validators.noise", y="miners.drift")
    before = app.get("vega_lite_chart")[0].proto
    monkeypatch.setattr("views.map.awaited", None)
    monkeypatch.setattr("views.map.honest_map", None)
    app.slider(key="scenario set validators.noise").set_value(0.75).run()
    lasting(app)
    assert "points asked" in words(app)
    assert "0.75" in address(app)["validators.noise"]
    (after,) = (chart.proto for chart in app.get("vega_lite_chart"))
    assert after.spec == before.spec  # so a browser moves what it has drawn
    assert after.data.data != before.data.data


def test_lab_tells_every_player_of_every_role() -> None:
    app = opened("lab", small=False)
    for role in ("miners", "delegators", "owner", "validators"):
        app.segmented_control(key="lab set role").set_value(role).run()
        lasting(app)
        names = app.selectbox(key="lab set player").options
        for name in names[::3]:
            app.selectbox(key="lab set player").set_value(name).run()
            lasting(app)
    assert "No stored runs yet" in words(app) or app.multiselect


def test_the_python_of_a_page_gives_the_numbers_of_the_page() -> None:
    small = SCENARIO.changed({"answer.max_worlds": 64})
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(solving_code(small), names)
        exec(playing_code(small, {"validators.weight-copier": 1}), names)
    assert names["scenario"].digest == small.digest
    assert names["solution"].answer == solve_scenario(small).answer
    assert names["played"].to_json() == play(small, {"validators.weight-copier": 1}).to_json()
    assert "lone validator" in printed.getvalue()


def test_the_code_and_the_command_on_the_page_give_its_numbers(capsys) -> None:
    app = opened("equilibrium", **{"rules.bonds_penalty": "0.5"})
    lasting(app)
    (line,) = (b.value for b in app.code if b.value.startswith("yuma solve") and "--concept" not in b.value)
    assert main([*shlex.split(line)[1:], "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    code = next(block.value for block in app.code if block.value.startswith("from experiments"))
    names: dict[str, object] = {}
    exec(code, names)
    capsys.readouterr()
    solution = names["solution"]
    assert {**printed, "seconds": 0} == json.loads(json.dumps({**solution.to_json(), "seconds": 0}))
    said = words(app)
    gain = solution.contests[0].gains[0]
    assert f"{gain.mean:.2f}".replace("-", "−") in said
    assert isinstance(names["scenario"], Scenario)


def test_what_would_change_it_is_asked_for_and_names_what_is_roots() -> None:
    app = opened("equilibrium", **{"miners.drift": "0.8", "validators.noise": "0.1"})
    app.button(key="find changes").click().run()
    lasting(app)
    said = words(app)
    assert "rules, each alone, in" in said
    assert "(root only)" in said


def test_a_mix_of_strategies_that_are_not_played_is_said() -> None:
    app = opened("play", **{"mix.validators.nonsense": "2"})
    lasting(app)
    assert "validators.nonsense" in words(app)
    assert "mix.validators.nonsense" not in address(app)


@pytest.mark.parametrize("place", ["equilibrium", "play", "rules", "map"])
def test_at_most_five_controls_are_in_sight_and_all_settings_under_more_rules(place) -> None:
    app = opened(place, scenario="subnet", **{"b.rules.reveal_period": "2"} if place == "rules" else {})
    lasting(app)
    seen = [w.key for kind in KINDS for w in getattr(app, kind) if w.key not in _folded(app)]
    assert len([key for key in seen if key not in ("speed", "axes set map")]) <= 5, seen
    keys = {w.key for kind in (*KINDS, "toggle") for w in getattr(app, kind)}
    declared = Scenario.keys()
    assert {f"scenario set {key}" for key in declared} <= keys


KINDS = ("slider", "select_slider", "selectbox", "segmented_control", "number_input", "text_input", "multiselect")


def _folded(app) -> set[str]:
    return {w.key for fold in app.expander for kind in KINDS for w in getattr(fold, kind)}


@pytest.mark.parametrize(
    ("extra", "who"),
    [
        ({"registration.outside": "3", "rules.immunity_period": "360"}, "other miners"),
        ({"delegators.count": "2", "delegators.strategies": "loyal,yield-chaser"}, "nominators"),
        ({"owner.strategies": "honest,burner", "owner.cut": "0.3"}, "owner"),
    ],
)
@pytest.mark.parametrize("place", ["equilibrium", "play", "rules"])
def test_registrations_delegators_and_owner_can_be_played(place, extra, who) -> None:
    app = opened(place, **extra, **({"b.rules.bonds_penalty": "0.0"} if place == "rules" else {}))
    lasting(app)
    assert not app.error
    assert not app.warning
    assert len(app.get("vega_lite_chart")) >= 1
    assert all(address(app)[key] == value for key, value in extra.items())
    if place == "rules" and who != "owner":
        assert who in " ".join(app.table[0].value["Who"])


def test_every_number_is_also_in_words() -> None:
    told = said_of_all(SCENARIO.changed({"market.alpha_price": 0.05, "market.tao_price": 400.0}))
    plain = ("seats", "players", "whole number", "worlds", "exponent", "factor", "UIDs", "slope", "deviation")
    for key, declared in Scenario.keys().items():
        number = declared.kind in (int, float) and not declared.optional and not any(w in declared.unit for w in plain)
        assert not number or key in told or key.startswith(("market.", "registration.")), key
    assert told["rules.tempo"] == "72 minutes."
    assert told["market.alpha_price"] == "20 USD an alpha."
    assert told["registration.start_price"] == "167 thousandths of an epoch's emission."


def test_what_stands_as_long_as_the_server_is_not_looked_through_for_garbage() -> None:
    opened("economy", small=False)
    before = gc.get_freeze_count()
    assert before > 50_000
    opened("economy", small=False)
    assert gc.get_freeze_count() <= before  # once: what sessions made is collected
