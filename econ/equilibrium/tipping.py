"""The tipping point: how many may play something else before everybody wants to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from econ.equilibrium.edge import on_edge
from econ.equilibrium.face import face_of
from econ.equilibrium.roots import value
from econ.games.empirical import EmpiricalGame

__all__ = ["GainRow", "Tipping", "TippingPoint", "gains_table", "tipping"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GainRow:
    """What a player of the first strategy gains by switching to the second when `others` of its role play that."""

    others: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingPoint:
    """An unstable mixture of the two: below this share of the second strategy it dies out, above it takes over."""

    share: float
    share_interval: tuple[float, float]
    seats: float
    seats_interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tipping:
    """The contest of a role's first strategy and another one, while all other roles play their first.

    `survives` is the largest number of others on the second strategy up to which switching to it always loses, None if
    a lone player gains; `survives_interval` are the numbers that all and some games of the band give. `settled` says
    that every game of the band has exactly one such point in each interval.
    """

    role: str
    first: str
    second: str
    points: tuple[TippingPoint, ...]
    survives: int | None
    survives_interval: tuple[int | None, int | None]
    settled: bool
    gains: tuple[GainRow, ...]


def gains_table(
    game: EmpiricalGame, *, role: str | None = None, second: str | None = None, level: float = 0.95
) -> tuple[GainRow, ...]:
    """The gain from switching to a strategy by the number of others that play it, with bounds that hold together.

    `role` is the first with two strategies unless given, `second` its second strategy.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("hunters",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 2.0]]))
    >>> [row.mean for row in gains_table(game)]
    [-1.0, 1.0]
    """
    return next(_contests(game, role, second, level)).gains


def tipping(
    game: EmpiricalGame, *, role: str | None = None, second: str | None = None, level: float = 0.95
) -> tuple[Tipping, ...]:
    """One contest for every other strategy of the role, or for `second` alone.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("hunters",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 2.0]]))
    >>> contest = tipping(game)[0]
    >>> contest.points[0].share, contest.points[0].seats, contest.survives
    (0.5, 1.0, 0)
    """
    return tuple(_contests(game, role, second, level))


def _contests(game: EmpiricalGame, role: str | None, second: str | None, level: float) -> Iterator[Tipping]:
    roles = game.roles
    if role is None:
        number = next((r for r, size in enumerate(roles.sizes) if size > 1), 0)
    elif role in roles.names:
        number = roles.names.index(role)
    else:
        raise ValueError(f"role is {role!r}; it must be one of {', '.join(roles.names)}")
    listed = roles.strategies[number]
    if len(listed) < 2:
        raise ValueError(f"role {roles.names[number]!r} has 1 strategy; a tipping point needs 2")
    if second is not None and second not in listed[1:]:
        raise ValueError(f"strategy is {second!r}; it must be one of {', '.join(listed[1:])}")
    gains = game.gains(level)
    for other in range(1, len(listed)):
        if second in (None, listed[other]):
            supports = tuple((0, other) if r == number else (0,) for r in range(len(roles.names)))
            face = face_of(gains, supports, supports)  # nobody outside: restricted to the two
            mean, half = face.mean[number][:, other, 0], face.half[number][:, other, 0]
            bounded = bool(np.isfinite(half).all())
            found, settled = on_edge(face) if bounded else ([], False)
            seats = roles.players[number]
            points = []
            for one in found:
                share, low, high = (float(x[number + 1]) for x in (one.point, one.low, one.high))
                if one.continuum or not _rises(mean, share):
                    continue
                points.append(
                    TippingPoint(
                        share=share,
                        share_interval=(low, high),
                        seats=seats * share,
                        seats_interval=(seats * low, seats * high),
                    )
                )
            yield Tipping(
                role=roles.names[number],
                first=listed[0],
                second=listed[other],
                points=tuple(points),
                survives=_survives(mean),
                survives_interval=(_survives(mean + half), _survives(mean - half)),
                settled=settled and game.decides,
                gains=tuple(
                    GainRow(others=k, mean=float(m), low=float(m - h), high=float(m + h))
                    for k, (m, h) in enumerate(zip(mean, half, strict=True))
                ),
            )


def _survives(gains: np.ndarray) -> int | None:
    """The largest k with all gains up to k below 0."""
    losing = int(np.argmax(np.append(gains >= 0.0, True)))
    return losing - 1 if losing else None


def _rises(mean: np.ndarray, share: float) -> bool:
    """Whether the gain goes from loss to profit at its root: the mixture is unstable between the two."""
    return value(np.diff(mean), share) > 0.0
