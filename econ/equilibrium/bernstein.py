"""Deviation payoffs as Bernstein polynomials on products of simplices.

Convention: `degrees` and `sizes` give, role by role, how many opponents draw their strategy and how many strategies
they draw from. The payoff against opponents who draw independently from the shares p is
sum over count vectors alpha of c[alpha] x product over roles of multinomial(alpha) p^alpha, so the coefficients ARE the
payoffs of the profiles. On a smaller cell the coefficients are averages of the old ones: the matrices below are
non-negative with rows that sum to 1, so they carry lower and upper bounds too. Shares of all roles stand on one axis.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb, log10
from typing import Any

import numpy as np

from econ.games.roles import compositions, profile_counts, rank

__all__ = ["basis", "check_degrees", "difference", "gradient", "halving", "restriction", "sparse_halving"]

Shape = tuple[int, ...]
MOST_DIGITS = 300


def check_degrees(degrees: Shape, sizes: Shape) -> None:
    """Refuse so many opponents that the number of ways they may choose is no float."""
    digits = sum(degree * log10(size) for degree, size in zip(degrees, sizes, strict=True))
    if digits > MOST_DIGITS:
        raise ValueError(
            f"{degrees} opponents with {sizes} strategies may choose in 10^{digits:.0f} ways; at most 10^{MOST_DIGITS} "
            "are computed with: list fewer players or strategies"
        )


@lru_cache(maxsize=256)
def _multinomials(degrees: Shape, sizes: Shape) -> np.ndarray:
    check_degrees(degrees, sizes)
    factors = np.ones(len(profile_counts(degrees, sizes)))
    start = 0
    for degree, size in zip(degrees, sizes, strict=True):
        rest = np.full(len(factors), degree)
        for own in profile_counts(degrees, sizes)[:, start : start + size].T:
            factors *= [float(comb(n, k)) for n, k in zip(rest.tolist(), own.tolist(), strict=True)]
            rest = rest - own
        start += size
    return factors


def basis(degrees: Shape, sizes: Shape, points: np.ndarray) -> np.ndarray:
    """The chance [..., alpha] of each count vector of opponents who draw from points[..., axis].

    >>> basis((2,), (2,), np.array([0.5, 0.5])).tolist()
    [0.25, 0.5, 0.25]
    """
    check_degrees(degrees, sizes)
    power = _powers(points, degrees)
    chance, start = np.ones((*power.shape[:-2], 1)), 0
    for degree, size in zip(degrees, sizes, strict=True):  # roles draw independently, the last one's counts run fastest
        own = _multinomials((degree,), (size,))
        for place, count in enumerate(profile_counts((degree,), (size,)).T, start):
            own = own * power[..., place, :][..., count]
        start += size
        chance = (chance[..., :, None] * own[..., None, :]).reshape(*chance.shape[:-1], -1)
    return chance


def gradient(degrees: Shape, sizes: Shape, points: np.ndarray) -> np.ndarray:
    """The partial derivatives [..., alpha, axis] of `basis` by each share, the others held fixed.

    >>> gradient((2,), (2,), np.array([0.5, 0.5])).tolist()
    [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
    """
    counts = profile_counts(degrees, sizes)
    power = _powers(points, degrees)
    places = range(counts.shape[1])
    factors = [power[..., place, :][..., counts[:, place]] for place in places]
    before, after = [_multinomials(degrees, sizes)], [np.ones(len(counts))]  # products of the factors on either side
    for place in places:
        before.append(before[-1] * factors[place])
        after.append(after[-1] * factors[-1 - place])
    columns = []
    for place in places:
        count = counts[:, place]
        lowered = count * power[..., place, :][..., np.maximum(count - 1, 0)]
        columns.append(before[place] * lowered * after[len(factors) - 1 - place])
    return np.stack(columns, axis=-1)


def _powers(points: np.ndarray, degrees: Shape) -> np.ndarray:
    """The powers [..., axis, exponent] of shares, up to the largest degree."""
    shares = np.asarray(points, dtype=float)
    powers = np.ones((*shares.shape, max(degrees) + 1))
    for exponent in range(1, max(degrees) + 1):
        powers[..., exponent] = powers[..., exponent - 1] * shares
    return powers


def restriction(degrees: Shape, sizes: Shape, corners: tuple[np.ndarray, ...]) -> np.ndarray:
    """The matrix [alpha on the cell, alpha] that restricts coefficients to the cell with corners[role][corner, share].

    A row is the expansion of a product of linear forms, one for every corner taken (the polar form).

    >>> restriction((2,), (2,), (np.array([[1.0, 0.0], [0.5, 0.5]]),)).tolist()
    [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.25, 0.5, 0.25]]
    """
    whole = np.ones((1, 1))
    part: np.ndarray
    for degree, size, vertices in zip(degrees, sizes, corners, strict=True):
        part = np.ones((1, 1))
        for step in range(1, degree + 1):
            corner, parent, down = _steps(step, size)
            padded = np.concatenate((part, np.zeros((len(part), 1))), axis=1)[parent]
            part = np.stack([vertices[corner, s][:, None] * padded[:, down[:, s]] for s in range(size)]).sum(axis=0)
        whole = np.kron(whole, part)
    return whole


@lru_cache(maxsize=512)
def _steps(degree: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each count vector: a strategy in it, and the numbers of the vectors without it and without each (or -1)."""
    counts = compositions(degree, size)
    down = np.full(counts.shape, -1, dtype=np.int64)
    for s in range(size):
        has = counts[:, s] > 0
        less = counts[has].copy()
        less[:, s] -= 1
        down[has, s] = rank(less)
    corner = np.argmax(counts > 0, axis=1)
    return corner, down[np.arange(len(counts)), corner], down


