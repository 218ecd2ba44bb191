"""Scenarios: what is legal, what is refused and how it is said."""

import json

import pytest

from agents import HonestValidator
from experiments import BadInput, Scenario
from experiments.pairs import changes_from
from experiments.scenario import scenario_names


def test_built_in_scenarios_are_the_documented_ones():
    listed = {name: Scenario.named(name).validators.strategies for name in scenario_names()}
    assert listed == {
        "weight-copying": "honest,weight-copier",
        "cabal": "honest,colluding",
        "subnet": "honest,weight-copier,colluding",
    }
    assert [Scenario.named(name).cabal_seats for name in ("weight-copying", "cabal", "subnet")] == [0, 8, 8]


def test_defaults_are_the_documented_ones():
    flat = Scenario.named("subnet").flat()
    documented = {
        "validators.count": 10,
        "miners.count": 64,
        "validators.stake": "equal",
        "validators.noise": 0.3,
        "validators.memory": 1,
        "validators.sharpness": 1,
        "validators.cost": 0,
        "miners.cost": 0,
        "cabal.cost": 0,
        "miners.strategies": "honest",
        "miners.drift": 0.3,
        "miners.spread": 1,
        "miners.innovation_rate": 0,
        "miners.effort_exponent": 1,
        "cabal.miners": None,
        "cabal.utility": 0.5,
        "cabal.self_weight": 0.5,
        "rules.version": "3",
        "rules.kappa": 0.5,
        "rules.bonds_penalty": 1,
        "rules.validator_share": 0.5,
        "rules.bonds_moving_average": 0.9,
        "rules.liquid_alpha_on": False,
        "rules.alpha_low": 0.7,
        "rules.alpha_high": 0.9,
        "rules.alpha_sigmoid_steepness": 10,
        "rules.liquid_alpha_consensus": "current",
        "rules.winner_takes_all": False,
        "rules.trimmed_share": 0.25,
        "rules.capacity_alpha": 0.1,
        "rules.decay_rate": 0.1,
        "rules.reveal_period": 1,
        "rules.tempo": 360,
        "rules.immunity_period": 5000,
        "market.alpha_per_block": 1,
        "market.alpha_price": None,
        "market.tao_price": None,
        "start": "honest:40",
        "epochs": 300,
        "burn_in": 60,
        "worlds": 64,
        "seed": 0,
        "answer.level": 0.95,
        "answer.epsilon": 0.5,
        "answer.bounds": "asymptotic",
        "answer.max_worlds": 4096,
    }
    documented |= {
        "validators.take": 0.18,
        "validators.compounding": 0,
        "validators.rent": 0,
        "registration.outside": 0,
        "registration.start_price": 1,
        "registration.half_life": 360,
        "registration.increase": 1.26,
        "registration.lowest": 0.0005,
        "registration.highest": 100,
        "registration.min_non_immune": 10,
        "registration.emission_worth": 6,
        "delegators.count": 0,
        "delegators.stake": 0.5,
        "delegators.period": 1,
        "delegators.strategies": "loyal",
        "owner.cut": 0.18,
        "owner.strategies": "honest",
    }
    assert {key: flat[key] for key in documented} == documented
    assert set(flat) == {*documented, "validators.strategies"}


def test_text_and_values_mean_the_same():
    by_text = Scenario.named("cabal", {"rules.kappa": "0.6", "market.tao_price": "none", "cabal.miners": "4"})
    by_value = Scenario.named("cabal", {"rules.kappa": 0.6, "market.tao_price": None, "cabal.miners": 4})
    assert by_text == by_value
    assert hash(by_text) == hash(by_value)
    assert by_text.digest == by_value.digest != Scenario.named("cabal").digest
    assert json.loads(json.dumps(by_text.differences))["rules.kappa"] == 0.6
    assert Scenario.named("cabal").changed(by_text.differences).flat() == by_text.flat()


def test_policies_take_their_parameters_from_the_scenario():
    scenario = Scenario.named("subnet", {"validators.memory": 0.5, "cabal.self_weight": 0.2})
    assert scenario.policy("validators", "honest") == HonestValidator(memory=0.5)
    assert scenario.policy("validators", "colluding").self_weight == 0.2


