"""The pool: the chain's vectors, and what no swap may do."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.pool import LEAST_WEIGHT, Pool, SwapRule, _paid_out, buy, inject, premium, sell
from econ.tokens.rao import MAX_SUPPLY, RAO

FREE = SwapRule(fee=0, least_reserve=1)
ANY = SwapRule(least_reserve=1)


def weight(value):
    return float(Fraction(value)) if isinstance(value, str) else value


def test_chain_vectors_of_the_price(economy):
    for case in economy("pool_price"):
        pool = Pool(alpha=case["x_alpha"], tao=case["y_tao"], tao_weight=weight(case["w_quote"]))
        assert pool.price == pytest.approx(case["price"], abs=case["tol"])
    (case,) = economy("pool_init_with_price")
    pool = Pool.at_price(case["x_alpha"], case["y_tao"], case["price"])
    assert pool.tao_weight == pytest.approx(case["w_quote"], abs=1e-15)
    assert pool.price == pytest.approx(case["price"], rel=1e-15)


def test_chain_vectors_of_the_power(economy):
    """A swap leaves (r / (r + d))^exponent of the other reserve: to the 15 digits that the vectors give."""
    for case in economy("pool_exp_scaled"):
        unit = math.gcd(case["reserve"], case["delta"])  # only their ratio matters, and one exceeds what may exist
        buys, reserve, delta = not case["base_quote"], case["reserve"] // unit, case["delta"] // unit
        pool = Pool(alpha=10**15 if buys else reserve, tao=reserve if buys else 10**15, tao_weight=case["w_quote"])
        left = 1 - (buy if buys else sell)(pool, delta, FREE).paid_out / 1e15
        assert left == pytest.approx(case["expected"], abs=max(case["tol"], 2e-15))


def test_chain_vectors_of_swaps(economy):
    for case in economy("pool_swap_basic"):
        swap = {"buy": buy, "sell": sell}[case["side"]](Pool(alpha=4 * RAO, tao=RAO), case["amount_in"])
        assert (swap.paid_in, swap.fee) == (case["amount_in"], case["fee"])
        assert abs(swap.paid_out - case["amount_out"]) <= case["tol"]
    (case,) = economy("pool_swap_stake_base_case")
    swap = buy(Pool(alpha=case["alpha_reserve"], tao=case["tao_reserve"]), case["tao_in"])
    assert swap.fee == case["fee"]
    assert abs(swap.paid_out - case["alpha_out"]) <= case["tol"]
    assert swap.pool.tao == case["tao_reserve"] + case["tao_in"] - case["fee"]
    for case in economy("pool_convert_deltas"):
        pool = Pool(alpha=case["alpha"], tao=case["tao"], tao_weight=case["w_quote"])
        free = SwapRule(fee=0, least_reserve=1)
        for side, out in (("buy", buy), ("sell", sell)):
            reserve = pool.tao if side == "buy" else pool.alpha
            if case["delta"] <= free.cap * reserve:
                paid = out(pool, case["delta"], free).paid_out
            else:  # the vectors of the bare formula go beyond what a swap may
                other, power = (pool.alpha, pool.exponent) if side == "buy" else (pool.tao, 1 / pool.exponent)
                paid = _paid_out(other, reserve, np.array(case["delta"]), power)
            assert abs(paid - case[f"{side}_out"]) <= case["tol"]


def test_chain_vectors_of_limits(economy):
    for case in economy("pool_limit_orders"):
        if case["kind"] == "base_needed_for_quote":
            pool = Pool(alpha=case["alpha_reserve"], tao=case["tao_reserve"], tao_weight=case["w_quote"])
            assert sell(pool, case["expected"], FREE).paid_out == pytest.approx(case["tao_out"], abs=3)
            continue
        buys, reserve = case["kind"] == "quote_in", case["reserve"]
        ratio = case["w_quote"] / (1 - case["w_quote"]) * case["p"]  # y / x at this price
        other = round(reserve / ratio if buys else reserve * ratio)
        pool = Pool(alpha=other if buys else reserve, tao=reserve if buys else other, tao_weight=case["w_quote"])
        swap = (buy if buys else sell)(pool, 10 * reserve, FREE, limit=case["p_target"])
        assert swap.paid_in == pytest.approx(case["expected"], abs=2)
        if case["expected"]:
            assert swap.pool.price == pytest.approx(case["p_target"], rel=5e-8)  # the other reserve is whole


def test_chain_vectors_of_injection(economy):
    for case in economy("pool_unbalanced_injection"):
        added = inject(Pool(alpha=4 * 10**12, tao=10**12), case["alpha_delta"], case["tao_delta"])
        assert added.pool.price == pytest.approx(case["price"], abs=case["tol"])
        assert added.pool.tao_weight == pytest.approx(case["w_quote"], abs=case["tol"])


def test_chain_vectors_of_the_input_cap(economy):
    for case in economy("pool_input_cap"):
        rule = SwapRule(fee=0 if case["drop_fees"] else 33, least_reserve=1)
        pool = Pool(alpha=1000, tao=1000)
        for swap in (buy, sell):
            if case["ok"]:
                swap(pool, case["amount"], rule)
            else:
                with pytest.raises(ValueError, match="the cap is 1000 times the reserve of 1000"):
                    swap(pool, case["amount"], rule)


RESERVES, WEIGHTS = st.integers(10**6, 10**16), st.floats(0.05, 0.95)


@settings(max_examples=80, deadline=None)
@given(RESERVES, RESERVES, WEIGHTS, st.integers(0, 10**15))
def test_amounts_are_the_formula_to_50_digits(alpha, tao, w2, offered):
    getcontext().prec = 50
    pool = Pool(alpha=alpha, tao=tao, tao_weight=w2)
    offered = min(offered, 500 * min(alpha, tao))
    exponent = Decimal(w2) / (1 - Decimal(w2))
    for swap, reserve, other, power in ((buy, alpha, tao, exponent), (sell, tao, alpha, 1 / exponent)):
        out = swap(pool, offered, FREE).paid_out
        exact = int(reserve * (1 - (Decimal(other) / (other + offered)) ** power))
        assert abs(int(out) - exact) <= 1 + exact * 2.0**-50


@settings(max_examples=80, deadline=None)
@given(RESERVES, RESERVES, WEIGHTS, st.floats(1e-9, 1), st.booleans())
def test_no_round_trip_gains_and_parts_get_no_more_than_the_whole(alpha, tao, w2, part, buys):
    pool = Pool(alpha=alpha, tao=tao, tao_weight=w2)
    offered = int(part * (tao if buys else alpha)) + 1
    there, back = (buy, sell) if buys else (sell, buy)
    first = there(pool, offered, ANY)
    if 0 < first.paid_out <= 900 * (first.pool.alpha if buys else first.pool.tao):
        returned = back(first.pool, first.paid_out, ANY).paid_out
        assert returned <= offered - first.fee + 1 + offered * 2.0**-40
    half = there(pool, offered // 2, FREE)
    rest = there(half.pool, offered - offered // 2, FREE)
    whole = there(pool, offered, FREE)
    assert half.paid_out + rest.paid_out <= whole.paid_out + 1 + whole.paid_out * 2.0**-40
    left = whole.pool.alpha if buys else whole.pool.tao
    assert rest.pool.price == pytest.approx(whole.pool.price, rel=1e-9 + 4 / max(left, 1))  # a rao of what is left


@settings(max_examples=100, deadline=None)
@given(RESERVES, RESERVES, WEIGHTS, st.integers(0, 10**14), st.floats(0.2, 5))
def test_a_swap_moves_reserves_by_what_it_says_and_stops_at_its_limit(alpha, tao, w2, offered, factor):
    pool = Pool(alpha=alpha, tao=tao, tao_weight=w2)
    offered, limit = min(offered, 900 * min(alpha, tao)), pool.price * factor
    bought, sold = buy(pool, offered, ANY, limit=limit), sell(pool, offered, ANY, limit=limit)
    assert (bought.pool.tao, bought.pool.alpha) == (tao + bought.paid_in - bought.fee, alpha - bought.paid_out)
    assert (sold.pool.tao, sold.pool.alpha) == (tao - sold.paid_out, alpha + sold.paid_in - sold.fee)
    assert max(bought.paid_in, sold.paid_in) <= offered
    slack = 1 + 4 / min(bought.pool.alpha + 1, sold.pool.tao + 1)  # one rao of the reserve that pays out
    assert bought.pool.price <= max(limit, pool.price) * slack + 1e-12
    assert sold.pool.price >= min(limit, pool.price) / slack - 1e-12
    if factor <= 1:
        assert bought.paid_in == 0


@settings(max_examples=100, deadline=None)
@given(RESERVES, RESERVES, WEIGHTS, st.integers(0, 10**15), st.integers(0, 10**15))
def test_injection_keeps_the_price_and_returns_what_it_cannot_take(alpha, tao, w2, more_alpha, more_tao):
    pool = Pool(alpha=alpha, tao=tao, tao_weight=w2)
    added = inject(pool, more_alpha, more_tao)
    assert added.pool.price == pytest.approx(pool.price, rel=1e-12)
    assert added.pool.alpha + added.alpha_left == alpha + more_alpha
    assert added.pool.tao + added.tao_left == tao + more_tao
    assert LEAST_WEIGHT <= added.pool.tao_weight <= 1 - LEAST_WEIGHT


def test_an_injection_beyond_the_weights_waits_outside():
    added = inject(Pool(alpha=10**9, tao=10**9), 0, 10**12)
    assert (added.tao_left, added.pool.tao, added.pool.tao_weight) == (10**12, 10**9, 0.5)
    assert inject(Pool(alpha=0, tao=0), 5, 7).pool.tao_weight == 0.5


def test_pools_swap_at_once_as_each_alone():
    rng = np.random.default_rng(3)
    alpha, tao = rng.integers(10**9, 10**14, (2, 128)), rng.integers(10**9, 10**14, (2, 128))
    pools = Pool(alpha=alpha, tao=tao, tao_weight=rng.uniform(0.3, 0.7, 128))
    offered = rng.integers(0, 10**11, 128)
    together = buy(pools, offered)
    for world, subnet in ((0, 0), (1, 7), (1, 127)):
        alone = buy(
            Pool(alpha=alpha[world, subnet], tao=tao[world, subnet], tao_weight=pools.tao_weight[world, subnet]),
            offered[subnet],
        )
        assert alone.paid_out == together.paid_out[world, subnet]


def test_a_limited_swap_pays_the_fee_of_what_it_uses():
    pool = Pool(alpha=10**13, tao=10**13)
    swap = buy(pool, 10**13, SwapRule(fee=10_000), limit=1.21)
    net = swap.paid_in - swap.fee
    assert net == pytest.approx(10**12, rel=1e-9)
    assert swap.fee == net * 10_000 // (65_535 - 10_000)
    assert swap.fee == pytest.approx(swap.paid_in * 10_000 / 65_535, abs=1)


def test_a_pool_without_liquidity_has_no_premium():
    with pytest.raises(ValueError, match="a reserve of the pool is 0; what it would sell has no price: add liquidity"):
        premium(Pool(alpha=[0, 10**9], tao=10**9), 5)


def test_the_square_law_and_the_premium_of_a_buy():
    pool = Pool(alpha=10**13, tao=10**13)
    assert buy(pool, 10**12, FREE).pool.price / pool.price == pytest.approx(1.1**2, rel=1e-10)
    assert premium(pool, 10**12, FREE) == pytest.approx(0.1, rel=1e-12)
    tilted = Pool(alpha=10**13, tao=10**13, tao_weight=0.3)
    swap = buy(tilted, 10**12)
    assert premium(tilted, 10**12) == pytest.approx(10**12 / swap.paid_out / tilted.price - 1, abs=1e-9)
    assert premium(pool, 0) == pytest.approx(33 / 65502)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Pool(alpha=5, tao=-2), "TAO reserve is -2"),
        (lambda: Pool(alpha=5, tao=MAX_SUPPLY + 1), "never more than"),
        (lambda: Pool(alpha=5, tao=5, tao_weight=0.001), "two weights sum to 1"),
        (lambda: Pool(alpha=5, tao=5, tao_weight=np.nan), "two weights sum to 1"),
        (lambda: Pool(alpha=5, tao=5, tao_weight="half"), "tao_weight is 'half'; it is a share"),
        (lambda: Pool(alpha=[5, 5], tao=[5, 5, 5]), r"shapes \(2,\), \(3,\), \(\); give one of each a pool"),
        (lambda: buy(Pool(alpha=10**9, tao=10**9), 5, limit="dear"), "limit is 'dear'; it is TAO an alpha"),
        (lambda: Pool.at_price(0, 5, 1.0), "add alpha"),
        (lambda: buy(Pool(alpha=0, tao=10**9), 5), "add liquidity first"),
        (lambda: sell(Pool(alpha=[10**9, 10**9], tao=[10**9, 999_999]), 5), r"the pool\[1\] holds"),
        (lambda: buy(Pool(alpha=10**9, tao=10**9), -5), "tao is -5"),
        (lambda: buy(Pool(alpha=10**9, tao=10**9), 5, limit=-1.0), "limit is -1;"),
        (lambda: SwapRule(fee=10_001), "fee is 10001"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_legal_extremes():
    assert Pool(alpha=0, tao=5).price == 0
    assert Pool(alpha=5, tao=0).price == 0
    for empty in (Pool(alpha=0, tao=0), Pool(alpha=0, tao=10**9), Pool(alpha=10**9, tao=0)):
        for limit in (None, 0.0, 1e-300, 0.5, 1e300):
            assert buy(empty, 0, limit=limit).paid_out == sell(empty, 0, limit=limit).paid_out == 0
    assert sell(Pool(alpha=2 * 10**16, tao=10**13), 10**13).paid_in == 10**13  # a thousand times this is beyond int64
    assert buy(Pool(alpha=10**9, tao=10**9), 10**9, limit=1e300).paid_in == 10**9
    assert sell(Pool(alpha=10**9, tao=10**9), 10**9, limit=0.0).paid_in == 10**9
