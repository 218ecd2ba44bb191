"""Which cells a step of Newton's method leads out of: those hold no root."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from econ.equilibrium.bernstein import difference
from econ.equilibrium.cells import Cells
from econ.games.roles import profile_counts

__all__ = ["linear_tables", "reachable"]

Shape = tuple[int, ...]
MARGIN = 1e-9
"""Rounding, in shares of a cell."""


def reachable(cells: Cells) -> np.ndarray:
    """Which cells [cell] may hold a common root of the equations of some game of the band.

    1. On a cell with free shares x about its middle m, write the equations as f(x) = v + J (x - m) + r(x): J the mean
       slope, r what is not linear; Bernstein coefficients of an affine function are its values at the places alpha / n.
    2. At a root x = m - J^-1 (v + r(x)), so every share of the cell lies in the range that the coefficients of J^-1 r
       allow. Where that range misses [0, 1] for one of the shares there is no root. Whatever J is, this is a proof.
    """
    face = cells.face
    sizes, degrees = face.sizes, [face.degrees(r) for r in range(len(face.players))]
    unknowns = face.unknowns()
    middle = np.array([1.0 / sizes[r] for r, _ in unknowns])
    roles = [r for r, size in enumerate(sizes) if size > 1]
    slope = np.zeros((cells.count, len(unknowns), len(unknowns)))
    value = np.zeros((cells.count, len(unknowns)))
    curved: list[tuple[np.ndarray, np.ndarray, slice]] = []
    start = 0
    for r in roles:
        first = [p * (p - 1) // 2 for p in range(1, sizes[r])]  # where (p, first of the support) stands among the pairs
        rows = slice(start, start + len(first))
        start += len(first)
        mean, half = cells.mean[r][:, first], cells.half[r][:, first]
        slopes, places = linear_tables(degrees[r], sizes)
        slope[:, rows] = mean @ slopes
        value[:, rows] = mean.mean(axis=2)
        rest = mean - value[:, rows, None] - slope[:, rows] @ (places - middle).T
        curved.append((rest, half, rows))
    turn, offset = _shares(sizes)
    try:
        inverse = np.linalg.inv(slope)
    except np.linalg.LinAlgError:  # some cell has no slope at all: nothing is said of any
        return np.ones(cells.count, dtype=bool)
    with np.errstate(invalid="ignore", over="ignore"):  # of slopes so close to none that no inverse is a number
        sound = np.abs(inverse @ slope - np.eye(len(unknowns))).max(axis=(1, 2)) < MARGIN
    inverse[~sound] = 0.0  # nothing is said of these
    turned = turn @ inverse
    low = (middle - (inverse @ value[..., None])[..., 0]) @ turn.T + offset
    high = low.copy()
    for rest, half, rows in curved:
        moved = turned[:, :, rows] @ rest
        blur = np.abs(turned[:, :, rows]) @ half
        low -= (moved + blur).max(axis=2)
        high -= (moved - blur).min(axis=2)
    with np.errstate(invalid="ignore"):
        misses = (low > 1.0 + MARGIN) | (high < -MARGIN)
    return ~(sound & misses.any(axis=1))


@lru_cache(maxsize=256)
def linear_tables(degrees: Shape, sizes: Shape) -> tuple[np.ndarray, np.ndarray]:
    """From coefficients to the mean slope [alpha, unknown], and the free shares alpha / n [alpha, unknown]."""
    counts, starts = profile_counts(degrees, sizes), np.cumsum((0, *sizes))
    unknowns = [(r, place) for r, size in enumerate(sizes) for place in range(1, size)]
    slopes = np.zeros((len(counts), len(unknowns)))
    places = np.zeros((len(counts), len(unknowns)))
    for column, (r, place) in enumerate(unknowns):
        if degrees[r]:
            slopes[:, column] = difference(degrees, sizes, r, place, 0).mean(axis=0)
            places[:, column] = counts[:, starts[r] + place] / degrees[r]
    return slopes, places


@lru_cache(maxsize=256)
def _shares(sizes: Shape) -> tuple[np.ndarray, np.ndarray]:
    """All shares of the cell [share] as turn @ free + offset: the free ones, and of each role what they leave over."""
    unknowns = [r for r, size in enumerate(sizes) for _ in range(1, size)]
    left_over = [[-1.0 if role == r else 0.0 for role in unknowns] for r, size in enumerate(sizes) if size > 1]
    turn = np.concatenate((np.eye(len(unknowns)), np.array(left_over)))
    return turn, np.concatenate((np.zeros(len(unknowns)), np.ones(len(left_over))))
