"""A block's alpha in parts: the chain's vectors, and its own arithmetic in fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.rao import fraction_of_u16
from econ.tokens.split import split_alpha

NAMES = ("owner", "miners", "validators", "root")


def test_chain_vectors(economy):
    for case in economy("alpha_out_split"):
        split = split_alpha(case["alpha_out"], case.get("root_prop", 0.0), owner_cut=round(case["owner_cut"] * 65535))
        for name in NAMES:
            if name in case:
                assert abs(getattr(split, name) - case[name]) <= case.get("tol", 0)


def in_fractions(alpha, share, cut):
    """The chain's steps: products cut to 2^-32, each part to whole rao."""
    unit = 2**32
    owner = Fraction(alpha * cut, unit)
    left = alpha - owner
    miners = Fraction(int(left * unit) // 2, unit)
    root = Fraction(int(int(left * unit) * share // unit) // 2, unit)
    return [int(owner), int(miners), int(left - miners - root), int(root)]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 2**32), st.integers(0, 65535), st.integers(1, 400))
def test_parts_are_the_chains_to_the_rao_and_sum_to_what_was_minted(alpha, share, cut, blocks):
    split = split_alpha(alpha, share / 2**32, owner_cut=cut)
    assert [getattr(split, name) for name in NAMES] == in_fractions(alpha, share, fraction_of_u16("cut", cut))
    many = split_alpha(alpha, share / 2**32, owner_cut=cut, blocks=blocks)
    assert sum(getattr(many, name) for name in (*NAMES, "rest")) == alpha * blocks
    assert 0 <= many.rest <= 3 * blocks


def test_an_owner_may_leave_its_cut_and_subnets_split_at_once():
    split = split_alpha([10**9, 10**9, 5 * 10**8], [0.25, 0.25, 0.0], owner_takes=[True, False, True])
    assert split.owner.tolist() == [179_995_422, 0, 89_997_711]
    assert split.root[2] == 0
    assert (sum(getattr(split, name) for name in (*NAMES, "rest")) == [10**9, 10**9, 5 * 10**8]).all()
    assert split_alpha(0, 0.5).miners == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: split_alpha(10**9 + 1, 0.5), "a block mints at most 1000000000"),
        (lambda: split_alpha(5, 1.1), "root proportion is 1.1"),
        (lambda: split_alpha(5, np.nan), "root proportion is nan"),
        (lambda: split_alpha(5, 0.5, owner_cut=70_000), "owner cut is 70000"),
        (lambda: split_alpha(5, 0.5, blocks=-1), "blocks is -1"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
