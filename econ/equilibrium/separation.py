"""Whether anything separates 0 from what all gains together can be on a cell, compiled.

1. On a cell each role's gains over the first of its support, together with the shares at which they are taken, lie in
   the hull of points (coefficients at alpha, alpha / n): a polynomial in Bernstein's form and the linear functions.
2. At an equilibrium inside the face there is, for every role, a point of its hull at which the gains of the support
   are 0 and no gain from outside is positive, and the shares of these points agree between roles.
3. So 0 lies in the sum of the hulls in (gains, differences of shares), where a gain from outside may be raised. If a
   direction has a positive product with all of that sum there is no equilibrium, however the direction was found.

Wolfe's algorithm (1976) walks to the nearest point of the sum; it begins with the corners that served the larger cell.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled
from econ.equilibrium.exclusion_tests import total

__all__ = ["separated"]

RAISE = 4.0
"""How far a gain from outside may be raised: farther than any lies below 0 once it is lifted to about 1."""
MARKS = 62
"""Gains that one integer can mark as raised; a corner with others not raised is a corner too."""
TINY = 1e-12
"""A weight that counts as none."""
CLOSE = 1e-9
"""A direction that brings less than this share of its square is the last."""
NEAR = 1e-16
"""The nearest point's square, as a share of a corner's, that counts as 0."""


@compiled
def separated(cell, form, blur, steps, corners, corral, weights, held, gram, space):
    """Whether 0 is separated from the sum of hulls, and how many corners of it the nearest point found stands on.

    `corral[corner, role]` numbers the coefficients of a corner, the last entry holds which gains from outside are
    raised; the first `held` with their `weights` are where to begin, and what is left there is where the search ended.
    """
    width, size, rows, links = form[2], form[3], form[5], form[8]
    x, q, u, y, work, lin, part, lifts, turns, low = space
    roles, gains = len(size), rows[len(size)]
    dimension, since = gains + len(links), 0
    _lift(cell, form, lifts)
    if held > 0:
        for i in range(held):
            for t in range(dimension):
                corners[i, t] = 0.0
            for r in range(roles):
                if width[r] > 1:
                    _add(corners[i], r, corral[i, r], cell, lifts, form, u)
            for t in range(gains):
                if t < MARKS and (corral[i, roles] >> t) & 1:
                    corners[i, t] += RAISE
            _products(corners, gram, i, dimension)
    for step in range(steps):
        if held == 0:
            _centre(cell, lifts, form, x)
        else:
            left = _nearest(corners, corral, weights, gram, low, y, held, dimension, since)
            if left < 0:  # the corners lie in a flat of fewer dimensions
                if step > 0:
                    return False, -left
                left, weights[0] = 1, 1.0
                low[0, 0] = 1.0 / np.sqrt(gram[0, 0] + 1.0)
            held = left
            for t in range(dimension):
                sum = 0.0
                for i in range(held):
                    sum += weights[i] * corners[i, t]
                x[t] = sum
        square, length, farthest = 0.0, 0.0, 0.0
        for t in range(dimension):
            square += x[t] * x[t]
            length += abs(x[t]) * (lifts[t] if t < gains else 1.0)
        for i in range(held):
            farthest = max(farthest, gram[i, i])
        if held > 0 and square <= NEAR * farthest:
            return False, held
        least = _lowest_corner(cell, lifts, form, turns, x, q, u, work, lin, part, corral[held])
        if least > blur * length:
            return True, held
        if (held > 0 and square - least < CLOSE * square) or held > dimension:
            return False, held
        for t in range(dimension):
            corners[held, t] = q[t]
        _products(corners, gram, held, dimension)
        weights[held] = 1.0 if held == 0 else 0.0
        since = held
        held += 1
    return False, held


@compiled
def _lift(cell, form, lifts):
    """For each gain the power of two that brings it to about 1: in a small cell it then counts beside shares."""
    start, count, width, rows = form[0], form[1], form[2], form[5]
    for r in range(len(width)):
        n = count[r]
        for j in range(1, width[r]):
            o = start[r] + (j - 1) * n
            lifts[rows[r] + j - 1] = 2.0 ** -np.floor(np.log2(_largest(cell[o : o + n])))


@compiled
def _largest(numbers):
    """The largest size of numbers, of four side by side; not less than what counts as 0."""
    n = len(numbers)
    whole = n - n % 4
    a = b = c = d = 1e-30
    for i in range(0, whole, 4):
        e, f, g, h = abs(numbers[i]), abs(numbers[i + 1]), abs(numbers[i + 2]), abs(numbers[i + 3])
        a = e if e > a else a
        b = f if f > b else b
        c = g if g > c else c
        d = h if h > d else d
    for i in range(whole, n):
        a = max(a, abs(numbers[i]))
    return max(max(a, b), max(c, d))


@compiled
def _centre(cell, lifts, form, x):
    """The mean of all coefficients, a first direction."""
    start, count, width, rows = form[0], form[1], form[2], form[5]
    x[:] = 0.0
    for r in range(len(width)):
        n = count[r]
        for j in range(1, width[r]):
            o = start[r] + (j - 1) * n
            x[rows[r] + j - 1] = lifts[rows[r] + j - 1] * total(cell[o : o + n]) / n


@compiled
def _lowest_corner(cell, lifts, form, turns, x, q, u, work, lin, part, numbers):
    """The corner of the sum that lies farthest against a direction, into q and its numbers; gives the product."""
    start, count, width, size, sides, rows, shares, share_start, links = form
    roles, gains = len(size), rows[len(size)]
    product, raised = 0.0, 0
    for t in range(len(q)):
        q[t] = 0.0
    for r in range(roles):
        if width[r] < 2:
            continue
        n = count[r]
        for t in range(len(u)):
            u[t] = 0.0
        for k in range(len(links)):
            if links[k, 1] == r:
                u[links[k, 0]] += x[gains + k]
            elif links[k, 2] == r:
                u[links[k, 0]] -= x[gains + k]
        known, column = 1, 0
        lin[0] = 0.0
        for p in range(roles):  # a linear function of the shares, role by role
            m, free, begin = sides[r, p], size[p] - 1, share_start[r, p]
            for a in range(m):
                sum = 0.0
                for c in range(free):
                    sum += u[column + c] * shares[begin + a * free + c]
                part[a] = sum
            for a in range(known - 1, -1, -1):
                base, row = lin[a], lin[a * m : a * m + m]
                for b in range(m):
                    row[b] = base + part[b]
            known *= m
            column += free
        for t in range(rows[r], rows[r] + width[r] - 1):
            turns[t] = lifts[t] * x[t]
        _combined(cell[start[r] :], turns[rows[r] : rows[r] + width[r] - 1], lin, n, work)
        where = _lowest(work, n)
        product += work[where]
        numbers[r] = where
        _add(q, r, where, cell, lifts, form, u)
        for t in range(rows[r] + size[r] - 1, rows[r] + width[r] - 1):
            if x[t] < 0.0:
                product += x[t] * RAISE
                q[t] += RAISE
                if t < MARKS:
                    raised |= 1 << t
    numbers[roles] = raised
    return product


@compiled
def _combined(gains, turns, lin, n, work):
    """A linear function and so many turns of each of some gains [gain, alpha], into work; four gains in one round."""
    count = len(turns)
    several = min(count, 4)
    first, second, third, fourth = gains[:n], gains[n : 2 * n], gains[2 * n : 3 * n], gains[3 * n : 4 * n]
    if several == 1:
        p = turns[0]
        for a in range(n):
            work[a] = lin[a] + p * first[a]
    elif several == 2:
        p, q = turns[0], turns[1]
        for a in range(n):
            work[a] = lin[a] + p * first[a] + q * second[a]
    elif several == 3:
        p, q, r = turns[0], turns[1], turns[2]
        for a in range(n):
            work[a] = lin[a] + p * first[a] + q * second[a] + r * third[a]
    else:
        p, q, r, s = turns[0], turns[1], turns[2], turns[3]
        for a in range(n):
            work[a] = lin[a] + p * first[a] + q * second[a] + r * third[a] + s * fourth[a]
    for j in range(several, count):
        p, first = turns[j], gains[j * n : (j + 1) * n]
        for a in range(n):
            work[a] += p * first[a]


@compiled
def _lowest(work, n):
    """Where the first n numbers are lowest; eight at once, which a processor compares together."""
    a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = work[0]
    whole = n - n % 8
    for a in range(0, whole, 8):
        v0, v1, v2, v3 = work[a], work[a + 1], work[a + 2], work[a + 3]
        v4, v5, v6, v7 = work[a + 4], work[a + 5], work[a + 6], work[a + 7]
        a0 = v0 if v0 < a0 else a0
        a1 = v1 if v1 < a1 else a1
        a2 = v2 if v2 < a2 else a2
        a3 = v3 if v3 < a3 else a3
        a4 = v4 if v4 < a4 else a4
        a5 = v5 if v5 < a5 else a5
        a6 = v6 if v6 < a6 else a6
        a7 = v7 if v7 < a7 else a7
    for a in range(whole, n):
        a0 = min(a0, work[a])
    least = min(min(min(a0, a1), min(a2, a3)), min(min(a4, a5), min(a6, a7)))
    for a in range(n):
        if work[a] == least:
            return a
    return 0


@compiled
def _add(point, r, where, cell, lifts, form, u):
    """Add the corner of one role's hull that stands at a number to a point of the sum."""
    start, count, width, size, sides, rows, shares, share_start, links = form
    n, gains, column = count[r], rows[len(size)], len(u)
    for j in range(1, width[r]):
        point[rows[r] + j - 1] += lifts[rows[r] + j - 1] * cell[start[r] + (j - 1) * n + where]
    for p in range(len(size) - 1, -1, -1):
        free = size[p] - 1
        column -= free
        begin = share_start[r, p] + where % sides[r, p] * free
        where //= sides[r, p]
        for c in range(free):
            u[column + c] = shares[begin + c]
    for k in range(len(links)):
        if links[k, 1] == r:
            point[gains + k] += u[links[k, 0]]
        elif links[k, 2] == r:
            point[gains + k] -= u[links[k, 0]]


