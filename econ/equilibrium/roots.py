"""Roots of one polynomial on [0, 1], all of them: subdivision and Descartes' rule."""

from __future__ import annotations

from itertools import pairwise
from math import comb

import numpy as np

__all__ = ["band_regions", "roots"]

FINEST = 2.0**-24
"""The smallest cell; roots nearer to one another than 16 of them are not told apart."""


def roots(coefficients: np.ndarray) -> tuple[list[float], bool]:
    """The roots in the open interval (0, 1) of Bernstein coefficients, and whether these are surely all.

    A cell without sign changes holds no root, one with a single change exactly one; others are halved. What is still
    in doubt at the finest cell is reported as one root, and the list as unproved.

    >>> roots(np.array([-1.0, 1.0]))
    ([0.5], True)
    """
    c = np.asarray(coefficients, dtype=float)
    scale = float(np.abs(c).max(initial=0.0))
    if scale == 0.0:
        return [], False
    found: list[float] = []
    doubtful: list[tuple[float, float]] = []
    stack = [(0.0, 1.0, [float(x) / scale for x in c])]
    while stack:
        low, high, values = stack.pop()
        signs = [x > 0.0 for x in values if x != 0.0]
        changes = sum(a != b for a, b in pairwise(signs))
        if changes == 0:
            continue
        if changes == 1:
            found.append(low + (high - low) * _single(values, signs[0]))
            continue
        if high - low <= FINEST:
            doubtful.append((low, high))
            continue
        middle = (low + high) / 2.0
        left, right = _halves(values)
        if abs(left[-1]) <= 4e-16:
            left[-1] = right[0] = 0.0
            found.append(middle)
        stack += [(middle, high, right), (low, middle, left)]
    found = sorted(found + [(low + high) / 2.0 for low, high in doubtful])
    apart = [x for k, x in enumerate(found) if k == 0 or x - found[k - 1] > 16 * FINEST]
    return apart, not doubtful and len(apart) == len(found)


def band_regions(mean: np.ndarray, half: np.ndarray) -> list[tuple[float, float, int, int]] | None:
    """Where some polynomial with coefficients in mean +- half is 0: (from, to, sign before, sign after) each.

    The values possible at x fill exactly [L(x), U(x)], so the ends are roots of these two. A sign of 0 stands where
    the region touches the end of [0, 1]. None if the roots could not be told apart.

    >>> band_regions(np.array([-1.0, 1.0]), np.array([0.5, 0.5]))
    [(0.25, 0.75, -1, 1)]
    """
    lower, upper = mean - half, mean + half
    ends = [0.0, 1.0]
    for bound in (lower, upper):
        found, sure = roots(bound)
        if not sure and np.abs(bound).max() > 0.0:
            return None
        ends += found
    ends = sorted(set(ends))
    middles = [(a + b) / 2.0 for a, b in pairwise(ends)]
    signs = [_sign(lower, upper, x) for x in middles]
    regions: list[tuple[float, float, int, int]] = []
    before = 0
    start: float | None = None
    for k, end in enumerate(ends):
        after = signs[k] if k < len(signs) else 0
        inner = 0 < k < len(ends) - 1
        if start is None and (inner or _sign(lower, upper, end) == 0):
            start, before = end, signs[k - 1] if k else 0
        if start is not None and (after != 0 or k == len(ends) - 1):
            regions.append((start, end, before, after))
            start = None
    return regions


def value(coefficients: np.ndarray, x: float) -> float:
    """The polynomial at x."""
    n = len(coefficients) - 1
    return float(sum(c * comb(n, k) * x**k * (1.0 - x) ** (n - k) for k, c in enumerate(coefficients)))


def _sign(lower: np.ndarray, upper: np.ndarray, x: float) -> int:
    return int(value(lower, x) > 0.0) - int(value(upper, x) < 0.0)


def _halves(values: list[float]) -> tuple[list[float], list[float]]:
    left, right, row = [], [], values
    while row:
        left.append(row[0])
        right.append(row[-1])
        row = [(a + b) / 2.0 for a, b in pairwise(row)]
    return left, right[::-1]


def _single(values: list[float], falling: bool) -> float:
    """The only sign change within (0, 1), by bisection to the last digit."""
    n = len(values) - 1
    weighted = [c * comb(n, k) for k, c in enumerate(values)]
    low, high = 0.0, 1.0
    for _ in range(64):
        x = (low + high) / 2.0
        if x in (low, high):
            break
        y = sum(w * x**k * (1.0 - x) ** (n - k) for k, w in enumerate(weighted))
        if (y > 0.0) == falling:
            low = x
        else:
            high = x
    return (low + high) / 2.0
