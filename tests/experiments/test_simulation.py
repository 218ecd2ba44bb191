"""Simulation: the same bytes for any slicing, paired luck, and the accounts of a cabal."""

import threading
import time
from dataclasses import fields

import numpy as np
import pytest

from experiments import BadInput, Scenario, empirical_game, simulate, solve_scenario
from experiments.payoffs import accounts, game_of
from experiments.playing import play, profile_of
from experiments.sentences import sentences
from experiments.solution_text import solution_text

SMALL = {"validators.count": 4, "miners.count": 7, "epochs": 30, "burn_in": 10, "worlds": 6}


def small(name="subnet", **changes):
    return Scenario.named(name, SMALL | {key.replace("__", "."): value for key, value in changes.items()})


class Enough(Exception):
    pass


@pytest.mark.parametrize("threads", [1, 2])
def test_who_waits_may_break_one_slice_off(threads):
    """A run of a minute, in one slice, ends soon after somebody is told that nothing is done."""
    told = []

    def progress(share):
        told.append(share)
        if len(told) == 3:
            raise Enough

    running = threading.active_count()
    with pytest.raises(Enough):
        simulate(small(epochs=100_000), small().roles.profiles()[:1], range(1), progress=progress, threads=threads)
    assert told == [0.0, 0.0, 0.0]
    until = time.monotonic() + 30
    while threading.active_count() > running and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= running


@pytest.mark.parametrize("name", ["subnet", "weight-copying"])
@pytest.mark.parametrize(
    "extra", [{}, {"validators.memory": 0.5, "validators.stake": "pareto:1.5", "start": "uniform"}]
)
def test_slices_threads_and_worlds_change_nothing(name, extra):
    scenario = Scenario.named(name, SMALL | extra)
    profiles = scenario.roles.profiles()
    whole = simulate(scenario, profiles)
    parts = [
        simulate(scenario, profiles, slice_cells=1, threads=1),
        simulate(scenario, profiles, slice_cells=150, threads=3),
        simulate(scenario, profiles, range(2)).joined(simulate(scenario, profiles, range(2, 6))),
    ]
    for part in parts:
        for field in fields(whole):
            np.testing.assert_array_equal(getattr(whole, field.name), getattr(part, field.name), err_msg=field.name)
    back = simulate(scenario, profiles[::-1], [5, 1])
    np.testing.assert_array_equal(back.payoff[::-1], whole.payoff[..., [5, 1]])


def test_payoffs_share_out_the_emission():
    scenario = small(rules__validator_share=0.3)
    records = simulate(scenario, scenario.roles.profiles())
    counts = records.profiles[..., None]
    validators = np.nansum(counts * records.payoff, axis=1) - scenario.miners.count * records.payoff[:, -1]
    np.testing.assert_allclose(validators, 300.0)
    np.testing.assert_allclose(scenario.miners.count * records.payoff[:, -1] + records.cabal_income, 700.0)
    np.testing.assert_allclose(np.nansum(records.dividends, axis=1), 1.0)
    np.testing.assert_allclose(np.nansum(records.stake, axis=1), 1.0)


def test_cabal_income_is_what_its_miners_earn_above_the_base():
    scenario = small("cabal", cabal__cost=0.25)
    profiles = scenario.roles.profiles()
    records = simulate(scenario, profiles)
    paid = accounts(scenario, records)
    base = records.cabal_income[0]  # nobody colludes
    np.testing.assert_allclose(paid.treasury, np.repeat(base[None], len(profiles), axis=0))
    for profile, counts in enumerate(profiles):
        members = counts[1]
        if members:
            np.testing.assert_allclose(members * paid.cabal_income[profile, 1], records.cabal_income[profile] - base)
    np.testing.assert_allclose(empirical_game(scenario).payoffs, paid.payoff)


def test_classes_share_the_cabals_income_by_stake():
    scenario = small("cabal", validators__stake="classes:1x30,3x10")
    records = simulate(scenario, [[0, 1, 2, 1, 7]])
    paid = accounts(scenario, records)
    large, little = paid.cabal_income[0, 1], paid.cabal_income[0, 3]
    np.testing.assert_allclose(large, 3 * little)
    np.testing.assert_allclose(large + little, records.cabal_income[0] - paid.treasury[0])


def test_instead_swaps_policies_in_the_same_seats():
    scenario = small()
    profile = [[1, 1, 2, 7]]
    swapped = simulate(scenario, profile, instead={"colluding": "weight-copier"})
    same = simulate(scenario, [[1, 3, 0, 7]])
    np.testing.assert_allclose(swapped.payoff[0, 0], same.payoff[0, 0])
    np.testing.assert_allclose((swapped.payoff[0, 1] + 2 * swapped.payoff[0, 2]) / 3, same.payoff[0, 1])
    np.testing.assert_array_equal(swapped.cabal_income, same.cabal_income)


