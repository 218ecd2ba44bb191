"""The contest against its published figures, against best replies of an independent optimiser, and at its edges."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from econ.compute.contest import entrants, free_entry_effort, merger_gain, solve_contest
from econ.compute.contest_program import contest_program
from econ.errors import InputError

GOLDEN = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "golden" / "economy.json"
needs_golden = pytest.mark.skipif(not GOLDEN.is_file(), reason=f"no golden data at {GOLDEN} (set YUMA_SHARED)")
costs = st.lists(st.floats(0.5, 2.0), min_size=2, max_size=9).map(np.array)


@needs_golden
def test_published_contests():
    for case in json.loads(GOLDEN.read_text())["groups"]["tullock"]["cases"]:
        contest = solve_contest(case["R"], case["c"])
        assert contest.active == case["m"]
        assert contest.total == pytest.approx(case["X"], rel=1e-12)
        assert contest.share == pytest.approx(np.array(case["s"]), abs=1e-9)
        if "profit" in case:
            assert contest.payoff == pytest.approx(np.array(case["profit"]), abs=1e-6)


def best_by_search(reward, cost, others, capacity):
    """The best payoff of one player by a general optimiser."""
    top = min(capacity, reward / cost)
    found = minimize_scalar(lambda x: cost * x - reward * x / (x + others), bounds=(0, top), options={"xatol": 1e-12})
    return max(0.0, -found.fun, reward * top / (top + others) - cost * top)


@settings(max_examples=60, deadline=None)
@given(costs, st.data())
def test_no_player_gains_alone(c, data):
    limits = np.array(data.draw(st.lists(st.sampled_from([0.3, 2.0, 9.0, np.inf]), min_size=c.size, max_size=c.size)))
    contest = solve_contest(10.0, c, limits)
    assert contest.regret <= 1e-9
    assert contest.share.sum() == pytest.approx(1.0)
    assert (contest.effort <= limits).all()
    for i in range(c.size):
        others = contest.effort.sum() - contest.effort[i]
        assert best_by_search(10.0, c[i], others, limits[i]) <= contest.payoff[i] + 1e-6


@settings(max_examples=40, deadline=None)
@given(costs, st.floats(0.1, 1e6))
def test_without_capacities_the_closed_form_holds(c, reward):
    contest = solve_contest(reward, c)
    assert contest.payoff == pytest.approx(reward * contest.share**2, abs=1e-9 * reward)
    assert contest.dissipation == pytest.approx(1.0 - contest.concentration)
    assert not contest.value.any()
    for i in np.flatnonzero(contest.share > 0):  # Arnosti and Weinberg: i is active, so j has at least 1 - c_j / c_i
        assert (contest.share >= 1.0 - c / c[i] - 1e-9).all()


def test_concentration_follows_the_spread_of_active_costs():
    contest = solve_contest(100.0, [1.0, 1.2, 1.5, 3.0])
    active = np.array([1.0, 1.2, 1.5])
    m, variation = 3, active.std() / active.mean()
    assert contest.concentration == pytest.approx(1 / m + (m - 1) ** 2 * variation**2 / m)
    dearer_energy = solve_contest(100.0, np.array([1.0, 1.2, 1.5, 3.0]) * 1.7)
    assert dearer_energy.share == pytest.approx(contest.share)


def test_halving_without_capacities_halves_the_effort_and_moves_no_share():
    before, after = (solve_contest(reward, [1.0, 1.2, 1.5, 3.0]) for reward in (100.0, 50.0))
    assert after.total == pytest.approx(before.total / 2)
    assert after.share == pytest.approx(before.share)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("capped", [False, True])
def test_the_quadratic_program_agrees_to_1e_8(seed, capped):
    rng = np.random.default_rng(seed)
    c = rng.uniform(1, 2, rng.integers(2, 12))
    limits = rng.choice([0.5, 4.0, 20.0, np.inf], c.size) if capped else None
    contest = solve_contest(100.0, c, limits)
    shares, total = contest_program(100.0, c, limits)
    assert shares == pytest.approx(contest.share, abs=1e-8)
    assert total == pytest.approx(contest.total, rel=1e-8)


@pytest.mark.parametrize("seed", range(12))
def test_the_program_agrees_where_costs_differ_by_orders_of_magnitude(seed):
    """Costs from e^-10 to e^10 of one another, rewards and costs in any unit, tight and loose capacities."""
    rng = np.random.default_rng([14, seed])
    unit, reward, count = 10 ** rng.uniform(-9, 9), 10 ** rng.uniform(-9, 12), int(rng.integers(2, 50))
    c = unit * np.exp(5 * rng.normal(size=count))
    each = reward / c.min() / count
    limits = None if seed % 3 == 0 else np.where(rng.random(count) < seed % 2, np.inf, each * rng.lognormal(size=count))
    contest = solve_contest(reward, c, limits)
    shares, total = contest_program(reward, c, limits)
    assert shares == pytest.approx(contest.share, abs=1e-8)
    assert total == pytest.approx(contest.total, rel=1e-8)


def test_the_program_of_the_paper():
    shares, total = contest_program(100.0, [1.0, 1.2, 1.5, 3.0])
    assert shares == pytest.approx([0.45945946, 0.35135135, 0.18918919, 0.0], abs=1e-8)
    assert total == pytest.approx(54.054054054, abs=1e-7)


def test_a_lone_player_takes_the_reward_for_next_to_nothing():
    contest = solve_contest(7.0, [2.0])
    assert (contest.payoff.tolist(), contest.total, contest.attained) == ([7.0], 0.0, False)
    beside_one_without_machines = solve_contest(7.0, [2.0, 1.0], [5.0, 0.0])
    assert beside_one_without_machines.payoff.tolist() == [7.0, 0.0]


def test_nothing_to_win_or_nothing_to_win_it_with():
    for contest in (solve_contest(0.0, [1.0, 2.0]), solve_contest(5.0, [1.0, 2.0], [0.0, 0.0])):
        assert contest.attained
        assert contest.total == contest.payoff.sum() == contest.dissipation == 0.0


def test_a_capacity_that_costs_nothing_is_used():
    contest = solve_contest(10.0, [0.0, 1.0], [2.0, np.inf])
    assert contest.effort[0] == 2.0
    assert contest.effort[1] == pytest.approx(np.sqrt(10 * 2) - 2)
    assert contest.value[0] > 0


def test_free_entry_spends_the_reward_and_fees_count_the_entrants():
    many = solve_contest(27e6, np.full(4000, 30_000.0))
    assert many.total == pytest.approx(free_entry_effort(27e6, 30_000.0), rel=1e-3)
    assert many.dissipation == pytest.approx(1 - 1 / 4000)
    assert [entrants(100.0, fee) for fee in (100.0, 25.0, 24.9, 11.2)] == [1, 2, 2, 2]
    assert all(100.0 / n**2 >= 1.7 > 100.0 / (n + 1) ** 2 for n in [entrants(100.0, 1.7)])


def test_a_merger_of_two_equals_pays_up_to_three():
    assert [merger_gain(1.0, np.ones(n), 0, 1) > 0 for n in (2, 3, 4, 5)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1.0, [1.0, 1.0]), "reward is -1.0"),
        ((np.inf, [1.0, 1.0]), "reward is inf"),
        ((1.0, [1.0, -2.0]), r"costs\[1\] is -2.0"),
        ((1.0, []), "at least one number"),
        ((1.0, [1.0, 1.0], [1.0, -3.0]), r"capacities\[1\] is -3.0"),
        ((1.0, [1.0, 1.0], [1.0]), "capacities has 1 numbers; 2 are needed"),
        ((1.0, [1.0, 0.0]), r"costs\[1\] is 0 without a capacity"),
        ((1.0, [1.0, np.nan]), r"costs\[1\] is nan"),
    ],
)
def test_bad_contests_are_refused_in_one_line(arguments, said):
    with pytest.raises(InputError, match=said) as error:
        solve_contest(*arguments)
    assert "\n" not in str(error.value)


def test_entry_that_never_ends_is_refused():
    for refused in (
        lambda: entrants(1.0, 0.0),
        lambda: free_entry_effort(1.0, 0.0),
        lambda: merger_gain(1.0, [1, 1], 1, 1),
    ):
        with pytest.raises(InputError):
            refused()
    with pytest.raises(InputError, match="use solve_contest"):
        contest_program(0.0, [1.0, 1.0])
