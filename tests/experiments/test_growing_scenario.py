"""Games of too many profiles are solved from below, with the same numbers as a whole game gives."""

import numpy as np
import pytest

from experiments import BadInput, Scenario, growing, payoffs, solve_scenario, solving

SMALL = {"validators.count": 4, "miners.count": 6, "epochs": 16, "burn_in": 4, "worlds": 64, "answer.max_worlds": 64}


@pytest.mark.parametrize("name", ["weight-copying", "cabal", "subnet"])
def test_pure_states_are_judged_as_in_the_whole_game(monkeypatch, name):
    scenario = Scenario.named(name, SMALL)
    whole = solve_scenario(scenario)
    monkeypatch.setattr(solving, "MOST_PROFILES", 1)
    grown = solve_scenario(scenario)
    listed = {str(e.strategy): e for e in whole.answer.equilibria if e.kind == "symmetric-pure"}
    pure = [e for e in grown.answer.equilibria if e.kind == "symmetric-pure"]
    assert {str(e.strategy) for e in pure} == set(listed)
    for one in pure:
        same = listed[str(one.strategy)]
        assert one.regret_interval == pytest.approx(same.regret_interval, abs=1e-9)
        assert one.verdict == same.verdict
        assert grown.measures(one) == whole.measures(same)
    assert grown.answer.complete is None
    assert grown.to_json()["samples"] == grown.samples


def test_sixty_four_validators_with_three_strategies_are_solved(monkeypatch):
    """2,145 profiles, made out to be too many: about a tenth of them are played."""
    monkeypatch.setattr(solving, "MOST_PROFILES", 1000)
    small = {"validators.count": 64, "miners.count": 4, "epochs": 4, "burn_in": 1, "cabal.miners": 1}
    scenario = Scenario.named("subnet", small | {"worlds": 1, "answer.max_worlds": 1})
    solution = solve_scenario(scenario)
    assert solution.answer.equilibria
    assert len(solution.records.profiles) < 2145
    assert np.isfinite(solution.game.payoffs[~np.isnan(solution.game.payoffs)]).all()


def test_other_concepts_still_need_the_whole_game(monkeypatch):
    monkeypatch.setattr(payoffs, "MOST_PROFILES", 1)
    monkeypatch.setattr(solving, "MOST_PROFILES", 1)
    with pytest.raises(BadInput, match="the game has 5 profiles; at most 1 are sampled"):
        solve_scenario(Scenario.named("weight-copying", SMALL), concept="pure")
    assert growing.MOST_PROFILES == 5000