def test_gain_over_the_weight_copier_is_of_the_same_seats():
    """With stake dealt at random only the very seats of the colluders have their luck of the deal."""
    scenario = small(validators__stake="pareto:1.1", validators__strategies="weight-copier,honest,colluding")
    mix = {"validators.weight-copier": 1, "validators.honest": 1, "validators.colluding": 2}
    played = play(scenario, mix)
    instead = simulate(scenario, [[1, 1, 2, 7]], instead={"colluding": "weight-copier"})
    row = next(row for row in played.rows if row.strategy == "colluding")
    gain = row.payoff[0] - instead.payoff[0, 2].mean()
    assert played.cabal.gain_over_weight_copier[0] == pytest.approx(gain)


def test_only_colluders_listed_still_has_a_base():
    scenario = small("cabal", validators__strategies="colluding", cabal__utility=0.0)
    played = play(scenario)
    assert played.cabal.treasury[0] == 0.0  # honest validators pay worthless miners nothing
    assert played.cabal.income[0] > 0
    game = empirical_game(scenario)
    assert game.payoffs[0, 0].mean() == pytest.approx(played.rows[0].payoff[0])


def test_profiles_from_mixes():
    scenario = small()
    assert profile_of(scenario, {}).tolist() == [4, 0, 0, 7]
    assert profile_of(scenario, {"validators.colluding": 3}).tolist() == [1, 0, 3, 7]
    every = {"validators.honest": 0, "validators.weight-copier": 4, "validators.colluding": 0}
    assert profile_of(scenario, every).tolist() == [0, 4, 0, 7]
    for mix, words in (
        ({"validators.lazy": 1}, "no strategy of this game"),
        ({"validators.colluding": 5}, "names 5 validators; the role has 4 seats"),
        (every | {"validators.weight-copier": 3}, "names 3 validators; the role has 4"),
        ({"validators.colluding": -1}, "at least 0"),
    ):
        with pytest.raises(BadInput, match=words):
            profile_of(scenario, mix)


@pytest.mark.parametrize("profiles", [[[4, 0, 7]], [[4, 0, 0, 6]], [[5, -1, 0, 7]], [4, 0, 0, 7]])
def test_counts_that_do_not_add_up(profiles):
    with pytest.raises(BadInput, match="profile"):
        simulate(small(), profiles)


def test_one_world_gives_no_interval_and_no_verdict():
    played = play(small(worlds=1)).to_json()
    assert played["strategies"][0]["payoff"]["low"] is None
    solution = solve_scenario(small(worlds=1, answer__max_worlds=1), test_start=False)
    assert {found.verdict for found in solution.answer.equilibria} == {"undecided"}
    assert solution.to_json()["start_matters"] is None
    for sentence in sentences(solution):
        assert "ewer than 64 worlds" in sentence


def test_too_many_profiles_are_refused():
    with pytest.raises(BadInput, match="profiles; at most 5000"):
        empirical_game(small(validators__count=200))


def test_a_frozen_state_remembers_its_start():
    solution = solve_scenario(small("weight-copying", rules__reveal_period=3, answer__max_worlds=64))
    assert solution.start_matters is True
    assert solution.samples == 5 * 128
    soon = solve_scenario(small("subnet", answer__max_worlds=64))  # where all copy the cabal's base differs already
    assert soon.start_matters is True
    assert soon.samples == (len(soon.game.roles.profiles()) + 3) * 64


def test_measures_of_a_mixture_weigh_its_profiles():
    from experiments.solution import profile_weights

    solution = solve_scenario(small("weight-copying", rules__reveal_period=5, validators__cost=1.0), test_start=False)
    for found in solution.answer.equilibria:
        weights = profile_weights(solution.game.roles, solution.game.roles.profiles(), found)
        assert weights.sum() == pytest.approx(1.0)
        honest = found.strategy["validators"]["honest"]
        assert solution.measures(found)["evaluation_spent"][0] == pytest.approx(4 * honest)  # a thousandth each


def test_worlds_are_added_where_a_verdict_hangs_on_them_and_are_the_same_worlds():
    """Each profile has its first worlds, the same as if all had been played in as many."""
    scenario = small("subnet", answer__max_worlds=512, answer__epsilon=0.05)
    solution = solve_scenario(scenario, test_start=False)
    game = solution.game
    played = game.worlds_of
    assert game.worlds == 64 < game.most_worlds <= 512
    assert solution.samples == played.sum()
    assert solution.records.worlds == 64
    whole = game_of(scenario, simulate(scenario, game.roles.profiles(), range(game.most_worlds)))
    np.testing.assert_array_equal(game.payoffs, whole.payoffs[..., :64])
    known = np.arange(64, game.most_worlds) < played[:, None, None]
    np.testing.assert_array_equal(game.more, np.where(known, whole.payoffs[..., 64:], np.nan))
    assert f"64 to {game.most_worlds} worlds a profile" in solution_text(solution)
