"""How a cell is cut in two: by which edge, and what the coefficients on both halves are, compiled.

Arrays are those of `exclusion_loop`.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

from econ.compiled import compiled
from econ.equilibrium.separation import NONE

__all__ = ["halve", "longest", "most_bent"]

EACH = 0.1
"""What a point that is in the basis counts beside its weight: of many bases that would do the search met one."""


@compiled
def _length(own, edge, size, corner):
    r, a, b = edge
    length = 0.0
    for s in range(size[r]):
        length = max(length, abs(own[corner[r] + a * size[r] + s] - own[corner[r] + b * size[r] + s]))
    return length


@compiled
def longest(own, edges, size, corner):
    """The longest edge of the cell, the first of equals, and its length."""
    longest, chosen = -1.0, 0
    for e in range(len(edges)):
        length = _length(own, edges[e], size, corner)
        if length > longest * (1.0 + 1e-9):
            longest, chosen = length, e
    return chosen, longest


@compiled
def most_bent(cell, own, form, cut, corner, basis, weights, shortest):
    """The edge, of those not too short, along which the gains within the support bend most: half of it bends a quarter.

    By second differences of the coefficients that stand in the way of excluding the cell: those in the basis at which
    `separated` ended.
    """
    start, count, size, sides = form[0], form[1], form[3], form[4]
    edges, around = cut[2], cut[3]
    most, chosen = -1.0, 0
    for e in range(len(edges)):
        if _length(own, edges[e], size, corner) < shortest:
            continue
        r, bend = edges[e, 0], 0.0
        for i in range(len(basis)):
            p = basis[i, 0]
            if p == NONE or p == len(size):
                continue
            after, n, weight = 1, count[p], EACH + max(weights[i], 0.0)
            for t in range(r + 1, len(size)):
                after *= sides[p, t]
            here = basis[i, 1] // after % sides[p, r]
            first, second, third = around[p, e, here]
            if first < 0:
                continue
            others = basis[i, 1] - here * after
            for j in range(size[p] - 1):
                o = start[p] + j * n + others
                apart = cell[o + first * after] - 2.0 * cell[o + second * after] + cell[o + third * after]
                bend += weight * abs(apart)
        if bend > most * (1.0 + 1e-9):
            most, chosen = bend, e
    return chosen


@compiled
def halve(near, far, form, cut, edge, work):
    """The coefficients on both halves of a cell, cut at the middle of an edge; the near half takes the cell's place."""
    start, count, width, size, sides = form[0], form[1], form[2], form[3], form[4]
    lines, lengths, edges, _ = cut
    r = edges[edge, 0]
    for p in range(len(size)):
        n, before, m = count[p], 1, sides[p, r]
        for t in range(r):
            before *= sides[p, t]
        for j in range(1, width[p]):
            o = start[p] + (j - 1) * n
            after = n // (before * m)
            _halved_block(near, far, o, before, m, after, lines[p, edge], lengths[p, edge], work)


@compiled
def _order(before, middle, after):
    """Two loops over what is not cut, (times, distance) each: the longer one inside."""
    if after >= before:
        return before, middle * after, after, 1
    return after, 1, before, middle * after


@compiled
def _halved_block(near, far, o, before, middle, after, lines, lengths, work):
    """De Casteljau's halving along the lines of coefficients from one corner to the other, both halves at once."""
    outer, apart, inner, step = _order(before, middle, after)
    for k in range(outer):
        begin = o + k * apart
        for line in range(len(lengths)):
            m = lengths[line]
            if m == 0:
                break
            for t in range(m):
                here, row = near[begin + lines[line, t] * after :], work[t * inner : (t + 1) * inner]
                q = 0
                for i in range(inner):
                    row[i] = here[q]
                    q += step
            for t in range(m):
                last = m - 1 - t
                one, other = near[begin + lines[line, t] * after :], far[begin + lines[line, last] * after :]
                row, q = work[last * inner : m * inner], 0
                for i in range(inner):
                    one[q] = work[i]
                    other[q] = row[i]
                    q += step
                row = work[inner : m * inner]
                for i in range(last * inner):
                    work[i] = 0.5 * (work[i] + row[i])
