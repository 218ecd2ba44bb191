"""Whether anything separates 0 from what all gains together can be on a cell: a linear program, compiled.

1. At an equilibrium inside the face there is, for every role, a point of its hull (`cell_hulls`) at which the gains of
   the support are 0 and no gain from outside is positive, and the shares of these points agree between roles.
2. So weights of points, 1 in all for each role, add up to 0 on every axis, where a gain from outside may be raised.
3. If a direction has a positive product with every such sum there is no equilibrium, however the direction was found.

The simplex method looks for the weights from those that served the larger cell, and lowers by how much they fail. It
asks the points that were lowest in earlier directions first, and all of them only where these bring no more. Where
nothing brings more the prices of the rows are the direction (Farkas 1902).
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled
from econ.equilibrium.cell_hulls import lift, lowest_of_all, lowest_of_few, point_of, points_of

__all__ = ["FEW", "separated", "space_of"]

FEW = 16
"""Points of each role that are asked first."""
NONE = -1
"""The role of a column that stands for what is missing on its row; from `roles` on, a gain from outside is raised."""
ZERO = 1e-10
"""A weight that counts as 0."""
GAIN = 1e-9
"""A column that lowers the failure by less for each unit of weight is not taken."""
PIVOT = 1e-8
"""An entry below this is no pivot."""


@compiled
def space_of(form):
    """Arrays for `separated` to work in."""
    count, size, rows, links = form[1], form[3], form[5], form[8]
    axes = rows[len(size)] + len(links)
    equations, most, unknowns = len(size) + axes, 0, 0
    for r in range(len(size)):
        most = max(most, count[r])
        unknowns += size[r] - 1
    square = np.empty((equations, equations))
    return (
        (square, np.empty((equations, equations)), np.empty((len(size), axes, FEW))),
        (np.empty(axes), np.empty(axes), np.empty(axes), np.empty(unknowns), np.empty(axes), np.empty(FEW)),
        (np.empty(equations), np.empty(equations), np.empty(equations)),
        (np.empty(most + 1), np.empty(most + 1), np.empty(most + 1)),
    )


@compiled
def separated(cell, form, blur, steps, basis, weights, few, space):
    """Whether 0 is separated from the sums, after so many steps at most.

    `basis` [row, (role, number)] names a point for each equation, `weights` takes theirs, `few` [role, point] numbers
    those to ask first; a basis of `NONE` begins with nothing. What is left in them is where the search ended.
    """
    width, size, rows = form[2], form[3], form[5]
    (columns, inverse, points), (lifts, x, point, u, turns, products), (prices, column, scratch), whole = space
    roles, axes = len(size), len(x)
    work, lin, part = whole
    lift(cell, form, lifts)
    _begin(cell, lifts, form, basis, weights, columns, inverse, point, u)
    for r in range(roles):
        if width[r] > 1:
            points_of(cell, lifts, form, r, few[r], points[r], point, u)
    for _ in range(steps):
        if not _priced(basis, weights, inverse, prices):
            return False
        gain, role, number = -GAIN, NONE, 0
        for t in range(axes):
            x[t] = -prices[roles + t]
        for r in range(roles):
            for t in range(rows[r] + size[r] - 1, rows[r + 1]):
                if x[t] < gain:
                    gain, role, number = x[t], roles, t
                x[t] = max(x[t], 0.0)
        if role == NONE:
            least = 0.0
            for r in range(roles):
                if width[r] > 1:
                    best, product = lowest_of_few(points[r], x, rows[r], rows[r + 1], rows[roles], products)
                    least += product
                    if product - prices[r] < gain:
                        gain, role, number = product - prices[r], r, few[r, best]
            if role == NONE or least > 0.0:
                least, length = 0.0, 0.0
                for r in range(roles):
                    if width[r] > 1:
                        best, product = lowest_of_all(cell, lifts, form, x, r, u, turns, work, lin, part)
                        least += product
                        if product - prices[r] < gain:
                            gain, role, number = product - prices[r], r, best
                        _remember(few[r], points[r], best, cell, lifts, form, r, point, u)
                for t in range(axes):
                    length += abs(x[t]) * lifts[t]
                if least > blur * length:
                    return True
                if role == NONE:
                    return False
        _fill(cell, lifts, form, role, number, column, point, u)
        if not _exchanged(basis, weights, inverse, column, scratch, role, number):
            return False
    return False


@compiled
def _begin(cell, lifts, form, basis, weights, columns, inverse, point, u):
    """Fill in the inverse of the basis, and the weights; the basis is emptied if it has no inverse."""
    width, roles, equations = form[2], len(form[2]), len(weights)
    for i in range(equations):
        if basis[i, 0] == NONE:
            columns[i] = 0.0
            columns[i, i] = 1.0
        else:
            _fill(cell, lifts, form, basis[i, 0], basis[i, 1], columns[i], point, u)
    if not _inverted(columns, inverse):
        basis[:] = NONE
        inverse[:] = 0.0
        for i in range(equations):
            inverse[i, i] = 1.0
    for i in range(equations):
        weights[i] = 0.0
        for r in range(roles):
            if width[r] > 1:
                weights[i] += inverse[i, r]


@compiled
def _fill(cell, lifts, form, role, number, column, point, u):
    """The column of a point of a role's hull, or of a gain that is raised."""
    roles = len(form[3])
    column[:] = 0.0
    if role == roles:
        column[roles + number] = 1.0
        return
    point_of(cell, lifts, form, role, number, point, u)
    column[role] = 1.0
    for t in range(len(point)):
        column[roles + t] = point[t]


