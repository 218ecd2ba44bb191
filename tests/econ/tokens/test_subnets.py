"""What subnets cost and what is left of them: the chain's vectors, and the rule read aloud."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.tokens.economy import Economy, after_blocks, recycle
from econ.tokens.pool import Pool
from econ.tokens.rao import MAX_SUPPLY, RAO
from econ.tokens.subnets import dissolve, dissolved_subnet, found, lock_cost, new_pool, payout, reduction_interval


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


def test_a_subnet_gives_way_to_another_and_every_rao_is_accounted_for():
    pool = Pool(alpha=np.full(3, 10**14), tao=np.array([3, 1, 2]) * 10**13)
    before = Economy(
        pool=pool, tao_issuance=10**16, alpha_out=10**14, moving_price=[0.3, 0.1, 0.2], root_tao=10**15, age=10**6
    )
    before = after_blocks(before, 360)
    free = int(before.tao_issuance - before.tao_inside)
    goes = dissolved_subnet(before.moving_price, [0, 0, 0], 10**7)
    ended = dissolve(before, goes)
    holders = int(before.alpha_out[goes] - ended.chain_alpha)
    paid = payout(ended.tao, [holders - 7, 7], int(ended.chain_alpha + ended.pool_alpha))
    after = recycle(ended.economy, tao=paid.recycled)
    assert int(after.tao_issuance) == int(after.tao_inside) + free + sum(paid.paid)
    assert after.alpha_issuance[goes] == after.pending.total[goes] == after.moving_price[goes] == 0
    cost = int(lock_cost(10**12, 0))
    young = found(after, goes, cost, float(np.median(before.moving_price)))
    assert young.tao_inside - after.tao_inside == cost
    assert young.pool.price[goes] == pytest.approx(np.median(before.moving_price))
    next_block = after_blocks(young, 1)
    assert next_block.pool.tao[goes] == cost  # root has not enabled it yet
    assert next_block.pending.miners[goes] > 0
    others = [k for k in range(3) if k != goes]
    assert (next_block.pool.tao[others] > young.pool.tao[others]).all()
    with pytest.raises(ValueError, match="dissolve it first"):
        found(young, 0, cost, 0.1)
    with pytest.raises(ValueError, match="free balances do not hold"):
        found(after, goes, 10**16, 0.1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: new_pool(1000, 0.0), "price is 0; it is TAO an alpha"),
        (lambda: new_pool(0, 0.1), "lock is 0 rao"),
        (lambda: dissolved_subnet([], [], 5), "at least one"),
        (lambda: payout(5, [-1]), "alpha is -1"),
        (lambda: lock_cost(-5, 0), "last is -5"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
