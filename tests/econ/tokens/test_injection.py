"""What enters a pool, what buys alpha, and what root stake is due: the chain's vectors and bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.emission import ByPrice, SubnetSignals, tao_of_shares
from econ.tokens.injection import TAO_WEIGHT, injection, root_dividends_accrue, root_proportion


def test_chain_vectors(economy):
    for case in economy("injection_cap"):
        parts = injection(case["tao_emission"], case["price"], case["root_prop"], case["alpha_emission"])
        assert [parts.alpha_in, parts.tao_in, parts.excess] == [case[k] for k in ("alpha_in", "tao_in", "excess")]
    for case in economy("alpha_in"):
        prices = np.array(case["prices"], dtype=float)
        shares = ByPrice().shares(SubnetSignals(price=case.get("ema_prices", case["prices"])))
        parts = injection(tao_of_shares(shares, case["emission"]), prices, 1.0, 10**9)
        assert (10**6 + parts.alpha_in).tolist() == case["alpha_reserve_after"]
    for case in economy("root_proportion"):
        found = root_proportion(case["root_tao"], case["alpha_issuance"], case["tao_weight"])
        assert found == pytest.approx(case["root_prop"], abs=1e-15)
    for case in economy("root_sell_flag"):
        assert root_dividends_accrue(case["prices"]) == case["flag"]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**12), st.floats(0, 100), st.floats(0, 1), st.integers(0, 360 * 10**9))
def test_nothing_is_lost_and_the_cap_holds(tao, price, proportion, alpha):
    parts = injection(tao, price, proportion, alpha)
    assert parts.tao_in + parts.excess == tao
    assert min(parts.tao_in, parts.excess, parts.alpha_in) >= 0
    assert parts.alpha_in <= proportion * alpha + 1
    if price > 0:
        assert abs(parts.alpha_in * price - parts.tao_in) <= price + 1 + tao * 1e-12


def test_root_fades_as_a_subnet_ages_and_only_counts_subnets_that_are_paid():
    ages = root_proportion(6_000_000 * 10**9, np.array([10**14, 10**15, 10**16]))
    assert (np.diff(ages) < 0).all()
    assert ages[0] == pytest.approx(TAO_WEIGHT * 6e15 / (TAO_WEIGHT * 6e15 + 1e14))
    assert root_proportion(0, 0) == 0
    assert not root_dividends_accrue([0.9, 0.9], [True, False])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: injection(-1, 1.0, 0.5, 5), "TAO emission is -1"),
        (lambda: injection(5, -1.0, 0.5, 5), "price is -1;"),
        (lambda: injection(5, 1.0, 1.5, 5), "root proportion is 1.5"),
        (lambda: root_proportion(-5, 5), "TAO on root is -5"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
