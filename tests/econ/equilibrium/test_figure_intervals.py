"""The intervals of what sampled games pay: they hold what is true of the game that was sampled."""

import numpy as np
import pytest

from econ.equilibrium import solve
from econ.games import EmpiricalGame, Roles

ROLES = Roles(names=("x", "y"), players=(2, 2), strategies=(("a", "b"), ("u", "v")))
TRUE = np.where(ROLES.profiles() > 0, np.random.default_rng(3).normal(size=ROLES.profiles().shape), np.nan)


def sampled(seed, *, worlds=128, noise=0.05, ranges=None):
    luck = np.random.default_rng(seed).normal(scale=noise, size=(*TRUE.shape, worlds)).clip(-3 * noise, 3 * noise)
    ends = None if ranges is None else np.stack((TRUE - ranges, TRUE + ranges), axis=-1)
    return EmpiricalGame(roles=ROLES, payoffs=TRUE[..., None] + luck, ranges=ends)


@pytest.mark.parametrize("concept", ["correlated", "coarse"])
@pytest.mark.parametrize("ranges", [None, 0.15])
def test_ranges_of_the_true_game_lie_in_their_intervals(concept, ranges):
    """Of 12 samples none may miss: the chance of a single miss is 5% at most, and less by far as errors are split."""
    truth = solve(EmpiricalGame.exact(ROLES, TRUE), concept).figures
    for seed in range(12):
        answer = solve(sampled(seed, ranges=ranges), concept)
        assert answer.figure_intervals.keys() == truth.keys()
        for name, (low, high) in answer.figure_intervals.items():
            assert low - 1e-9 <= truth[name] <= high + 1e-9
            assert low - 1e-9 <= answer.figures[name] <= high + 1e-9


def test_more_worlds_and_less_noise_make_them_narrower():
    def width(**more):
        low, high = solve(sampled(0, **more), "correlated").figure_intervals["welfare high"]
        return high - low

    assert width(noise=0.005) < 0.5 * width()
    assert width(worlds=2048) < 0.6 * width()


def test_what_a_leader_is_paid_lies_in_its_interval():
    truth = solve(EmpiricalGame.exact(ROLES, TRUE), "stackelberg").figures
    for seed in range(12):
        answer = solve(sampled(seed), "stackelberg")
        assert answer.figure_intervals.keys() == truth.keys()
        for name, (low, high) in answer.figure_intervals.items():
            assert low <= truth[name] <= high
            assert 0.0 < high - low < 1.0


@pytest.mark.parametrize("concept", ["correlated", "coarse", "stackelberg"])
def test_known_games_and_few_worlds_have_none(concept):
    assert solve(EmpiricalGame.exact(ROLES, TRUE), concept).figure_intervals == {}
    assert solve(sampled(0, worlds=63), concept).figure_intervals == {}
