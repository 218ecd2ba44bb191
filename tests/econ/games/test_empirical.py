import numpy as np
import pytest

from econ.equilibrium import solve
from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles
from econ.inference.sequences import asymptotic_half_width

ROLES = Roles(names=("r",), players=(2,), strategies=(("a", "b"),))
TABLE = np.array([[1.0, np.nan], [2.0, 5.0], [np.nan, 7.0]])


def noisy(worlds, seed=0, common=0.0):
    rng = np.random.default_rng(seed)
    luck = rng.normal(size=worlds)
    return EmpiricalGame(roles=ROLES, payoffs=TABLE[..., None] + common * luck + rng.normal(size=(3, 2, worlds)))


def test_gains_are_neighbouring_profiles_paired_by_world():
    game = noisy(100)
    gains = game.gains(0.95)
    for others in (0, 1):
        paired = game.payoffs[others + 1, 1] - game.payoffs[others, 0]
        assert gains.mean[0][others, 1, 0] == pytest.approx(paired.mean())
        assert gains.mean[0][others, 0, 1] == -gains.mean[0][others, 1, 0]
        width = asymptotic_half_width(paired.std(ddof=1), 100, 0.05 / 2)  # two comparisons in all
        assert gains.half_width[0][others, 1, 0] == gains.half_width[0][others, 0, 1] == pytest.approx(width)


def test_common_luck_cancels():
    assert np.allclose(noisy(100).gains().half_width[0], noisy(100, common=50.0).gains().half_width[0])


def test_what_never_differs_has_no_width():
    payoffs = np.repeat(np.random.default_rng(0).normal(size=(1, 1, 80)), 3, axis=0).repeat(2, axis=1)
    payoffs[0, 1] = payoffs[2, 0] = np.nan
    payoffs[2, 1] += 3.0
    gains = EmpiricalGame(roles=ROLES, payoffs=payoffs).gains()
    assert gains.mean[0][0, 1, 0] == 0.0
    assert gains.half_width[0][0, 1, 0] == 0.0
    assert gains.mean[0][1, 1, 0] == pytest.approx(3.0)
    assert gains.half_width[0][1, 1, 0] < 1e-12


def test_rounding_counts_as_nothing():
    table = TABLE.copy()
    table[1, 1] = 1.0 + 1e-14
    assert EmpiricalGame.exact(ROLES, table).gains().mean[0][0, 1, 0] == 0.0


def test_joined_worlds_come_after():
    first, second = noisy(10), noisy(20, seed=1)
    both = first.joined(second)
    assert both.worlds == 30
    np.testing.assert_array_equal(both.payoffs[..., 10:], second.payoffs)
    assert np.allclose(both.mean, (first.mean + 2 * second.mean) / 3, equal_nan=True)
    other = EmpiricalGame.exact(ROLES, TABLE)
    with pytest.raises(ValueError, match="exact game"):
        first.joined(other)


def test_one_world_says_nothing_about_spread():
    assert np.isinf(noisy(1).gains().half_width[0][0, 1, 0])
    assert not noisy(63).decides
    assert noisy(64).decides
    assert EmpiricalGame.exact(ROLES, TABLE).decides


def test_bad_payoffs_are_refused():
    with pytest.raises(ValueError, match=r"payoffs has shape \(3, 2\)"):
        EmpiricalGame(roles=ROLES, payoffs=TABLE)
    wrong = TABLE.copy()
    wrong[1, 0] = np.inf
    with pytest.raises(ValueError, match=r"payoff of r\.a in profile \[1, 1\], world 0, is inf"):
        EmpiricalGame.exact(ROLES, wrong)
    with pytest.raises(ValueError, match="must be NaN where nobody plays it"):
        EmpiricalGame.exact(ROLES, np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"level is 1\.5"):
        noisy(64).gains(1.5)


def test_the_intervals_cover_together_and_at_every_look():
    """40 runs of 256 worlds, looked at from 64 on after every 16: seldom may any of the bounds miss."""
    true = np.array([4.0, 5.0])
    missed = 0
    for seed in range(40):
        game = noisy(256, seed=seed)
        miss = False
        for worlds in range(64, 257, 16):
            gains = EmpiricalGame(roles=ROLES, payoffs=game.payoffs[..., :worlds]).gains(0.9)
            miss |= bool((np.abs(gains.mean[0][:, 1, 0] - true) > gains.half_width[0][:, 1, 0]).any())
        missed += miss
    assert missed <= 4


