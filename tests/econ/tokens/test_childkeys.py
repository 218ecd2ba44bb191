"""Stake lent to children: the chain's vectors, and dividends that reach somebody or are told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.childkeys import checked_proportions, family_pay, inherited
from econ.tokens.payout import dividend_parts, stake_weight


def test_chain_vectors(economy):
    alone, *families = economy("childkeys")
    lent = [[0.0, alone["proportion"]], [0.0, 0.0]]
    pay = family_pay([0, 10**9], [alone["parent_alpha"], alone["child_alpha"]], lent, takes=alone["childkey_take"])
    assert abs(pay.paid - [alone["parent_gain"], alone["child_gain"]]).max() <= alone["tol"]

    first = families[0]
    alpha, root = ([first[name][kind] for name in ("alice", "bob")] for kind in ("alpha", "root"))
    weight = stake_weight(alpha, root, float(first["tao_weight"]))
    for case in families:
        lent = [[0.0, case["alice_to_bob"]], [0.0, 0.0]]
        if "stake_weight_bob" in case:
            assert inherited(weight, lent).tolist() == [case["stake_weight_alice"], case["stake_weight_bob"]]
        pay = family_pay([0, 10**9], weight, lent, takes=case["childkey_take"])
        assert abs(pay.paid - case["gains"]).max() <= case.get("tol", 0)
        parts = dividend_parts(pay.paid, alpha, root, alpha_pot=10**9, root_pot=0, tao_weight=1.0)
        assert abs(parts.alpha - case["gains"]).max() <= case.get("tol", 0)


def family(seed, keys=6):
    rng = np.random.default_rng(seed)
    links = np.triu(rng.random((keys, keys)) < 0.5, 1)
    lent = np.where(links, rng.random((keys, keys)), 0.0)
    return rng, lent / np.maximum(lent.sum(axis=-1, keepdims=True), 1.0)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.18), st.floats(0, 0.5))
def test_dividends_reach_somebody_or_are_told(seed, take, burn):
    rng, lent = family(seed)
    dividends, weight = rng.integers(0, 10**12, (2, 6)), rng.random((2, 6)) * 1e12
    pay = family_pay(dividends, weight, lent, takes=take, burn=burn, coldkey=rng.integers(0, 3, 6))
    assert (pay.paid >= 0).all()
    assert (pay.paid.sum(axis=-1) + pay.recycled + pay.rest == dividends.sum(axis=-1)).all()
    assert ((pay.rest >= 0) & (pay.rest <= 40)).all()
    assert inherited(weight, lent).sum(axis=-1) == pytest.approx(weight.sum(axis=-1))


def test_one_coldkey_pays_itself_no_take_and_burns_nothing():
    lent = [[0.0, 1.0], [0.0, 0.0]]
    same = family_pay([0, 1000], [10, 10], lent, takes=0.18, burn=0.5, coldkey=[7, 7])
    assert (same.paid.tolist(), same.recycled) == ([500, 500], 0)
    apart = family_pay([0, 1000], [10, 10], lent, takes=0.18, burn=0.5, coldkey=[7, 8])
    assert (apart.paid.tolist(), apart.recycled) == ([160, 590], 250)


def test_a_child_that_gave_its_own_stake_away_earns_for_its_parent_alone():
    lent = [[0.0, 0.5, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    assert inherited([100, 100, 0], lent).tolist() == [50, 50, 100]
    assert family_pay([0, 90, 0], [100, 100, 0], lent).paid.tolist() == [90, 0, 0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([[0.5]], "its own child"),
        ([[0.0, 0.7, 0.7], [0.0] * 3, [0.0] * 3], "gives away 1.4"),
        ([[0.0, 1.2], [0.0, 0.0]], "a proportion is 1.2"),
        ([0.0, 0.5], "has shape"),
        (np.diag([0.1] * 6, 1) + np.eye(7, k=2) * 0.1, None),
        ([[0.0] + [0.1] * 6, *[[0.0] * 7] * 6], "has 6 children"),
    ],
)
def test_families_are_checked(given, said):
    if said is None:
        assert checked_proportions(given).shape == (7, 7)
    else:
        with pytest.raises(ValueError, match=said):
            checked_proportions(given)


@pytest.mark.parametrize("seed", range(5))
def test_nobody_is_paid_less_than_nothing_whatever_takes_and_burns_add_up_to(seed):
    rng = np.random.default_rng(seed)
    for _ in range(300):
        lent = np.triu(rng.random((5, 5)) * (rng.random((5, 5)) < 0.5), 1)
        lent /= np.maximum(lent.sum(axis=1, keepdims=True), 1e-9)
        earned = (10 ** rng.uniform(0, 16.3, 5)).astype(np.int64)
        weight = rng.random(5) * 10 ** rng.uniform(0, 16, 5) * (rng.random(5) < 0.8)
        pay = family_pay(earned, weight, lent, takes=rng.choice([0.0, 0.18, 1.0]), burn=rng.choice([0.0, 0.5, 1.0]))
        assert min(pay.paid.min(), pay.recycled, pay.rest) >= 0
        assert pay.paid.sum() + pay.recycled + pay.rest == earned.sum()


def test_bad_amounts_are_refused():
    lent = [[0.0, 0.5], [0.0, 0.0]]
    with pytest.raises(ValueError, match="stake is -5"):
        inherited([-5, 1], lent)
    with pytest.raises(ValueError, match="give one for each"):
        family_pay([5, 3, 4], [1, 1], lent)
