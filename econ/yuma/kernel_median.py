"""The stake-weighted median compiled, of eight columns at a time: exact, without a sort and without a branch a weight.

`votes` holds rows of eight weights and `share` the stake behind each, row after row: only weights with stake, the
others are 0. Support of a value is the stake behind weights of at least that value. Sums are made in one order,
so that support never rises with the value and the answer does not depend on the values tried on the way to it.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled
from econ.yuma.kernel_lanes import LANES, above_zero, any_below, at_least, maximum, minimum, next_after
from econ.yuma.kernel_memory import lanes_at

__all__ = ["agreed_weight"]

COUNTED = 20
"""Up to so many rows every weight is tried."""

SPREAD = 0.12
"""Two values tried at once lie so far, in brackets, to each side of where a straight line puts the answer."""

TINY = 1e-30


@compiled
def _support(votes, share, rows, low, high):
    """The support of two values in one pass."""
    none = low * 0.0
    of_low, of_high = none, none
    for k in range(0, rows * LANES, LANES):
        row, stake = lanes_at(votes, k), lanes_at(share, k)
        of_low += at_least(row, low, stake, none)
        of_high += at_least(row, high, stake, none)
    return of_low, of_high


@compiled
def _around(votes, share, rows, value):
    """The support of a value, the smallest weight of at least it (infinite if none), the largest below (0 if none)."""
    none = value * 0.0
    never = none + np.inf
    support, up, down = none, never, none
    for k in range(0, rows * LANES, LANES):
        row = lanes_at(votes, k)
        support += at_least(row, value, lanes_at(share, k), none)
        up = minimum(up, at_least(row, value, row, never))
        down = maximum(down, at_least(row, value, none, row))
    return support, up, down


@compiled
def _ends(votes, rows, low, high):
    """The smallest weight of at least `low` (infinite if none), and the largest below `high` (0 if none)."""
    none = low * 0.0
    never = none + np.inf
    up, down = never, none
    for k in range(0, rows * LANES, LANES):
        row = lanes_at(votes, k)
        up = minimum(up, at_least(row, low, row, never))
        down = maximum(down, at_least(row, high, none, row))
    return up, down


@compiled
def _start(votes, share, rows):
    """The stake-weighted mean of each column and its largest weight."""
    none = lanes_at(share, 0) * 0.0
    mean, highest = none, none
    for k in range(0, rows * LANES, LANES):
        row = lanes_at(votes, k)
        mean += lanes_at(share, k) * row
        highest = maximum(highest, row)
    return mean, highest


@compiled
def _by_counting(votes, share, rows, needed):
    found = needed * 0.0
    for k in range(0, rows * LANES, 2 * LANES):
        one, other = lanes_at(votes, k), lanes_at(votes, min(k + LANES, (rows - 1) * LANES))
        of_one, of_other = _support(votes, share, rows, one, other)
        found = maximum(found, at_least(of_one, needed, one, found))
        found = maximum(found, at_least(of_other, needed, other, found))
    return found


@compiled
def _crossing(above, needed, under):
    """How far along a bracket the support falls to what is needed, if it falls evenly."""
    return minimum(maximum((above - needed) / maximum(above - under, needed * 0.0 + TINY), needed * 0.0), 1.0)


@compiled
def _by_search(votes, share, rows, needed, stake):
    # The answer lies in [low, high): `low` has enough support, `high` has not, as `above` and `under` say.
    none = needed * 0.0
    mean, highest = _start(votes, share, rows)
    low, high = none, next_after(highest)
    above, under = stake, none
    first, second = mean * 0.7, mean * 1.1
    passes = 3 + (rows > 32) + (rows > 128)
    for _ in range(passes):
        behind_first, behind_second = _support(votes, share, rows, first, second)
        high = at_least(behind_first, needed, at_least(behind_second, needed, high, second), first)
        under = at_least(behind_first, needed, at_least(behind_second, needed, under, behind_second), behind_first)
        low = at_least(behind_second, needed, second, at_least(behind_first, needed, first, low))
        above = at_least(behind_second, needed, behind_second, at_least(behind_first, needed, behind_first, above))
        part = _crossing(above, needed, under)
        first = low + (high - low) * maximum(part - SPREAD, part * 0.5)
        second = low + (high - low) * minimum(part + SPREAD, (part + 1.0) * 0.5)

    # From here on both ends are weights of the column, and the answer is one of [low, high].
    up, high = _ends(votes, rows, low, high)
    low = minimum(above_zero(low, up, none), high)
    halve = False
    while any_below(low, high):
        value = low + (high - low) * (none + 0.5 if halve else _crossing(above, needed, under))
        value = minimum(at_least(low, value, high, value), high)
        support, up, down = _around(votes, share, rows, value)
        low = at_least(support, needed, up, low)
        high = at_least(support, needed, high, maximum(down, low))
        above = at_least(support, needed, support, above)
        under = at_least(support, needed, under, support)
        halve = not halve
    return low


@compiled
def agreed_weight(votes, share, rows, needed, stake):
    """The largest weight of each column with at least `needed` support, 0 where none has; `stake` is the whole."""
    if rows <= COUNTED:
        return _by_counting(votes, share, rows, needed)
    return _by_search(votes, share, rows, needed, stake)
