"""What each strategy earns against a mixture of the others: the contract between games and solvers.

A game may be a table, a sample or a formula; whatever has `roles` and `deviation_payoffs(mixture)` can be solved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import lgamma
from typing import Protocol

import numpy as np

from econ.games.roles import Roles, profile_counts

__all__ = ["DeviationGame", "Place", "deviation_payoffs", "expected", "paired_regret", "regret"]

Place = tuple[np.ndarray, np.ndarray | int]
"""Numbers of profiles and places on the axis, which index a table of payoffs."""

BLOCK = 1 << 18
"""Chances held at once: few enough for the cache."""
NEVER = -1e4
"""Stands for the logarithm of a share of 0: times a count above 0 it leaves no chance, times 0 it has no effect."""


class DeviationGame(Protocol):
    """Any game that solvers can ask what each strategy earns against a mixture of the others."""

    @property
    def roles(self) -> Roles:
        """Who plays what."""
        ...

    def deviation_payoffs(self, mixture: np.ndarray) -> np.ndarray:
        """What one player of each role-strategy earns [..., axis] if all others draw from shares[..., axis]."""
        ...


def deviation_payoffs(roles: Roles, payoffs: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """What each role-strategy earns [..., axis] against shares[..., axis], from payoffs[profile, axis]."""
    points = shares.reshape(-1, shares.shape[-1])
    with np.errstate(divide="ignore"):
        logs = np.where(points > 0.0, np.log(points), NEVER)
    earned = np.empty(points.shape)
    for role, part in enumerate(roles.slices()):
        number = roles.joined_by_one(role)
        table = payoffs[number, np.arange(part.start, part.stop)[:, None]].T  # [others, strategy]
        unknown = np.isnan(table)
        some = bool(unknown.any())
        if some:
            table = np.where(unknown, 0.0, table)
        counts, ways = _others(roles.players, roles.sizes, role)
        total, risk = np.zeros((2, len(points), table.shape[1]))
        step = max(1, BLOCK // max(len(points), 1))
        for start in range(0, len(counts), step):
            block = slice(start, start + step)
            chance = logs @ counts[block].T
            chance += ways[block]
            np.exp(chance, out=chance)
            total += chance @ table[block]
            if some:
                risk += chance @ unknown[block]
        earned[:, part] = np.where(risk > 0.0, np.nan, total) if some else total
    return earned.reshape(shares.shape)


def expected(earned: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """What the mixture itself earns [...]; what is unknown counts only where it is played."""
    return np.where(shares > 0.0, shares * earned, 0.0).sum(axis=-1)


def regret(roles: Roles, earned: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The most [...] that anybody gains by switching alone, where role-strategies earn[..., axis]; NaN if unknown.

    >>> roles = Roles(names=("r",), players=(2,), strategies=(("x", "y"),))
    >>> float(regret(roles, np.array([1.0, 3.0]), np.array([0.5, 0.5])))
    1.0
    """
    gains = [earned[..., part].max(axis=-1) - expected(earned[..., part], shares[..., part]) for part in roles.slices()]
    return np.maximum(np.max(gains, axis=0), 0.0)


def paired_regret(roles: Roles, more: Callable[[Place, Place], np.ndarray], shares: np.ndarray) -> np.ndarray:
    """The same, where only differences are known: `more(here, there)` is what is earned here above there.

    >>> roles = Roles(names=("r",), players=(1,), strategies=(("x", "y"),))
    >>> table = np.array([[3.0, np.nan], [np.nan, 5.0]])
    >>> float(paired_regret(roles, lambda here, there: table[here] - table[there], np.array([0.75, 0.25])))
    1.5
    """
    points = shares.reshape(-1, shares.shape[-1])
    with np.errstate(divide="ignore"):
        logs = np.where(points > 0.0, np.log(points), NEVER)
    most = np.zeros(len(points))
    for role, part in enumerate(roles.slices()):
        number = roles.joined_by_one(role)
        counts, ways = _others(roles.players, roles.sizes, role)
        chance = np.exp(logs @ counts.T + ways)
        for j, here in enumerate(number):
            gain = np.zeros(len(points))
            for i, there in enumerate(number):
                if i != j:
                    apart = more((here, part.start + j), (there, part.start + i))
                    gain += points[:, part.start + i] * (chance @ apart)
            most = np.maximum(most, gain)
    return most.reshape(shares.shape[:-1])


@lru_cache(maxsize=32)
def _others(players: tuple[int, ...], sizes: tuple[int, ...], role: int) -> tuple[np.ndarray, np.ndarray]:
    """The opponents' count vectors [others, axis] as floats, and the logarithm of the ways [others] to make each."""
    degrees = tuple(n - (r == role) for r, n in enumerate(players))
    counts = profile_counts(degrees, sizes)
    factorial = np.array([lgamma(n + 1.0) for n in range(max(degrees) + 1)])
    ways = sum(factorial[n] for n in degrees) - factorial[counts].sum(axis=1)
    return counts.astype(float), ways
