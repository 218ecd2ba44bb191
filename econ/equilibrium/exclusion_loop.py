"""The loop that excludes cells of a face, compiled: depth first, each cell cut in two until something rules it out.

Arrays are flat and described by the numbers that `exclusion` prepares. By role r of R: `start[r]` is where its block
of coefficients [alpha, strategy] begins, `count[r]` and `width[r]` its two sides, the strategies of the support
(`size[r]` of them) first, then those outside.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled
from econ.equilibrium.exclusion_tests import (
    OUT,
    STAYS,
    differences,
    holds,
    linearised,
    mixture_excludes,
    newton,
    one_to_one,
    signs_exclude,
)

__all__ = ["exclude"]

ROUNDING = 1e-13
"""A coefficient below this share of the largest has no sign."""


@compiled
def exclude(
    first,
    corners,
    shape,
    cuts,
    lines,
    lengths,
    edges,
    slopes,
    places,
    starts,
    pairs,
    roots,
    guess,
    most,
    shortest,
    left,
):
    """Cells looked at, and cells that are left (of which `left` takes the first) or, negative, were when work ended.

    With `guess`, a cell on which the equations are one to one and a step of Newton's method stays is left at once.
    """
    start, count, width, size, corner, slope_start, pair_start = shape
    roles = len(size)
    total, unknowns = len(first), 0
    for r in range(roles):
        unknowns += size[r] - 1
    high = 64
    stack, stacked = np.empty((high, total)), np.empty((high, len(corners)))
    stack[0], stacked[0] = first, corners
    depth, seen, kept = 1, 0, 0
    blur = ROUNDING * np.abs(first).max()
    cell, own = np.empty(total), np.empty(len(corners))
    gains = np.empty(total)
    work = np.empty(total * 4)
    slope = np.empty((unknowns, unknowns))
    inverse = np.empty((unknowns, unknowns))
    middle, value = np.empty(unknowns), np.empty(unknowns)
    while depth > 0:
        if seen >= most:
            return seen, -depth - kept
        depth -= 1
        seen += 1
        cell[:], own[:] = stack[depth], stacked[depth]
        if signs_exclude(cell, start, count, width, size, blur):
            continue
        differences(cell, gains, start, count, width)
        if mixture_excludes(gains, start, count, size, blur, work):
            continue
        single = False
        if linearised(gains, slope, value, middle, inverse, start, count, size, slopes, slope_start, work):
            leads = newton(gains, slope, value, middle, inverse, start, count, size, places, slope_start, work)
            if leads == OUT:
                continue
            known = holds(own, roots, size, corner, starts)
            if known or (guess and leads == STAYS):
                single = one_to_one(gains, inverse, start, count, size, pairs, pair_start)
            if known and single:
                continue
        edge, length = _longest(own, edges, size, corner)
        if single or length < shortest:
            if kept < len(left):
                left[kept] = own
            kept += 1
            continue
        if depth + 2 > high:
            high *= 2
            stack, stacked = _longer(stack, depth, high), _longer(stacked, depth, high)
        r, a, b = edges[edge]
        for p in range(roles):
            here = slice(start[p], start[p] + count[p] * width[p])
            _cut(
                cell[here],
                stack[depth][here],
                stack[depth + 1][here],
                cuts[p, r],
                lines[p, edge],
                lengths[p, edge],
                work,
            )
        stacked[depth], stacked[depth + 1] = own, own
        for s in range(size[r]):
            half = 0.5 * (own[corner[r] + a * size[r] + s] + own[corner[r] + b * size[r] + s])
            stacked[depth, corner[r] + b * size[r] + s] = half
            stacked[depth + 1, corner[r] + a * size[r] + s] = half
        depth += 2
    return seen, kept


@compiled
def _longer(stack, depth, high):
    longer = np.empty((high, stack.shape[1]))
    longer[:depth] = stack[:depth]
    return longer


@compiled
def _longest(own, edges, size, corner):
    """The longest edge of the cell, the first of equals, and its length."""
    longest, chosen = -1.0, 0
    for e in range(len(edges)):
        r, a, b = edges[e]
        length = 0.0
        for s in range(size[r]):
            length = max(length, abs(own[corner[r] + a * size[r] + s] - own[corner[r] + b * size[r] + s]))
        if length > longest * (1.0 + 1e-9):
            longest, chosen = length, e
    return chosen, longest


@compiled
def _cut(cell, near, far, sides, lines, lengths, work):
    """De Casteljau's halving along the lines of coefficients from one corner to the other, both halves at once."""
    before, middle, after = sides
    for p in range(before):
        for line in range(len(lengths)):
            m = lengths[line]
            if m == 0:
                break
            for t in range(m):
                o = (p * middle + lines[line, t]) * after
                work[t * after : (t + 1) * after] = cell[o : o + after]
            for k in range(m):
                o = (p * middle + lines[line, k]) * after
                near[o : o + after] = work[:after]
                last = m - 1 - k
                o = (p * middle + lines[line, last]) * after
                far[o : o + after] = work[last * after : (last + 1) * after]
                for t in range(last * after):
                    work[t] = 0.5 * (work[t] + work[t + after])
