"""What may exclude a cell of a face, compiled: signs, mixtures of gains, Newton's step, and a root that is known.

Arrays are those of `exclusion_loop`.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = [
    "OUT",
    "STAYS",
    "differences",
    "holds",
    "linearised",
    "mixture_excludes",
    "newton",
    "one_to_one",
    "signs_exclude",
]

SEPARATIONS = 12
"""Looks for a mixture of gains that is positive on the whole cell."""
MARGIN = 1e-9
OUT, STAYS, OPEN = 0, 1, 2


@compiled
def signs_exclude(cell, start, count, width, size, blur):
    """Whether a pair of the support differs in one sign, or one outside is better than one of it."""
    for r in range(len(size)):
        w, o = width[r], start[r]
        for j in range(w):
            for i in range(min(j, size[r])):
                above, below = True, j < size[r]
                k = o
                for _ in range(count[r]):
                    gain = cell[k + j] - cell[k + i]
                    above &= gain > blur
                    below &= gain < -blur
                    k += w
                    if not (above or below):
                        break
                if above or below:
                    return True
    return False


@compiled
def differences(cell, gains, start, count, width):
    """Gains over the first of the support, [strategy, alpha] in the place of [alpha, strategy]."""
    for r in range(len(start)):
        w, o, n = width[r], start[r], count[r]
        for alpha in range(n):
            base = cell[o + alpha * w]
            for j in range(1, w):
                gains[o + j * n + alpha] = cell[o + alpha * w + j] - base


@compiled
def mixture_excludes(gains, start, count, size, blur, work):
    """Whether some mixture of the gains of one role is positive throughout: none of them can all be 0 then.

    Gilbert's algorithm for the point nearest to 0 of the hull of the coefficients.
    """
    for r in range(len(size)):
        free = size[r] - 1
        if free < 2:
            continue
        n, o = count[r], start[r]
        point = np.empty(free)
        for k in range(free):
            point[k] = gains[o + (k + 1) * n : o + (k + 2) * n].mean()
        for _ in range(SEPARATIONS):
            for alpha in range(n):
                work[alpha] = point[0] * gains[o + n + alpha]
            for k in range(1, free):
                share, row = point[k], o + (k + 1) * n
                for alpha in range(n):
                    work[alpha] += share * gains[row + alpha]
            lowest, where = work[0], 0
            for alpha in range(1, n):
                if work[alpha] < lowest:
                    lowest, where = work[alpha], alpha
            if lowest > blur * np.abs(point).sum():
                return True
            square, cross, other = 0.0, 0.0, 0.0
            for k in range(free):
                there = gains[o + (k + 1) * n + where]
                square += point[k] * point[k]
                cross += point[k] * there
                other += there * there
            apart = square - 2.0 * cross + other
            if not apart > 0.0 or square < 1e-24 * other:
                break
            step = min(1.0, (square - cross) / apart)
            for k in range(free):
                point[k] += step * (gains[o + (k + 1) * n + where] - point[k])
    return False


@compiled
def linearised(gains, slope, value, middle, inverse, start, count, size, slopes, slope_start, work):
    """Fill in the mean value and slope [equation, unknown] on the cell, and the inverse; whether that is sound."""
    unknowns = len(value)
    row = 0
    for r in range(len(size)):
        n = count[r]
        for k in range(1, size[r]):
            middle[row] = 1.0 / size[r]
            here = gains[start[r] + k * n : start[r] + (k + 1) * n]
            value[row] = here.mean()
            for c in range(unknowns):
                column = slopes[slope_start[r] + c * n : slope_start[r] + (c + 1) * n]
                sum = 0.0
                for alpha in range(n):
                    sum += column[alpha] * here[alpha]
                slope[row, c] = sum
            row += 1
    return _inverted(slope, inverse, work)


@compiled
def _inverted(matrix, inverse, work):
    """Gauss and Jordan's way with the largest pivot of a column; whether the product is the unit within `MARGIN`."""
    n = len(matrix)
    left = work[: n * n].reshape(n, n)
    left[:] = matrix
    inverse[:] = 0.0
    for k in range(n):
        inverse[k, k] = 1.0
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
def newton(gains, slope, value, middle, inverse, start, count, size, places, slope_start, work):
    """Where a step of Newton's method leads: `OUT` of the cell from everywhere, or, for the mean slope, it `STAYS`.

    `newton_step.reachable` says why. Row by row of the free shares, and for each role of what they leave over.
    """
    unknowns, stays = len(value), True
    weights = np.empty(unknowns)
    column = 0
    for r in range(len(size)):
        if size[r] < 2:
            continue
        for share in range(size[r]):  # 0: what the others leave over
            base = 1.0 if share == 0 else 0.0
            for c in range(unknowns):
                weights[c] = 0.0
            if share == 0:
                for k in range(size[r] - 1):
                    base -= middle[column + k]
                    for c in range(unknowns):
                        weights[c] -= inverse[column + k, c]
            else:
                base += middle[column + share - 1]
                for c in range(unknowns):
                    weights[c] = inverse[column + share - 1, c]
            for c in range(unknowns):
                base -= weights[c] * value[c]
            stays &= -MARGIN < base < 1.0 + MARGIN
            low = high = base
            row = 0
            for p in range(len(size)):
                free, n = size[p] - 1, count[p]
                if free == 0:
                    continue
                constant = 0.0
                for k in range(free):
                    constant -= weights[row + k] * value[row + k]
                for c in range(unknowns):
                    turned = 0.0
                    for k in range(free):
                        turned += weights[row + k] * slope[row + k, c]
                    column_of = places[slope_start[p] + c * n : slope_start[p] + (c + 1) * n]
                    constant += turned * middle[c]
                    if c == 0:
                        for alpha in range(n):
                            work[alpha] = -turned * column_of[alpha]
                    else:
                        for alpha in range(n):
                            work[alpha] -= turned * column_of[alpha]
                for k in range(free):
                    weight, o = weights[row + k], start[p] + (k + 1) * n
                    for alpha in range(n):
                        work[alpha] += weight * gains[o + alpha]
                least = most = work[0]
                for alpha in range(1, n):
                    least = min(least, work[alpha])
                    most = max(most, work[alpha])
                low -= most + constant
                high -= least + constant
                row += free
            if low > 1.0 + MARGIN or high < -MARGIN:
                return OUT
        column += size[r] - 1
    return STAYS if stays else OPEN


@compiled
def holds(own, roots, size, corner, starts):
    """Whether a known root lies in the cell."""
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
def one_to_one(gains, inverse, start, count, size, pairs, pair_start):
    """Whether the equations are one to one on the cell, so that it holds one root at most.

    The inverse of the mean slope times the slope at any point then differs from the unit by less than 1.
    """
    unknowns = len(inverse)
    radius, centre = np.zeros((unknowns, unknowns)), np.zeros((unknowns, unknowns))
    row = 0
    for p in range(len(size)):
        n = count[p]
        for k in range(1, size[p]):
            o = start[p] + k * n
            column = 0
            for r in range(len(size)):
                for _ in range(1, size[r]):
                    begin, end, degree = pair_start[p * unknowns + column]
                    if end > begin:
                        least, most = np.inf, -np.inf
                        for q in range(begin, end):
                            rise = gains[o + pairs[q, 0]] - gains[o + pairs[q, 1]]
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
        if not norm < 0.99:
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
        if sum < -1e-7:
            return False
    return True