@compiled
def _remember(few, points, number, cell, lifts, form, role, point, u):
    """Let a point take the last place of those that are asked first, as the newest stand in front."""
    for i in range(FEW):
        if few[i] == number:
            return
    for i in range(FEW - 1, 0, -1):
        few[i] = few[i - 1]
        for t in range(len(point)):
            points[t, i] = points[t, i - 1]
    few[0] = number
    point_of(cell, lifts, form, role, number, point, u)
    for t in range(len(point)):
        points[t, 0] = point[t]


@compiled
def _priced(basis, weights, inverse, prices):
    """What a unit on each row adds to the failure: to negative weights and to what is missing; False if it is none."""
    failing = False
    prices[:] = 0.0
    for i in range(len(weights)):
        row = inverse[i]
        if weights[i] < -ZERO:
            failing = True
            for t in range(len(prices)):
                prices[t] -= row[t]
        elif weights[i] > ZERO and basis[i, 0] == NONE:
            failing = True
            for t in range(len(prices)):
                prices[t] += row[t]
    return failing


@compiled
def _exchanged(basis, weights, inverse, column, turned, role, number):
    """Let a column into the basis, so far that no weight in order turns negative; False if nothing limits that."""
    equations = len(weights)
    for i in range(equations):
        sum, row = 0.0, inverse[i]
        for t in range(equations):
            sum += row[t] * column[t]
        turned[i] = sum
    step, leaves, farthest, last = np.inf, -1, -1.0, -1
    for i in range(equations):
        if abs(turned[i]) < PIVOT:
            continue
        ratio = weights[i] / turned[i]
        if weights[i] < -ZERO or (basis[i, 0] == NONE and weights[i] > ZERO):  # it may go on to 0
            if ratio > farthest:
                farthest, last = ratio, i
            continue
        if basis[i, 0] == NONE:
            ratio = 0.0
        elif turned[i] > 0.0:
            ratio = max(ratio, 0.0)
        else:
            continue
        if ratio < step or (ratio == step and abs(turned[i]) > abs(turned[leaves])):
            step, leaves = ratio, i
    if last >= 0 and 0.0 <= farthest < step:
        step, leaves = farthest, last
    if leaves < 0:
        return False
    pivot, own = 1.0 / turned[leaves], inverse[leaves]
    for t in range(equations):
        own[t] *= pivot
    for i in range(equations):
        weights[i] -= step * turned[i]
        if i != leaves and turned[i] != 0.0:
            factor, row = turned[i], inverse[i]
            for t in range(equations):
                row[t] -= factor * own[t]
    weights[leaves] = step
    basis[leaves, 0], basis[leaves, 1] = role, number
    return True


@compiled
def _inverted(columns, inverse):
    """The inverse of the matrix of columns [column, row], which are used up; False if it is as good as singular."""
    n = len(columns)
    for i in range(n):
        inverse[i] = 0.0
        inverse[i, i] = 1.0
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(columns[k, i]) > abs(columns[k, best]):
                best = i
        if not abs(columns[k, best]) > 1e-7:
            return False
        if best != k:
            for j in range(n):
                columns[j, k], columns[j, best] = columns[j, best], columns[j, k]
                inverse[k, j], inverse[best, j] = inverse[best, j], inverse[k, j]
        pivot = 1.0 / columns[k, k]
        for j in range(n):
            columns[j, k] *= pivot
            inverse[k, j] *= pivot
        for i in range(n):
            factor = columns[k, i]
            if i != k and factor != 0.0:
                for j in range(k, n):
                    columns[j, i] -= factor * columns[j, k]
                for j in range(n):
                    inverse[i, j] -= factor * inverse[k, j]
    return True
