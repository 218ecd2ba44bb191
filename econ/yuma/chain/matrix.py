"""Rows as the chain keeps them: lists of (uid, value), in which an explicit zero is not an absent entry.

The difference matters for bonds (rule Z of the specification): with liquid alpha a pair absent from the weights loses
its bond at once, one with an explicit zero lets it decay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.yuma.chain.numbers import ONE, U16, divide, is_whole, normalised

__all__ = ["SparseMatrix"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SparseMatrix:
    """`values[row, column]` as int64 and `present[row, column]`; values are 0 wherever nothing is present.

    Normalising and cutting leave zeros zero, so that only steps that drop entries look at `present`.

    >>> weights = SparseMatrix.from_rows({0: [(1, 65535), (2, 0)]}, 3)
    >>> weights.rows()
    {0: [(1, 65535), (2, 0)]}
    """

    values: np.ndarray
    present: np.ndarray

    @classmethod
    def from_rows(cls, rows: Mapping[int, Iterable[tuple[int, int]]], size: int) -> SparseMatrix:
        """Square matrix of `size` from rows {uid: [(uid, value), ...]}; entries beyond `size` are dropped.

        Raises `InputError` for a row that is no UID, and for entries that are no u16 at a UID.
        """
        if not isinstance(rows, Mapping):
            raise InputError(f"rows are a {type(rows).__name__}; they must be {{uid: [(uid, value), ...]}}")
        values = np.zeros((size, size), dtype=np.int64)
        present = np.zeros((size, size), dtype=bool)
        for row, entries in rows.items():
            if not (is_whole(row) and 0 <= row < size):
                raise InputError(f"row {row!r:.60} is no UID; the UIDs are 0 to {size - 1}")
            for column, value in _pairs(row, entries):
                if not (is_whole(column) and column >= 0 and is_whole(value) and 0 <= value <= U16):
                    raise InputError(
                        f"row {row} holds {value!r:.60} at {column!r:.60}; an entry is a u16, 0 to {U16}, at a UID"
                    )
                if column < size:
                    values[row, column], present[row, column] = value, True
        return cls(values=values, present=present)

    @classmethod
    def empty(cls, size: int) -> SparseMatrix:
        """Square matrix without entries."""
        return cls.from_rows({}, size)

    @classmethod
    def of(cls, values: np.ndarray, present: np.ndarray) -> SparseMatrix:
        """Values where present; what lies elsewhere is dropped."""
        return cls(values=values * present, present=present)

    @classmethod
    def positive(cls, values: np.ndarray) -> SparseMatrix:
        """The entries above zero, the only ones that most of the chain's steps keep."""
        return cls.of(values, values > 0)

    def rows(self) -> dict[int, list[tuple[int, int]]]:
        """Rows {uid: [(uid, value), ...]} in order of uids, empty rows left out."""
        filled = np.flatnonzero(self.present.any(axis=1))
        return {int(row): self.row(int(row)) for row in filled}

    def row(self, row: int) -> list[tuple[int, int]]:
        """The entries of one row."""
        columns = np.flatnonzero(self.present[row])
        return list(zip(columns.tolist(), self.values[row, columns].tolist(), strict=True))

    def kept(self, mask: np.ndarray) -> SparseMatrix:
        """The entries where `mask` (broadcast) is true; the others are absent, not zero."""
        return SparseMatrix.of(self.values, self.present & mask)

    def taken(self, rows: np.ndarray) -> SparseMatrix:
        """The named rows alone."""
        return SparseMatrix(values=self.values[rows], present=self.present[rows])

    def spread(self, rows: np.ndarray, count: int) -> SparseMatrix:
        """The rows set back to their places among `count`, the others empty: the inverse of `taken`."""
        values = np.zeros((count, self.values.shape[1]), dtype=np.int64)
        present = np.zeros((count, self.values.shape[1]), dtype=bool)
        values[rows], present[rows] = self.values, self.present
        return SparseMatrix(values=values, present=present)

    def row_normalised(self) -> SparseMatrix:
        """Each row divided by its sum where that is above 0, as I32F32."""
        return SparseMatrix(values=normalised(self.values, 1, positive_only=True), present=self.present)

    def column_normalised(self) -> SparseMatrix:
        """Each column divided by its sum where that is not 0, as I32F32."""
        return SparseMatrix(values=normalised(self.values, 0), present=self.present)

    def column_max_upscaled(self) -> SparseMatrix:
        """Each column divided by its largest entry, so that the largest holder has 1."""
        largest = np.maximum(self.values.max(axis=0, initial=0), 0)
        return SparseMatrix(values=divide(self.values, np.where(largest != 0, largest, ONE)), present=self.present)

    def column_clipped(self, ceiling: np.ndarray) -> SparseMatrix:
        """Entries cut to `ceiling[column]`; one that must come down to a ceiling of 0 or less is removed."""
        return SparseMatrix.of(
            np.minimum(self.values, ceiling), self.present & ((self.values <= ceiling) | (ceiling > 0))
        )


def _pairs(row: int, entries: Any) -> list[tuple[Any, Any]]:
    try:
        return [(column, value) for column, value in entries]
    except (TypeError, ValueError):
        raise InputError(f"row {row} is {entries!r:.60}; it must be pairs (uid, value)") from None
