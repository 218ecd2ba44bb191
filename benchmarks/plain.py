"""The epoch in NumPy written for speed alone: what the compiled one is measured against, beside the form to read.

Sorting runs along memory, passes reuse their arrays. Yuma 2 and 3 without liquid alpha.
"""

from __future__ import annotations

import numpy as np

from econ import Hyperparameters
from econ.yuma.median import SUPPORT_TOLERANCE

__all__ = ["fast_numpy_epoch"]

_LEAST = 1e-300


def fast_numpy_epoch(
    weights: np.ndarray, stake: np.ndarray, bonds: np.ndarray, rule: Hyperparameters
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Consensus, incentive, dividends, validator trust and bonds of worlds in which all have stake and weights."""
    consensus = _median(weights, stake, rule.kappa)[:, None, :]
    clipped = np.minimum(weights, consensus)
    incentive = np.einsum("wv,wvm->wm", stake, clipped)[:, None, :]
    incentive /= incentive.sum(axis=-1, keepdims=True)
    trust = clipped.sum(axis=-1)
    bonded = clipped
    if rule.bonds_penalty < 1.0:
        bonded *= rule.bonds_penalty
        bonded += (1.0 - rule.bonds_penalty) * weights
    kept = rule.bonds_moving_average
    if rule.version == "2":
        bonded *= stake[..., None]
        bonded *= (1.0 - kept) / np.maximum(bonded.sum(axis=-2, keepdims=True), _LEAST)
        bonded += bonds * (kept / np.maximum(bonds.sum(axis=-2, keepdims=True), _LEAST))
    else:
        bonded *= 1.0 - kept
        bonded += kept * bonds
    factor = incentive / np.maximum(bonded.sum(axis=-2, keepdims=True), _LEAST)
    dividends = np.einsum("wvm,wm->wv", bonded, factor[:, 0])
    if rule.version == "2":
        bonded /= np.maximum(bonded.max(axis=-2, keepdims=True), _LEAST)
    else:
        dividends *= stake
    dividends /= dividends.sum(axis=-1, keepdims=True)
    return consensus[:, 0], incentive[:, 0], dividends, trust, bonded


def _median(weights: np.ndarray, stake: np.ndarray, kappa: float) -> np.ndarray:
    worlds, validators, _ = weights.shape
    columns = np.ascontiguousarray(weights.swapaxes(-1, -2))
    order = np.argsort(columns, axis=-1)
    above = stake.reshape(-1).take(order + validators * np.arange(worlds)[:, None, None])
    np.cumsum(above, axis=-1, out=above)  # the stake behind no more than each weight
    least = (above <= 1.0 - kappa + SUPPORT_TOLERANCE).sum(axis=-1, keepdims=True)
    place = np.take_along_axis(order, np.minimum(least, validators - 1), -1)
    return np.take_along_axis(columns, place, -1)[..., 0]
