"""Claims on root dividends: fair by stake and time, and covered by what came."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.root_claims import LEAST_CLAIM, RootClaims


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_claims_are_covered_and_fair_through_any_history(seed):
    """Against the chain's form: a rate a rao of stake, and what each has settled."""
    rng = np.random.default_rng(seed)
    claims, stake = RootClaims.empty(4, 2).staked([10**9, 0, 0, 0]), np.array([10**9, 0, 0, 0])
    rate, settled, came, paid_out, credits = np.zeros(2), np.zeros((4, 2)), 0, 0, 0
    for _ in range(30):
        act = rng.integers(0, 4)
        if act == 0:
            more = rng.integers(0, 10**13, 4) * (rng.random(4) < 0.5)
            claims, stake, settled = claims.staked(more), stake + more, settled + more[:, np.newaxis] * rate
        elif act == 1:
            less = (stake * rng.random(4) * (rng.random(4) < 0.5)).astype(np.int64)
            claims, stake, settled = claims.unstaked(less), stake - less, settled - less[:, np.newaxis] * rate
        elif act == 2:
            alpha = rng.integers(0, 10**12, 2)
            claims, rate, came, credits = claims.credited(alpha), rate + alpha / stake.sum(), came + alpha, credits + 1
        else:
            claims, paid = claims.claimed(rng.random(4) < 0.5, rng.random(2) < 0.7)
            assert ((paid == 0) | (paid >= LEAST_CLAIM)).all()
            settled, paid_out = settled + paid, paid_out + paid.sum(axis=0)
        exact = stake[:, np.newaxis] * rate - settled
        slack = 1e-14 * (abs(settled).max() + (stake[:, np.newaxis] * rate).max())  # what the rate form loses in float
        assert (abs(claims.owed - exact) <= 4 * credits + 1 + slack).all()
        assert (claims.owed.sum(axis=0) + claims.rest + paid_out == came).all()
        assert (claims.rest <= 4).all()


def test_small_claims_wait_and_types_of_claim_choose_subnets():
    claims = RootClaims.empty(2, 3).staked([1000, 3000]).credited([4 * 10**6, 10**6, 8 * 10**6])
    after, paid = claims.claimed(subnets=[True, True, False])
    assert paid.tolist() == [[10**6, 0, 0], [3 * 10**6, 750_000, 0]]
    assert after.owed.tolist() == [[0, 250_000, 2 * 10**6], [0, 0, 6 * 10**6]]
    assert claims.claimed(False)[1].sum() == 0


def test_what_rounding_leaves_is_divided_with_the_next():
    claims = RootClaims.empty(3, 1).staked([1, 1, 1]).credited([10])
    assert (claims.owed.ravel().tolist(), claims.rest.tolist()) == ([3, 3, 3], [1])
    assert claims.credited([5]).owed.ravel().tolist() == [5, 5, 5]


def test_validators_are_independent():
    claims = RootClaims.empty(2, 3, 1).staked([[1, 1, 0], [0, 0, 5]]).credited([[10**6], [10**6]])
    assert claims.owed[..., 0].tolist() == [[500_000, 500_000, 0], [0, 0, 10**6]]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: RootClaims.empty(2, 1).credited([5]), "nobody has any: recycle them"),
        (lambda: RootClaims.empty(2, 1).staked([-5, 0]), "tao is -5"),
        (lambda: RootClaims.empty(2, 1).unstaked([5, 0]), "unstake no more"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
