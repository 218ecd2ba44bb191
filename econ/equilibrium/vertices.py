"""All vertices of a best-response polytope in double precision, or the word that doubles do not decide.

Convention: the polytope is {z >= 0, matrix z <= 1} with positive entries; constraint i < size is z_i >= 0, constraint
size + k is row k of the matrix. A basis is the set of `size` constraints that are tight at a vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Vertices", "Walk", "vertices"]

TOGETHER = 1_000
"""Bases proved in one batch, for the memory they take."""
NARROW = 1e-11
"""A basic variable closer to 0 than this, the matrix being scaled to [1, 2], is not told from 0 on the way."""


@dataclass(frozen=True, slots=True)
class Vertices:
    """Vertices but 0 as shares[vertex, strategy], constraints tight[vertex, constraint], and whether all are held."""

    shares: np.ndarray
    tight: np.ndarray
    all: bool


@dataclass(slots=True)
class Walk:
    """The bases of one distance from the start: their tableaus[basis, row, column], the last column the values.

    `inside[basis, row]` and `outside[basis, column]` number the constraints whose slack is basic and not basic.
    """

    tableaus: np.ndarray
    inside: np.ndarray
    outside: np.ndarray

    @classmethod
    def start(cls, matrix: np.ndarray) -> Walk:
        """The vertex 0, at which only z >= 0 is tight."""
        rows, size = matrix.shape
        tableau = np.concatenate((matrix, np.ones((rows, 1))), axis=1)
        return cls(tableau[None], np.arange(size, size + rows)[None], np.arange(size)[None])

    def leaving(self) -> np.ndarray:
        """The row [basis, column] whose variable becomes 0 first along the edge that a column opens."""
        columns = self.tableaus[:, :, :-1]
        values = np.broadcast_to(self.tableaus[:, :, -1:], columns.shape)
        ratios = np.full(columns.shape, np.inf)
        np.divide(values, columns, out=ratios, where=columns > NARROW)
        return np.asarray(ratios.argmin(axis=1))

    def across(self, basis: np.ndarray, row: np.ndarray, column: np.ndarray) -> Walk:
        """The vertices at the other ends of edges: one pivot each."""
        old = self.tableaus[basis]
        each = np.arange(len(basis))
        pivot = old[each, row, column][:, None]
        up, along = old[each, :, column], old[each, row] / pivot
        along[each, column] = 1.0 / pivot[:, 0]
        up[each, row] = 0.0
        old[each, :, column] = 0.0
        old -= up[:, :, None] * along[:, None, :]
        old[each, row] = along
        inside, outside = self.inside[basis], self.outside[basis]
        entering, leaving = outside[each, column], inside[each, row]
        inside[each, row], outside[each, column] = entering, leaving
        return Walk(old, inside, outside)


def vertices(matrix: np.ndarray, budget: int) -> Vertices | None:
    """All vertices of a simple polytope, at most `budget`, or None where doubles do not prove which there are.

    1. From 0 every edge is followed by a pivot, all bases of one distance at once (Avis and Fukuda 1992 walk the same
       graph in reverse); the bases of a simple polytope are its vertices, and its graph is connected.
    2. Every basis is proved: what its values may be off by is bounded by its residual and its inverse, and all of them
       exceed that bound. So all are vertices, none is degenerate, and no edge leads out of the list.

    >>> found = vertices(np.array([[1.0, 2.0], [2.0, 1.0]]), 100)
    >>> found.shares.round(3).tolist(), found.all
    ([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], True)
    """
    rows, size = matrix.shape
    place = _places(rows + size)
    level, keys = Walk.start(matrix), [int(place[:size].sum())]
    seen = set(keys)
    inside, outside, held = [], [], True
    while keys:
        opens = level.tableaus[:, :, :-1].max(axis=1)  # the polytope is bounded: each column has a row that leaves
        if not (level.tableaus[:, :, -1].min() > NARROW and opens.min() > NARROW):
            return None
        inside.append(level.inside)
        outside.append(level.outside)
        row = level.leaving()
        each = np.arange(len(keys))[:, None]
        following = np.array(keys, dtype=place.dtype)[:, None] - place[level.outside] + place[level.inside[each, row]]
        fresh, keys = [], []
        for edge, key in enumerate(following.ravel().tolist()):
            if key not in seen:
                seen.add(key)
                fresh.append(edge)
                keys.append(key)
        if len(seen) > budget:
            held = False
            break
        basis, column = np.divmod(np.array(fresh, dtype=np.int64), size)
        level = level.across(basis, row[basis, column], column)
    points = _proved(matrix, np.concatenate(inside), np.concatenate(outside))
    if points is None:
        return None
    zero = np.concatenate(outside)[1:]
    tight = np.zeros((len(zero), rows + size), dtype=bool)
    tight[np.arange(len(zero))[:, None], zero] = True
    return Vertices(points[1:] / points[1:].sum(axis=1, keepdims=True), tight, held)


def _places(constraints: int) -> np.ndarray:
    """A number for each constraint such that no two sets of them have the same sum."""
    if constraints < 64:
        return 2 ** np.arange(constraints, dtype=np.int64)
    return np.array([1 << k for k in range(constraints)], dtype=object)


def _proved(matrix: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> np.ndarray | None:
    """The points [basis, strategy] of proved bases, or None where a value may be 0 or below.

    A basis with k strategies inside has k rows outside, which with these strategies make a square system S z = 1. With
    R its inverse as computed and e = |I - RS| < 1 the true z lies within |R||r|/(1 - e) of the computed, r being the
    residual (Rump 2010, section 10); the slacks of the other rows follow. `rounding` covers that of r and of the
    matrix, whose entries the caller scaled to [1, 2] with an error of some units in the last place.
    """
    size = matrix.shape[1]
    points = np.zeros((len(inside), size))
    number = (inside < size).sum(axis=1)
    for k in np.unique(number[number > 0]).tolist():
        for which in np.array_split(np.flatnonzero(number == k), 1 + (number == k).sum() // TOGETHER):
            own = inside[which][inside[which] < size].reshape(-1, k)
            best = outside[which][outside[which] >= size].reshape(-1, k) - size
            system = matrix[best[:, :, None], own[:, None, :]]
            try:
                inverse = np.linalg.inv(system)
            except np.linalg.LinAlgError:
                return None
            norm = np.abs(inverse).sum(axis=2).max(axis=1)
            values = inverse.sum(axis=2)
            values += (inverse @ (1.0 - system @ values[..., None]))[..., 0]
            rounding = 8 * np.finfo(float).eps * (k + 2) * (1.0 + np.abs(values).sum(axis=1))
            residual = np.abs(1.0 - (system @ values[..., None])[..., 0]).max(axis=1)
            off = np.abs(np.eye(k) - inverse @ system).sum(axis=2).max(axis=1) + norm * rounding
            bound = 2.0 * norm * (residual + rounding)
            points[which[:, None], own] = values
            slacks = 1.0 - points[which] @ matrix.T
            slacks[np.arange(len(which))[:, None], best] = np.inf
            proved = (off < 0.5) & (values.min(axis=1) > bound)
            if not (proved & (slacks.min(axis=1) > 2.0 * k * bound + rounding)).all():
                return None
    return points
