"""Games in normal form: a payoff table for every player.

Convention: `payoffs[player]` is an array [strategy of player 0, strategy of player 1, ...] over all players.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles

__all__ = ["NormalForm"]

MOST_PAYOFFS = 50_000_000
"""Entries of the table of profiles and strategies that a game may be turned into."""

LARGEST_INTEGER = 2**53
"""Up to which doubles hold every integer."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalForm:
    """A finite game: one payoff array for each player, all of one shape.

    >>> game = NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])])
    >>> game.players, game.sizes
    (('player 1', 'player 2'), (2, 2))
    """

    payoffs: Sequence[np.ndarray]
    players: Sequence[str] = ()
    strategies: Sequence[Sequence[str]] = ()

    def __post_init__(self) -> None:
        payoffs = tuple(np.asarray(table) for table in self.payoffs)
        if not payoffs:
            raise ValueError("payoffs has 0 tables; a game needs at least one player")
        count, shape = len(payoffs), payoffs[0].shape
        for number, table in enumerate(payoffs, 1):
            if table.dtype.kind not in "biuf":
                raise ValueError(f"payoffs of player {number} have dtype {table.dtype}; they must be real numbers")
            if table.ndim != count or table.shape != shape or 0 in table.shape:
                raise ValueError(
                    f"payoffs of player {number} have shape {table.shape}; all of {count} players must have one shape "
                    f"with {count} axes, none empty"
                )
            if not np.isfinite(table).all():
                where = tuple(int(x) for x in np.argwhere(~np.isfinite(table))[0])
                raise ValueError(f"the payoff of player {number} at {where} is {table[where]}; it must be finite")
            if table.dtype.kind in "iu" and table.itemsize == 8:
                self._check_integers(number, table)
        players = tuple(self.players) or tuple(f"player {k}" for k in range(1, count + 1))
        strategies = tuple(map(tuple, self.strategies)) or tuple(
            tuple(str(s) for s in range(1, size + 1)) for size in shape
        )
        if len(players) != count:
            raise ValueError(f"players has {len(players)} names; the game has {count} players")
        if tuple(map(len, strategies)) != shape:
            raise ValueError(f"strategies has {tuple(map(len, strategies))} names; the payoffs have shape {shape}")
        object.__setattr__(self, "payoffs", tuple(table.astype(float) for table in payoffs))
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "strategies", strategies)
        self.roles()

    @staticmethod
    def _check_integers(number: int, table: np.ndarray) -> None:
        """`ValueError` for an integer that doubles would round: two payoffs might become one."""
        for where in map(tuple, np.argwhere((table > LARGEST_INTEGER) | (table < -LARGEST_INTEGER))):
            if int(table[where]) != int(float(table[where])):
                raise ValueError(
                    f"the payoff of player {number} at {tuple(map(int, where))} is {table[where]}; doubles do not hold "
                    "this integer: subtract a constant or scale the game"
                )

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of strategies by player."""
        return tuple(self.payoffs[0].shape)

    def roles(self) -> Roles:
        """Every player as a role of one seat."""
        return Roles(
            names=tuple(self.players), players=(1,) * len(self.players), strategies=tuple(map(tuple, self.strategies))
        )

    def deviation_payoffs(self, mixtures: Sequence[np.ndarray]) -> list[np.ndarray]:
        """What each strategy of each player earns against the mixtures of the others."""
        if len(mixtures) != len(self.payoffs):
            raise ValueError(f"{len(mixtures)} mixtures were given; the game has {len(self.payoffs)} players")
        shares = [np.asarray(mixture, dtype=float) for mixture in mixtures]
        for number, (share, size) in enumerate(zip(shares, self.sizes, strict=True), 1):
            if share.shape != (size,) or not (share >= 0.0).all() or abs(float(share.sum()) - 1.0) > 1e-6:
                raise ValueError(f"the mixture of player {number} is {share}; it must be {size} shares that sum to 1")
        earned = []
        for player, table in enumerate(self.payoffs):
            for other in reversed(range(len(shares))):
                if other != player:
                    table = np.tensordot(table, shares[other], axes=(other, 0))
            earned.append(table)
        return earned

    def regret(self, mixtures: Sequence[np.ndarray]) -> float:
        """The most that anybody gains by switching alone.

        >>> NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]).regret([[1, 0], [1, 0]])
        2.0
        """
        pairs = zip(self.deviation_payoffs(mixtures), mixtures, strict=True)
        return max(0.0, *(float(earned.max() - earned @ np.asarray(mixture)) for earned, mixture in pairs))

    def restricted(self, kept: Sequence[Sequence[int]]) -> NormalForm:
        """The game in which each player has only some of the strategies, given by their numbers from 0.

        >>> game = NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])])
        >>> game.restricted([[1], [0, 1]]).strategies
        (('2',), ('1', '2'))
        """
        if len(kept) != len(self.sizes):
            raise ValueError(f"strategies of {len(kept)} players are kept; the game has {len(self.sizes)} players")
        for player, own, size in zip(self.players, kept, self.sizes, strict=True):
            if not len(own) or not all(0 <= k < size for k in own):
                raise ValueError(f"{player} keeps strategies {list(own)}; keep at least one of 0 to {size - 1}")
        return NormalForm(
            [table[np.ix_(*kept)] for table in self.payoffs],
            players=self.players,
            strategies=[tuple(listed[k] for k in own) for listed, own in zip(self.strategies, kept, strict=True)],
        )

    def to_empirical(self) -> EmpiricalGame:
        """The same game as an exact role-symmetric one, every player a role of one seat."""
        roles = self.roles()
        profiles, axis = roles.profile_count, roles.starts[-1]
        if profiles * axis > MOST_PAYOFFS:
            raise ValueError(
                f"the game has {profiles} profiles of {axis} strategies, a table of {profiles * axis} payoffs; at most "
                f"{MOST_PAYOFFS} are held: remove dominated strategies"
            )
        payoffs = np.full((profiles, axis), np.nan)
        number = np.arange(profiles)  # profiles run through the cells in order, the last player fastest
        for start, table, cell in zip(roles.starts, self.payoffs, np.unravel_index(number, self.sizes), strict=False):
            payoffs[number, start + cell] = table.ravel()
        return EmpiricalGame.exact(roles, payoffs)
