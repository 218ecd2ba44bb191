"""Division of amounts: exact, and nothing made."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.rao import (
    MAX_SUPPLY,
    divided,
    fraction_of_u16,
    largest_remainder,
    rao,
    shared_out,
    times_q32,
    times_q64,
)

AMOUNTS = st.integers(0, MAX_SUPPLY)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 2**32), st.integers(0, 2**64 - 1))
def test_products_in_limbs_are_exact(amount, small, large):
    assert times_q32(np.array(amount), small) == amount * small >> 32
    assert times_q64(np.array(amount), large) == amount * large >> 64


@given(AMOUNTS, st.integers(0, 65535))
def test_divided_is_exact(amount, numerator):
    assert divided(np.array(amount), numerator, 65535) == amount * numerator // 65535


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, st.lists(st.floats(0, 1e18), min_size=1, max_size=8))
def test_shared_out_makes_nothing_and_loses_little(amount, weights):
    parts = shared_out(amount, weights)
    rest = amount - parts.sum()
    assert (parts >= 0).all()
    if sum(weights):
        assert 0 <= rest <= len(weights) * (1 + amount // 2**51)
    else:
        assert rest == amount


def test_what_float_rounds_up_is_taken_from_the_largest():
    amount, weights = 19_548_478_572_491_199, [6.0, 7.0]
    assert sum(int(np.floor(amount * weight / 13)) for weight in weights) >= amount
    parts = shared_out([amount, 26], [weights, weights])
    assert parts.sum(axis=-1).tolist() == [amount, 26]


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=8))
def test_largest_remainder_gives_all_and_no_part_is_off_by_one(amount, weights):
    parts, total = largest_remainder(amount, weights), sum(weights)
    assert sum(parts) == (amount if total else 0)
    assert all(
        abs(part * total - amount * weight) < total for part, weight in zip(parts, weights, strict=True) if total
    )


@pytest.mark.parametrize("wrong", [-1, 65536, 0.18, True])
def test_a_cut_counts_65535ths(wrong):
    with pytest.raises(ValueError, match="owner cut is"):
        fraction_of_u16("owner cut", wrong)


def test_amounts_are_whole_and_exist():
    for wrong, said in (
        (-1, "at least 0"),
        ([2, 1.5], "stake is 2.0; it must be a whole number"),
        (MAX_SUPPLY + 1, "never more"),
        (2**70, "below 2"),
        (np.uint64(2**63), "below 2"),
    ):
        with pytest.raises(ValueError, match=said):
            rao("stake", wrong)
