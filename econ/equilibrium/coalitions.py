"""Groups that switch together: what forming one brings its members, and what joining it brings the last of them.

An equilibrium is safe from players who switch alone. A coalition moves several seats at once, of one role or of more
(stake classes are roles), from what the profile has them play to one strategy. It pays if each of its members gains; no
side payments are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from econ.games.empirical import EmpiricalGame

__all__ = ["Coalition", "cheapest", "coalitions"]

MOST_COALITIONS = 5000
Bounds = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition:
    """So many seats of each role (`sizes`) that switch together to a strategy.

    `forming` is what a member of each role gains over the profile before, `joining` what it gains over staying out
    while all the others switch: (mean, low, high), holding together with those of all other coalitions listed.
    `stake` is the sum of the stake of its seats, where stakes were given. `settled` says whether there are worlds
    enough.
    """

    strategy: str
    sizes: Mapping[str, int]
    stake: float | None
    forming: Mapping[str, Bounds]
    joining: Mapping[str, Bounds]
    settled: bool

    @property
    def heads(self) -> int:
        """How many seats take part."""
        return sum(self.sizes.values())

    @property
    def pays(self) -> bool | None:
        """Whether every member gains by forming it; None where the data do not settle it."""
        return self._all(self.forming)

    @property
    def holds(self) -> bool | None:
        """Whether no member would rather have stayed out; None where the data do not settle it."""
        return self._all(self.joining)

    def _all(self, gains: Mapping[str, Bounds]) -> bool | None:
        if not self.settled:
            return None
        if any(high < 0.0 or low == high == 0.0 for _, low, high in gains.values()):
            return False
        return True if all(low > 0.0 for _, low, _ in gains.values()) else None


def coalitions(
    game: EmpiricalGame,
    strategy: str,
    *,
    beside: Mapping[str, str] | None = None,
    stake: Mapping[str, float] | None = None,
    level: float = 0.95,
) -> tuple[Coalition, ...]:
    """Every coalition that could form to play a strategy, smallest first, beside a profile in which each role agrees.

    `beside` names what every role plays (its first strategy unless named); roles that do not list the strategy, or
    play it already, take no part. `stake` gives the stake of one seat by role. Gains are paired by world; the error is
    split over all coalitions, their roles, and forming and joining.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("r",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 3.0]]))
    >>> [(c.heads, c.pays, c.forming["r"][0], c.joining["r"][0]) for c in coalitions(game, "stag")]
    [(1, False, -1.0, -1.0), (2, True, 2.0, 2.0)]
    """
    roles, chosen = game.roles, dict(beside or {})
    for name, played in chosen.items():
        if name not in roles.names or played not in roles.strategies[roles.names.index(name)]:
            raise ValueError(f"beside has {name!r}: {played!r}; name a role of the game and one of its strategies")
    plays = [chosen.get(name, listed[0]) for name, listed in zip(roles.names, roles.strategies, strict=True)]
    moving = [r for r, listed in enumerate(roles.strategies) if strategy in listed and plays[r] != strategy]
    if not moving:
        raise ValueError(f"strategy is {strategy!r}; no role lists it and plays something else")
    if stake is not None and any(roles.names[r] not in stake for r in moving):
        raise ValueError(f"stake names {', '.join(stake)}; give that of a seat of {', '.join(roles.names)}")
    number = {pair: k for k, pair in enumerate(roles.axis)}
    old = [number[name, played] for name, played in zip(roles.names, plays, strict=True)]
    new = {r: number[roles.names[r], strategy] for r in moving}
    start = np.zeros(roles.starts[-1], dtype=np.int64)
    start[old] = roles.players
    count = int(np.prod([roles.players[r] + 1 for r in moving])) - 1
    if count > MOST_COALITIONS:
        raise ValueError(f"{count} coalitions could form; at most {MOST_COALITIONS} are looked at: merge stake classes")
    sizes = sorted(product(*(range(roles.players[r] + 1) for r in moving)), key=lambda size: (sum(size), size))[1:]
    error = (1.0 - level) / (2 * sum(sum(n > 0 for n in size) for size in sizes))

    def gain(formed: np.ndarray, place: int, before: np.ndarray, since: int) -> Bounds:
        here, there = (roles.index(formed), place), (roles.index(before), since)
        paired = game.payoffs[here] - game.payoffs[there]
        half = float(game.half_width(paired, here, there, error))
        mean = float(paired.mean())
        return mean, mean - half, mean + half

    found = []
    for size in sizes:
        formed = start.copy()
        for r, n in zip(moving, size, strict=True):
            formed[old[r]] -= n
            formed[new[r]] += n
        members = [r for r, n in zip(moving, size, strict=True) if n]
        forming, joining = {}, {}
        for r in members:
            out = formed.copy()
            out[old[r]] += 1
            out[new[r]] -= 1
            forming[roles.names[r]] = gain(formed, new[r], start, old[r])
            joining[roles.names[r]] = gain(formed, new[r], out, old[r])
        held = (
            None if stake is None else float(sum(n * stake[roles.names[r]] for r, n in zip(moving, size, strict=True)))
        )
        found.append(
            Coalition(
                strategy=strategy,
                sizes={roles.names[r]: n for r, n in zip(moving, size, strict=True) if n},
                stake=held,
                forming=forming,
                joining=joining,
                settled=game.decides,
            )
        )
    return tuple(found)


def cheapest(found: tuple[Coalition, ...], by: str = "heads") -> Coalition | None:
    """The profitable coalition of the fewest heads, or of the least stake; None if none is shown to pay.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("r",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 3.0]]))
    >>> cheapest(coalitions(game, "stag")).heads
    2
    """
    if by not in ("heads", "stake"):
        raise ValueError(f"by is {by!r}; it must be heads or stake")
    if by == "stake" and any(one.stake is None for one in found):
        raise ValueError("no stakes were given; pass stake={role: stake of a seat} to coalitions")
    paying = [one for one in found if one.pays]
    return min(paying, key=lambda one: one.heads if by == "heads" else (one.stake or 0.0), default=None)
