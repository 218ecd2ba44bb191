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
"""Where less than this is left of a row, it is summed again: a difference would have lost its digits."""


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
def take(rows, world, seat, which, source, begins, summed):
    miners, given = rows.shape[1], pointer(rows)
    for r in range(rows.shape[0]):
        found = _legal_sum(given, r * miners, miners)
        if found == 0.0:
            return r
        source[world[r], seat[r]], begins[world[r], seat[r]] = which, r * miners
        summed[world[r], seat[r]] = found
    return -1


@compiled
def take_by_world(rows, world, seat, which, source, begins, summed):
    miners, given = rows.shape[1], pointer(rows)
    found = 0.0
    for r in range(world.size):
        if r == 0 or world[r] != world[r - 1]:
            found = _legal_sum(given, world[r] * miners, miners)
            if found == 0.0:
                return r
        source[world[r], seat[r]], begins[world[r], seat[r]] = which, world[r] * miners
        summed[world[r], seat[r]] = found
    return -1


@compiled
def _lay_world(world, address, summed, gone, weights):
    """Rows of one world, divided by their sums and without the columns that are gone, into weights from there on."""
    miners, seats = gone.shape[1], address.shape[1]
    whole = miners - miners % LANES
    for seat in range(seats):
        row, by = offset(weights, (world * seats + seat) * miners), summed[world, seat]
        given = memory_at(weights, address[world, seat])
        if by == 0.0:
            for j in range(miners):
                put(row, j, 0.0)
        elif seat and address[world, seat] == address[world, seat - 1] and by == summed[world, seat - 1]:  # one row
            before = offset(weights, (world * seats + seat - 1) * miners)
            for j in range(0, whole, LANES):
                put_lanes(row, j, lanes_at(before, j))
            for j in range(whole, miners):
                put(row, j, number(before, j))
        else:
            for j in range(0, whole, LANES):
                put_lanes(row, j, lanes_at(given, j) / by)
            for j in range(whole, miners):
                put(row, j, number(given, j) / by)
    if gone.shape[0]:
        _forget(np.nonzero(gone[world])[0], offset(weights, world * seats * miners), seats, miners)


@compiled
def _forget(columns, weights, seats, miners):
    """Take columns out of all rows of a world, which then sum to 1 again, or to 0."""
    for seat in range(seats if columns.size else 0):
        row, taken = offset(weights, seat * miners), 0.0
        for column in columns:
            taken += number(row, column)
            put(row, column, 0.0)
        if taken > 0.0:
            left = 1.0 - taken
            if left < CANCELS:
                left = 0.0
                for j in range(miners):
                    left += number(row, j)
            if left > 0.0:
                for j in range(miners):
                    put(row, j, number(row, j) / left)


@compiled
def lay_worlds(address, summed, gone, weights):
    for world in range(address.shape[0]):
        _lay_world(world, address, summed, gone, pointer(weights))


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
    weights, stake, bonds, address, summed, gone, fresh, first, column, least, payment, needed, received, spent
):
    for world in range(address.shape[0]):
        _lay_world(world, address, summed, gone, pointer(weights))
        _empty(world, fresh, pointer(bonds), address.shape[1], gone.shape[1])
        settle_world(world, pointer(weights), stake, first, column, least, payment, needed, received, spent)


@compiled
def lay_and_pay(
    weights, stake, bonds, rule, constant, faint, consensus, incentive, dividends, trust, new_bonds, place, scratch,
    address, summed, gone, fresh, first, column, least, payment, needed, received, spent
):  # fmt: skip
    """Group after group of worlds: rows laid out, offers settled, the epoch paid."""
    worlds, validators, miners = bonds.shape
    w, s, held = pointer(weights), pointer(stake), pointer(bonds)
    out = pointer(consensus), pointer(incentive), pointer(dividends), pointer(trust), pointer(new_bonds)
    for begin in range(0, worlds, grouped(miners)):
        count = min(grouped(miners), worlds - begin)
        for world in range(begin, begin + count):
            _lay_world(world, address, summed, gone, w)
            _empty(world, fresh, held, validators, miners)
            settle_world(world, w, stake, first, column, least, payment, needed, received, spent)
        pay_group(w, s, held, rule, constant, faint, validators, miners, begin, count, out, place, scratch)