@lru_cache(maxsize=512)
def halving(degrees: Shape, sizes: Shape, role: int, kept: int, moved: int) -> np.ndarray:
    """`restriction` to the half of the simplex whose corner `moved` is replaced by its midpoint with `kept`."""
    corners = [np.eye(size) for size in sizes]
    corners[role][moved] = (corners[role][moved] + corners[role][kept]) / 2.0
    matrix = restriction(degrees, sizes, tuple(corners))
    matrix.setflags(write=False)
    return matrix


@lru_cache(maxsize=512)
def sparse_halving(degrees: Shape, sizes: Shape, role: int, kept: int, moved: int) -> Any:
    """`halving` as a sparse matrix: a coefficient takes part in few others."""
    from scipy.sparse import csr_array  # here, so that importing econ stays fast

    return csr_array(halving.__wrapped__(degrees, sizes, role, kept, moved))  # the dense one is not kept


@lru_cache(maxsize=512)
def difference(degrees: Shape, sizes: Shape, role: int, to: int, since: int) -> np.ndarray:
    """The matrix [beta, alpha] to the coefficients of the derivative along share `to` rising and `since` falling.

    beta counts one opponent less in `role`. Equation: n (c[beta + to] - c[beta + since]).

    >>> difference((2,), (2,), 0, 1, 0).tolist()
    [[-2.0, 2.0, 0.0], [0.0, -2.0, 2.0]]
    """
    if degrees[role] == 0:
        raise ValueError("degree is 0; a constant has no derivative to restrict")
    lower = tuple(n - (r == role) for r, n in enumerate(degrees))
    counts = profile_counts(lower, sizes)
    start = sum(sizes[:role])
    matrix = np.zeros((len(counts), len(profile_counts(degrees, sizes))))
    rows = np.arange(len(counts))
    for strategy, sign in ((to, 1.0), (since, -1.0)):
        raised = counts.copy()
        raised[:, start + strategy] += 1
        matrix[rows, _number(raised, degrees, sizes)] += sign * degrees[role]
    matrix.setflags(write=False)
    return matrix


def _number(counts: np.ndarray, degrees: Shape, sizes: Shape) -> np.ndarray:
    number = np.zeros(len(counts), dtype=np.int64)
    start = 0
    for degree, size in zip(degrees, sizes, strict=True):
        number = number * len(compositions(degree, size)) + rank(counts[:, start : start + size])
        start += size
    return number
