"""The loops behind rows that wait: sums taken down, rows laid out world by world, offers settled, the epoch paid."""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from agents.offers import settle_world
from econ.compiled import compiled
from econ.yuma.kernel import grouped, pay_group
from econ.yuma.kernel_lanes import LANES, any_below, minimum, total
from econ.yuma.kernel_memory import lanes_at, memory_at, number, offset, pointer, put, put_lanes

__all__ = ["lay_and_pay", "lay_and_settle", "lay_worlds", "take", "take_by_world"]

CANCELS = 1e-6
"""Where less than this share is left of a row, it is summed again: a difference would have lost its digits."""


@compiled
def _legal_sum(given, start, miners):
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
def take(rows, place, summed):
    """Where the rows begin in memory, and the first that is illegal, or -1; sums before it are put down."""
    miners, given, sums = rows.shape[1], pointer(rows), pointer(summed)
    for r in range(rows.shape[0]):
        found = _legal_sum(given, r * miners, miners)
        if found == 0.0:
            return rows.ctypes.data, r
        put(sums, place[r], found)
    return rows.ctypes.data, -1


@compiled
def take_by_world(rows, world, place, summed):
    miners, given, sums = rows.shape[1], pointer(rows), pointer(summed)
    found = 0.0
    for r in range(world.size):
        if r == 0 or world[r] != world[r - 1]:
            found = _legal_sum(given, world[r] * miners, miners)
            if found == 0.0:
                return rows.ctypes.data, r
        put(sums, place[r], found)
    return rows.ctypes.data, -1


@compiled
def _lay_world(world, starts, source, row_number, summed, gone, weights):
    """Rows of one world without the columns that are gone, divided by their sums, into weights from there on."""
    miners, seats = gone.shape[1], source.shape[1]
    whole = miners - miners % LANES
    columns = np.nonzero(gone[world])[0] if gone.shape[0] else np.empty(0, dtype=np.int64)
    for seat in range(seats):
        row, by = offset(weights, (world * seats + seat) * miners), summed[world, seat]
        which, at = source[world, seat], row_number[world, seat]
        same = seat > 0 and which == source[world, seat - 1] and at == row_number[world, seat - 1]
        if same and by == summed[world, seat - 1]:
            before = offset(weights, (world * seats + seat - 1) * miners)
            for j in range(0, whole, LANES):
                put_lanes(row, j, lanes_at(before, j))
            for j in range(whole, miners):
                put(row, j, number(before, j))
            continue
        given = offset(memory_at(weights, starts[which]), at * miners)
        left = _left(given, by, columns, miners) if by > 0.0 and columns.size else by
        if left > 0.0:
            for j in range(0, whole, LANES):
                put_lanes(row, j, lanes_at(given, j) / left)
            for j in range(whole, miners):
                put(row, j, number(given, j) / left)
            for column in columns:
                put(row, column, 0.0)
        else:
            for j in range(miners):
                put(row, j, 0.0)


@compiled
def _left(given, summed, columns, miners):
    """What a row that sums to `summed` still sums to without these columns, which ascend."""
    left = summed
    for column in columns:
        left -= number(given, column)
    if left < CANCELS * summed:
        left, begin = 0.0, 0
        for k in range(columns.size + 1):
            end = columns[k] if k < columns.size else miners
            for j in range(begin, end):
                left += number(given, j)
            begin = end + 1
    return left


@compiled
def lay_worlds(starts, source, row_number, summed, gone, weights):
    for world in range(source.shape[0]):
        _lay_world(world, starts, source, row_number, summed, gone, pointer(weights))


@compiled
def _empty(world, fresh, bonds, validators, miners):
    """Set the bonds of a world to 0 where UIDs are fresh."""
    if fresh.shape[0]:
        columns = np.nonzero(fresh[world])[0]
        for validator in range(validators if columns.size else 0):
            row = offset(bonds, (world * validators + validator) * miners)
            for column in columns:
                put(row, column, 0.0)


@compiled
def lay_and_settle(
    weights, stake, bonds,
    starts, source, row_number, summed, gone, fresh, first, column, least, payment, needed, received, spent
):  # fmt: skip
    for world in range(source.shape[0]):
        _lay_world(world, starts, source, row_number, summed, gone, pointer(weights))
        _empty(world, fresh, pointer(bonds), source.shape[1], gone.shape[1])
        settle_world(world, pointer(weights), stake, first, column, least, payment, needed, received, spent)


@compiled
def lay_and_pay(
    weights, stake, bonds, rule, constant, faint, consensus, incentive, dividends, trust, new_bonds, place, scratch,
    starts, source, row_number, summed, gone, fresh, first, column, least, payment, needed, received, spent
):  # fmt: skip
    """Group after group of worlds: rows laid out, offers settled, the epoch paid."""
    worlds, validators, miners = bonds.shape
    w, s, held = pointer(weights), pointer(stake), pointer(bonds)
    out = pointer(consensus), pointer(incentive), pointer(dividends), pointer(trust), pointer(new_bonds)
    for begin in range(0, worlds, grouped(miners)):
        count = min(grouped(miners), worlds - begin)
        for world in range(begin, begin + count):
            _lay_world(world, starts, source, row_number, summed, gone, w)
            _empty(world, fresh, held, validators, miners)
            settle_world(world, w, stake, first, column, least, payment, needed, received, spent)
        pay_group(w, s, held, rule, constant, faint, validators, miners, begin, count, out, place, scratch)
