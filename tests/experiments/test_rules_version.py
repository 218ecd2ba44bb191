"""`rules.version` at the doors: every name plays and solves, is explained, and a wrong one is one line."""

import json
from dataclasses import fields

import numpy as np
import pytest

from econ import Rules
from econ.quantity import QuantityError
from econ.yuma.variants import RULES
from econ.yuma.variants.chain_rules import Mean
from experiments import Scenario, play, simulate
from experiments.cli import main
from experiments.errors import BadInput

SMALL = {"worlds": 2, "epochs": 8, "burn_in": 2, "start": "honest:2", "validators.count": 4, "miners.count": 6}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_plays(name):
    scenario = Scenario.named("weight-copying", {**SMALL, "rules.version": name})
    played = play(scenario, {"validators.weight-copier": 1})
    paid = sum(row.players * row.payoff[0] for row in played.rows)
    assert paid == pytest.approx(1000.0, abs=1e-6)  # the whole emission, whoever receives it


LIQUID = {"rules.liquid_alpha_on": True, "rules.liquid_alpha_consensus": "mixed"}
DIFFERENT = [*({"rules.version": name} for name in RULES), LIQUID, LIQUID | {"rules.version": "public-3"}]


@pytest.mark.parametrize("changes", DIFFERENT, ids=str)
def test_slices_and_worlds_change_nothing(changes):
    """What a rule carries from epoch to epoch it carries for each world apart, to the last bit."""
    scenario = Scenario.named("weight-copying", {**SMALL, "worlds": 5, **changes})
    profiles = [[4, 0, 6], [3, 1, 6]]
    whole = simulate(scenario, profiles)
    apart = simulate(scenario, profiles, range(2)).joined(simulate(scenario, profiles, range(2, 5)))
    for part in (simulate(scenario, profiles, slice_cells=1, threads=1), apart):
        for field in fields(whole):
            np.testing.assert_array_equal(getattr(whole, field.name), getattr(part, field.name), err_msg=field.name)


def test_a_variant_is_solved_end_to_end(capsys):
    arguments = ["--set", "rules.version=mean", "--set", "answer.max_worlds=4", "--set", "worlds=4", "--json"]
    for key, value in SMALL.items():
        if key != "worlds":
            arguments += ["--set", f"{key}={value}"]
    assert main(["solve", "weight-copying", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["equilibria"]


def test_each_name_has_a_line(capsys):
    assert main(["explain", "rules.version"]) == 0
    text = capsys.readouterr().out
    assert main(["explain", "rules.version", "--json"]) == 0
    choices = json.loads(capsys.readouterr().out)["choices"]
    assert list(choices) == list(RULES)
    for name, known in RULES.items():
        assert choices[name] == known.story
        assert f"{name:14}  {known.story}" in text


def test_a_wrong_name_is_one_line(capsys):
    assert main(["play", "--set", "rules.version=trimed-mean"]) == 2
    shown = capsys.readouterr()
    assert not shown.out
    assert shown.err.count("\n") == 1
    assert "rules.version is 'trimed-mean'" in shown.err
    assert "did you mean trimmed-mean?" in shown.err


def test_scenarios_hold_names_not_objects():
    with pytest.raises(QuantityError, match=r"rules\.rule is an object.*hand the object to a Subnet"):
        Scenario(rules=Rules(rule=Mean()))
    with pytest.raises(BadInput, match=r"'rules\.rule' is unknown"):
        Scenario.named("subnet", {"rules.rule": "mean"})


def test_rules_have_digests_of_their_own():
    digests = {Scenario.named("subnet", {"rules.version": name}).digest for name in RULES}
    assert len(digests) == len(RULES)
