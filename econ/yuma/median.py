"""The stake-weighted median: what validators agree that each miner deserves."""

from __future__ import annotations

import numpy as np

__all__ = ["SUPPORT_TOLERANCE", "stake_weighted_median"]

SUPPORT_TOLERANCE = 1e-9
"""A weight is supported from `kappa - 1e-9` of the total stake on, so that exact ties at kappa count in float."""


def stake_weighted_median(weights: np.ndarray, stake: np.ndarray, kappa: float) -> np.ndarray:
    """The largest value in each column that at least `kappa` of the stake supports.

    A validator supports a value if its weight is at least that value. Only validators with stake count; with
    kappa 0 the largest weight wins, with kappa 1 the smallest, without any stake all columns are 0.
    Equation: C_j = max {v : sum of stake_i over i with w_ij >= v is at least kappa} (subtensor, `epoch/math.rs`).

    Shapes: weights[..., validator, miner], stake[..., validator] with sum 1 or 0; returns [..., miner].

    >>> weights = np.array([[0.2, 0.8], [0.5, 0.5], [0.6, 0.4]])
    >>> stake_weighted_median(weights, np.array([0.25, 0.25, 0.5]), 0.5)
    array([0.6, 0.5])
    """
    counted = np.where(stake[..., None] > 0, weights, 0.0)
    columns = np.ascontiguousarray(np.swapaxes(counted, -1, -2))  # sorting along memory is several times faster
    order = np.argsort(columns, axis=-1)[..., ::-1]
    support = np.cumsum(np.take_along_axis(np.broadcast_to(stake[..., None, :], columns.shape), order, -1), axis=-1)
    fewer = (support < max(kappa - SUPPORT_TOLERANCE, 0.0)).sum(axis=-1)
    place = np.minimum(fewer, columns.shape[-1] - 1)  # kappa above the summed stake: the smallest weight
    chosen = np.take_along_axis(order, place[..., None], -1)
    consensus = np.take_along_axis(columns, chosen, -1)[..., 0]
    return np.where(stake.sum(-1)[..., None] > 0, consensus, 0.0)
