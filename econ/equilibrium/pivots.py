"""Pivots in double precision on {z >= 0, matrix z <= 1}, ties broken lexicographically."""

from __future__ import annotations

import numpy as np

__all__ = ["CLOSE", "Dictionary", "scaled"]

CLOSE = 1e-10
"""Ratios and entries closer than this are equal, payoffs being scaled to [1, 2]."""


def scaled(table: np.ndarray) -> np.ndarray:
    """The payoffs of a player shifted and stretched to [1, 2], which changes no best response.

    >>> scaled(np.array([-5.0, 0.0, 5.0])).tolist()
    [1.0, 1.5, 2.0]
    """
    least, most = float(table.min()), float(table.max())
    return (table - least) / ((most - least) or 1.0) + 1.0


class Dictionary:
    """One basis: table[row, column] with the values in the last column; names of the variables in and out of it.

    `inside[row]` is basic, `outside[column]` is 0. `slacks` names the slack of each row. Rows below those of the
    matrix, such as an objective, are carried along by the pivots.
    """

    __slots__ = ("inside", "outside", "ratios", "room", "rows", "slacks", "table")

    def __init__(self, matrix: np.ndarray, own: list[int], slacks: list[int], below: np.ndarray | None = None) -> None:
        self.rows = len(matrix)
        self.table = np.concatenate((matrix, np.ones((self.rows, 1))), axis=1)
        if below is not None:
            self.table = np.concatenate((self.table, np.append(below, 0.0)[None]))
        self.inside, self.outside, self.slacks = slacks.copy(), own.copy(), slacks
        self.room, self.ratios = np.empty_like(self.table), np.empty(self.rows)

    def leaving(self, column: int) -> int:
        """The row of the least ratio, -1 where there is none; among ties the lexicographically least in the slacks."""
        up, values = self.table[: self.rows, column], self.table[: self.rows, -1]
        ratios = self.ratios
        ratios.fill(np.inf)
        np.divide(values, up, out=ratios, where=up > CLOSE)
        row = int(np.argmin(ratios))
        least = ratios[row]
        near = ratios <= least + CLOSE
        if least == np.inf or np.count_nonzero(near) == 1:
            return row if least < np.inf else -1
        tied = np.flatnonzero(near)
        for slack in self.slacks:
            if len(tied) == 1:
                break
            if slack in self.outside:
                parts = self.table[tied, self.outside.index(slack)] / up[tied]
            else:
                parts = (tied == self.inside.index(slack)) / up[tied]
            tied = tied[parts <= parts.min() + CLOSE]
        return int(tied[0])

    def pivot(self, row: int, column: int) -> int:
        """Take the variable of the column into the basis for that of the row, which is returned."""
        table = self.table
        up = table[:, column].copy()
        pivot = up[row]
        along = table[row] / pivot
        along[column] = 1.0 / pivot
        up[row] = 0.0
        table[:, column] = 0.0
        table -= np.multiply(up[:, None], along, out=self.room)
        table[row] = along
        entering, gone = self.outside[column], self.inside[row]
        self.inside[row], self.outside[column] = entering, gone
        return gone

    def shares(self, own: list[int]) -> np.ndarray:
        """The values of consecutive variables, those outside being 0, as shares; even where all are 0."""
        shares = np.zeros(len(own))
        for row, name in enumerate(self.inside):
            if own[0] <= name <= own[-1]:
                shares[name - own[0]] = max(float(self.table[row, -1]), 0.0)
        total = float(shares.sum())
        return shares / total if total > 0.0 else np.full(len(own), 1.0 / len(own))
