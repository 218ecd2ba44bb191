"""Finite bounds rest on where payoffs can lie: played payoffs never leave that range."""

import re

import numpy as np
import pytest

from experiments import Scenario, empirical_game, solve_scenario
from experiments.errors import BadInput
from experiments.payoffs import payoff_ranges

SMALL = {"validators.count": 3, "miners.count": 6, "epochs": 24, "burn_in": 4, "worlds": 8, "cabal.miners": 2}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("weight-copying", {"validators.cost": 30.0, "miners.cost": 4.0}),
        ("weight-copying", {"validators.stake": "pareto:1.2"}),
        ("cabal", {"cabal.utility": 1.0, "cabal.self_weight": 1.0, "cabal.cost": 5.0}),
        ("subnet", {"validators.stake": "classes:1x90,2x5", "rules.validator_share": 0.9}),
        ("weight-copying", {"start": "uniform", "rules.kappa": 1.0}),
    ],
)
def test_no_payoff_leaves_its_range(name, changes):
    scenario = Scenario.named(name, SMALL | changes | {"answer.bounds": "finite"})
    game = empirical_game(scenario)  # refuses payoffs outside
    played = ~np.isnan(game.payoffs)
    assert (game.payoffs >= game.ranges[..., :1] - 1e-9)[played].all()
    assert (game.payoffs <= game.ranges[..., 1:] + 1e-9)[played].all()


def test_a_range_narrows_with_the_seats_that_share():
    scenario = Scenario.named("weight-copying")
    ranges = payoff_ranges(scenario, np.array([[9, 1, 64]]))[0]
    assert ranges == pytest.approx(np.array([[0.0, 1000 / 9], [0.0, 1000.0], [0.0, 1000 / 64]]))


def test_finite_bounds_are_wider_and_claim_less():
    changes = SMALL | {"worlds": 64, "answer.max_worlds": 64}
    finite = solve_scenario(Scenario.named("weight-copying", changes | {"answer.bounds": "finite"}), test_start=False)
    plain = solve_scenario(Scenario.named("weight-copying", changes), test_start=False)
    assert finite.to_json()["bounds"] == "finite"
    for wide, narrow in zip(finite.answer.equilibria, plain.answer.equilibria, strict=True):
        assert wide.regret_interval[1] > narrow.regret_interval[1]
        assert wide.verdict in ("consistent", "undecided")


@pytest.mark.parametrize(
    "change",
    [
        {"registration.outside": 2},
        {"delegators.count": 2},
        {"owner.strategies": "honest,burner"},
        {"validators.rent": 1.0},
        {"miners.strategies": "honest,bribing"},
    ],
)
def test_payments_without_a_range_refuse_finite_bounds(change):
    scenario = Scenario.named("weight-copying", {"answer.bounds": "finite", **change})
    with pytest.raises(BadInput, match=re.escape(f"answer.bounds is finite and {next(iter(change))}")):
        payoff_ranges(scenario, np.zeros((1, len(scenario.roles.axis)), dtype=int))
