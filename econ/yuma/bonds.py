"""Bonds: what validators own of the miners they saw early, and the dividends this pays."""

from __future__ import annotations

import numpy as np

__all__ = ["column_shares", "liquid_alpha", "liquid_bonds", "max_upscaled", "shares", "yuma2_bonds", "yuma3_bonds"]


def shares(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """Values divided by their sum along an axis; zeros where the sum is zero.

    >>> shares(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.  , 0.  ]])
    """
    total = values.sum(axis=axis, keepdims=True)
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)


def column_shares(bonds: np.ndarray) -> np.ndarray:
    """Each validator's share of each miner's bonds: columns of bonds[..., validator, miner] sum to 1 or 0."""
    return shares(bonds, axis=-2)


def max_upscaled(bonds: np.ndarray) -> np.ndarray:
    """Each column divided by its largest entry, the form in which the chain stores the bonds of Yuma 2."""
    largest = bonds.max(axis=-2, keepdims=True)
    return np.divide(bonds, largest, out=np.zeros_like(bonds), where=largest > 0)


def yuma3_bonds(bonds: np.ndarray, weights: np.ndarray, kept: float) -> np.ndarray:
    """Yuma 3: every pair's bond moves towards the weight itself, B' = (1 - kept) w + kept B.

    Shapes: bonds and weights[..., validator, miner]; `weights` are those after the bonds penalty.
    Source: subtensor, `epoch/run_epoch.rs`, branch Yuma3On without liquid alpha.
    """
    return (1.0 - kept) * weights + kept * bonds


def liquid_alpha(
    weights: np.ndarray, bonds: np.ndarray, consensus: np.ndarray, low: float, high: float, steepness: float
) -> np.ndarray:
    """How fast each bond moves: low + (high - low) / (1 + exp(-steepness (d - 1/2))), d how far there is to go.

    Buying, d is the weight above consensus; selling, the bond above the weight; both within [0, 1].
    Shapes: weights and bonds[..., validator, miner], consensus[..., miner].
    Source: subtensor, `epoch/run_epoch.rs`, alpha_sigmoid; its exp takes at most 20.

    >>> alpha = liquid_alpha(np.array([[0.3]]), np.array([[0.1]]), np.array([0.3]), 0.7, 0.9, 10.0)
    >>> bool(abs(alpha[0, 0] - 0.70134) < 1e-5)
    True
    """
    distance = np.clip(np.where(weights >= bonds, weights - consensus[..., None, :], bonds - weights), 0.0, 1.0)
    return low + (high - low) / (1.0 + np.exp(np.clip(-steepness * (distance - 0.5), -20.0, 20.0)))


def liquid_bonds(bonds: np.ndarray, weights: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Yuma 3 with liquid alpha: B' = min(1, (1 - alpha) B + alpha w) where there is weight; elsewhere bonds vanish.

    Shapes: bonds, weights (after the bonds penalty) and alpha[..., validator, miner]. In dense arrays a zero weight
    is an absent one. Source: subtensor, `epoch/run_epoch.rs`, branch Yuma3On with liquid alpha.
    """
    return np.where(weights > 0, np.minimum((1.0 - alpha) * bonds + alpha * weights, 1.0), 0.0)


def yuma2_bonds(bonds: np.ndarray, weights: np.ndarray, stake: np.ndarray, kept: float) -> np.ndarray:
    """Yuma 2: stake-weighted shares of each miner, averaged and shared out again; columns sum to 1 or 0.

    A column without old bonds jumps to the new shares; one without new weight keeps its old ones.
    Shapes: bonds and weights[..., validator, miner], stake[..., validator].
    """
    instant = column_shares(weights * stake[..., None])
    return column_shares((1.0 - kept) * instant + kept * column_shares(bonds))
