"""The nearest value of a rule that changes the answer: found to a step, on either side, with all that it does."""

from __future__ import annotations

import pytest

from experiments import Scenario, what_changes
from experiments.errors import BadInput
from experiments.lone import Crowd, Switch
from experiments.what_changes import RULES, STEPS

GAME = Scenario.named("weight-copying", {"validators.count": 3, "miners.count": 4, "epochs": 30, "burn_in": 3})


def told(monkeypatch, holds) -> dict[str, what_changes.Change]:
    """The changes where everybody's being honest holds as a function of the scenario says; None: open."""
    asked: list[Scenario] = []

    def crowds(scenario, worlds):
        asked.append(scenario)
        answer = holds(scenario)
        gain = {True: (-2.0, -3.0, -1.0), False: (2.0, 1.0, 3.0), None: (0.0, -9.0, 9.0)}[answer]
        switch = Switch(role="validators", strategy="weight-copier", gain=gain)
        return (Crowd(strategy="honest", switches=(switch,), quality_incentive_correlation=(1.0, 1.0, 1.0)),)

    monkeypatch.setattr(what_changes, "crowds", crowds)
    found = {change.key: change for change in what_changes.what_changes(GAME)}
    assert len(asked) < 120
    return found


def test_a_number_is_found_to_its_step_and_the_nearer_side_wins(monkeypatch) -> None:
    found = told(monkeypatch, lambda s: 0.37 < s.rules.kappa < 0.5849 and s.rules.reveal_period < 8)
    kappa, period = found["rules.kappa"], found["rules.reveal_period"]
    assert (kappa.value, kappa.before_value) == (0.59, 0.58)
    assert kappa.flips == ("all honest falls",)
    assert kappa.set_by == "root"
    assert (period.value, period.before_value, type(period.value)) == (None, None, type(None))  # five tries end at 6
    assert found["rules.bonds_penalty"].value is None
    assert set(found) == set(RULES)


@pytest.mark.parametrize(("edge", "present"), [(0.4349, 0.5), (0.4151, 0.5)])
def test_below_and_between_two_coarse_values(monkeypatch, edge, present) -> None:
    change = told(monkeypatch, lambda s: s.rules.kappa > edge)["rules.kappa"]
    assert change.present == present
    assert change.value <= edge < change.before_value
    assert change.before_value - change.value == pytest.approx(0.01)


def test_whole_numbers_stay_whole(monkeypatch) -> None:
    change = told(monkeypatch, lambda s: s.rules.reveal_period < 4)["rules.reveal_period"]
    assert (change.value, change.before_value) == (4, 3)
    assert STEPS["rules.reveal_period"] == 1


def test_where_the_answer_is_open_nothing_flips_until_it_is_settled(monkeypatch) -> None:
    def holds(scenario):
        kappa = scenario.rules.kappa
        return True if kappa < 0.555 else None if kappa < 0.575 else False

    change = told(monkeypatch, holds)["rules.kappa"]
    assert (change.value, change.before_value) == (0.58, 0.57)


def test_values_that_the_scenario_refuses_are_passed_over(monkeypatch) -> None:
    def holds(scenario):
        if scenario.rules.kappa > 0.56:
            raise BadInput("no")
        return scenario.rules.kappa < 0.545

    change = told(monkeypatch, holds)["rules.kappa"]
    assert change.value == 0.55
    assert max(change.tried) <= 0.56


def test_a_real_rule_is_asked_of_real_worlds() -> None:
    game = GAME.changed({"rules.reveal_period": 0, "worlds": 8, "miners.drift": 0.8, "validators.noise": 0.1})
    (period, *_) = what_changes.what_changes(game)
    assert period.key == "rules.reveal_period"
    if period.value is not None:
        assert period.before_value == period.value - 1
        assert {crowd.strategy for crowd in period.after} == {"honest", "weight-copier", "colluding"}
