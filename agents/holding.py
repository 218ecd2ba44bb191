"""Who holds which UID, policy by policy and column by column, kept up as single players come and go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from agents.placing import plain
from agents.policy import MinerPolicy
from agents.seating import Seating
from agents.uids import NOBODY, Uids
from agents.views import frozen
from econ.compiled import compiled

__all__ = ["Group", "Groups", "Rows", "by_player"]


class Rows(NamedTuple):
    """Players of one policy who each hold a UID, or of whom none does: by row the world, the seat and the UID's column.

    `place[row]` is where a UID stands in a flat [world, column], -1 where it is none. Arrays are read-only, and parts
    of one that holds nothing else.
    """

    world: np.ndarray
    seat: np.ndarray
    uid: np.ndarray
    place: np.ndarray


class Group:
    """All who play one policy; `number` is that of the policy."""

    def __init__(self, policy: MinerPolicy, number: int, world: np.ndarray, seat: np.ndarray) -> None:
        self.policy, self.number = policy, number
        self._world, self._seat = world, seat
        self._rows: tuple[Rows, ...] | None = None

    def rows(self, uids: Uids, *, inside: bool) -> Rows:
        """Those who hold a UID, or those who do not; looked up again when one of them has moved."""
        if self._rows is None:
            parts = _divide(plain(self._world), plain(self._seat), plain(uids.uid), uids.holder.shape[1])
            self._rows = tuple(Rows(*frozen(part)) for part in parts)
        return self._rows[inside]

    def forget(self) -> None:
        """Some of them have moved."""
        self._rows = None


class Groups:
    """The groups of all policies, and by [world, column] who stands behind a UID.

    `maker` is the player that makes what is handed in there, 0 for nobody, and `number` the policy it plays, -1 for
    nobody.

    >>> from agents import HonestMiner
    >>> from agents.settings import RegistrationSettings
    >>> uids = Uids(np.array([[1, -1, 0]]), 2, RegistrationSettings(), immunity_period=0, tempo=1, epoch=0)
    >>> groups = Groups(Seating(policies=(HonestMiner(),), number=np.zeros((1, 3), dtype=int)), uids)
    >>> [group.rows(uids, inside=True).uid.tolist() for group in groups], groups.maker.tolist()
    ([[1, 0]], [[2, 0]])
    """

    def __init__(self, playing: Seating[MinerPolicy], uids: Uids) -> None:
        self._playing = playing
        roll, numbers = playing.roll, playing.number
        self._groups: dict[int, Group] = {}
        for policy, part in roll.parts:
            world, seat = roll.world[part], roll.seat[part]
            number = int(numbers[world[0], seat[0]])
            self._groups[number] = Group(policy, number, world, seat)
        self.maker, self.number = np.empty((2, *uids.holder.shape), dtype=np.int64)
        _follow(plain(uids.holder), plain(numbers), self.maker, self.number)

    def __iter__(self) -> Iterator[Group]:
        return iter(self._groups.values())

    def gone(self, world: np.ndarray, player: np.ndarray, column: np.ndarray) -> None:
        """These players hold these UIDs no longer, and nobody does."""
        self.maker[world, column], self.number[world, column] = 0, NOBODY
        self._moved(self._playing.number[world, player])

    def come(self, world: np.ndarray, player: np.ndarray, column: np.ndarray, ousted: np.ndarray) -> None:
        """These players hold these UIDs now, after who was ousted from them."""
        plays = self._playing.number[world, player]
        self.maker[world, column], self.number[world, column] = player, plays
        self._moved(plays)
        had = ousted != NOBODY
        self._moved(self._playing.number[world[had], ousted[had]])

    def _moved(self, numbers: np.ndarray) -> None:
        for number in set(numbers.tolist()):
            self._groups[number].forget()


@compiled
def _divide(worlds, players, uid, columns):  # type: ignore[no-untyped-def]
    """Those who wait for a UID, and those who hold one: parts[field of `Rows`, row]."""
    held = 0
    for row in range(worlds.size):
        held += uid[worlds[row], players[row]] >= 0
    inside, outside = np.empty((4, held), dtype=np.int64), np.empty((4, worlds.size - held), dtype=np.int64)
    holds = waits = 0
    for row in range(worlds.size):
        world, player = worlds[row], players[row]
        column = uid[world, player]
        if column >= 0:
            inside[0, holds], inside[1, holds], inside[2, holds] = world, player, column
            inside[3, holds] = world * columns + column
            holds += 1
        else:
            outside[0, waits], outside[1, waits], outside[2, waits], outside[3, waits] = world, player, -1, -1
            waits += 1
    return outside, inside


@compiled
def _follow(holder, number, maker, played):  # type: ignore[no-untyped-def]
    for world in range(holder.shape[0]):
        for column in range(holder.shape[1]):
            held = holder[world, column]
            maker[world, column] = max(held, 0)
            played[world, column] = number[world, held] if held >= 0 else -1


def by_player(values: np.ndarray, uid: np.ndarray, less: np.ndarray | None = None) -> np.ndarray:
    """Numbers values[world, column] laid out by uid[world, player]; 0 for players without a UID.

    With `less`, they and less[world, player] are taken from nothing.

    >>> by_player(np.array([[5.0, 6.0]]), np.array([[-1, 1, 0]]))
    array([[0., 6., 5.]])
    >>> by_player(np.array([[5.0, 6.0]]), np.array([[-1, 1, 0]]), np.array([[1.0, 2.0, 3.0]]))
    array([[-1., -8., -8.]])
    """
    laid_out = np.empty(uid.shape)
    if less is None:
        _by_player(plain(values), plain(uid), laid_out)
    else:
        _by_player_less(plain(values), plain(uid), plain(less), laid_out)
    return laid_out


@compiled
def _by_player(values, uid, laid_out):  # type: ignore[no-untyped-def]
    for world in range(uid.shape[0]):
        for player in range(uid.shape[1]):
            held = uid[world, player]
            laid_out[world, player] = values[world, held] if held >= 0 else 0.0


@compiled
def _by_player_less(values, uid, less, laid_out):  # type: ignore[no-untyped-def]
    for world in range(uid.shape[0]):
        for player in range(uid.shape[1]):
            held = uid[world, player]
            laid_out[world, player] = -less[world, player] - (values[world, held] if held >= 0 else 0.0)
