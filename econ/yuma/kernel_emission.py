"""The compiled split of an epoch's emission, and sums of rows whose order of adding hangs on the row alone."""

# mypy: allow-untyped-defs

from __future__ import annotations

from econ.compiled import compiled
from econ.yuma.kernel_lanes import LANES, total
from econ.yuma.kernel_memory import lanes_at, number, pointer

__all__ = ["row_sum", "split"]


@compiled
def row_sum(row, start, count):
    """The sum of `count` numbers in memory from number `start` on."""
    whole = count - count % LANES
    summed = 0.0
    if whole:
        sums = lanes_at(row, start)
        for k in range(start + LANES, start + whole, LANES):
            sums += lanes_at(row, k)
        summed = total(sums)
    for k in range(start + whole, start + count):
        summed += number(row, k)
    return summed


@compiled
def split(dividends, incentive, stake, share, amount, to_validators, to_miners):
    """Fill to_validators[world, validator] and to_miners[world, miner], of sum `amount`; float64, contiguous."""
    seats, columns = dividends.shape[1], incentive.shape[1]
    for world in range(dividends.shape[0]):
        to_seats = row_sum(pointer(dividends), world * seats, seats)
        earned = share * to_seats + (1.0 - share) * row_sum(pointer(incentive), world * columns, columns)
        if earned > 0.0:
            of_dividends, of_incentive = amount * share / earned, amount * (1.0 - share) / earned
            for i in range(seats):
                to_validators[world, i] = dividends[world, i] * of_dividends
            for j in range(columns):
                to_miners[world, j] = incentive[world, j] * of_incentive
            continue
        held = row_sum(pointer(stake), world * seats, seats)
        by_stake = amount / held if held > 0.0 else 0.0
        for i in range(seats):
            to_validators[world, i] = stake[world, i] * by_stake
        for j in range(columns):
            to_miners[world, j] = 0.0
