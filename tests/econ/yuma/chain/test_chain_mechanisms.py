"""Several mechanisms of one subnet: parts of the emission, and sums and weighted sums of what they store."""

import dataclasses

import numpy as np
import pytest

from econ.yuma.chain import (
    ChainHyperparameters,
    ChainState,
    SparseMatrix,
    chain_epoch,
    mechanisms_epoch,
    split_emission,
)

RULE = ChainHyperparameters(yuma3_on=True, max_validators=2, rao_emission=1001)
FIRST = ChainState(
    block=100,
    stake=[3, 1, 0, 0],
    last_update=[99, 99, 0, 0],
    block_at_registration=[1] * 4,
    permits=[True, True, False, False],
    weights=SparseMatrix.from_rows({0: [(2, 65535)], 1: [(2, 65535)]}, 4),
    bonds=SparseMatrix.empty(4),
)
SECOND = dataclasses.replace(FIRST, weights=SparseMatrix.from_rows({0: [(3, 65535)], 1: [(3, 65535)]}, 4))


@pytest.mark.parametrize(
    ("rao", "count", "split", "parts"),
    [
        (100, 1, None, [100]),
        (101, 2, None, [51, 50]),
        (101, 2, [32767, 32768], [51, 50]),
        (100, 3, [65535], [100, 0, 0]),
        (100, 2, [0, 32768, 32767], [50, 50]),
        (0, 2, None, [0, 0]),
    ],
)
def test_parts_sum_to_the_whole(rao, count, split, parts):
    assert split_emission(rao, count, split) == parts
    assert sum(parts) == rao


def test_one_mechanism_is_the_epoch_itself():
    alone, together = chain_epoch(FIRST, RULE), mechanisms_epoch([FIRST], RULE)
    for name in ("consensus", "dividends", "validator_trust", "stake_weight", "server_emission", "emission", "permits"):
        assert getattr(together, name).tolist() == getattr(alone, name).tolist()


def test_emission_adds_up_and_the_rest_is_weighted():
    both = mechanisms_epoch([FIRST, SECOND], RULE, [16384, 49151])
    parts = split_emission(1001, 2, [16384, 49151])
    epochs = [
        chain_epoch(state, dataclasses.replace(RULE, rao_emission=part))
        for state, part in zip((FIRST, SECOND), parts, strict=True)
    ]
    assert both.server_emission.tolist() == [0, 0, parts[0] // 2, parts[1] // 2]
    assert both.validator_emission.tolist() == sum(epoch.validator_emission for epoch in epochs).tolist()
    shares = [(part << 64) // 1001 for part in parts]
    weighted = [sum(int(e.dividends[0]) * share >> 64 for e, share in zip(epochs, shares, strict=True))]
    assert both.dividends[:1].tolist() == weighted
    assert both.permits.tolist() == [True, True, False, False]
    assert [e.incentive.tolist() for e in both.mechanisms] == [[0, 0, 65535, 0], [0, 0, 0, 65535]]


def test_without_emission_the_first_counts_in_full():
    both = mechanisms_epoch([FIRST, SECOND], dataclasses.replace(RULE, rao_emission=0))
    assert both.consensus.tolist() == [0, 0, 65535, 0]
    assert not both.emission.any()


def test_mechanisms_are_of_one_subnet():
    other = dataclasses.replace(
        FIRST,
        stake=[1],
        block_at_registration=[1],
        weights=SparseMatrix.empty(1),
        bonds=SparseMatrix.empty(1),
    )
    for states in ([], [FIRST, other]):
        with pytest.raises(ValueError, match="UIDs"):
            mechanisms_epoch(states, RULE)
    assert isinstance(mechanisms_epoch([FIRST], RULE).emission, np.ndarray)
