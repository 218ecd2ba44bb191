"""Arrays between policies and the subnet, each in one pass: scores laid out, columns cleared, consensus published."""

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["clear_columns", "paid_first", "plain", "publish", "scale_rows", "take_out", "what_is_wrong"]


def plain(values: np.ndarray) -> np.ndarray:
    """Contiguous and read-only: one type of argument, one compilation."""
    flags = values.flags
    if not flags.c_contiguous:
        values = np.ascontiguousarray(values)
    elif not flags.writeable:
        return values
    view = values.view()
    view.setflags(write=False)
    return view


def scale_rows(noises: np.ndarray, noise: np.ndarray, quality: np.ndarray, world: np.ndarray, out: np.ndarray) -> None:
    """Fill out[row] with noises[noise[row]] * quality[world[row]]; noise and world are `plain`.

    >>> out, first = np.empty((1, 2)), plain(np.array([0]))
    >>> scale_rows(np.array([[1.0, 2.0]]), first, np.array([[3.0, 4.0]]), first, out); out
    array([[3., 8.]])
    """
    _scale(plain(noises), noise, plain(quality), world, out)


@compiled
def _scale(noises, noise, quality, world, out):  # type: ignore[no-untyped-def]
    for r in range(out.shape[0]):
        drawn, true, row = noises[noise[r]], quality[world[r]], out[r]
        for j in range(row.size):
            row[j] = drawn[j] * true[j]


def clear_columns(pairs: np.ndarray, columns: np.ndarray) -> None:
    """Set pairs[world, validator, miner] to 0 in columns[world, miner].

    >>> bonds = np.ones((1, 2, 2))
    >>> clear_columns(bonds, np.array([[True, False]])); bonds.tolist()
    [[[0.0, 1.0], [0.0, 1.0]]]
    """
    _clear(pairs, plain(columns))


@compiled
def _clear(pairs, columns):  # type: ignore[no-untyped-def]
    for world in range(pairs.shape[0]):
        gone = np.nonzero(columns[world])[0]
        for validator in range(pairs.shape[1] if gone.size else 0):
            for j in gone:
                pairs[world, validator, j] = 0.0


def publish(consensus: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Consensus[world, miner] with sum 1, or what it was last where it is all zero.

    >>> publish(np.array([[0.25, 0.25], [0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
    public = np.empty(consensus.shape)
    _publish(plain(consensus), plain(last), public)
    return public


@compiled
def _publish(consensus, last, public):  # type: ignore[no-untyped-def]
    for world in range(public.shape[0]):
        summed = 0.0
        for j in range(public.shape[1]):
            summed += consensus[world, j]
        row, by = (consensus[world], summed) if summed > 0.0 else (last[world], 1.0)
        for j in range(public.shape[1]):
            public[world, j] = row[j] / by


def take_out(consensus: np.ndarray, world: np.ndarray, column: np.ndarray) -> None:
    """Take columns[k] out of consensus[worlds[k], miner], which then sums to 1 again, or is uniform.

    >>> consensus = np.array([[0.5, 0.25, 0.25], [0.5, 0.5, 0.0]])
    >>> take_out(consensus, np.array([0]), np.array([0])); consensus.tolist()
    [[0.0, 0.5, 0.5], [0.5, 0.5, 0.0]]
    """
    _take_out(consensus, plain(world), plain(column))


@compiled
def _take_out(consensus, worlds, columns):  # type: ignore[no-untyped-def]
    touched = np.zeros(consensus.shape[0], dtype=np.bool_)
    for k in range(worlds.size):
        consensus[worlds[k], columns[k]] = 0.0
        touched[worlds[k]] = True
    for world in np.nonzero(touched)[0]:
        row, summed = consensus[world], 0.0
        for j in range(row.size):
            summed += row[j]
        for j in range(row.size):
            row[j] = row[j] / summed if summed > 0.0 else 1.0 / row.size


def paid_first(unpaid: np.ndarray, incentive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of the unpaid[world, column] are paid now, world[k] and column[k]; they are unpaid no longer.

    >>> unpaid = np.array([[True, True, False]])
    >>> paid_first(unpaid, np.array([[0.0, 0.5, 0.5]])), unpaid.tolist()
    ((array([0]), array([1])), [[True, False, False]])
    """
    found = np.empty((2, np.count_nonzero(unpaid)), dtype=np.int64)
    count = _paid_first(unpaid, plain(incentive), found) if found.size else 0
    return found[0, :count], found[1, :count]


@compiled
def _paid_first(unpaid, incentive, found):  # type: ignore[no-untyped-def]
    count = 0
    for world in range(unpaid.shape[0]):
        for column in range(unpaid.shape[1]):
            if unpaid[world, column] and incentive[world, column] > 0.0:
                unpaid[world, column] = False
                found[0, count], found[1, count] = world, column
                count += 1
    return count


def what_is_wrong(row: np.ndarray) -> str:
    """What makes a row illegal, in words.

    >>> what_is_wrong(np.array([1.0, -0.5]))
    'the weight -0.5'
    """
    illegal = row[~(np.isfinite(row) & (row >= 0))]
    if illegal.size:
        return f"the weight {illegal[0]}"
    return "an all-zero row" if not row.any() else "weights whose sum overflows"
