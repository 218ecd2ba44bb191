"""What blocks mint, against plain integers and the chain's vectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.issuance import block_emission, blocks_to_halving, halvings, minted, threshold
from econ.tokens.rao import MAX_SUPPLY, RAO


def test_chain_vectors(economy):
    cases = economy("block_emission")
    assert block_emission([c["issuance_rao"] for c in cases]).tolist() == [c["emission_rao"] for c in cases]
    for case in economy("halving_thresholds"):
        at = threshold(case["k"])
        assert at == case["issuance_tao"] * RAO
        assert block_emission([at - 1, at]).tolist()[1] == int(case["emission_after_tao"] * RAO)
        assert halvings(at) == case["k"] == halvings(at - 1) + 1
    for case in economy("alpha_issuance_and_zero_emission"):
        assert block_emission(case["alpha_in"] + case["alpha_out"]) == case["alpha_out_emission"]


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.integers(0, MAX_SUPPLY), st.integers(0, 60).map(lambda k: MAX_SUPPLY - (MAX_SUPPLY >> k))))
def test_emission_is_the_formula_in_whole_numbers(issuance):
    left = MAX_SUPPLY - issuance
    expected = RAO // (1 << ((MAX_SUPPLY // left).bit_length() - 1)) if left else 0
    assert block_emission(issuance) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(0, MAX_SUPPLY), st.integers(0, 60))
def test_minted_is_block_after_block(issuance, blocks):
    now = issuance
    for _ in range(blocks):
        now += int(block_emission(now))
    assert minted(issuance, blocks) == now - issuance


def test_minted_crosses_halvings_and_never_passes_the_supply():
    near = threshold(1) - 5 * RAO // 2
    assert minted(near, 5) == 3 * RAO + 2 * (RAO // 2)
    assert minted(0, 10**12) <= MAX_SUPPLY
    assert MAX_SUPPLY - minted(0, 10**12) < 30 * 2**30  # the last blocks of the 29th halving mint one rao each


def test_recycling_delays_the_halving():
    issuance = np.full(3, 10_499_000 * RAO)
    waits = blocks_to_halving(issuance, [0, RAO // 2, RAO])
    assert waits.tolist() == [1000, 2000, np.inf]
    now, blocks = int(issuance[0]), 0
    while block_emission(now) == RAO:
        now, blocks = now + RAO - RAO // 2, blocks + 1
    assert blocks == waits[1]
    assert blocks_to_halving(MAX_SUPPLY) == np.inf


@pytest.mark.parametrize("issuance", [-1, 0.5])
def test_bad_issuance(issuance):
    with pytest.raises(ValueError, match="issuance is"):
        block_emission(issuance)
