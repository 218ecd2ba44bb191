"""How unequal, how concentrated, how alike: summary measures of arrays, along the last axis."""

from __future__ import annotations

import numpy as np

__all__ = ["gini", "herfindahl", "nakamoto_coefficient", "rank_correlation"]

_TIE = 1e-12
"""A share counts as more than the threshold from this excess on, so that ties in float stay ties."""


def gini(values: np.ndarray) -> np.ndarray:
    """Gini coefficient of values[..., n], not corrected for n: 0 is equal, one earner alone gives 1 - 1/n.

    Equation: sum over ranks k = 1..n of (2k - n - 1) x_(k), divided by n times the sum of x. All zero: 0.

    >>> gini(np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 5.0]]))
    array([0.  , 0.75])
    """
    held = _shares("values", values)
    count = held.shape[-1]
    factors = 2.0 * np.arange(1, count + 1) - count - 1
    return (np.sort(held, axis=-1) * factors).sum(axis=-1) / count


def herfindahl(shares: np.ndarray) -> np.ndarray:
    """Herfindahl-Hirschman index of shares[..., n]: their squares summed, 1/n if equal, 1 for one holder.

    Amounts are turned into shares first; where nothing is held it is 0.

    >>> herfindahl(np.array([[0.5, 0.5], [3.0, 1.0]]))
    array([0.5  , 0.625])
    """
    return np.square(_shares("shares", shares)).sum(axis=-1)


def nakamoto_coefficient(stake: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """The fewest holders of stake[..., n] who together have more than `threshold` of it; 0 if none is held.

    >>> nakamoto_coefficient(np.array([[1.0, 1.0, 1.0, 1.0], [6.0, 2.0, 1.0, 1.0]]))
    array([3, 1])
    """
    if not 0 <= threshold < 1:
        raise ValueError(f"threshold is {threshold}; it is a share of all stake and must lie in [0, 1)")
    held = _shares("stake", stake)
    largest_first = -np.sort(-held, axis=-1)
    enough = largest_first.cumsum(axis=-1) > threshold + _TIE
    return np.where(enough.any(axis=-1), enough.argmax(axis=-1) + 1, 0)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of a[..., n] and b[..., n], ties given their average rank.

    NaN where either is constant (a single element is) or holds a NaN. Leading axes broadcast.

    >>> rank_correlation(np.array([[1.0, 2.0, 3.0], [7.0, 7.0, 7.0]]), np.array([10.0, 100.0, 1000.0]))
    array([ 1., nan])
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.ndim < 1 or b.ndim < 1 or a.shape[-1] != b.shape[-1] or a.shape[-1] == 0:
        raise ValueError(f"a has shape {a.shape}, b has {b.shape}; their last axes must be equal and not empty")
    of_a, of_b = _centred_ranks(a), _centred_ranks(b)
    covariance = (of_a * of_b).sum(axis=-1)
    scale = np.sqrt(np.square(of_a).sum(axis=-1) * np.square(of_b).sum(axis=-1))
    known = (scale > 0) & ~(np.isnan(a).any(axis=-1) | np.isnan(b).any(axis=-1))
    result = np.divide(covariance, scale, out=np.full(np.shape(scale), np.nan), where=known)
    return np.clip(result, -1.0, 1.0)[()]


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    """Average ranks less their mean; exact, being multiples of one half."""
    count = values.shape[-1]
    order = np.argsort(values, axis=-1, kind="stable")
    ranked = np.take_along_axis(values, order, axis=-1)
    place = np.arange(count)
    differs = ranked[..., 1:] != ranked[..., :-1]
    edge = np.ones((*values.shape[:-1], 1), dtype=bool)
    first = np.maximum.accumulate(np.where(np.concatenate([edge, differs], axis=-1), place, 0), axis=-1)
    last = np.where(np.concatenate([differs, edge], axis=-1), place, count - 1)
    last = np.minimum.accumulate(last[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (first + last - (count - 1)) / 2.0, axis=-1)
    return ranks


def _shares(name: str, values: np.ndarray) -> np.ndarray:
    """Values divided by their sum along the last axis, zeros where it is zero; `ValueError` if illegal."""
    array = np.asarray(values, dtype=float)
    if array.ndim < 1 or array.shape[-1] == 0:
        raise ValueError(f"{name} has shape {array.shape}; its last axis must hold at least one element")
    wrong = ~(np.isfinite(array) & (array >= 0))
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"{name}{list(where)} is {array[where]}; all {name} must be finite and at least 0")
    largest = array.max(axis=-1, keepdims=True)
    scaled = np.divide(array, largest, out=np.zeros_like(array), where=largest > 0)  # no sum can overflow
    total = scaled.sum(axis=-1, keepdims=True)
    return np.divide(scaled, total, out=np.zeros_like(array), where=total > 0)
