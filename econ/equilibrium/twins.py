"""Strategies that make no difference to anybody: one stands for all of its kind."""

from __future__ import annotations

import numpy as np

from econ.games.empirical import ROUNDING, Gains

__all__ = ["twins_of"]

Shape = tuple[int, ...]


def twins_of(gains: Gains) -> tuple[tuple[Shape, ...], dict[int, tuple[int, ...]]]:
    """Strategies that stand for themselves, by role, and for those with twins (by place) the places of all twins.

    Twins earn exactly the same against everybody, and make no difference to anybody else's gains: every equilibrium
    with one of them is a continuum, so one stands for all.
    """
    roles = gains.roles
    listed: list[tuple[int, ...]] = []
    twins: dict[int, tuple[int, ...]] = {}
    for role, (start, size) in enumerate(zip(roles.starts, roles.sizes, strict=False)):
        first: list[int] = []
        same = ((gains.mean[role] == 0.0) & (gains.half_width[role] == 0.0)).all(axis=0)
        for b in range(size):
            twin = next((a for a in first if same[b, a] and _matters_alike(gains, role, a, b)), None)
            if twin is None:
                first.append(b)
            else:
                twins[start + twin] = (*twins.get(start + twin, (start + twin,)), start + b)
        listed.append(tuple(first))
    return tuple(listed), twins


def _matters_alike(gains: Gains, role: int, a: int, b: int) -> bool:
    roles = gains.roles
    scale = max(float(np.abs(mean).max(initial=0.0)) for mean in gains.mean)
    for r in range(len(roles.names)):
        others = roles.without_one(r)
        merged = others.profiles().copy()
        merged[:, roles.starts[role] + a] += merged[:, roles.starts[role] + b]
        merged[:, roles.starts[role] + b] = 0
        number = others.index(merged)
        for table in (gains.mean[r], gains.half_width[r]):
            if (np.abs(table[number] - table) > ROUNDING * scale).any():
                return False
    return True
