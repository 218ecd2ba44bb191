"""Rows between policies and the subnet, each in one pass: scores laid out, weights checked, normalised, placed."""

from __future__ import annotations

import numpy as np

from econ.compiled import compiled
from econ.yuma.kernel_lanes import LANES, any_below, minimum, total
from econ.yuma.kernel_memory import lanes_at, number, pointer, put, put_lanes

__all__ = [
    "clear_columns",
    "forget_columns",
    "place_rows",
    "place_world_rows",
    "plain",
    "publish",
    "scale_rows",
    "what_is_wrong",
]

CANCELS = 1e-6
"""Where less than this is left of a row, it is summed again: a difference would have lost its digits."""


def place_rows(rows: np.ndarray, world: np.ndarray, seat: np.ndarray, decided: np.ndarray) -> int:
    """Write rows[row, miner] with sum 1 into decided[world, validator, miner]; the first illegal row, or -1.

    Legal weights are finite and at least 0 with a positive, finite sum.

    >>> decided = np.zeros((1, 2, 2))
    >>> place_rows(np.array([[1.0, 3.0]]), np.array([0]), np.array([1]), decided), decided[0, 1].tolist()
    (-1, [0.25, 0.75])
    """
    return int(_place(plain(rows), plain(world), plain(seat), decided))


def place_world_rows(rows: np.ndarray, world: np.ndarray, seat: np.ndarray, decided: np.ndarray) -> int:
    """The same of rows[world, miner], one for all seats of a world; rows of one world must follow each other.

    >>> decided = np.zeros((1, 2, 2))
    >>> place_world_rows(np.array([[1.0, 3.0]]), np.array([0, 0]), np.array([0, 1]), decided), decided.tolist()
    (-1, [[[0.25, 0.75], [0.25, 0.75]]])
    """
    return int(_place_by_world(plain(rows), plain(world), plain(seat), decided))


def plain(values: np.ndarray) -> np.ndarray:
    """Contiguous and read-only: one type of argument, one compilation."""
    if not values.flags.writeable and values.flags.c_contiguous:
        return values
    view = np.ascontiguousarray(values).view()
    view.flags.writeable = False
    return view


@compiled
def _legal_sum(given, start, miners):  # type: ignore[no-untyped-def]
    """The sum of a row's weights; 0 where they are not legal: one NaN or infinity, and the sum is no number."""
    whole = miners - miners % LANES
    summed, negative = 0.0, False
    if whole:
        lowest = sums = lanes_at(given, start)
        for j in range(start + LANES, start + whole, LANES):
            row = lanes_at(given, j)
            sums += row
            lowest = minimum(lowest, row)
        summed, negative = total(sums), any_below(lowest, lowest * 0.0)
    for j in range(start + whole, start + miners):
        summed += number(given, j)
        negative |= number(given, j) < 0.0
    return summed if summed > 0.0 and summed < np.inf and not negative else 0.0


@compiled
def _lay(given, start, miners, summed, placed, at):  # type: ignore[no-untyped-def]
    """A row divided by its sum."""
    whole = miners - miners % LANES
    for j in range(0, whole, LANES):
        put_lanes(placed, at + j, lanes_at(given, start + j) / summed)
    for j in range(whole, miners):
        put(placed, at + j, number(given, start + j) / summed)


@compiled
def _place(rows, world, seat, decided):  # type: ignore[no-untyped-def]
    miners, validators = rows.shape[1], decided.shape[1]
    given, placed = pointer(rows), pointer(decided)
    for r in range(rows.shape[0]):
        summed = _legal_sum(given, r * miners, miners)
        if summed == 0.0:
            return r
        _lay(given, r * miners, miners, summed, placed, (world[r] * validators + seat[r]) * miners)
    return -1


@compiled
def _place_by_world(rows, world, seat, decided):  # type: ignore[no-untyped-def]
    miners, validators = rows.shape[1], decided.shape[1]
    given, placed = pointer(rows), pointer(decided)
    whole = miners - miners % LANES
    last, first = -1, 0
    for r in range(world.size):
        at = (world[r] * validators + seat[r]) * miners
        if world[r] == last:
            for j in range(0, whole, LANES):
                put_lanes(placed, at + j, lanes_at(placed, first + j))
            for j in range(whole, miners):
                put(placed, at + j, number(placed, first + j))
            continue
        summed = _legal_sum(given, world[r] * miners, miners)
        if summed == 0.0:
            return r
        _lay(given, world[r] * miners, miners, summed, placed, at)
        last, first = world[r], at
    return -1


def scale_rows(noises: np.ndarray, noise: np.ndarray, quality: np.ndarray, world: np.ndarray, out: np.ndarray) -> None:
    """Fill out[row] with noises[noise[row]] * quality[world[row]].

    >>> out = np.empty((1, 2))
    >>> scale_rows(np.array([[1.0, 2.0]]), np.array([0]), np.array([[3.0, 4.0]]), np.array([0]), out); out
    array([[3., 8.]])
    """
    _scale(plain(noises), plain(noise), plain(quality), plain(world), out)


@compiled
def _scale(noises, noise, quality, world, out):  # type: ignore[no-untyped-def]
    for r in range(out.shape[0]):
        drawn, true, row = noises[noise[r]], quality[world[r]], out[r]
        for j in range(row.size):
            row[j] = drawn[j] * true[j]


def forget_columns(weights: np.ndarray, columns: np.ndarray) -> None:
    """Take columns[world, miner] out of weights[world, validator, miner]; rows then sum to 1 again, or to 0.

    >>> weights = np.array([[[0.5, 0.25, 0.25]]])
    >>> forget_columns(weights, np.array([[True, False, False]])); weights.tolist()
    [[[0.0, 0.5, 0.5]]]
    """
    _forget(weights, plain(columns))


@compiled
def _forget(weights, columns):  # type: ignore[no-untyped-def]
    miners = columns.shape[1]
    for world in range(weights.shape[0]):
        gone = np.nonzero(columns[world])[0]
        for validator in range(weights.shape[1] if gone.size else 0):
            row = weights[world, validator]
            taken = 0.0
            for j in gone:
                taken += row[j]
                row[j] = 0.0
            left = 1.0 - taken
            if left < CANCELS:
                left = 0.0
                for k in range(miners):
                    left += row[k]
            if taken > 0.0 and left > 0.0:
                for k in range(miners):
                    row[k] /= left


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


def what_is_wrong(row: np.ndarray) -> str:
    """What makes a row illegal, in words.

    >>> what_is_wrong(np.array([1.0, -0.5]))
    'the weight -0.5'
    """
    illegal = row[~(np.isfinite(row) & (row >= 0))]
    if illegal.size:
        return f"the weight {illegal[0]}"
    return "an all-zero row" if not row.any() else "weights whose sum overflows"
