"""Stake-weighted means, plain and trimmed: what a consensus could be in place of the median."""

from __future__ import annotations

import numpy as np

__all__ = ["stake_weighted_mean", "stake_weighted_trimmed_mean"]


def stake_weighted_mean(weights: np.ndarray, stake: np.ndarray) -> np.ndarray:
    """The mean of each column, C_j = sum over i of stake_i w_ij; every validator moves it, however small.

    Shapes: weights[..., validator, miner], stake[..., validator] with sum 1 or 0; returns [..., miner].

    >>> stake_weighted_mean(np.array([[0.2, 0.8], [0.6, 0.4]]), np.array([0.25, 0.75]))
    array([0.5, 0.5])
    """
    return (stake[..., None] * weights).sum(axis=-2)


def stake_weighted_trimmed_mean(weights: np.ndarray, stake: np.ndarray, trimmed: float) -> np.ndarray:
    """The mean of each column without the `trimmed` share of stake with the lowest weights, and that with the highest.

    C_j = 1 / (1 - 2 trimmed) times the integral from trimmed to 1 - trimmed of Q_j(u) du, where Q_j(u) is the weight up
    to which a share u of the stake lies: a validator across the edge counts with the stake inside it. At 0 it is the
    mean; towards 1/2 it nears the median. Shapes as in `stake_weighted_mean`; trimmed is below 1/2.

    >>> weights = np.array([[0.0], [0.5], [0.7], [1.0]])
    >>> stake_weighted_trimmed_mean(weights, np.full(4, 0.25), 0.25).round(9)
    array([0.6])
    """
    order = np.argsort(weights, axis=-2, kind="stable")
    ranked = np.take_along_axis(weights, order, -2)
    held = np.take_along_axis(np.broadcast_to(stake[..., None], weights.shape), order, -2)
    upper = np.cumsum(held, axis=-2)
    inside = np.minimum(upper, 1.0 - trimmed) - np.maximum(upper - held, trimmed)
    counted = np.maximum(inside, 0.0) * (held > 0)
    total = counted.sum(axis=-2)
    return np.divide((ranked * counted).sum(axis=-2), total, out=np.zeros_like(total), where=total > 0)
