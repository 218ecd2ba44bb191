"""When epochs run and commitments count: the chain's vectors."""

import numpy as np
import pytest

from econ.tokens.schedule import blocks_to_epoch, epochs_late, epochs_now


def test_chain_vectors(economy):
    for case in economy("epoch_schedule"):
        assert int(blocks_to_epoch(case["tempo"], case["last"], case["block"])) == case["expected"]
    said = {-1: "RevealTooEarly", 0: "ok", 1: "ExpiredWeightCommit"}
    for case in economy("commit_reveal_timing"):
        assert said[int(epochs_late(case["commit_epoch"], case["reveal_epoch"], case["period"]))] == case["result"]


def test_epochs_beyond_the_cap_wait_a_block_and_none_is_lost():
    tempo, last, ran = np.full(6, 10), np.zeros(6, dtype=int), []
    for block in range(8, 16):
        now = epochs_now(tempo, last, block, most=4)
        last = np.where(now, block, last)
        ran.append(now.tolist())
    assert ran[2] == [True] * 4 + [False] * 2
    assert ran[3] == [False] * 4 + [True] * 2
    assert not any(map(any, ran[:2] + ran[4:]))


def test_bad_input():
    with pytest.raises(ValueError, match="tempo is -1"):
        blocks_to_epoch(-1, 0, 0)
