"""All vertices of a best-response polytope in whole numbers: what decides where doubles cannot.

Convention: as in `vertices`, but the matrix holds positive Python integers and its polytope may be degenerate.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

__all__ = ["ExactVertices", "Tableau", "exact_vertices", "whole"]

Integers = list[list[int]]


@dataclass(frozen=True, slots=True)
class ExactVertices:
    """Vertices but 0 as exact shares[vertex][strategy], the tight[vertex, constraint], and whether all are held."""

    shares: list[list[Fraction]]
    tight: np.ndarray
    all: bool


def whole(table: np.ndarray) -> Integers:
    """The table in the smallest positive integers that keep all ratios of differences: its doubles are dyadic.

    >>> whole(np.array([[0.5, 0.75], [-1.0, 0.5]]))
    [[7, 8], [1, 7]]
    """
    exact = [[Fraction(x) for x in row] for row in table.tolist()]
    least = min(min(row) for row in exact)
    common = max(x.denominator for row in exact for x in row)  # powers of two: the largest is common to all
    shifted = [[int((x - least) * common) for x in row] for row in exact]
    divisor = gcd(*(x for row in shifted for x in row)) or 1
    return [[x // divisor + 1 for x in row] for row in shifted]


@dataclass(slots=True)
class Tableau:
    """One basis: entries[row, column] over a common denominator, the last column the values.

    `inside[row]` and `outside[column]` number the constraints whose slack is basic and not basic. Pivots keep all
    entries whole (Edmonds 1967); ties of the ratio test are broken lexicographically, as if the bounds of the rows
    were raised by ever smaller powers of one small number, so no basis returns (von Stengel 2002, section 2.6).
    """

    entries: np.ndarray
    denominator: int
    inside: list[int]
    outside: list[int]

    @classmethod
    def start(cls, matrix: Integers) -> Tableau:
        """The vertex 0, at which only z >= 0 is tight."""
        rows, size = len(matrix), len(matrix[0])
        entries = np.array([[*row, 1] for row in matrix], dtype=object)
        return cls(entries, 1, list(range(size, size + rows)), list(range(size)))

    def leaving(self, column: int) -> int:
        """The row whose variable becomes 0 first along the edge that a column opens."""
        entering, values = self.entries[:, column].tolist(), self.entries[:, -1].tolist()
        best = -1
        for row, entry in enumerate(entering):
            if entry > 0:
                if best < 0:
                    best = row
                    continue
                ahead = values[row] * entering[best] - values[best] * entry
                if ahead < 0 or (ahead == 0 and self._first(row, best, column)):
                    best = row
        return best

    def _first(self, row: int, other: int, column: int) -> bool:
        """Which of two tied rows is lexicographically smaller, each divided by its entry in the column."""
        size = len(self.outside)
        own, its = self.entries[row, column], self.entries[other, column]
        where = {constraint: place for place, constraint in enumerate(self.outside)}
        for slack in range(size, size + len(self.inside)):
            if slack in where:
                ahead = self.entries[row, where[slack]] * its - self.entries[other, where[slack]] * own
            else:
                basic = self.inside.index(slack)
                ahead = self.denominator * ((basic == row) * its - (basic == other) * own)
            if ahead:
                return bool(ahead < 0)
        return False

    def across(self, row: int, column: int) -> Tableau:
        """The basis at the other end of an edge: one pivot."""
        pivot = self.entries[row, column]
        up, along = self.entries[:, column].copy(), self.entries[row].copy()
        entries = (self.entries * pivot - np.multiply.outer(up, along)) // self.denominator
        entries[row] = along
        entries[:, column] = -up
        entries[row, column] = self.denominator
        inside, outside = self.inside.copy(), self.outside.copy()
        inside[row], outside[column] = outside[column], inside[row]
        return Tableau(entries, pivot, inside, outside)

    def point(self) -> list[Fraction]:
        """The shares at this vertex; it must not be 0."""
        size = len(self.outside)
        values = [0] * size
        for row, constraint in enumerate(self.inside):
            if constraint < size:
                values[constraint] = self.entries[row, -1]
        total = sum(values)
        return [Fraction(value, total) for value in values]

    def tight(self) -> frozenset[int]:
        """The constraints that hold with equality here."""
        return frozenset(self.outside) | {
            c for c, v in zip(self.inside, self.entries[:, -1].tolist(), strict=True) if not v
        }


def exact_vertices(matrix: Integers, budget: int) -> ExactVertices:
    """All vertices of the polytope, from at most `budget` bases of its lexicographic perturbation.

    The perturbed polytope is simple, so its graph is connected and every vertex of the true one is the limit of one of
    its vertices: all are found. Bases with the same tight constraints are the same vertex.

    >>> found = exact_vertices([[1, 2], [2, 1], [2, 2]], 100)
    >>> [[str(x) for x in shares] for shares in found.shares], found.all
    ([['1', '0'], ['0', '1']], True)
    """
    size = len(matrix[0])
    first = Tableau.start(matrix)
    level = [first]
    seen = {frozenset(first.outside)}
    found: dict[frozenset[int], list[Fraction]] = {}
    nothing = first.tight()
    while level and len(seen) <= budget:
        following = []
        for basis in level:
            tight = basis.tight()
            if tight != nothing and tight not in found:
                found[tight] = basis.point()
            key = frozenset(basis.outside)
            for column in range(size):
                row = basis.leaving(column)
                other = key - {basis.outside[column]} | {basis.inside[row]}
                if other not in seen:
                    seen.add(other)
                    following.append(basis.across(row, column))
        level = following
    mask = np.zeros((len(found), size + len(matrix)), dtype=bool)
    for place, tight in enumerate(found):
        mask[place, list(tight)] = True
    return ExactVertices(list(found.values()), mask, not level)
