"""Finite populations: mutants, fixation, ranking; and logit players. Each against a second route."""

from itertools import pairwise
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium.alpha_rank import alpha_rank, solve_alpha_rank
from econ.equilibrium.ess import invasions, solve_ess
from econ.equilibrium.moran import log_fixation, log_stationary
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.qre import logit_path, solve_qre
from econ.games import EmpiricalGame, Roles, RoleSymmetric

RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


def paired(matrix, players=10):
    matrix = np.asarray(matrix, dtype=float)
    roles = Roles(names=("r",), players=(players,), strategies=(tuple("abcdef"[: len(matrix)]),))
    return RoleSymmetric.from_function(
        roles, lambda counts: (counts @ matrix.T - np.diag(matrix)) / max(players - 1, 1)
    )


def spite(players, cost=0.2, harm=3.0):
    """A spiteful player loses `cost` and takes `harm` / (n - 1) from each other one."""
    roles = Roles(names=("r",), players=(players,), strategies=(("kind", "spiteful"),))
    return RoleSymmetric.from_function(
        roles,
        lambda c: -np.stack([c[:, 1] * harm, cost * (players - 1) + (c[:, 1] - 1) * harm], axis=1) / (players - 1),
    )


def test_spite_is_no_equilibrium_yet_evolves_in_small_populations():
    """Schaffer 1988: a lone switch to spite loses, yet residents beside it lose more, up to n = 1 + harm / cost."""
    for players, spreads in ((4, True), (15, True), (17, False), (40, False)):
        game = spite(players)
        answer = solve_ess(game, epsilon=0.0)
        assert [e.strategy["r"]["spiteful"] for e in answer.equilibria] == ([1.0] if spreads else [0.0])
        assert answer.complete is True
        nash = solve_nash(game.to_empirical())
        assert [e.strategy["r"]["spiteful"] for e in nash.equilibria] == [0.0]
    lone = next(i for i in invasions(spite(4)) if i.mutant == "spiteful")
    assert lone.advantage == pytest.approx(3.0 / 3 - 0.2)


def test_groups_of_mutants_may_enter_where_one_does_not():
    game = paired(np.diag([1.0, 3.0]), players=5)
    assert [e.strategy["r"]["a"] for e in solve_ess(game, mutants=1).equilibria] == [1.0, 0.0]
    assert [e.strategy["r"]["a"] for e in solve_ess(game, mutants=2).equilibria] == [0.0]
    assert [i.mutants for i in invasions(game, mutants=5)] == []


def test_a_sampled_state_is_certified_by_the_luck_its_players_share():
    game = spite(4)
    luck = (
        np.random.default_rng(0).normal(size=(1, 1, 128)) * 5 + np.random.default_rng(1).normal(size=(5, 2, 128)) / 20
    )
    sampled = EmpiricalGame(roles=game.roles, payoffs=game.payoffs[..., None] + luck)
    answer = solve_ess(sampled, epsilon=0.1)
    assert [(e.strategy["r"]["spiteful"], e.verdict, e.strict) for e in answer.equilibria] == [(1.0, "certified", True)]
    assert answer.complete is True
    few = EmpiricalGame(roles=game.roles, payoffs=sampled.payoffs[..., :20])
    assert [e.verdict for e in solve_ess(few).equilibria] == ["undecided"]
    assert solve_ess(few).complete is None


@pytest.mark.parametrize("intensity", [0.0, 1e-9, 0.1, 3.0])
def test_fixation_is_the_chance_of_absorption(intensity):
    """Against the linear equations of the birth-death chain."""
    ahead = np.array([0.3, -0.2, 0.5, -0.4, 0.1])
    size = len(ahead) + 1
    system, right = np.eye(size + 1), np.zeros(size + 1)
    right[-1] = 1.0
    for k, gain in enumerate(ahead, 1):
        up = 1.0 / (1.0 + exp(-intensity * gain))
        system[k, k - 1], system[k, k + 1] = up - 1.0, -up
    assert exp(log_fixation(ahead, intensity)) == pytest.approx(np.linalg.solve(system, right)[1], rel=1e-12)


