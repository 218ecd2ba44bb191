"""What may exclude a cell of a face, compiled: signs, Newton's step from its middle, and a root that is known.

Arrays are those of `exclusion_loop`; the strongest test has a file of its own, `separation`.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["holds", "linearised", "one_to_one", "signs_exclude", "stays", "total"]

MARGIN = 1e-9
BESIDE, SURE = 1e-5, 0.9
"""A root so little outside a cell counts as in it: slopes of polynomials change less there than from `SURE` to 1."""


@compiled
def signs_exclude(cell, start, count, width, size, blur):
    """Whether a pair of the support differs in one sign, or one outside is better than one of it."""
    for r in range(len(size)):
        n, o = count[r], start[r] - count[r]
        for j in range(1, width[r]):
            row = o + j * n
            for i in range(min(j, size[r])):
                above, below = True, j < size[r]
                back = (j - i) * n
                for k in range(row, row + n):
                    gain = cell[k] if i == 0 else cell[k] - cell[k - back]
                    above &= gain > blur
                    below &= gain < -blur
                    if not (above or below):
                        break
                if above or below:
                    return True
    return False


@compiled
def total(numbers):
    """Their sum, in four parts that a processor adds side by side."""
    n = len(numbers)
    whole = n - n % 4
    a = b = c = d = 0.0
    for i in range(0, whole, 4):
        a += numbers[i]
        b += numbers[i + 1]
        c += numbers[i + 2]
        d += numbers[i + 3]
    for i in range(whole, n):
        a += numbers[i]
    return (a + b) + (c + d)


@compiled
def linearised(cell, slope, value, middle, inverse, start, count, size, sides, slopes, slope_start, work, sums):
    """Fill in the mean value and slope [equation, unknown] on the cell, and the inverse; whether that is sound."""
    roles, row = len(size), 0
    for r in range(roles):
        n = count[r]
        for k in range(1, size[r]):
            middle[row] = 1.0 / size[r]
            o = start[r] + (k - 1) * n
            before, after, column, whole = 1, n, 0, 0.0
            for p in range(roles):
                m = sides[r, p]
                after //= m
                for t in range(m):
                    sums[t] = 0.0
                for b in range(before):
                    begin = o + b * m * after
                    if after == 1:
                        gains = cell[begin : begin + m]
                        for t in range(m):
                            sums[t] += gains[t]
                    else:
                        for t in range(m):
                            sums[t] += total(cell[begin + t * after : begin + (t + 1) * after])
                before *= m
                whole = 0.0
                for t in range(m):
                    whole += sums[t]
                for c in range(size[p] - 1):
                    sum = 0.0
                    for t in range(m):
                        sum += slopes[slope_start[r, p] + c * m + t] * sums[t]
                    slope[row, column + c] = sum
                column += size[p] - 1
            value[row] = whole / n
            row += 1
    return _inverted(slope, inverse, work)


@compiled
def _inverted(matrix, inverse, work):
    """Gauss and Jordan's way with the largest pivot of a column; whether the product is the unit within `MARGIN`."""
    n = len(matrix)
    left = work[: n * n].reshape(n, n)
    for i in range(n):
        for j in range(n):
            left[i, j] = matrix[i, j]
            inverse[i, j] = 1.0 if i == j else 0.0
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(left[i, k]) > abs(left[best, k]):
                best = i
        if not abs(left[best, k]) > 1e-300:
            return False
        if best != k:
            for j in range(n):
                left[k, j], left[best, j] = left[best, j], left[k, j]
                inverse[k, j], inverse[best, j] = inverse[best, j], inverse[k, j]
        pivot = 1.0 / left[k, k]
        for j in range(n):
            left[k, j] *= pivot
            inverse[k, j] *= pivot
        for i in range(n):
            if i != k:
                factor = left[i, k]
                for j in range(n):
                    left[i, j] -= factor * left[k, j]
                    inverse[i, j] -= factor * inverse[k, j]
    for i in range(n):
        for j in range(n):
            sum = 0.0
            for k in range(n):
                sum += inverse[i, k] * matrix[k, j]
            if not abs(sum - (i == j)) < MARGIN:
                return False
    return True


@compiled
def stays(value, middle, inverse, size):
    """Whether a step of Newton's method from the middle of the cell, by the mean slope, ends in it."""
    row = 0
    for r in range(len(size)):
        rest = 1.0
        for _ in range(1, size[r]):
            share = middle[row]
            for c in range(len(value)):
                share -= inverse[row, c] * value[c]
            if not share > -MARGIN:
                return False
            rest -= share
            row += 1
        if not rest > -MARGIN:
            return False
    return True


@compiled
def holds(own, roots, size, corner, starts):
    """Whether a known root lies in the cell, or on its border."""
    for root in roots:
        inside = True
        for r in range(len(size)):
            if not _within(own, root, corner[r], size[r], starts[r]):
                inside = False
                break
        if inside:
            return True
    return False


@compiled
def one_to_one(cell, inverse, start, count, size, pairs, pair_start):
    """Whether the equations are one to one on the cell, so that it holds one root at most.

    The inverse of the mean slope times the slope at any point then differs from the unit by less than 1.
    """
    unknowns = len(inverse)
    radius, centre = np.zeros((unknowns, unknowns)), np.zeros((unknowns, unknowns))
    row = 0
    for p in range(len(size)):
        n = count[p]
        for k in range(1, size[p]):
            o = start[p] + (k - 1) * n
            column = 0
            for r in range(len(size)):
                for _ in range(1, size[r]):
                    begin, end, degree = pair_start[p * unknowns + column]
                    if end > begin:
                        least, most = np.inf, -np.inf
                        for q in range(begin, end):
                            rise = cell[o + pairs[q, 0]] - cell[o + pairs[q, 1]]
                            least, most = min(least, rise), max(most, rise)
                        centre[row, column] = degree * 0.5 * (most + least)
                        radius[row, column] = degree * 0.5 * (most - least)
                    column += 1
            row += 1
    for i in range(unknowns):
        norm = 0.0
        for j in range(unknowns):
            apart, spread = 0.0, 0.0
            for k in range(unknowns):
                apart += inverse[i, k] * centre[k, j]
                spread += abs(inverse[i, k]) * radius[k, j]
            norm += abs(apart - (i == j)) + spread
        if not norm < SURE:
            return False
    return True


@compiled
def _within(own, root, corner, size, begin):
    """Whether shares of one role lie in the simplex of the corners: no barycentric coordinate is negative."""
    if size == 1:
        return True
    matrix, inverse, work = np.empty((size, size)), np.empty((size, size)), np.empty(size * size)
    for i in range(size):
        for j in range(size):
            matrix[j, i] = own[corner + i * size + j]
    if not _inverted(matrix, inverse, work):
        return True
    for i in range(size):
        sum = 0.0
        for j in range(size):
            sum += inverse[i, j] * root[begin + j]
        if sum < -BESIDE:
            return False
    return True
