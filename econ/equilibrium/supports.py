"""Which faces may hold an equilibrium: what strict dominance rules out before any face is searched."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from econ.games.empirical import Gains

__all__ = ["Dominance", "face_count", "faces"]

Shape = tuple[int, ...]
Supports = tuple[Shape, ...]


def face_count(listed: Supports) -> int:
    """The number of faces of one dimension or more: all supports but the pure ones.

    >>> face_count(((0, 1, 2), (0, 1)))
    15
    """
    every = pure = 1
    for names in listed:
        every *= 2 ** len(names) - 1
        pure *= len(names)
    return every - pure


def faces(listed: Supports) -> Iterator[Supports]:
    """All supports but the pure ones, one by one, those of the smallest dimension first.

    >>> list(faces(((0, 1, 2),)))
    [((0, 1),), ((0, 2),), ((1, 2),), ((0, 1, 2),)]
    """
    limits = tuple(len(names) - 1 for names in listed)
    for dimension in range(1, sum(limits) + 1):
        for extra in _splits(dimension, limits):
            yield from product(*(list(combinations(names, k + 1)) for names, k in zip(listed, extra, strict=True)))


class Dominance:
    """Who is dominated where the opponents keep to some supports, in every game of the band or in the estimated one."""

    def __init__(self, gains: Gains, *, band: bool) -> None:
        self._roles = gains.roles
        self._least = [mean - band * half for mean, half in zip(gains.mean, gains.half_width, strict=True)]
        self._used = [gains.roles.without_one(r).profiles() > 0 for r in range(len(gains.roles.names))]
        tied = [(mean == 0.0) & (half == 0.0) for mean, half in zip(gains.mean, gains.half_width, strict=True)]
        self._tied = [(table, table.any(axis=0)) for table in tied]
        self._known: dict[tuple[int, Supports], frozenset[int]] = {}

    def survivors(self, listed: Supports) -> Supports:
        """What is left when strictly dominated strategies go, again and again: no equilibrium uses any other."""
        while True:
            beaten = [self._beaten(role, listed, names, strict=True) for role, names in enumerate(listed)]
            kept = tuple(tuple(i for i in names if i not in out) for names, out in zip(listed, beaten, strict=True))
            if kept == listed:
                return listed
            listed = kept

    def excludes(self, supports: Supports, listed: Supports) -> bool:
        """Whether inside the face a `listed` strategy is better than one of a support against all opponents there.

        Inside the face every coefficient counts, so it is enough that none has the other sign and one is not 0.
        """
        for role, own in enumerate(supports):
            alone = self._roles.players[role] == 1  # no opponent in the own role: the own support does not matter
            key = role, (*supports[:role], () if alone else own, *supports[role + 1 :])
            beaten = self._known.get(key)
            if beaten is None:
                beaten = self._known[key] = self._beaten(role, supports, listed[role], strict=False)
            if not beaten.isdisjoint(own):
                return True
        return False

    def ties(self, supports: Supports) -> bool:
        """Whether all in the supports earn exactly the same everywhere on the face."""
        if not all(somewhere[np.ix_(own, own)].all() for own, (_, somewhere) in zip(supports, self._tied, strict=True)):
            return False
        return all(
            bool(table[self._on_face(role, supports)][:, own][:, :, own].all())
            for role, (own, (table, _)) in enumerate(zip(supports, self._tied, strict=True))
        )

    def _beaten(self, role: int, supports: Supports, by: Shape, *, strict: bool) -> frozenset[int]:
        """The strategies of a role that one of `by` is better than, against all opponents who use the supports."""
        gains = self._least[role][self._on_face(role, supports)][:, list(by)]
        lowest = gains.min(axis=0)  # [j, i]
        better = lowest > 0.0 if strict else (lowest >= 0.0) & (gains.max(axis=0) > 0.0)
        return frozenset(np.flatnonzero(better.any(axis=0)).tolist())

    def _on_face(self, role: int, supports: Supports) -> np.ndarray:
        """Which profiles of the opponents [others] keep to the supports."""
        barred = np.ones(self._roles.starts[-1], dtype=bool)
        for start, own in zip(self._roles.starts, supports, strict=False):
            barred[start + np.array(own, dtype=np.int64)] = False
        return np.asarray(~self._used[role][:, barred].any(axis=1))


def _splits(total: int, limits: Shape) -> Iterator[Shape]:
    """The ways to write a total as one number for each limit, none above it."""
    if len(limits) == 1:
        if total <= limits[0]:
            yield (total,)
        return
    for first in range(max(0, total - sum(limits[1:])), min(total, limits[0]) + 1):
        for rest in _splits(total - first, limits[1:]):
            yield (first, *rest)