def test_fixation_neither_over_nor_underflows():
    ahead = np.random.default_rng(0).normal(size=(3, 999))
    for intensity in (0.0, 1e-300, 1.0, 1e6, 1e200):
        logs = log_fixation(ahead, intensity)
        assert np.isfinite(logs).all()
        assert (logs <= 0.0).all()
    assert log_fixation(np.full(9, 1.0), 1e6) == 0.0
    assert np.exp(log_fixation(ahead[:, :9], 0.0)) == pytest.approx(0.1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 8))
def test_the_stationary_chances_do_not_change_in_a_step(seed, size):
    rates = np.random.default_rng(seed).random((size, size)) + 1e-3
    mass = np.exp(log_stationary(np.log(rates)))
    np.fill_diagonal(rates, 0.0)
    assert mass.sum() == pytest.approx(1.0)
    assert mass @ rates == pytest.approx(mass * rates.sum(axis=1), rel=1e-10)


def test_stationary_chances_of_rates_hundreds_of_orders_apart():
    logs = np.array([[0.0, -2000.0, 0.0], [-1.0, 0.0, -3000.0], [-5000.0, 0.0, 0.0]])
    mass = log_stationary(logs)
    with np.errstate(over="ignore"):
        flows = [np.logaddexp.reduce([mass[a] + logs[a, b] for b in range(3) if b != a]) for a in range(3)]
        arrives = [np.logaddexp.reduce([mass[b] + logs[b, a] for b in range(3) if b != a]) for a in range(3)]
    assert flows == pytest.approx(arrives, abs=1e-9)
    with pytest.raises(ValueError, match="irreducible"):
        log_stationary(np.array([[0.0, 0.0], [-np.inf, 0.0]]))


def test_rock_paper_scissors_ranks_all_alike():
    for game in (paired(RPS), paired(RPS, players=2)):
        ranking = alpha_rank(game)
        assert ranking.mass == pytest.approx([1 / 3] * 3)
        assert ranking.settled
    found = solve_alpha_rank(paired(RPS)).equilibria[0]
    assert list(found.strategy["r"].values()) == pytest.approx([1 / 3] * 3)
    assert found.regret == pytest.approx(0.0, abs=1e-12)


def test_biased_rock_paper_scissors_by_its_three_rates():
    """Between states a lone winner takes over almost surely: the chain goes around, all states equally long."""
    ranking = alpha_rank(paired(np.where(RPS > 0, [[1.0], [2.0], [3.0]], RPS)))
    assert ranking.mass == pytest.approx([1 / 3] * 3, abs=1e-6)
    weak = alpha_rank(paired(np.where(RPS > 0, [[1.0], [2.0], [3.0]], RPS)), intensity=0.0)
    assert weak.mass == pytest.approx([1 / 3] * 3)


def test_two_players_of_a_table_are_two_populations():
    """Battle of the sexes: the two coordinated states share the time, others are left at once."""
    roles = Roles(names=("x", "y"), players=(1, 1), strategies=(("h", "t"), ("h", "t")))
    game = RoleSymmetric.from_function(
        roles, lambda c: np.stack([2 * c[:, 2], c[:, 3], c[:, 0], 2 * c[:, 1]], axis=1).astype(float)
    )
    ranking = alpha_rank(game)
    assert dict(zip(ranking.states, ranking.mass, strict=True)) == pytest.approx(
        {("h", "h"): 0.5, ("t", "t"): 0.5, ("h", "t"): 0.0, ("t", "h"): 0.0}, abs=1e-6
    )
    assert solve_alpha_rank(game).equilibria[0].regret == pytest.approx(0.25)  # the shares are no equilibrium


def test_where_nothing_is_known_no_state_is_called_stable():
    roles = paired(RPS).roles
    answer = solve_ess(RoleSymmetric(roles=roles, payoffs=np.full(roles.profiles().shape, np.nan)))
    assert (answer.equilibria, answer.complete) == ((), None)


