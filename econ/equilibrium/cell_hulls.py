"""The hulls in which the gains of a cell lie: their points, and which of them is lowest in a direction, compiled.

On a cell each role's gains over the first of its support, together with the shares at which they are taken, lie in the
hull of points (coefficients at alpha, alpha / n): a polynomial in Bernstein's form and the linear functions. An axis
belongs to each gain, lifted to about 1, and one to each share on which two roles must agree: what one says of it
counts positive there, what the other says negative.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["lift", "lowest_of_all", "lowest_of_few", "point_of", "points_of"]


@compiled
def lift(cell, form, lifts):
    """For each axis a power of two: it brings a gain to about 1, which in a small cell then counts beside shares."""
    start, count, width, rows = form[0], form[1], form[2], form[5]
    lifts[:] = 1.0
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
def point_of(cell, lifts, form, r, where, point, u):
    """The point of one role's hull that stands at a number."""
    start, count, width, size, sides, rows, shares, share_start, links = form
    n, gains, column = count[r], rows[len(size)], len(u)
    point[:] = 0.0
    for j in range(1, width[r]):
        point[rows[r] + j - 1] = lifts[rows[r] + j - 1] * cell[start[r] + (j - 1) * n + where]
    for p in range(len(size) - 1, -1, -1):
        free, m = size[p] - 1, sides[r, p]
        column -= free
        for c in range(free):
            u[column + c] = shares[share_start[r, p] + c * m + where % m]
        where //= m
    for k in range(len(links)):
        if links[k, 1] == r:
            point[gains + k] = u[links[k, 0]]
        elif links[k, 2] == r:
            point[gains + k] = -u[links[k, 0]]


@compiled
def points_of(cell, lifts, form, r, numbers, points, point, u):
    """Several points of one role's hull [axis, point]."""
    for i in range(len(numbers)):
        point_of(cell, lifts, form, r, numbers[i], point, u)
        for t in range(len(point)):
            points[t, i] = point[t]


@compiled
def lowest_of_few(points, x, first, last, gains, products):
    """Which of some points [axis, point] of a role with gains from `first` to `last` is lowest, and its product."""
    count = points.shape[1]
    products[:] = 0.0
    for t in range(first, last):
        turn, row = x[t], points[t]
        for i in range(count):
            products[i] += turn * row[i]
    for t in range(gains, len(x)):
        turn, row = x[t], points[t]
        for i in range(count):
            products[i] += turn * row[i]
    best = 0
    for i in range(1, count):
        best = i if products[i] < products[best] else best
    return best, products[best]


@compiled
def lowest_of_all(cell, lifts, form, x, r, u, turns, work, lin, part):
    """The number of the point of a role's hull that is lowest in a direction, and its product with that."""
    start, count, width, rows, links = form[0], form[1], form[2], form[5], form[8]
    n, gains = count[r], rows[len(width)]
    u[:] = 0.0
    for k in range(len(links)):
        if links[k, 1] == r:
            u[links[k, 0]] += x[gains + k]
        elif links[k, 2] == r:
            u[links[k, 0]] -= x[gains + k]
    _linear(u, r, form, lin, part, work)
    for t in range(rows[r], rows[r] + width[r] - 1):
        turns[t] = lifts[t] * x[t]
    _combined(cell[start[r] :], turns[rows[r] : rows[r] + width[r] - 1], lin, n, work)
    where = _lowest(work, n)
    return where, work[where]


@compiled
def _linear(u, r, form, lin, part, before):
    """A linear function of all shares at the places alpha / n of one role's coefficients, role by role."""
    size, sides, shares, share_start = form[3], form[4], form[6], form[7]
    known, column = 1, 0
    lin[0] = 0.0
    for p in range(len(size)):
        m, free, begin = sides[r, p], size[p] - 1, share_start[r, p]
        if free == 0:
            continue
        part[:m] = 0.0
        for c in range(free):
            turn, own = u[column + c], shares[begin + c * m : begin + (c + 1) * m]
            for a in range(m):
                part[a] += turn * own[a]
        before[:known] = lin[:known]
        for a in range(known):
            base, row = before[a], lin[a * m : a * m + m]
            for b in range(m):
                row[b] = base + part[b]
        known *= m
        column += free


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
