"""The loop that excludes cells of a face, compiled: depth first, each cell cut in two until something rules it out.

Arrays are flat and described by the numbers that `exclusion_form` prepares. By role r of R: `start[r]` is where its
block of coefficients [strategy, alpha] begins, `count[r]` the second side; the first is `width[r] - 1`: what those of
the support (`size[r]` of them) but its first gain over that one, then those outside.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled
from econ.equilibrium.cutting import halve, longest, most_bent
from econ.equilibrium.exclusion_tests import holds, linearised, one_to_one, signs_exclude, stays
from econ.equilibrium.separation import FEW, NONE, separated, space_of

__all__ = ["exclude"]

ROUNDING = 1e-13
"""A coefficient below this share of the largest, which is 1 in every role, has no sign."""
STEPS = 40
"""Steps of the simplex method on one cell."""
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
    start, count, width, size, sides = form[0], form[1], form[2], form[3], form[4]
    edges = cut[2]
    slopes, slope_start = newton
    corner, begins, pairs, pair_start = one
    roles, total, unknowns, number = len(size), cells.shape[1], 0, len(cells)
    for r in range(roles):
        unknowns += size[r] - 1
    equations = roles + form[5][roles] + len(form[8])
    high = 64 + number
    stack, stacked = np.empty((high, total)), np.empty((high, placed.shape[1]))
    level, fews = np.zeros(high, dtype=np.int64), np.zeros((high, roles, FEW), dtype=np.int64)
    bases = np.full((high, equations, 2), NONE)
    stack[:number], stacked[:number] = cells, placed
    depth, kept = number, 0
    own = np.empty(placed.shape[1])
    basis, weights, few = np.empty((equations, 2), dtype=np.int64), np.empty(equations), np.empty_like(fews[0])
    work, sums, space = np.empty(total + unknowns * unknowns), np.empty(total), space_of(form)
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
        cell, own[:] = stack[depth], stacked[depth]
        if signs_exclude(cell, start, count, width, size, ROUNDING):
            continue
        basis[:], few[:] = bases[depth], fews[depth]
        if separated(cell, form, ROUNDING, STEPS, basis, weights, few, space):
            continue
        single = False
        if linearised(cell, slope, value, middle, inverse, start, count, size, sides, slopes, slope_start, work, sums):
            known = holds(own, roots, size, corner, begins)
            if known or (guess and stays(value, middle, inverse, size)):
                single = one_to_one(cell, inverse, start, count, size, pairs, pair_start)
            if known and single:
                continue
        now = level[depth]
        edge, length = longest(own, edges, size, corner)
        if single or length < shortest or now >= deepest:
            if kept < len(left):
                left[kept] = own
                if kept < len(left_cells):
                    left_cells[kept] = cell
            kept += 1
            continue
        if now % EVEN != EVEN - 1:
            edge = most_bent(cell, own, form, cut, corner, basis, weights, SHORT * length)
        if depth + 2 > high:
            high *= 2
            stack, stacked, level = _longer(stack, high), _longer(stacked, high), _longer(level, high)
            bases, fews = _longer(bases, high), _longer(fews, high)
        halve(stack[depth], stack[depth + 1], form, cut, edge, work)
        for h in range(2):
            stacked[depth + h], level[depth + h] = own, now + 1
            bases[depth + h], fews[depth + h] = basis, few
        r, a, b = edges[edge]
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