def test_ranking_refuses_what_it_cannot_know():
    payoffs = paired(RPS, players=3).payoffs.copy()
    payoffs[1] = np.nan
    with pytest.raises(ValueError, match="is missing"):
        alpha_rank(RoleSymmetric(roles=paired(RPS, players=3).roles, payoffs=payoffs))
    with pytest.raises(ValueError, match="population is 1"):
        alpha_rank(paired(RPS), population=1)
    same = alpha_rank(paired(np.ones((3, 3))))
    assert same.mass == pytest.approx([1 / 3] * 3)
    assert same.settled


def residual(game, path, k):
    """How far shares are from the choice probabilities they lead to."""
    earned = game.deviation_payoffs(path.shares[k])
    worst = 0.0
    for part in game.roles.slices():
        chosen = np.exp(path.precision[k] * (earned[part] - earned[part].max()))
        worst = max(worst, float(np.abs(chosen / chosen.sum() - path.shares[k][part]).max()))
    return worst


@pytest.mark.parametrize("seed", range(4))
def test_every_point_of_the_path_is_a_logit_equilibrium(seed):
    roles = Roles(names=("x", "y"), players=(3, 2), strategies=(("a", "b", "c"), ("u", "v")))
    game = RoleSymmetric.from_function(roles, lambda c: np.random.default_rng(seed).normal(size=c.shape))
    path = logit_path(game)
    assert path.reached
    assert path.precision[0] == 0.0
    moderate = [k for k in range(len(path.precision)) if path.precision[k] < 100.0]
    assert max(residual(game, path, k) for k in moderate) < 1e-6
    assert float(game.regret(path.shares[-1])) < 1e-4
    steps = [np.abs(b - a).max() for a, b in pairwise(path.shares)]
    assert max(steps) < 0.5


def test_logit_at_a_given_precision_solves_its_own_equation():
    """Hawks and doves, matched: p / (1 - p) = exp(precision x (2 - 4 p + ...)) by bisection."""
    game = paired([[-1.0, 2.0], [0.0, 1.0]])
    low, high = 0.0, 1.0
    for _ in range(80):
        p = (low + high) / 2
        low, high = (p, high) if np.log(p / (1 - p)) < 2.0 * (1.0 - 2.0 * p) else (low, p)
    assert logit_path(game, 2.0).shares[-1][0] == pytest.approx(p, abs=1e-9)
    assert logit_path(game, 0.0).shares[-1].tolist() == [0.5, 0.5]


def test_the_path_selects_the_risk_dominant_hunt_and_stays_symmetric_where_the_game_is():
    assert solve_qre(paired([[1.0, 1.0], [0.0, 3.0]])).equilibria[0].strategy["r"]["b"] == pytest.approx(1.0)
    assert solve_qre(paired(np.eye(2))).equilibria[0].strategy["r"]["a"] == pytest.approx(0.5)
    assert solve_qre(paired(RPS)).equilibria[0].regret == pytest.approx(0.0, abs=1e-9)


def test_a_path_out_of_budget_says_how_far_it_came():
    game = paired([[1.0, 1.0], [0.0, 3.0]])
    path = logit_path(game, budget=3)
    assert not path.reached
    early = solve_qre(game, budget=3, epsilon=0.01).equilibria[0]
    assert early.regret > 0.01
    assert early.verdict == "rejected"


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e12])
def test_the_unit_of_payoffs_does_not_matter(scale):
    answer = solve_qre(paired(scale * np.array([[-1.0, 2.0], [0.0, 1.0]])))
    assert answer.equilibria[0].strategy["r"]["a"] == pytest.approx(0.5, abs=1e-6)


def test_no_choice_and_no_difference():
    one = paired([[2.0]])
    assert solve_qre(one).equilibria[0].strategy == {"r": {"a": 1.0}}
    assert solve_alpha_rank(one).equilibria[0].strategy == {"r": {"a": 1.0}}
    assert solve_ess(one).equilibria[0].strict
    same = paired(np.ones((3, 3)))
    assert list(solve_qre(same).equilibria[0].strategy["r"].values()) == pytest.approx([1 / 3] * 3)
    assert solve_ess(same).complete is True


@pytest.mark.parametrize("solver", [solve_ess, solve_alpha_rank, solve_qre])
def test_bad_epsilon_is_refused(solver):
    with pytest.raises(ValueError, match="epsilon is -1"):
        solver(paired(RPS), epsilon=-1.0)
