"""When a subnet's epoch runs, and when a weight commitment is accepted. Blocks and epochs are whole numbers.

Source: subtensor, `coinbase/run_coinbase.rs`, `subnets/weights.rs`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.tokens.rao import whole

__all__ = ["NEVER", "blocks_to_epoch", "epochs_late", "epochs_now"]

NEVER = 2**64 - 1
"""Blocks to the next epoch of a subnet whose tempo is 0."""


def blocks_to_epoch(tempo: Any, last_epoch: Any, block: Any) -> Any:
    """Blocks until the next epoch by schedule: last + tempo - block, 0 if it is overdue; unsigned.

    >>> blocks_to_epoch([10, 20, 0], 0, [9, 21, 5]).tolist() == [1, 0, NEVER]
    True
    """
    period = whole("tempo", tempo)
    left = np.maximum(whole("last_epoch", last_epoch) + period - whole("block", block), 0).astype(np.uint64)
    return np.where(period == 0, np.uint64(NEVER), left)[()]


def epochs_now(tempo: Any, last_epoch: Any, block: Any, most: int) -> np.ndarray:
    """Which of tempo[..., subnet] run their epoch in this block: those due, the first `most`; the others a block later.

    >>> epochs_now([360, 360, 720], [0, 0, 0], 720, most=2)
    array([ True,  True, False])
    """
    due = np.atleast_1d(np.asarray(blocks_to_epoch(tempo, last_epoch, block)) == 0)
    return due & (due.cumsum(axis=-1) <= int(whole("most", most)))


def epochs_late(committed: Any, epoch: Any, period: Any = 1) -> Any:
    """How many epochs after its time a commitment is revealed: below 0 too early, 0 accepted, above 0 expired.

    >>> epochs_late(0, [0, 1, 2]).tolist()
    [-1, 0, 1]
    """
    return (whole("epoch", epoch) - whole("committed", committed) - whole("period", period))[()]
