"""All vertices of a best-response polytope in double precision, or the word that doubles do not decide.

Convention: the polytope is {z >= 0, matrix z <= 1} with positive entries; constraint i < size is z_i >= 0, constraint
size + k is row k of the matrix. A basis is the set of `size` constraints that are tight at a vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Vertices", "Walk", "vertices"]

TOGETHER = 1_000
"""Bases proved in one batch, after which their tableaus are let go."""
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

    @classmethod
    def of(cls, walked: list[Walk]) -> Walk:
        """The bases of several distances together."""
        parts = ("tableaus", "inside", "outside")
        return cls(*(np.concatenate([getattr(walk, part) for walk in walked]) for part in parts))

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
    walked, waiting = [], 0
    points: list[np.ndarray] = []
    outsides: list[np.ndarray] = []
    while keys and len(seen) <= budget:
        if not level.tableaus[:, :, -1].min() > NARROW:
            return None
        walked.append(level)
        waiting += len(keys)
        row = level.leaving()
        each = np.arange(len(keys))[:, None]
        following = np.array(keys, dtype=place.dtype)[:, None] - place[level.outside] + place[level.inside[each, row]]
        fresh, keys = [], []
        for edge, key in enumerate(following.ravel().tolist()):
            if key not in seen:
                seen.add(key)
                fresh.append(edge)
                keys.append(key)
        if waiting >= TOGETHER or not keys or len(seen) > budget:
            proved = _proved(matrix, Walk.of(walked))
            if proved is None:
                return None
            points.append(proved)
            outsides += [walk.outside for walk in walked]
            walked, waiting = [], 0
        basis, column = np.divmod(np.array(fresh, dtype=np.int64), size)
        level = level.across(basis, row[basis, column], column)
    outside = np.concatenate(outsides)[1:]
    tight = np.zeros((len(outside), rows + size), dtype=bool)
    tight[np.arange(len(outside))[:, None], outside] = True
    shares = np.concatenate(points)[1:]
    return Vertices(shares / shares.sum(axis=1, keepdims=True), tight, not keys)


def _places(constraints: int) -> np.ndarray:
    """A number for each constraint such that no two sets of them have the same sum."""
    if constraints < 64:
        return 2 ** np.arange(constraints, dtype=np.int64)
    return np.array([1 << k for k in range(constraints)], dtype=object)


def _proved(matrix: np.ndarray, level: Walk) -> np.ndarray | None:
    """The points [basis, strategy], or None where a value may be 0 or below.

    With A the basic columns of [I, matrix], R its inverse as computed and e = |I - RA| < 1, the true values lie within
    |R||r|/(1 - e) of the computed, r being the residual (Rump 2010, section 10). `rounding` covers that of r and that
    of the matrix, whose entries the caller scaled to [1, 2] with an error of some units in the last place.
    """
    rows, size = matrix.shape
    values = level.tableaus[:, :, -1]
    count = len(values)
    columns = np.concatenate((matrix, np.eye(rows)), axis=1)
    basic = columns[:, level.inside].transpose(1, 0, 2)
    inverse = np.zeros((count, rows, rows))
    which, where = np.nonzero(level.outside >= size)
    inverse[which, :, level.outside[which, where] - size] = level.tableaus[which, :, where]
    which, where = np.nonzero(level.inside >= size)
    inverse[which, where, level.inside[which, where] - size] = 1.0
    norm = np.abs(inverse).sum(axis=2).max(axis=1)
    product = basic @ values[..., None]
    rounding = 4 * np.finfo(float).eps * (rows + 2) * (1.0 + np.abs(product[..., 0]).max(axis=1))
    off = np.abs(np.eye(rows) - inverse @ basic).sum(axis=2).max(axis=1) + norm * rounding
    residual = 1.0 - product
    fixed = values + (inverse @ residual)[..., 0]
    bound = 2.0 * norm * (np.abs(residual).max(axis=(1, 2)) + rounding)
    if not ((off < 0.5) & (fixed.min(axis=1) > bound)).all():
        return None
    points = np.zeros((count, size))
    which, where = np.nonzero(level.inside < size)
    points[which, level.inside[which, where]] = fixed[which, where]
    return points
