"""Sums whose order of adding hangs on the row alone: the same bits in any slice, unlike products of matrices."""

from __future__ import annotations

import numpy as np

from agents.placing import plain
from econ.compiled import compiled
from econ.yuma.kernel_lanes import LANES, total
from econ.yuma.kernel_memory import lanes_at, number, pointer

__all__ = ["cosines", "weighted_sums"]


def weighted_sums(weights: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Rows of weights[world, row, column], each times by[world, row], added up: sums[world, column].

    >>> weighted_sums(np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([[1.0, 10.0]]))
    array([[31., 42.]])
    """
    sums = np.zeros((len(weights), weights.shape[2]))
    _weighted(plain(weights), plain(by), sums)
    return sums


@compiled
def _weighted(weights, by, sums):  # type: ignore[no-untyped-def]
    for world in range(weights.shape[0]):
        for row in range(weights.shape[1]):
            times = by[world, row]
            for column in range(weights.shape[2]):
                sums[world, column] += times * weights[world, row, column]


def cosines(weights: np.ndarray, scores: np.ndarray, world: np.ndarray) -> np.ndarray:
    """The cosine[row, validator] of weights[world, validator, miner] and scores[row, miner]; 0 where one is zero.

    >>> cosines(np.array([[[1.0, 0.0], [3.0, 4.0], [0.0, 0.0]]]), np.array([[0.0, 2.0]]), np.array([0]))
    array([[0. , 0.8, 0. ]])
    """
    found = np.zeros((len(scores), weights.shape[1]))
    _cosines(plain(weights), plain(scores), plain(world), found)
    return found


@compiled
def _cosines(weights, scores, world, found):  # type: ignore[no-untyped-def]
    miners, validators = scores.shape[1], weights.shape[1]
    w, s = pointer(weights), pointer(scores)
    for row in range(scores.shape[0]):
        own = row * miners
        length = _product(s, own, s, own, miners)
        for validator in range(validators):
            at = (world[row] * validators + validator) * miners
            both = length * _product(w, at, w, at, miners)
            if both > 0.0:
                found[row, validator] = _product(w, at, s, own, miners) / np.sqrt(both)


@compiled
def _product(a, start, b, other, count):  # type: ignore[no-untyped-def]
    """The sum of products of `count` elements from two places on."""
    whole = count - count % LANES
    summed = 0.0
    if whole:
        sums = lanes_at(a, start) * lanes_at(b, other)
        for k in range(LANES, whole, LANES):
            sums += lanes_at(a, start + k) * lanes_at(b, other + k)
        summed = total(sums)
    for k in range(whole, count):
        summed += number(a, start + k) * number(b, other + k)
    return summed
