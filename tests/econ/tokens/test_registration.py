"""Registration prices to the last rao, and who is pruned."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.registration import (
    NOBODY,
    START_PRICE,
    RegistrationRule,
    after_block,
    after_blocks,
    after_registration,
    after_registrations,
    decay_factor,
    immortal_uids,
    immune,
    pruned_uid,
)

SUPPLY = 21 * 10**15
FREE = {"lowest": 0, "highest": SUPPLY}


def test_chain_vectors_of_the_price(economy):
    decay, halving, bump, step, factors = economy("registration_burn")
    rule = RegistrationRule(half_life=decay["half_life"], increase=float(decay["mult"]), **FREE)
    raised = after_registration(decay["start"], rule)
    assert (raised, after_block(raised, rule)) == (decay["after_registration"], decay["after_next_block"])
    slow = RegistrationRule(half_life=halving["half_life"], **FREE)
    assert after_blocks(halving["start"], [1, 2, 3, 4], slow).tolist() == halving["after_blocks"]
    assert after_registration(bump["start"], RegistrationRule(increase=float(bump["mult"]), **FREE)) == bump["after"]
    assert after_block(step["start"], RegistrationRule(half_life=step["half_life"], **FREE)) == step["after_block"]
    assert {k: decay_factor(int(k)) for k in factors["half_life_to_factor"]} == factors["half_life_to_factor"]


def test_chain_vector_of_pruning(economy):
    (case,) = economy("pruning")
    found = pruned_uid(
        case["emission"], case["reg_block"], case["now"], case["immunity"], min_non_immune=case["min_non_immune"]
    )
    assert found == case["prune"]


def plain_price(price, history, rule):
    """The chain's steps in plain integers."""
    multiple = int(Fraction(rule.increase) * 2**64)
    for registers in history:
        price = price * multiple >> 64 if registers else price * decay_factor(rule.half_life) >> 32
        price = min(max(price, rule.lowest), rule.highest)
    return price


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, SUPPLY),
    st.lists(st.booleans(), max_size=40),
    st.integers(0, 2000),
    st.floats(1, 100),
    st.integers(0, 10**9),
    st.integers(10**9, SUPPLY),
)
def test_every_step_is_the_chains_integer(price, history, half_life, increase, lowest, highest):
    rule = RegistrationRule(half_life=half_life, increase=increase, lowest=lowest, highest=highest)
    now = np.array([price, price // 3])
    for registers in history:
        now = after_registration(now, rule) if registers else after_block(now, rule)
    assert now.tolist() == [plain_price(start, history, rule) for start in (price, price // 3)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, SUPPLY), min_size=1, max_size=5), st.integers(0, 800))
def test_many_blocks_are_block_after_block(prices, blocks):
    rule = RegistrationRule()
    once = np.array(prices)
    for _ in range(blocks):
        once = after_block(once, rule)
    assert after_blocks(prices, blocks, rule).tolist() == np.asarray(once).tolist()


def test_price_is_stationary_at_three_registrations_a_half_life():
    rule = RegistrationRule()
    price = START_PRICE
    for _ in range(20):
        price = after_registrations(after_blocks(price, rule.half_life, rule), 3, rule)[1]
    assert price == pytest.approx(START_PRICE * (1.26**3 / 2) ** 20, rel=1e-4)


def test_a_wave_of_registrations_pays_the_geometric_sum_until_the_cap():
    paid, after = after_registrations([START_PRICE, START_PRICE], [20, 256], RegistrationRule())
    assert paid[0] == pytest.approx(1e9 * (1.26**20 - 1) / 0.26, rel=1e-8)
    assert after[1] == 100_000_000_000
    assert paid[1] == pytest.approx(24_000e9, rel=0.02)  # players.md 2.9: 256 registrations cost about 24,000 TAO


def test_worlds_do_not_touch_one_another():
    rule, prices = RegistrationRule(), np.array([[10**9, 10**7, 0], [5 * 10**5, 10**11, 123_456_789]])
    together = after_blocks(prices, [[1], [7]], rule)
    alone = [[after_blocks(int(p), n, rule) for p in row] for row, n in zip(prices, (1, 7), strict=True)]
    assert together.tolist() == alone


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: after_block(-1, RegistrationRule()), "price is -1; it must be at least 0"),
        (lambda: after_block(1.5, RegistrationRule()), "price is 1.5; it must be a whole number"),
        (lambda: after_registration(SUPPLY + 1, RegistrationRule()), "there are never more than 21000000000000000"),
        (lambda: after_blocks(5, -2, RegistrationRule()), "blocks is -2"),
        (lambda: RegistrationRule(increase=0.9), "increase is 0.9"),
        (lambda: pruned_uid([], [], 0, 0), "at least one UID"),
        (lambda: pruned_uid([np.nan], [0], 0, 0), "NaN"),
        (lambda: immortal_uids([0], [True], limit=11), "limit is 11"),
    ],
)
def test_bad_input_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def plainly_pruned(emission, registered_at, block, immunity, least, spared):
    """The rule read aloud, one UID after the other."""
    key = {uid: (emission[uid], registered_at[uid], uid) for uid in range(len(emission)) if not spared[uid]}
    old = [uid for uid in key if block - registered_at[uid] >= immunity]
    young = [uid for uid in key if uid not in old]
    group = old if len(old) > least else young
    return min(group, key=key.__getitem__) if group else NOBODY


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 9), st.integers(0, 4), st.integers(0, 12))
def test_pruning_is_the_rule_over_worlds(seed, uids, least, immunity):
    rng = np.random.default_rng(seed)
    emission, registered = rng.integers(0, 3, (6, uids)), rng.integers(0, 10, (6, uids))
    spared, block = rng.random((6, uids)) < 0.2, rng.integers(10, 14, 6)
    found = pruned_uid(emission, registered, block, immunity, min_non_immune=least, spared=spared)
    expected = [plainly_pruned(emission[w], registered[w], block[w], immunity, least, spared[w]) for w in range(6)]
    assert found.tolist() == expected


def test_few_past_immunity_are_spared_and_nobody_may_be_left():
    assert pruned_uid([5, 1, 2], [0, 0, 99], 100, 10) == 2  # two are past immunity, no more than ten: the young one
    assert pruned_uid([5, 1], [0, 0], 100, 10) == NOBODY  # nobody is young
    assert pruned_uid([5, 1], [0, 0], 100, 10, min_non_immune=0, spared=True) == NOBODY
    assert immune([90, 91], 100, 10).tolist() == [False, True]


def test_the_owner_keeps_its_oldest_and_its_own_hotkey_first():
    born, owned = [9, 1, 5, 2], [True, True, False, True]
    assert immortal_uids(born, owned, limit=2).tolist() == [False, True, False, True]
    assert immortal_uids(born, owned, limit=2, owner_uid=0).tolist() == [True, True, False, False]
    assert immortal_uids(born, owned, limit=10).tolist() == owned
    assert not immortal_uids(born, [False] * 4).any()
    both = immortal_uids([born, born[::-1]], [owned, owned[::-1]], limit=2)
    assert both.tolist() == [[False, True, False, True], [True, False, True, False]]
