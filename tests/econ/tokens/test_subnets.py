"""What subnets cost and what is left of them: the chain's vectors, and the rule read aloud."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.tokens.rao import MAX_SUPPLY, RAO
from econ.tokens.subnets import dissolved_subnet, lock_cost, new_pool, payout, reduction_interval


def test_chain_vectors(economy):
    for case in economy("subnet_lock_cost"):
        emission = case["interval"] * RAO // 100_800
        assert reduction_interval(emission) == case["interval"]
        cost = lock_cost(case["last"], case["elapsed"], emission=emission, least=case["min"])
        assert cost == case["cost"]
    for case in economy("dissolve_payout"):
        assert payout(case["pot"], case["alphas"]).paid == case["payouts"]


def test_each_registration_doubles_and_waiting_halves():
    price = 1000 * RAO
    prices = []
    for _ in range(5):
        price = int(lock_cost(price, 0))
        prices.append(price // RAO)
    assert prices == [2000, 4000, 8000, 16000, 32000]
    assert lock_cost(1000 * RAO, 0, ever=False) == 1000 * RAO
    assert lock_cost(5000 * RAO, 10**15) == 1000 * RAO
    assert lock_cost(2000 * RAO, [100, 100], emission=[RAO, 0]).tolist()[1] == 1000 * RAO  # nothing is minted any more


@given(st.integers(0, MAX_SUPPLY), st.lists(st.integers(0, 10**15), max_size=6), st.integers(0, 10**15))
def test_a_dissolved_pool_is_paid_out_to_the_last_rao(tao, alpha, chain):
    paid = payout(tao, np.array(alpha, dtype=np.int64), chain)
    assert sum(paid.paid) + paid.recycled == tao
    total = sum(alpha) + chain
    assert all(abs(got * total - tao * held) < total for got, held in zip(paid.paid, alpha, strict=True) if total)


def test_the_cheapest_subnet_past_immunity_goes():
    born = np.array([[10, 5, 5, 901], [0, 0, 0, 0]])
    found = dissolved_subnet([[0.2, 0.1, 0.1, 0.01], [1.0, 0.5, 0.5, 2.0]], born, [1000, 50], immunity=100)
    assert found.tolist() == [1, -1]


def test_a_new_pool_holds_all_of_the_lock():
    pool = new_pool(1234 * RAO, 0.037)
    assert pool.tao == 1234 * RAO
    assert pool.price == pytest.approx(0.037, rel=1e-12)
    assert pool.tao_weight == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: new_pool(1000, 0.0), "price is 0.0"),
        (lambda: new_pool(0, 0.1), "lock is 0 rao"),
        (lambda: dissolved_subnet([], [], 5), "at least one"),
        (lambda: payout(5, [-1]), "alpha is -1"),
        (lambda: lock_cost(-5, 0), "last is -5"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
