"""Steepness: one equilibrium up to 1, several beyond, none above 2; each checked by searching all efforts."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.compute.contest import solve_contest
from econ.compute.mixed_contest import solve_mixed_contest
from econ.compute.steep_contest import solve_steep_contest, steep_gains
from econ.errors import InputError


@pytest.mark.parametrize(
    ("theta", "sizes"), [(1.5, [2, 3]), (1.2, [3, 4, 5, 6]), (1.1, [5, 6, 7, 8, 9, 10]), (2.0, [2]), (1.0, [10])]
)
def test_ten_equals_have_these_sizes(theta, sizes):
    answer = solve_steep_contest(1.0, np.ones(10), theta)
    assert [equilibrium.active for equilibrium in answer.equilibria] == sizes
    assert answer.complete
    assert all(equilibrium.regret <= 1e-12 for equilibrium in answer.equilibria)
    for equilibrium in answer.equilibria:  # k equals each spend theta (k - 1) R / k^2
        k = equilibrium.active
        assert equilibrium.dissipation == pytest.approx(theta * (k - 1) / k)
        assert equilibrium.share[equilibrium.share > 0] == pytest.approx(1 / k)


@pytest.mark.parametrize("theta", [0.01, 0.2, 0.7, 1.0])
def test_up_to_one_the_symmetric_effort_is_the_closed_form(theta):
    (only,) = solve_steep_contest(10.0, np.full(5, 2.0), theta).equilibria
    assert only.effort == pytest.approx(theta * 4 * 10.0 / (25 * 2.0))
    assert only.regret <= 1e-12


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.5, 2.0), min_size=2, max_size=6).map(np.array), st.floats(0.3, 2.0))
def test_every_equilibrium_stands_against_all_efforts(costs, theta):
    for equilibrium in solve_steep_contest(3.0, costs, theta).equilibria:
        assert equilibrium.regret <= 1e-8
        assert equilibrium.share.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_no_equilibrium_is_missed(seed):
    """Every set of players, its shares by damped iteration of the first-order condition, kept if nobody gains."""
    rng = np.random.default_rng(seed)
    costs, theta = rng.uniform(1.0, 1.25, 5), float(rng.uniform(1.05, 1.6))
    found = set()
    for size in range(2, 6):
        for chosen in combinations(range(5), size):
            effort = np.zeros(5)
            effort[list(chosen)] = theta * (size - 1) / size**2 / costs[list(chosen)]
            for _ in range(1500):
                share = effort**theta / (effort**theta).sum()
                effort = effort**0.7 * (theta * share * (1 - share) / costs) ** 0.3
            if (effort[list(chosen)] > 1e-9).all() and steep_gains(1.0, costs, theta, effort).max() < 1e-7:
                found.add(chosen)
    answer = solve_steep_contest(1.0, costs, theta)
    assert {tuple(map(int, np.flatnonzero(e.effort))) for e in answer.equilibria} == found


def test_equal_players_are_counted_not_listed():
    answer = solve_steep_contest(1.0, np.ones(10), 1.5)
    assert [equilibrium.alike for equilibrium in answer.equilibria] == [45, 120]


def test_too_many_sets_are_said_to_be_too_many():
    answer = solve_steep_contest(1.0, 1.0 + np.arange(40) / 100.0, 1.05)
    assert answer.complete is None
    assert "not all sets" in answer.sentence


def test_a_cheap_rival_leaves_no_pure_equilibrium_even_below_two():
    answer = solve_steep_contest(1.0, [1.0, 5.0], 1.8)
    assert answer.equilibria == ()
    assert answer.complete
    assert "efforts must be random" in answer.sentence


def test_theta_one_is_the_lottery():
    (only,) = solve_steep_contest(100.0, [1.0, 1.2, 1.5, 3.0], 1.0).equilibria
    assert only.effort == pytest.approx(solve_contest(100.0, [1.0, 1.2, 1.5, 3.0]).effort)
    nearly = solve_steep_contest(100.0, [1.0, 1.2, 1.5, 3.0], 1.0 - 1e-9).equilibria[0]
    assert nearly.effort == pytest.approx(only.effort, rel=1e-4, abs=1e-4)


def test_steeper_means_more_concentrated_and_more_wasted():
    answers = [solve_steep_contest(1.0, [1.0, 1.1, 1.2], theta).equilibria[0] for theta in (0.5, 0.8, 1.0)]
    assert answers[0].concentration < answers[1].concentration < answers[2].concentration
    assert answers[0].dissipation < answers[1].dissipation < answers[2].dissipation


def test_mixing_is_the_pure_answer_where_there_is_one():
    mixed = solve_mixed_contest(1.0, [1.0, 1.0], 1.5)
    pure = solve_steep_contest(1.0, [1.0, 1.0], 1.5).equilibria[0]
    assert mixed.probability @ mixed.efforts == pytest.approx(pure.effort, abs=1 / 200)
    assert mixed.payoff == pytest.approx(pure.payoff, abs=0.01)


@pytest.mark.parametrize("costs", [[1.0, 1.0], [1.0, 1.5, 1.5], [1.0, 2.0, 3.0, 4.0]])
@pytest.mark.parametrize("theta", [3.0, 30.0])
def test_above_two_players_mix_and_the_all_pay_auction_is_near(costs, theta):
    mixed = solve_mixed_contest(1.0, costs, theta)
    assert mixed.regret <= 0.01
    assert mixed.probability.sum(axis=1) == pytest.approx(1.0)
    expected = np.zeros(len(costs))
    expected[0] = 1.0 - costs[0] / costs[1]
    assert mixed.payoff == pytest.approx(expected, abs=0.01)


def test_a_finer_grid_lowers_the_regret():
    coarse, fine = (solve_mixed_contest(1.0, [1.0, 1.3], 4.0, bids=bids).regret for bids in (51, 401))
    assert fine < coarse / 4


@pytest.mark.parametrize("theta", [0.0, -1.0, 100.1, np.nan, "steep", None])
def test_theta_out_of_range_is_refused(theta):
    with pytest.raises(InputError, match="it is a steepness and must lie in"):
        solve_steep_contest(1.0, [1.0, 1.0], theta)
    with pytest.raises(InputError, match="it is a steepness and must lie in"):
        solve_mixed_contest(1.0, [1.0, 1.0], theta)


@pytest.mark.parametrize(("reward", "costs"), [(0.0, [1.0, 1.0]), (1.0, [1.0]), (1.0, [1.0, 0.0]), (-1.0, [1.0, 1.0])])
def test_contests_without_a_contest_are_refused(reward, costs):
    with pytest.raises(InputError):
        solve_steep_contest(reward, costs, 1.5)


def test_bids_out_of_range_are_refused():
    with pytest.raises(InputError, match="bids is 5"):
        solve_mixed_contest(1.0, [1.0, 1.0], 3.0, bids=5)
