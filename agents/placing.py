"""Rows between policies and the subnet, each in one pass: scores laid out, weights checked, normalised, placed."""

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["place_rows", "scale_rows", "what_is_wrong"]


def place_rows(rows: np.ndarray, world: np.ndarray, seat: np.ndarray, decided: np.ndarray) -> int:
    """Write rows[row, miner] with sum 1 into decided[world, validator, miner]; the first illegal row, or -1.

    Legal weights are finite and at least 0 with a positive, finite sum.

    >>> decided = np.zeros((1, 2, 2))
    >>> place_rows(np.array([[1.0, 3.0]]), np.array([0]), np.array([1]), decided), decided[0, 1].tolist()
    (-1, [0.25, 0.75])
    """
    given = (np.ascontiguousarray(rows), world, seat)
    views = [array.view() for array in given]
    for view in views:
        view.flags.writeable = False  # one type of argument, one compilation
    return int(_place(*views, decided))


@compiled
def _place(rows, world, seat, decided):  # type: ignore[no-untyped-def]
    miners = rows.shape[1]
    for r in range(rows.shape[0]):
        given = rows[r]
        total = 0.0
        for j in range(miners):
            if not given[j] >= 0.0:
                return r
            total += given[j]
        if not (total > 0.0 and total < np.inf):
            return r
        row = decided[world[r], seat[r]]
        for j in range(miners):
            row[j] = given[j] / total
    return -1


def scale_rows(noises: np.ndarray, noise: np.ndarray, quality: np.ndarray, world: np.ndarray, out: np.ndarray) -> None:
    """Fill out[row] with noises[noise[row]] * quality[world[row]].

    >>> out = np.empty((1, 2))
    >>> scale_rows(np.array([[1.0, 2.0]]), np.array([0]), np.array([[3.0, 4.0]]), np.array([0]), out); out
    array([[3., 8.]])
    """
    views = [np.ascontiguousarray(array).view() for array in (noises, noise, quality, world)]
    for view in views:
        view.flags.writeable = False  # one type of argument, one compilation
    _scale(*views, out)


@compiled
def _scale(noises, noise, quality, world, out):  # type: ignore[no-untyped-def]
    for r in range(out.shape[0]):
        drawn, true, row = noises[noise[r]], quality[world[r]], out[r]
        for j in range(row.size):
            row[j] = drawn[j] * true[j]


def what_is_wrong(row: np.ndarray) -> str:
    """What makes a row illegal, in words.

    >>> what_is_wrong(np.array([1.0, -0.5]))
    'the weight -0.5'
    """
    illegal = row[~(np.isfinite(row) & (row >= 0))]
    if illegal.size:
        return f"the weight {illegal[0]}"
    return "an all-zero row" if not row.any() else "weights whose sum overflows"
