import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multinomial

from econ.games import EmpiricalGame, NormalForm, Roles, RoleSymmetric

TWO = Roles(names=("x", "y"), players=(3, 2), strategies=(("a", "b", "c"), ("u", "v")))


def random_game(roles, seed):
    return RoleSymmetric.from_function(roles, lambda counts: np.random.default_rng(seed).normal(size=counts.shape))


def mixtures(roles, number, seed, power=1.0):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.dirichlet(np.full(k, power), size=number) for k in roles.sizes], axis=1)


def by_hand(game, shares):
    """One term for each way in which named opponents may choose."""
    roles, earned = game.roles, np.zeros(len(game.roles.axis))
    for role, part in enumerate(roles.slices()):
        others = roles.without_one(role)
        for counts in others.profiles():
            chance = 1.0
            for r, own in enumerate(roles.slices()):
                chance *= multinomial.pmf(counts[own], others.players[r], shares[own]) if others.players[r] else 1.0
            for place in range(part.start, part.stop):
                full = counts.copy()
                full[place] += 1
                earned[place] += chance * game.payoffs[roles.index(full), place]
    return earned


@pytest.mark.parametrize("seed", range(3))
def test_deviation_payoffs_sum_over_all_opponents(seed):
    game = random_game(TWO, seed)
    shares = mixtures(TWO, 4, seed)
    together = game.deviation_payoffs(shares)
    for row, point in zip(together, shares, strict=True):
        assert row == pytest.approx(by_hand(game, point), rel=1e-12, abs=1e-12)
        assert game.deviation_payoffs(point) == pytest.approx(row, rel=1e-12)


def test_pure_mixtures_are_read_off_the_table():
    game = random_game(TWO, 0)
    point = np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    earned = game.deviation_payoffs(point)
    assert earned[0] == game.payoffs[TWO.index([1, 2, 0, 2, 0]), 0]
    assert earned[4] == game.payoffs[TWO.index([0, 3, 0, 1, 1]), 4]


def test_many_blocks_give_what_one_gives():
    roles = Roles(names=("r",), players=(40,), strategies=(tuple("abcd"),))
    game, shares = random_game(roles, 1), mixtures(roles, 64, 1)  # 11,480 opponents' profiles x 64 points
    one = np.stack([game.deviation_payoffs(point) for point in shares[:3]])
    assert game.deviation_payoffs(shares)[:3] == pytest.approx(one, rel=1e-11)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 4))
def test_a_constant_is_expected_from_any_mixture(seed, players, strategies):
    roles = Roles(names=("r",), players=(players,), strategies=(tuple("abcd"[:strategies]),))
    game = RoleSymmetric.from_function(roles, lambda counts: 7.0)
    shares = mixtures(roles, 3, seed, power=0.1)
    assert game.deviation_payoffs(shares) == pytest.approx(7.0, rel=1e-12)
    assert game.regret(shares) == pytest.approx(0.0, abs=1e-11)


def test_the_sampled_game_answers_the_same_question():
    known = random_game(TWO, 3)
    sampled = EmpiricalGame(roles=TWO, payoffs=known.payoffs[..., None] + np.array([-1.0, 1.0]))
    shares = mixtures(TWO, 5, 3)
    assert sampled.deviation_payoffs(shares) == pytest.approx(known.deviation_payoffs(shares))
    assert sampled.regret(shares) == pytest.approx(known.regret(shares))


def test_one_seat_a_role_is_the_normal_form():
    rng = np.random.default_rng(5)
    game = NormalForm([rng.normal(size=(2, 3, 2)) for _ in range(3)])
    symmetric = game.to_empirical()
    shares = mixtures(symmetric.roles, 1, 0)[0]
    parts = [shares[part] for part in symmetric.roles.slices()]
    assert symmetric.deviation_payoffs(shares) == pytest.approx(np.concatenate(game.deviation_payoffs(parts)))
    assert float(symmetric.regret(shares)) == pytest.approx(game.regret(parts))


def test_missing_profiles_are_nan_only_where_they_have_a_chance():
    payoffs = random_game(TWO, 0).payoffs.copy()
    payoffs[TWO.profiles()[:, 2] > 0] = np.nan  # nothing is known of c
    game = RoleSymmetric(roles=TWO, payoffs=payoffs)
    assert game.missing.sum() == (TWO.profiles()[:, 2] > 0).sum()
    inside = np.array([0.4, 0.6, 0.0, 0.5, 0.5])
    earned = game.deviation_payoffs(inside)
    assert np.isnan(earned).tolist() == [False, False, True, False, False]
    assert np.isnan(game.regret(inside))  # c might gain anything
    part = game.restricted({"x": ("a", "b")})
    assert part.is_complete
    assert part.deviation_payoffs(np.delete(inside, 2)) == pytest.approx(np.delete(earned, 2))
    assert np.isnan(game.deviation_payoffs(np.array([0.3, 0.6, 0.1, 0.5, 0.5]))).all()
    with pytest.raises(ValueError, match="profiles are missing"):
        game.to_empirical()


def test_a_restricted_game_keeps_payoffs_and_worlds():
    table = random_game(TWO, 2).payoffs[..., None] + np.random.default_rng(0).normal(size=(1, 1, 6))
    game = EmpiricalGame(roles=TWO, payoffs=table)
    part = game.restricted({"x": ("a", "c"), "y": ("v",)})
    assert part.worlds == 6
    assert part.roles.profile_count == 4
    np.testing.assert_array_equal(part.payoffs[1, 1], table[TWO.index([2, 0, 1, 0, 2]), 2])


@pytest.mark.parametrize(
    ("payoffs", "message"),
    [
        (np.zeros((3, 3)), r"payoffs has shape \(3, 3\)"),
        (np.array([[1.0, 2.0], [1.0, 2.0], [np.nan, 1.0]]), "must be NaN where nobody plays it"),
        (np.array([[1.0, np.nan], [np.nan, 2.0], [np.nan, 1.0]]), "must be finite where it is played"),
        (np.array([[np.inf, np.nan], [1.0, 2.0], [np.nan, 1.0]]), "is inf"),
    ],
)
def test_bad_payoffs_are_refused(payoffs, message):
    roles = Roles(names=("r",), players=(2,), strategies=(("a", "b"),))
    with pytest.raises(ValueError, match=message):
        RoleSymmetric(roles=roles, payoffs=payoffs)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([0.5, 0.5], "its last axis must have length 5"),
        ([0.5, 0.4, 0.0, 1.0, 0.0], "mixture of role 'x' is"),
        ([0.5, 0.7, -0.2, 1.0, 0.0], "mixture of role 'x' is"),
        ([1.0, 0.0, 0.0, np.nan, 0.0], "mixture of role 'y' is"),
    ],
)
def test_bad_mixtures_are_refused(shares, message):
    with pytest.raises(ValueError, match=message):
        random_game(TWO, 0).deviation_payoffs(np.array(shares))


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="role 'z' is not one of x, y"):
        TWO.restricted({"z": ("a",)})
    with pytest.raises(ValueError, match="strategy 'q' of role 'x' is not one of a, b, c"):
        TWO.restricted({"x": ("q",)})
    with pytest.raises(ValueError, match="0 strategies"):
        TWO.restricted({"x": ()})
