"""Regret: the most that anybody gains by switching alone, with the interval that the data allow."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.bernstein import basis
from econ.games.empirical import ROUNDING, Gains

__all__ = ["expected_width", "mixture_regret", "profile_gains", "profile_regret"]


def mixture_regret(gains: Gains, point: np.ndarray) -> tuple[float, float, float]:
    """Regret, low and high at a mixture point[axis] that all players of a role share.

    Equation: max over roles and strategies j of sum_i p_i D_ji(p); the bounds take D_ji -+ its half-width.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("r",), players=(2,), strategies=(("x", "y"),))
    >>> mean = np.array([[[0.0, -1.0], [1.0, 0.0]], [[0.0, 2.0], [-2.0, 0.0]]])
    >>> mixture_regret(Gains(roles=roles, mean=(mean,), half_width=(0 * mean,)), np.array([1.0, 0.0]))
    (1.0, 1.0, 1.0)
    """
    roles = gains.roles
    middle, low, high = [0.0], [0.0], [0.0]
    for role, part in enumerate(roles.slices()):
        weights = basis(roles.without_one(role).players, roles.sizes, point)
        mean = np.tensordot(weights, gains.mean[role], 1) @ point[part]
        half = expected_width(point[part], expected_width(weights, gains.half_width[role]).T)
        middle.append(float(mean.max()))
        low.append(float((mean - half).max()))
        high.append(float((mean + half).max()))
    return _rounded(gains, max(middle)), _rounded(gains, max(low)), _rounded(gains, max(high)) + gains.hidden


def expected_width(weights: np.ndarray, half: np.ndarray) -> np.ndarray:
    """The half-width [...] of what weights[alpha] make of half[alpha, ...]; infinite, and never undefined, if one is.

    >>> expected_width(np.array([1.0, 0.0]), np.array([[2.0], [np.inf]])).tolist()
    [2.0]
    """
    known = np.isfinite(half)
    if known.all():
        return np.tensordot(weights, half, 1)
    width = np.tensordot(weights, np.where(known, half, 0.0), 1)
    return np.where(np.tensordot(weights, ~known, 1) > 0.0, np.inf, width)


def profile_gains(gains: Gains, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and half-width [profile, switch] of every switch in profiles counts[profile, axis].

    A switch is of a player of i to j, role by role; where nobody plays i it is -inf with half-width 0.
    """
    roles = gains.roles
    means, halves = [], []
    for role, part in enumerate(roles.slices()):
        others = roles.without_one(role)
        for i in range(part.stop - part.start):
            plays = counts[:, part.start + i] > 0
            left = counts[plays].copy()
            left[:, part.start + i] -= 1
            number = others.index(left)
            for j in range(part.stop - part.start):
                if j != i:
                    mean, half = np.full(len(counts), -np.inf), np.zeros(len(counts))
                    mean[plays], half[plays] = gains.mean[role][number, j, i], gains.half_width[role][number, j, i]
                    means.append(mean)
                    halves.append(half)
    if not means:
        return np.full((len(counts), 1), -np.inf), np.zeros((len(counts), 1))
    return np.stack(means, axis=1), np.stack(halves, axis=1)


def profile_regret(gains: Gains, counts: np.ndarray) -> tuple[float, float, float]:
    """Regret, low and high of one pure profile counts[axis]; at least 0, the gain of staying."""
    mean, half = profile_gains(gains, counts[None])
    regret, low, high = (max(0.0, float(x.max())) for x in (mean, mean - half, mean + half))
    return regret, low, high + gains.hidden


def _rounded(gains: Gains, value: float) -> float:
    scale = max(float(np.abs(mean).max(initial=0.0)) for mean in gains.mean)
    return value if value > ROUNDING * scale else 0.0
