"""The useful share: all of the reward where all work, only the work's part where copies, sybils and cabals are paid."""

import numpy as np
import pytest

from experiments import Scenario, solve_scenario
from experiments.errors import BadInput
from experiments.useful_share import useful_share, useful_worlds

SMALL = {
    "validators.count": 4,
    "miners.count": 6,
    "epochs": 40,
    "burn_in": 15,
    "start": "honest:10",
    "worlds": 16,
    "answer.max_worlds": 64,
    "miners.cost": 5.0,
}


def share(base, changes, counts):
    scenario = Scenario.named(base, {**SMALL, **changes})
    return useful_worlds(scenario, np.array(counts)), scenario


def test_where_all_work_all_of_it_is_useful():
    worlds, _ = share("weight-copying", {}, [4, 0, 6])
    assert worlds == pytest.approx(np.ones(16))
    copied, _ = share("weight-copying", {}, [0, 4, 6])  # validators copy; miners work all the same
    assert copied == pytest.approx(np.ones(16))


def test_sybils_are_paid_for_one_work():
    worlds, _ = share(
        "weight-copying", {"miners.strategies": "honest,sybil", "validators.strategies": "honest"}, [4, 0, 6]
    )
    assert worlds == pytest.approx(np.full(16, 1 / 6))
    mixed, _ = share(
        "weight-copying", {"miners.strategies": "honest,sybil", "validators.strategies": "honest"}, [4, 3, 3]
    )
    assert 0.3 < mixed.mean() < 0.9


def test_what_copies_are_paid_is_lost():
    changes = {"miners.strategies": "honest,model-copier", "validators.strategies": "honest"}
    worlds, _ = share("weight-copying", changes, [4, 3, 3])
    alone, _ = share("weight-copying", changes, [4, 6, 0])
    assert alone == pytest.approx(np.ones(16))
    assert worlds.mean() < 0.6


def test_idle_miners_take_what_they_are_paid_beyond_their_work():
    changes = {"miners.strategies": "lazy,honest", "validators.strategies": "honest", "miners.cost": 0.0}
    idle, _ = share("weight-copying", changes, [4, 6, 0])
    assert idle == pytest.approx(np.full(16, 0.1))
    some, _ = share("weight-copying", changes, [4, 3, 3])
    assert 0.9 < some.mean() <= 1.0 + 1e-9  # beside those who work they are paid a tenth, about what they do


def test_a_cabal_takes_what_its_miners_are_paid_beyond_their_worth():
    changes = {"cabal.miners": 4, "cabal.utility": 0.0, "cabal.self_weight": 0.6}
    honest, _ = share("cabal", changes, [4, 0, 6])
    colluding, _ = share("cabal", changes, [0, 4, 6])
    assert honest == pytest.approx(np.ones(16))
    assert colluding.mean() < 0.45


def test_no_reward_pays_for_nothing():
    worlds, _ = share("weight-copying", {"rules.validator_share": 1.0}, [4, 0, 6])
    assert not worlds.any()


def test_at_an_equilibrium_it_has_an_interval():
    scenario = Scenario.named("cabal", {**SMALL, "cabal.miners": 4})
    found = solve_scenario(scenario, test_start=False).answer.equilibria
    shares = [useful_share(scenario, equilibrium) for equilibrium in found]
    assert all(0 <= each.low <= each.mean <= each.high <= 1 for each in shares)
    by_name = {tuple(e.strategy["validators"].values()): s for e, s in zip(found, shares, strict=True)}
    assert by_name[(0.0, 1.0)].high < by_name[(1.0, 0.0)].low
    mixed = next(s for e, s in zip(found, shares, strict=True) if 0 < e.strategy["validators"]["honest"] < 1)
    assert by_name[(0.0, 1.0)].mean < mixed.mean < by_name[(1.0, 0.0)].mean + 0.05


def test_a_mixture_of_too_many_profiles_is_refused(monkeypatch):
    from experiments import useful_share as module

    scenario = Scenario.named("cabal", {**SMALL, "cabal.miners": 4})
    found = solve_scenario(scenario, test_start=False).answer.equilibria
    mixed = next(e for e in found if 0 < e.strategy["validators"]["honest"] < 1)
    monkeypatch.setattr(module, "MOST_PROFILES", 2)
    with pytest.raises(BadInput, match="at most 2 are played"):
        useful_share(scenario, mixed)
