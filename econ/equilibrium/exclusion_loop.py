"""The loop that excludes cells of a face, compiled: depth first, each cell cut in two until something rules it out.

Arrays are flat and described by the numbers that `exclusion_form` prepares. By role r of R: `start[r]` is where its
block of coefficients [strategy, alpha] begins, `count[r]` the second side; the first is `width[r] - 1`: what those of
the support (`size[r]` of them) but its first gain over that one, then those outside.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled
from econ.equilibrium.exclusion_tests import holds, linearised, one_to_one, signs_exclude, stays
from econ.equilibrium.separation import separated

__all__ = ["exclude"]

ROUNDING = 1e-13
"""A coefficient below this share of the largest, which is 1 in every role, has no sign."""
STEPS = 24
"""Corners of a sum of hulls that are tried to separate it from 0."""
SHORT = 0.45
"""An edge below this share of the longest is not cut."""
EVEN = 32
"""Every so many cuts the longest edge is taken, so that none stays long."""
OFTEN = 16
"""Looks between two questions how many others have made."""


@compiled
def exclude(cells, placed, form, cut, newton, one, roots, guess, seen, slot, most, shortest, deepest, left, left_cells):
    """How many cells are left of some (of which `left` takes the first) or, negative, were when work ended.

    With `guess`, a cell on which the equations are one to one and a step of Newton's method stays is left at once; so
    is one after `deepest` cuts, with its coefficients. `seen[slot]` counts the cells looked at; all `seen` together end
    the work at `most`.
    """
    start, count, width, size, sides, rows, links = form[0], form[1], form[2], form[3], form[4], form[5], form[8]
    lines, lengths, edges = cut
    slopes, slope_start = newton
    corner, begins, pairs, pair_start = one
    roles, total, unknowns, number = len(size), cells.shape[1], 0, len(cells)
    for r in range(roles):
        unknowns += size[r] - 1
    dimension = rows[roles] + len(links)
    high = 64 + number
    stack, stacked = np.empty((high, total)), np.empty((high, placed.shape[1]))
    level, held = np.zeros(high, dtype=np.int64), np.zeros(high, dtype=np.int64)
    corrals = np.zeros((high, dimension + 2, roles + 1), dtype=np.int64)
    weighed = np.zeros((high, dimension + 2))
    stack[:number], stacked[:number] = cells, placed
    depth, kept = number, 0
    cell, own = np.empty(total), np.empty(placed.shape[1])
    corners, gram = np.empty((dimension + 2, dimension)), np.empty((dimension + 2, dimension + 2))
    corral, weights = np.zeros((dimension + 2, roles + 1), dtype=np.int64), np.zeros(dimension + 2)
    work, lin, part = np.empty(total + unknowns * unknowns), np.empty(total + 1), np.empty(total + 1)
    low = np.empty((dimension + 2, dimension + 2))
    free, point, turn = np.empty(unknowns), np.empty(dimension), np.empty(dimension)
    space = (turn, point, free, np.empty(dimension + 2), work, lin, part, np.empty(dimension), np.empty(dimension), low)
    slope, inverse = np.empty((unknowns, unknowns)), np.empty((unknowns, unknowns))
    middle, value = np.empty(unknowns), np.empty(unknowns)
    while depth > 0:
        if seen[slot] % OFTEN == 0:
            looks = 0
            for s in range(len(seen)):
                looks += seen[s]
            if looks >= most:
                return -depth - kept
        depth -= 1
        seen[slot] += 1
        cell[:], own[:] = stack[depth], stacked[depth]
        if signs_exclude(cell, start, count, width, size, ROUNDING):
            continue
        standing = held[depth]
        for i in range(standing):
            weights[i] = weighed[depth, i]
            for t in range(roles + 1):
                corral[i, t] = corrals[depth, i, t]
        out, standing = separated(cell, form, ROUNDING, STEPS, corners, corral, weights, standing, gram, space)
        if out:
            continue
        single = False
        if linearised(cell, slope, value, middle, inverse, start, count, size, sides, slopes, slope_start, work, part):
            known = holds(own, roots, size, corner, begins)
            if known or (guess and stays(value, middle, inverse, size)):
                single = one_to_one(cell, inverse, start, count, size, pairs, pair_start)
            if known and single:
                continue
        now = level[depth]
        edge, length = _longest(own, edges, size, corner)
        if single or length < shortest or now >= deepest:
            if kept < len(left):
                left[kept] = own
                if kept < len(left_cells):
                    left_cells[kept] = cell
            kept += 1
            continue
        if now % EVEN != EVEN - 1:
            edge = _most_bent(cell, own, form, cut, corner, SHORT * length, work)
        if depth + 2 > high:
            high *= 2
            stack, stacked, weighed = _longer(stack, high), _longer(stacked, high), _longer(weighed, high)
            level, held, corrals = _longer(level, high), _longer(held, high), _longer(corrals, high)
        r, a, b = edges[edge]
        near, far = stack[depth], stack[depth + 1]
        for p in range(roles):
            n, before, m = count[p], 1, sides[p, r]
            for t in range(r):
                before *= sides[p, t]
            for j in range(1, width[p]):
                o = start[p] + (j - 1) * n
                after = n // (before * m)
                _halve(cell, near, far, o, before, m, after, lines[p, edge], lengths[p, edge], work)
        for h in range(2):
            stacked[depth + h], level[depth + h], held[depth + h] = own, now + 1, standing
            for i in range(standing):
                weighed[depth + h, i] = weights[i]
                for t in range(roles + 1):
                    corrals[depth + h, i, t] = corral[i, t]
        for s in range(size[r]):
            half = 0.5 * (own[corner[r] + a * size[r] + s] + own[corner[r] + b * size[r] + s])
            stacked[depth, corner[r] + b * size[r] + s] = half
            stacked[depth + 1, corner[r] + a * size[r] + s] = half
        depth += 2
    return kept


@compiled
def _longer(stack, high):
    longer = np.zeros((high, *stack.shape[1:]), dtype=stack.dtype)
    longer[: len(stack)] = stack
    return longer


@compiled
def _length(own, edge, size, corner):
    r, a, b = edge
    length = 0.0
    for s in range(size[r]):
        length = max(length, abs(own[corner[r] + a * size[r] + s] - own[corner[r] + b * size[r] + s]))
    return length


@compiled
def _longest(own, edges, size, corner):
    """The longest edge of the cell, the first of equals, and its length."""
    longest, chosen = -1.0, 0
    for e in range(len(edges)):
        length = _length(own, edges[e], size, corner)
        if length > longest * (1.0 + 1e-9):
            longest, chosen = length, e
    return chosen, longest


@compiled
def _most_bent(cell, own, form, cut, corner, shortest, work):
    """The edge, of those not too short, along which the gains within the support bend most: half of it bends a quarter.

    By the second differences of the coefficients, in the mean over them.
    """
    start, count, size, sides = form[0], form[1], form[3], form[4]
    lines, lengths, edges = cut
    most, chosen = -1.0, 0
    for e in range(len(edges)):
        if _length(own, edges[e], size, corner) < shortest:
            continue
        r, bend = edges[e, 0], 0.0
        for p in range(len(size)):
            n, before, m = count[p], 1, sides[p, r]
            for t in range(r):
                before *= sides[p, t]
            after = n // (before * m)
            outer, apart, inner, step = _order(before, m, after)
            for i in range(inner):
                work[i] = 0.0
            for j in range(1, size[p]):
                for k in range(outer):
                    o = start[p] + (j - 1) * n + k * apart
                    for line in range(lengths.shape[2]):
                        for t in range(lengths[p, e, line] - 2):
                            first = cell[o + lines[p, e, line, t] * after :]
                            second = cell[o + lines[p, e, line, t + 1] * after :]
                            third = cell[o + lines[p, e, line, t + 2] * after :]
                            if step == 1:
                                for i in range(inner):
                                    work[i] += abs(first[i] - 2.0 * second[i] + third[i])
                            else:
                                q = 0
                                for i in range(inner):
                                    work[i] += abs(first[q] - 2.0 * second[q] + third[q])
                                    q += step
            for i in range(inner):
                bend += work[i] / n
        if bend > most * (1.0 + 1e-9):
            most, chosen = bend, e
    return chosen


@compiled
def _order(before, middle, after):
    """Two loops over what is not cut, (times, distance) each: the longer one inside."""
    if after >= before:
        return before, middle * after, after, 1
    return after, 1, before, middle * after


@compiled
def _halve(cell, near, far, o, before, middle, after, lines, lengths, work):
    """De Casteljau's halving along the lines of coefficients from one corner to the other, both halves at once."""
    outer, apart, inner, step = _order(before, middle, after)
    for k in range(outer):
        begin = o + k * apart
        for line in range(len(lengths)):
            m = lengths[line]
            if m == 0:
                break
            for t in range(m):
                here, row = cell[begin + lines[line, t] * after :], work[t * inner : (t + 1) * inner]
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
