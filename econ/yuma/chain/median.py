"""The stake-weighted median in the chain's numbers."""

from __future__ import annotations

import numpy as np

from econ.yuma.chain.matrix import SparseMatrix
from econ.yuma.chain.numbers import normalised

__all__ = ["consensus", "weighted_median"]


def weighted_median(scores: np.ndarray, stake: np.ndarray, minority: int) -> np.ndarray:
    """Of each column the smallest score whose holders and all below hold more stake than `minority`.

    The largest score where none does. This is what the chain's search by pivots returns, and equals the largest
    score that at least kappa of the stake supports. Shapes: scores[validator, uid], stake[validator] above 0.
    Source: subtensor, `epoch/math.rs`, weighted_median.

    >>> weighted_median(np.array([[3], [1], [2]]), np.array([10, 10, 10]), 15)
    array([2])
    """
    if stake.size == 0:
        return np.zeros(scores.shape[1], dtype=np.int64)
    columns = np.ascontiguousarray(scores.T)
    order = np.argsort(columns, axis=1)
    exceeds = np.cumsum(stake[order], axis=1) > minority
    exceeds[:, -1] = True
    found = np.argmax(exceeds, axis=1)
    uids = np.arange(columns.shape[0])
    return columns[uids, order[uids, found]]


def consensus(weights: SparseMatrix, active_stake: np.ndarray, kappa: int) -> np.ndarray:
    """The median weight of each column by the rows with active stake, which is normalised once more for it.

    An absent entry scores 0. Shapes: active_stake[uid], returns [uid]; `kappa` and all values are I32F32.
    Source: subtensor, `epoch/math.rs`, weighted_median_col_sparse.
    """
    counts = active_stake > 0
    stake = normalised(active_stake[counts])
    scores = weights.values[counts]
    found = np.zeros(weights.values.shape[1], dtype=np.int64)
    rated = scores.any(axis=0)
    found[rated] = weighted_median(scores[:, rated], stake, int(stake.sum()) - kappa)
    return found
