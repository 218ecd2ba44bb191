"""Presets: each says what it stands for, and does it."""

import json

import pytest

from experiments import BadInput, Scenario, play
from experiments.cli import main
from experiments.preset import changes_of, preset, presets

NAMES = {"chain-defaults", "fast", "middle", "slow", "concentrated-stake", "flat-stake", "high-subjectivity"}


def test_all_are_there_and_tell_their_story_in_two_sentences():
    assert {each.name for each in presets()} == NAMES
    for each in presets():
        assert each.story.count(". ") == 1, each.name
        assert each.story.endswith(".")
        assert each.date[:4] == "2026"
        assert each.source
        assert each.assumed.endswith(".")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_makes_a_legal_scenario_that_differs(name):
    scenario = Scenario.named("weight-copying", changes_of([name]))
    for key, value in preset(name).changes.items():
        assert scenario.flat()[key] == value
    assert name == "flat-stake" or scenario != Scenario.named("weight-copying")


def test_the_chains_defaults_are_the_chains():
    assert Scenario.named("weight-copying", changes_of(["chain-defaults"])).rules.to_chain()["kappa"] == 32767


@pytest.mark.parametrize(
    ("name", "pays", "loses"), [("fast", 1, 3), ("middle", 6, 10), pytest.param("slow", 30, 50, marks=pytest.mark.slow)]
)
def test_a_lone_copier_breaks_even_at_about_the_stated_window(name, pays, loses):
    for period, sign in ((pays, 1), (loses, -1)):
        scenario = Scenario.named("weight-copying", {**changes_of([name]), "rules.reveal_period": period, "worlds": 16})
        rows = {
            row.strategy: row.payoff
            for row in play(scenario, {"validators.weight-copier": 1}).rows
            if row.role == "validators"
        }
        copier, honest = rows["weight-copier"], rows["honest"]
        assert sign * (copier[0] - honest[0]) > 0, (name, period, copier, honest)
        assert (copier[1] > honest[2]) if sign > 0 else (copier[2] < honest[1])


def test_two_presets_that_disagree_are_refused_and_others_join():
    assert {"miners.drift", "validators.stake"} <= changes_of(["slow", "concentrated-stake"]).keys()
    with pytest.raises(BadInput, match="presets fast and slow set miners"):
        changes_of(["fast", "slow"])
    with pytest.raises(BadInput, match="did you mean slow"):
        preset("slwo")


def test_set_goes_over_a_preset(capsys):
    arguments = ["weight-copying", "--preset", "slow", "--set", "miners.drift=0.2"]
    assert main(["scenario", *arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["miners"]["drift"], document["validators"]["noise"]) == (0.2, 0.5)


def test_the_command_lists_all_or_one(capsys):
    assert main(["presets", "--json"]) == 0
    assert {each["name"] for each in json.loads(capsys.readouterr().out)["presets"]} == NAMES
    assert main(["presets", "middle"]) == 0
    assert "about 8 epochs" in capsys.readouterr().out
    assert main(["presets", "nothing"]) == 2