def test_missing_profiles_are_nan_and_what_meets_them_says_so():
    """Two seats, three strategies; of a beside c nothing is known."""
    roles = Roles(names=("r",), players=(2,), strategies=(("a", "b", "c"),))
    counts = roles.profiles()
    luck = np.random.default_rng(0).normal(size=(*counts.shape, 64)) * 0.01
    table = np.where((counts > 0)[..., None], counts[..., None] + luck, np.nan)
    hole = int(roles.index(np.array([1, 0, 1])))
    table[hole] = np.nan
    game = EmpiricalGame(roles=roles, payoffs=table)
    assert np.flatnonzero(game.missing).tolist() == [hole]
    assert np.isfinite(game.deviation_payoffs(np.array([0.0, 1.0, 0.0]))).all()
    assert np.isnan(game.deviation_payoffs(np.array([0.5, 0.5, 0.0]))).tolist() == [False, False, True]
    assert np.isnan(game.regret(np.array([1.0, 0.0, 0.0])))
    for concept in ("nash", "pure", "correlated", "qre", "stackelberg", "alpha-rank"):
        with pytest.raises(ValueError, match=r"missing"):
            solve(game, concept)
    assert solve(game, "ess").complete is None
    known = game.restricted({"r": ("a", "b")})
    assert known.is_complete
    assert solve(known).complete is True
    with pytest.raises(ValueError, match="must be finite where it is played"):
        EmpiricalGame(roles=roles, payoffs=np.where(np.arange(64) == 3, np.nan, table))


def test_covariances_are_those_of_each_profile():
    roles = Roles(names=("r",), players=(3,), strategies=(("a", "b"),))
    counts = roles.profiles()
    table = np.where((counts > 0)[..., None], np.random.default_rng(1).normal(size=(*counts.shape, 50)), np.nan)
    game = EmpiricalGame(roles=roles, payoffs=table)
    np.testing.assert_allclose(game.covariance[1], np.cov(table[1]))
    assert np.isnan(game.covariance[0]).tolist() == [[False, True], [True, True]]


def test_profiles_played_in_more_worlds_are_compared_in_those_that_both_were_played_in():
    roles = Roles(names=("r",), players=(2,), strategies=(("a", "b"),))
    counts = roles.profiles()
    table = np.where((counts > 0)[..., None], np.random.default_rng(2).normal(size=(3, 2, 160)), np.nan)
    more = table[..., 64:].copy()
    more[0] = np.nan  # both play a in 64 worlds, one of each in 160, both b in 100
    more[2, :, 36:] = np.nan
    game = EmpiricalGame(roles=roles, payoffs=table[..., :64], more=more)
    assert game.worlds_of.tolist() == [64, 160, 100]
    assert (game.worlds, game.most_worlds) == (64, 160)
    gains = game.gains(0.95)
    for others, (here, there, worlds) in enumerate(((1, 0, 64), (2, 1, 100))):
        same = EmpiricalGame(roles=roles, payoffs=table[..., :worlds]).gains(0.95)
        assert gains.mean[0][others, 1, 0] == same.mean[0][others, 1, 0]
        assert gains.half_width[0][others, 1, 0] == same.half_width[0][others, 1, 0]
        paired = game.paired_mean((np.array([here]), 1), (np.array([there]), 0))
        assert paired[0] == pytest.approx((table[here, 1, :worlds] - table[there, 0, :worlds]).mean(), abs=1e-14)
    assert gains.mean[0][0, 0, 1] == -gains.mean[0][0, 1, 0]
    assert float(game.regret(np.array([1.0, 0.0]))) == pytest.approx(max(gains.mean[0][0, 1, 0], 0.0), abs=1e-14)
    answer = solve(game)
    assert (answer.worlds, answer.most_worlds, answer.played) == (64, 160, "64 to 160 worlds")
    assert float(answer.checked.rpartition(" ")[2]) < 1e-12


@pytest.mark.parametrize("place", [(1, 0, 3), (0, 1, 0)])
def test_more_worlds_with_holes_are_refused(place):
    roles = Roles(names=("r",), players=(2,), strategies=(("a", "b"),))
    table = np.where((roles.profiles() > 0)[..., None], np.ones((3, 2, 72)), np.nan)
    table[place[0], place[1], 64 + place[2]] = 7.0 if place[0] == 0 else np.nan
    with pytest.raises(ValueError, match="more must be finite where it is played"):
        EmpiricalGame(roles=roles, payoffs=table[..., :64], more=table[..., 64:])