def test_stake_classes_are_roles():
    scenario = Scenario.named("weight-copying", {"validators.stake": "classes:2x20,8x7.5"})
    assert scenario.roles.names == ("validators.1", "validators.2", "miners")
    assert scenario.roles.players == (2, 8, 64)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rules.kapa": 1}, "key 'rules.kapa' is unknown; did you mean rules.kappa?"),
        ({"rules.kappa": "1.2"}, r"rules.kappa is 1.2; .*\[0, 1\]"),
        ({"rules.kappa": "nan"}, "rules.kappa is nan"),
        ({"rules.kappa": "much"}, "rules.kappa is 'much'"),
        ({"rules.version": "4"}, "rules.version is '4'; .*one of 3, 2"),
        ({"rules.reveal_period": "2.5"}, "rules.reveal_period is '2.5'"),
        ({"rules.reveal_period": "101"}, "rules.reveal_period is 101"),
        ({"rules.liquid_alpha_on": "yes"}, "rules.liquid_alpha_on is 'yes'"),
        ({"rules.alpha_low": "0.95"}, "rules.alpha_low is 0.95; it must not exceed alpha_high"),
        ({"validators.count": 0}, "validators.count is 0"),
        ({"validators.count": "1_0"}, "validators.count is '1_0'"),
        ({"validators.count": 4096, "miners.count": 65536}, "at most 4194304 are played"),
        ({"validators.cost": 1e308}, "validators.cost is 1e"),
        ({"validators.stake": "classes:10x1e308"}, "at most 1e"),
        ({"start": "honest:" + "9" * 5000}, "start is 'honest:999"),
        ({"rules.kappa": "9" * 5000}, "rules.kappa is "),
        ({"validators.stake": "pareto:0.9"}, "validators.stake is 'pareto:0.9'"),
        ({"validators.stake": "classes:2x20"}, "deals 2 seats; validators.count is 10"),
        ({"validators.stake": "rich"}, "validators.stake is 'rich'"),
        ({"validators.strategies": "honest,lazzy"}, "validators.strategies names 'lazzy'"),
        ({"validators.strategies": "honest,honest"}, "each strategy must be listed once"),
        ({"validators.strategies": ""}, "validators.strategies names ''"),
        ({"miners.drift": 1.5}, "miners.drift is 1.5; it must not exceed spread"),
        ({"miners.spread": 0}, "miners.drift is 0.3; it must not exceed spread, 0"),
        ({"start": "honest"}, "start is 'honest'"),
        ({"start": "honest:-1"}, "start is 'honest:-1'"),
        ({"epochs": 60}, "epochs is 60; the first counted epoch is 60"),
        (
            {"start": "uniform", "rules.reveal_period": 100, "epochs": 90},
            "epochs is 90; the first counted epoch is 100",
        ),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**32}, "seed is 4294967296"),
        ({"answer.level": 1}, "answer.level is 1.0"),
        ({"market.tao_price": "-3"}, "market.tao_price is -3"),
    ],
)
def test_bad_values_say_value_limit_and_remedy(changes, words):
    with pytest.raises(BadInput, match=words) as caught:
        Scenario.named("subnet", changes)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_unknown_scenario_and_malformed_changes():
    with pytest.raises(BadInput, match="did you mean weight-copying"):
        Scenario.named("weight-coping")
    with pytest.raises(BadInput, match="has no value"):
        changes_from(["rules.kappa"])
    assert changes_from(["a=1", "b=2=3"]) == {"a": "1", "b": "2=3"}
    with pytest.raises(BadInput, match="names a twice"):
        changes_from(["a=1", "a=2"])


COLLUDING = {"validators.strategies": "honest,colluding"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"validators.cost": 0.0}, {"validators.cost": -0.0}),
        ({"validators.strategies": "honest,weight-copier"}, {"validators.strategies": "honest , weight-copier"}),
        (COLLUDING, {**COLLUDING, "cabal.miners": 8}),
        ({"validators.strategies": "honest"}, {"validators.strategies": "honest", "cabal.miners": 0}),
    ],
)  # fmt: skip
def test_equal_scenarios_have_equal_digests(one, other):
    assert Scenario.named("subnet", one).digest == Scenario.named("subnet", other).digest


def test_unequal_cabals_have_unequal_digests():
    digests = {Scenario.named("subnet", {**COLLUDING, "cabal.miners": seats}).digest for seats in (None, 0, 7, 9)}
    assert len(digests) == 4
