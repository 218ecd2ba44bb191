"""The stake-weighted median compiled: exact, without a sort, a lane to every miner.

Two ways to the same value. With few validators every weight is asked how much stake supports it, and the largest with
enough is kept. With many, the value is first bracketed by halving, and then the largest weights below the upper end
are tried until one has enough: so the answer is a weight of the column, not a point of a grid.
"""

from __future__ import annotations

from econ.compiled import compiled

__all__ = ["median"]

COUNTED = 16
"""Up to so many validators every weight is tried."""

HALVINGS = 10
"""Halvings of the bracket: it then holds one or two of a column's weights."""


@compiled
def _support(weights, stake, at, support):  # type: ignore[no-untyped-def]
    """support[miner] of the values at[miner]; eight validators at a time, so that a lane is loaded once for all."""
    support[:] = 0.0
    validators = weights.shape[0]
    k = 0
    while k + 8 <= validators:
        w0, w1, w2, w3 = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        w4, w5, w6, w7 = weights[k + 4], weights[k + 5], weights[k + 6], weights[k + 7]
        s0, s1, s2, s3 = stake[k], stake[k + 1], stake[k + 2], stake[k + 3]
        s4, s5, s6, s7 = stake[k + 4], stake[k + 5], stake[k + 6], stake[k + 7]
        for j in range(at.size):
            v = at[j]
            a = (s0 if w0[j] >= v else 0.0) + (s1 if w1[j] >= v else 0.0)
            b = (s2 if w2[j] >= v else 0.0) + (s3 if w3[j] >= v else 0.0)
            c = (s4 if w4[j] >= v else 0.0) + (s5 if w5[j] >= v else 0.0)
            d = (s6 if w6[j] >= v else 0.0) + (s7 if w7[j] >= v else 0.0)
            support[j] += (a + b) + (c + d)
        k += 8
    while k < validators:
        row, share = weights[k], stake[k]
        for j in range(at.size):
            support[j] += share if row[j] >= at[j] else 0.0
        k += 1


@compiled
def _largest_below(weights, stake, high, largest):  # type: ignore[no-untyped-def]
    """The largest weight of each column below high[miner], of validators with stake; 0 where there is none."""
    largest[:] = 0.0
    for k in range(weights.shape[0]):
        if stake[k] > 0.0:
            row = weights[k]
            for j in range(high.size):
                largest[j] = max(largest[j], row[j] if row[j] < high[j] else 0.0)


@compiled
def _by_counting(weights, stake, needed, consensus, support):  # type: ignore[no-untyped-def]
    consensus[:] = 0.0
    for i in range(weights.shape[0]):
        if stake[i] > 0.0:
            mine = weights[i]
            _support(weights, stake, mine, support)
            for j in range(mine.size):
                consensus[j] = max(consensus[j], mine[j] if support[j] >= needed else 0.0)


@compiled
def _by_halving(weights, stake, needed, consensus, support, high, at):  # type: ignore[no-untyped-def]
    low = consensus
    low[:] = 0.0
    high[:] = 1e300
    _largest_below(weights, stake, high, at)
    for j in range(at.size):
        high[j] = at[j] * (1.0 + 1e-15) + 1e-300  # just above the largest: nobody supports it
    for _ in range(HALVINGS):
        for j in range(at.size):
            at[j] = 0.5 * (low[j] + high[j])
        _support(weights, stake, at, support)
        for j in range(at.size):
            enough = support[j] >= needed
            low[j] = at[j] if enough else low[j]
            high[j] = high[j] if enough else at[j]
    left = True
    while left:
        left = False
        _largest_below(weights, stake, high, at)
        _support(weights, stake, at, support)
        for j in range(at.size):
            if support[j] < needed:
                high[j] = at[j]
                left = True
    consensus[:] = at


@compiled
def median(weights, stake, needed, consensus, scratch):  # type: ignore[no-untyped-def]
    """Fill consensus[miner] from weights[validator, miner] and stake[validator]; scratch[3, miner] is overwritten.

    The largest weight of each column that at least `needed` stake supports, the smallest where all together have less,
    0 where nobody has stake.
    """
    total = 0.0
    for i in range(stake.size):
        total += stake[i]
    if total <= 0.0:
        consensus[:] = 0.0
        return
    needed = min(needed, total * (1.0 - 1e-12))  # the sums above are made in another order
    if stake.size <= COUNTED:
        _by_counting(weights, stake, needed, consensus, scratch[0])
    else:
        _by_halving(weights, stake, needed, consensus, scratch[0], scratch[1], scratch[2])
