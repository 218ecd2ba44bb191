"""What one seat of a role gains by committing to a strategy first, all others knowing it and playing an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from econ.equilibrium.answer import Equilibrium
from econ.equilibrium.bernstein import basis
from econ.equilibrium.certificate import SymmetricGame, named
from econ.equilibrium.correlated_among_alike import label
from econ.equilibrium.nash_of_roles import nash_of_roles
from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles

__all__ = ["Commitments", "commitments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitments:
    """The best commitments of one seat of each leading role, what they pay it, and how many faces were not searched."""

    equilibria: list[Equilibrium]
    figures: dict[str, float | None]
    intervals: dict[str, tuple[float, float]]
    unsearched: int


def commitments(game: SymmetricGame, leader: int | None, *, epsilon: float, level: float, budget: float) -> Commitments:
    """The best commitment of one seat of the role number `leader`, or of each role that has a choice, in turn.

    1. The seat takes a strategy and keeps it; what is left is a game of the other seats, of which all role-symmetric
       equilibria are found. Of these the strong leader expects the one it likes best, the weak one the worst.
    2. Listed are its best commitments under both, with the shares of all seats, its own among them, and what the leader
       expects there (`payoffs`), with the interval of that: they hold together.
    3. The regret, with its interval, is that of the others: the leader is bound.

    Only pure commitments are tried, and only equilibria that the others of a role share.

    >>> roles = Roles(names=("hunters",), players=(3,), strategies=(("hare", "stag"),))
    >>> table = np.array([[1.0, np.nan], [1.0, 0.0], [1.0, 0.0], [np.nan, 3.0]])
    >>> game = EmpiricalGame.exact(roles, table)
    >>> found = commitments(game, None, epsilon=0.5, level=0.95, budget=1e9)
    >>> [(e.kind, e.strategy["hunters"]["stag"]) for e in found.equilibria]
    [('hunters lead, strong', 1.0), ('hunters lead, weak', 0.0)]
    """
    known = game if isinstance(game, EmpiricalGame) else game.to_empirical()
    roles = known.roles
    if leader is not None and not 0 <= leader < len(roles.names):
        raise ValueError(f"leader is {leader}; it is the number of a role, 0 to {len(roles.names) - 1}")
    if sum(roles.players) < 2:
        raise ValueError("the game has 1 player; a leader needs somebody who follows")
    every = range(len(roles.names))
    choosing = [r for r in every if roles.sizes[r] > 1] or list(every)
    leading = choosing if leader is None else [leader]
    found = Commitments(equilibria=[], figures={}, intervals={}, unsearched=0)
    unsearched = 0
    blur = _blur(known, leading, level)
    for role in leading:
        ends: dict[str, tuple[float, float, Equilibrium]] = {}
        for strategy in range(roles.sizes[role]):
            led = _Led(known, role, strategy, blur[:, roles.starts[role] + strategy])
            answer = nash_of_roles(led.game, epsilon=epsilon, level=level, budget=budget)
            unsearched += answer.unsearched
            replies = [led.told(one) for one in answer.equilibria if one.counts is None]
            if replies:
                for kind, choose in (("strong", max), ("weak", min)):
                    reply = choose(replies, key=lambda one: one[0])
                    if kind not in ends or reply[0] > ends[kind][0]:
                        ends[kind] = reply
        head = f"{roles.names[role]} lead"
        for kind, (paid, half, one) in ends.items():
            found.figures[f"{head}, {kind}"] = paid
            if known.decides and not known.is_exact:
                found.intervals[f"{head}, {kind}"] = (paid - half, paid + half)
            found.equilibria.append(replace(one, kind=f"{head}, {kind}", payoffs={"leader": paid}))
    return replace(found, unsearched=unsearched)


def _blur(game: EmpiricalGame, leading: list[int], level: float) -> np.ndarray:
    """The half-widths [profile, axis] of what seats of the leading roles are paid, all together."""
    roles = game.roles
    rows = [place for role in leading for place in range(roles.starts[role], roles.starts[role + 1])]
    profiles = roles.profiles()
    seats = np.zeros((len(rows), *profiles.shape))
    for row, place in enumerate(rows):
        seats[row, :, place] = profiles[:, place] > 0
    blur = np.zeros(profiles.shape)
    if rows and game.decides:
        blur[:, rows] = game.sum_half_width(seats, 1.0 - level).T
    return blur


class _Led:
    """The game of all other seats once one of a role is bound to a strategy."""

    def __init__(self, game: EmpiricalGame, role: int, strategy: int, blur: np.ndarray) -> None:
        roles = game.roles
        self._whole, self._place = game, roles.starts[role] + strategy
        others = roles.without_one(role)
        kept = [r for r, players in enumerate(others.players) if players]
        self._kept = np.concatenate(
            [np.arange(roles.starts[r], roles.starts[r + 1]) for r in kept] or [np.zeros(0, int)]
        )
        self._others = others
        left = Roles(
            names=tuple(others.names[r] for r in kept),
            players=tuple(others.players[r] for r in kept),
            strategies=tuple(others.strategies[r] for r in kept),
        )
        wide = np.zeros((left.profile_count, roles.starts[-1]), dtype=np.int64)
        wide[:, self._kept] = left.profiles()
        wide[:, self._place] += 1
        number = roles.index(wide)
        payoffs = game.payoffs[number][:, self._kept]
        payoffs[left.profiles() == 0] = np.nan  # where the leader alone plays it nobody else earns that
        ranges = None if game.ranges is None else game.ranges[number][:, self._kept]
        self.game = EmpiricalGame(roles=left, payoffs=payoffs, is_exact=game.is_exact, ranges=ranges)
        self._paid, self._blur = game.mean[number, self._place], blur[number]
        self._profiles = wide

    def told(self, one: Equilibrium) -> tuple[float, float, Equilibrium]:
        """What the leader expects in an equilibrium of the others, its half-width, and it as shares of all seats."""
        left, roles = self.game.roles, self._whole.roles
        point = np.array([one.strategy[role][name] for role, name in left.axis])
        chance = basis(left.players, left.sizes, point)
        seats = np.repeat(roles.players, roles.sizes).astype(float)
        counts = np.zeros(roles.starts[-1])
        counts[self._kept] = point * np.repeat(left.players, left.sizes)
        counts[self._place] += 1.0
        shares = (counts / seats).tolist()
        rows = np.flatnonzero(chance > 0.0)
        joint = tuple((label(roles, self._profiles[k]), float(chance[k])) for k in rows)
        all_seats = replace(
            one,
            strategy=named(roles, shares),
            strategy_interval=named(roles, [(x, x) for x in shares]),
            joint=joint,
            stable=None,
        )
        return float(chance @ self._paid), float(chance @ self._blur), all_seats