@compiled
def _products(corners, gram, i, dimension):
    """The products of one corner with itself and those before it."""
    for j in range(i + 1):
        sum = 0.0
        for t in range(dimension):
            sum += corners[j, t] * corners[i, t]
        gram[i, j] = sum
        gram[j, i] = sum


@compiled
def _nearest(corners, corral, weights, gram, low, y, held, dimension, since):
    """Weights of the point nearest to 0 of the hull of corners, those that it does not need taken away.

    Gives how many are left, negative if they do not span a simplex. Equation: (G + 1 1') y = 1, weights y / sum(y).
    """
    while True:
        if not _factored(gram, low, since, held):
            return -held
        whole, positive = 0.0, True
        for i in range(held):
            sum = 1.0
            for t in range(i):
                sum -= low[i, t] * y[t]
            y[i] = sum * low[i, i]
        for i in range(held - 1, -1, -1):
            sum = y[i]
            for t in range(i + 1, held):
                sum -= low[t, i] * y[t]
            y[i] = sum * low[i, i]
            whole += y[i]
        for i in range(held):
            y[i] /= whole
            positive &= y[i] > TINY
        if positive:
            for i in range(held):
                weights[i] = y[i]
            return held
        step = 1.0
        for i in range(held):
            if not y[i] > TINY and weights[i] - y[i] > 1e-300:
                step = min(step, weights[i] / (weights[i] - y[i]))
        kept, since = 0, held
        for i in range(held):
            weight = weights[i] + step * (y[i] - weights[i])
            if weight > TINY:
                if kept != i:
                    since = min(since, kept)
                    for t in range(dimension):
                        corners[kept, t] = corners[i, t]
                    for t in range(corral.shape[1]):
                        corral[kept, t] = corral[i, t]
                    for t in range(held):
                        gram[kept, t] = gram[i, t]
                    for t in range(held):
                        gram[t, kept] = gram[t, i]
                weights[kept] = weight
                kept += 1
        if kept == held or kept == 0:
            return -held
        held, since = kept, min(since, kept)


@compiled
def _factored(gram, low, since, held):
    """Cholesky's factor of G + 1 1' from one row on, the diagonal inverted; False if the corners are dependent."""
    for i in range(since, held):
        for j in range(i + 1):
            sum = gram[i, j] + 1.0
            for t in range(j):
                sum -= low[i, t] * low[j, t]
            if i > j:
                low[i, j] = sum * low[j, j]
            elif sum > TINY * (gram[i, i] + 1.0):
                low[i, i] = 1.0 / np.sqrt(sum)
            else:
                return False
    return True
