"""The questions that the app asks beside the equilibrium: two rule sets, the map, what would change it, stored runs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from experiments import BadInput, Scenario, play
from experiments.commands.app import place_of
from experiments.demo import make_demo
from experiments.demo_page import MOST_BYTES, demo_page
from experiments.honest_map import honest_map, steps_of
from experiments.lone import crowds
from experiments.payoffs import empirical_game
from experiments.retention_lines import retention_lines
from experiments.side_by_side import side_by_side
from experiments.stored_runs import opened_run, stored_runs
from experiments.what_changes import RULES, what_changes

SMALL = {"validators.count": 4, "miners.count": 8, "start": "honest:4", "epochs": 24, "burn_in": 8, "worlds": 16}
COPYING = Scenario.named("weight-copying", SMALL)


def test_the_gain_of_a_lone_switch_is_that_of_the_whole_game() -> None:
    game = empirical_game(COPYING, worlds=range(16))
    honest, copying = crowds(COPYING, range(16))
    counts = game.roles.profiles()
    one = int(np.flatnonzero(counts[:, 1] == 1)[0])
    none = int(np.flatnonzero(counts[:, 1] == 0)[0])
    expected = float((game.payoffs[one, 1] - game.payoffs[none, 0]).mean())
    assert honest.switches[0].gain[0] == pytest.approx(expected, abs=1e-9)
    assert copying.strategy == "weight-copier"
    low, high = honest.switches[0].gain[1:]
    assert honest.holds() is (True if high <= 0 else False if low > 0 else None)


def test_two_equal_rule_sets_differ_by_nothing_and_all_of_it_adds_up() -> None:
    found = side_by_side(COPYING, COPYING, {"validators.weight-copier": 1})
    assert all(party.difference == (0.0, 0.0, 0.0) for party in found.parties)
    told = {party.name: party.first[0] for party in found.parties}
    validators = 3 * told["honest validators"] + told["weight-copier validators"]
    assert validators + told["best quarter of miners"] + told["other miners"] == pytest.approx(1000)
    assert told["nominators"] == pytest.approx(0.82 * 3 * told["honest validators"])
    rows = {row.strategy: row.payoff[0] for row in play(COPYING, {"validators.weight-copier": 1}).rows[:2]}
    assert told["honest validators"] == pytest.approx(rows["honest"])


def test_rule_sets_that_seat_others_are_refused() -> None:
    with pytest.raises(BadInput, match="same players"):
        side_by_side(COPYING, COPYING.changed({"validators.count": 5}))


def test_the_map_asks_the_border_again_and_keeps_what_is_refused() -> None:
    found = honest_map(COPYING, "miners.drift", "miners.spread", [0.0, 1.0], [0.5, 1.0], most_worlds=16)
    refused = [point for point in found.points if point.problem]
    assert [(point.x, point.y) for point in refused if point.level == 0] == [(1.0, 0.5)]
    assert "drift" in refused[0].problem
    assert any(point.level == 1 for point in found.points)
    assert found.steps == (1.0, 0.5)
    again = honest_map(COPYING, "miners.drift", "miners.spread", [0.0, 1.0], [0.5, 1.0], most_worlds=16)
    assert [point.gain for point in again.points if not point.problem] == [
        point.gain for point in found.points if not point.problem
    ]
    with pytest.raises(BadInput, match="two different"):
        honest_map(COPYING, "miners.drift", "miners.drift", [0.0], [0.0])


def test_steps_of_whole_numbers_are_whole() -> None:
    assert steps_of(COPYING, "rules.reveal_period", 0, 3, 7) == [0.0, 1.0, 2.0, 3.0]


def test_what_would_change_it_flips_where_it_says_and_tells_side_effects() -> None:
    free = COPYING.changed({"rules.reveal_period": 1, "miners.drift": 0.8, "validators.noise": 0.1})
    found = {change.key: change for change in what_changes(free)}
    assert list(found) == list(RULES)
    assert {key for key, change in found.items() if change.set_by == "root"} == {"rules.kappa", "rules.validator_share"}
    for change in found.values():
        assert change.present not in change.tried
        if change.value is None:
            assert not change.flips
            continue
        assert change.value in change.tried
        assert change.before_value == change.present or change.before_value in change.tried
        assert [s.strategy for s in change.after[0].switches] == ["weight-copier", "colluding"]
        there = {c.strategy: c.holds(0.5) for c in crowds(free.changed({change.key: change.value}), range(16))}
        for flip in change.flips:
            _, strategy, does = flip.split()
            assert there[strategy] is (does == "holds")
    assert found["rules.reveal_period"].value == 0
    assert "all honest falls" in found["rules.reveal_period"].flips


def test_retention_lines_agree_with_the_study() -> None:
    (line,) = retention_lines((0.0,), seeds=1)
    assert 100 * line.needed == pytest.approx(60.0, abs=0.5)


def test_stored_runs_open_only_what_is_this_packages_own(tmp_path) -> None:
    for name, code in {
        "mine": {"name": "x", "file": {"name": "x.py", "text": "raise SystemExit"}, "plugins": [], "batch": None},
        "odd": {"name": "no-such-study", "file": None, "plugins": [], "batch": None},
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        manifest = {"study": "<b>x</b>", "size": "small", "tasks": 3, "code": code}
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (tmp_path / "nothing").mkdir()
    runs = stored_runs(tmp_path)
    assert [(run.name, run.own) for run in runs] == [("mine", False), ("odd", False)]
    with pytest.raises(BadInput, match="from a file"):
        opened_run(tmp_path, "mine")
    with pytest.raises(BadInput, match="not in the results folder"):
        opened_run(tmp_path, "../mine")


def test_the_demonstration_is_one_small_page_that_fetches_nothing() -> None:
    demo = make_demo("small")
    page = demo_page(demo)
    assert len(page.encode()) < MOST_BYTES
    assert len(demo.cells) == 2
    head = page.split('<script type="module">')[0]
    assert "src=" not in head
    assert "http" not in head.replace("https://vega.github.io/schema", "")
    assert "</script" not in json.dumps(demo.document()).replace("<", "\\u003c")


@pytest.mark.parametrize("code", ["http://a:1/play?scenario=cabal", "/play?scenario=cabal", "play?scenario=cabal"])
def test_a_link_of_another_server_opens_here(code) -> None:
    assert place_of(code) == "play?scenario=cabal"


@pytest.mark.parametrize("code", ["../../etc", "a/b?c", "x" * 9000, "a\nb"])
def test_a_code_that_is_no_link_is_refused_in_one_line(code) -> None:
    with pytest.raises(BadInput) as error:
        place_of(code)
    assert "\n" not in str(error.value)
