"""What an epoch pays: the chain's vectors, and pots that neither grow nor leak."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.payout import dividend_parts, may_raise_take, miner_pay, stake_weight, take, validators_pot


def test_chain_vectors_of_dividends(economy):
    for case in economy("dividend_root_alpha_split"):
        alpha, root = np.array(case["stakes"]).T
        pots = {"alpha_pot": case["pending_validator_alpha"], "root_pot": case["pending_root_alpha"]}
        parts = dividend_parts(case["dividends"], alpha, root, tao_weight=float(case["tao_weight"]), **pots)
        assert abs(parts.alpha.sum() - case["sum_alpha"]) <= case["tol"]
        if case["tao_weight"]:
            assert abs(parts.root.sum() - case["sum_root"]) <= case["tol"]
        if "alpha_dividends" in case:
            assert parts.alpha == pytest.approx(case["alpha_dividends"], abs=case["tol"])
            assert parts.root == pytest.approx(case["root_alpha_dividends"], abs=case["tol"])
        assert parts.alpha.sum() + parts.alpha_rest == pots["alpha_pot"]
        assert parts.root.sum() + parts.root_rest == pots["root_pot"]


def test_chain_vectors_of_an_epoch_without_weights(economy):
    """Without incentive validators share both halves by stake weight, or nobody does where nobody is registered."""
    alone, registered, two, half = economy("distribute_emission_no_weights")
    for case, stakes in ((alone, []), (registered, [registered["stake"]])):
        pot = validators_pot(case["pending_validator"], case["pending_server"], [0] * max(len(stakes), 1))
        parts = dividend_parts(stakes, stakes, [0] * len(stakes), alpha_pot=pot, root_pot=0)
        assert abs(parts.alpha.sum() - case["gain"]) <= case.get("tol", 0)
        assert parts.alpha.sum() + parts.alpha_rest == pot
    for case in (two, half):
        alpha, root, weight = case["alpha_stakes"], case["root_stakes"], float(case["tao_weight"])
        parts = dividend_parts(
            stake_weight(alpha, root, weight), alpha, root, alpha_pot=10**9, root_pot=0, tao_weight=weight
        )
        assert abs(parts.alpha - case["gains"]).max() <= case["tol"]


def test_chain_vectors_of_takes_and_withheld_incentive(economy):
    (case,) = economy("delegate_take")
    taken = take(case["dividend"], round(case["take"] * 65535))
    assert abs(taken.validator - case["to_validator"]) <= case["tol"]
    assert abs(taken.nominators - case["to_nominators"]) <= case["tol"]
    (case,) = economy("owner_incentive_withheld")
    pay = miner_pay([case["incentives"]["other"], case["incentives"]["owner"]], [False, True])
    assert pay.paid.tolist() == [case["other_gain"], case["owner_gain"]]
    assert pay.burned_share == case["miner_burned"]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 10**12), st.integers(0, 10**12))
def test_pots_are_divided_whole_and_by_what_stake_is_made_of(seed, alpha_pot, root_pot):
    rng = np.random.default_rng(seed)
    dividends = rng.random((3, 5)) * (rng.random((3, 5)) < 0.7)
    alpha, root = (rng.integers(0, 10**15, (3, 5)) * (rng.random((3, 5)) < 0.7) for _ in range(2))
    parts = dividend_parts(dividends, alpha, root, alpha_pot=alpha_pot, root_pot=root_pot)
    assert (parts.alpha.sum(axis=-1) + parts.alpha_rest == alpha_pot).all()
    assert (parts.root.sum(axis=-1) + parts.root_rest == root_pot).all()
    assert not parts.root[root == 0].any()
    assert not parts.alpha[(alpha == 0) & (root > 0)].any()
    assert not (parts.alpha + parts.root)[dividends == 0].any()
    counted = (dividends > 0) & (root > 0)
    assert (parts.root_rest[~counted.any(axis=-1)] == root_pot).all()
    assert (parts.root_rest[counted.any(axis=-1)] <= 5).all()


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=5), st.integers(0, 11_796))
def test_a_take_parts_everything_but_a_rao(dividends, rate):
    taken = take(dividends, [rate] * len(dividends))
    assert (taken.validator + taken.nominators + taken.rest == dividends).all()
    assert ((taken.rest >= 0) & (taken.rest <= 1)).all()
    assert (taken.validator == [d * ((rate << 32) // 65535) >> 32 for d in dividends]).all()


def test_subnets_of_which_some_have_no_incentive():
    assert validators_pot([10, 10], [20, 20], [[0, 0], [0, 3]]).tolist() == [30, 10]
    pay = miner_pay([[0, 0], [6, 2]], [True, False])
    assert pay.paid.tolist() == [[0, 0], [0, 2]]
    assert pay.withheld.tolist() == [0, 6]
    assert pay.burned_share.tolist() == [0, 0.75]
    assert may_raise_take(5, [216_004, 216_005]).tolist() == [False, True]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: take(5, 11_797), "take is 11797"),
        (lambda: take(-5), "dividend is -5"),
        (lambda: miner_pay([0.5], [False]), "must be a whole"),
        (lambda: dividend_parts([-1.0], [5], [5], alpha_pot=5, root_pot=5), "a dividend is -1"),
        (lambda: dividend_parts([1.0], [5], [5], alpha_pot=-5, root_pot=5), "alpha_pot is -5"),
        (lambda: dividend_parts([1.0], [5], [5], alpha_pot=5, root_pot=5, tao_weight=2.0), "tao_weight is 2"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
