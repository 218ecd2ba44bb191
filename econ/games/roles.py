"""Who plays what: roles with seats and strategies, and the profiles that count them.

Convention: all (role, strategy) pairs stand on one axis, role after role; a profile is a count vector on it, a
mixture a vector of shares on it that sums to 1 within each role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import comb, prod
from numbers import Integral

import numpy as np

__all__ = ["Roles", "compositions", "rank"]

_MOST = 2**63 - 1
MOST_COUNTS = 50_000_000
"""Profiles times strategies that are listed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Roles by name, with the number of seats and the listed strategies of each.

    >>> roles = Roles(names=("validators",), players=(2,), strategies=(("honest", "weight-copier"),))
    >>> roles.profiles().tolist()
    [[2, 0], [1, 1], [0, 2]]
    """

    names: tuple[str, ...]
    players: tuple[int, ...]
    strategies: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("a game has 0 roles; it needs at least one")
        for field in ("players", "strategies"):
            given = len(getattr(self, field))
            if given != len(self.names):
                raise ValueError(f"{field} has {given} entries; it needs one for each of {len(self.names)} roles")
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "players", tuple(self.players))
        object.__setattr__(self, "strategies", tuple(map(tuple, self.strategies)))
        _distinct("roles", self.names)
        for name, players, strategies in zip(self.names, self.players, self.strategies, strict=True):
            if not isinstance(players, Integral) or players < 0:
                raise ValueError(f"role {name!r} has {players} players; it needs a whole number of at least 0")
            if not strategies:
                raise ValueError(f"role {name!r} has 0 strategies; list at least one")
            _distinct(f"strategies of role {name!r}", strategies)

    @property
    def axis(self) -> tuple[tuple[str, str], ...]:
        """Every (role, strategy) pair, in the order of count and share vectors."""
        return tuple(
            (name, strategy) for name, listed in zip(self.names, self.strategies, strict=True) for strategy in listed
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of listed strategies by role."""
        return tuple(len(listed) for listed in self.strategies)

    @property
    def starts(self) -> tuple[int, ...]:
        """Where each role begins on the axis, and the length of the axis last."""
        return tuple(int(start) for start in np.cumsum((0, *self.sizes)))

    def slices(self) -> Iterator[slice]:
        """The part of the axis that belongs to each role, in order."""
        starts = self.starts
        return (slice(a, b) for a, b in pairwise(starts))

    @property
    def profile_count(self) -> int:
        """The number of count vectors."""
        return prod(comb(n + k - 1, k - 1) for n, k in zip(self.players, self.sizes, strict=True))

    @property
    def comparisons(self) -> int:
        """The number of (role, opponents' profile, pair of strategies): what an interval on every gain must share."""
        return sum(self.without_one(r).profile_count * k * (k - 1) // 2 for r, k in enumerate(self.sizes))

    def profiles(self) -> np.ndarray:
        """All count vectors [profile, axis]: the last role fastest, in each the first strategy's count descending.

        Raises `ValueError`, before memory is taken, for more than 50 million counts.
        """
        if self.profile_count * self.starts[-1] > MOST_COUNTS:
            raise ValueError(
                f"the game has {self.profile_count} profiles of {self.starts[-1]} strategies; at most {MOST_COUNTS} "
                "counts are held: list fewer strategies or players, or solve it by growing"
            )
        return profile_counts(self.players, self.sizes)

    def index(self, counts: np.ndarray) -> np.ndarray:
        """The profile numbers [...] of count vectors [..., axis]."""
        counts = np.asarray(counts)
        if counts.shape[-1:] != (self.starts[-1],):
            raise ValueError(f"counts has shape {counts.shape}; its last axis must have length {self.starts[-1]}")
        number = np.zeros(counts.shape[:-1], dtype=np.int64)
        for name, players, part in zip(self.names, self.players, self.slices(), strict=True):
            own = counts[..., part]
            wrong = (own < 0).any(axis=-1) | (own.sum(axis=-1) != players)
            if wrong.any():
                shown = own[wrong][0].tolist()
                raise ValueError(f"role {name!r} has counts {shown}; they must be at least 0 and sum to {players}")
            number = number * comb(players + own.shape[-1] - 1, own.shape[-1] - 1) + rank(own)
        return number

    def without_one(self, role: int) -> Roles:
        """The opponents of one player of a role: the same roles with one seat less in that one.

        >>> roles = Roles(names=("a", "b"), players=(3, 1), strategies=(("x", "y"), ("z",)))
        >>> roles.without_one(0).players
        (2, 1)
        """
        players = tuple(n - (r == role) for r, n in enumerate(self.players))
        return Roles(names=self.names, players=players, strategies=self.strategies)

    def joined_by_one(self, role: int) -> np.ndarray:
        """The profile numbers [strategy, others] in which one player of a role plays a strategy beside the others.

        Others as `without_one(role)` numbers them.

        >>> Roles(names=("a",), players=(2,), strategies=(("x", "y"),)).joined_by_one(0).tolist()
        [[0, 1], [1, 2]]
        """
        return _joined_by_one(self.players, self.sizes, role)

    def restricted(self, listed: Mapping[str, Sequence[str]]) -> Roles:
        """The same seats with fewer strategies; roles that are not named keep all of theirs.

        >>> Roles(names=("a",), players=(2,), strategies=(("x", "y", "z"),)).restricted({"a": ("z", "x")}).strategies
        (('x', 'z'),)
        """
        for name, strategies in listed.items():
            if name not in self.names:
                raise ValueError(f"role {name!r} is not one of {', '.join(self.names)}; name one of these")
            known = self.strategies[self.names.index(name)]
            for strategy in strategies:
                if strategy not in known:
                    raise ValueError(f"strategy {strategy!r} of role {name!r} is not one of {', '.join(known)}")
        kept = tuple(
            tuple(s for s in known if s in listed.get(name, known))
            for name, known in zip(self.names, self.strategies, strict=True)
        )
        return Roles(names=self.names, players=self.players, strategies=kept)

    def places(self, part: Roles) -> np.ndarray:
        """Where the strategies of restricted roles stand on this axis."""
        numbers = {pair: k for k, pair in enumerate(self.axis)}
        return np.array([numbers[pair] for pair in part.axis], dtype=np.int64)

    def widened(self, part: Roles, counts: np.ndarray) -> np.ndarray:
        """Counts or shares [..., axis of the restricted roles] on this axis, 0 for what was left out."""
        counts = np.asarray(counts)
        wide = np.zeros((*counts.shape[:-1], self.starts[-1]), dtype=counts.dtype)
        wide[..., self.places(part)] = counts
        return wide

    def checked_mixture(self, mixture: np.ndarray) -> np.ndarray:
        """Shares[..., axis] as floats that are at least 0 and sum to 1 within each role, or `ValueError`."""
        shares = np.asarray(mixture, dtype=float)
        if shares.shape[-1:] != (self.starts[-1],):
            raise ValueError(f"mixture has shape {shares.shape}; its last axis must have length {self.starts[-1]}")
        for name, part in zip(self.names, self.slices(), strict=True):
            own = shares[..., part]
            wrong = ~((own >= 0.0).all(axis=-1) & (np.abs(own.sum(axis=-1) - 1.0) <= 1e-6))
            if wrong.any():
                raise ValueError(
                    f"the mixture of role {name!r} is {own[wrong][0].tolist()}; it must be shares that sum to 1"
                )
        return shares


@lru_cache(maxsize=256)
def compositions(total: int, parts: int) -> np.ndarray:
    """All ways to write `total` as `parts` counts [number, part], the first count descending.

    >>> compositions(2, 2).tolist()
    [[2, 0], [1, 1], [0, 2]]
    """
    if parts == 1:
        rows = np.array([[total]], dtype=np.int64)
    elif total <= 1:
        rows = np.eye(parts, dtype=np.int64) if total else np.zeros((1, parts), dtype=np.int64)
    else:
        blocks = []
        for first in range(total, -1, -1):
            rest = compositions(total - first, parts - 1)
            blocks.append(np.column_stack((np.full(len(rest), first), rest)))
        rows = np.concatenate(blocks)
    rows.setflags(write=False)
    return rows


def rank(counts: np.ndarray) -> np.ndarray:
    """The place [...] of count vectors [..., part] in `compositions` of their sum.

    >>> rank(np.array([[2, 0], [0, 2]])).tolist()
    [0, 2]
    """
    counts = np.asarray(counts, dtype=np.int64)
    parts = counts.shape[-1]
    rest = counts.sum(axis=-1)
    place = np.zeros(counts.shape[:-1], dtype=np.int64)
    table = _numbers(int(rest.max(initial=0)), parts)
    for i in range(parts - 1):
        rest = rest - counts[..., i]  # those with a larger count here come first
        after = parts - 1 - i
        place += np.where(rest > 0, table[np.maximum(rest - 1, 0), after], 0)
    return place


@lru_cache(maxsize=256)
def profile_counts(players: tuple[int, ...], sizes: tuple[int, ...]) -> np.ndarray:
    """The count vectors [profile, axis] of roles with so many players and strategies."""
    rows = np.zeros((1, 0), dtype=np.int64)
    for n, k in zip(players, sizes, strict=True):
        own = compositions(n, k)
        rows = np.concatenate((np.repeat(rows, len(own), axis=0), np.tile(own, (len(rows), 1))), axis=1)
    rows.setflags(write=False)
    return rows


@lru_cache(maxsize=64)
def _joined_by_one(players: tuple[int, ...], sizes: tuple[int, ...], role: int) -> np.ndarray:
    others = profile_counts(tuple(n - (r == role) for r, n in enumerate(players)), sizes)
    number = np.zeros((sizes[role], len(others)), dtype=np.int64)
    start = 0
    for r, (n, k) in enumerate(zip(players, sizes, strict=True)):
        own = np.repeat(others[None, :, start : start + k], sizes[role], axis=0)
        if r == role:
            own[np.arange(k), :, np.arange(k)] += 1
        number = number * comb(n + k - 1, k - 1) + rank(own)
        start += k
    number.setflags(write=False)
    return number


@lru_cache(maxsize=64)
def _numbers(total: int, parts: int) -> np.ndarray:
    """How many ways [less, part] there are to write `less` < total as part + 1 counts."""
    most = comb(max(total - 1, 0) + parts - 1, parts - 1)
    if most > _MOST:
        raise ValueError(
            f"{total} players of {parts} strategies have more than {_MOST} profiles, the most that can be numbered: "
            "list fewer strategies or players"
        )
    return np.array([[comb(n + k, k) for k in range(parts)] for n in range(max(total, 1))], dtype=np.int64)


def _distinct(what: str, names: tuple[str, ...]) -> None:
    if len(set(names)) < len(names):
        twice, times = Counter(names).most_common(1)[0]
        raise ValueError(f"{what} list {twice!r} {times} times; names must differ")
