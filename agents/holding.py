"""Who holds which UID, laid out for policies and by column, each in one pass over all players."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.placing import plain
from agents.policy import MinerPolicy
from agents.seating import Roll
from agents.views import frozen
from econ.compiled import compiled
from econ.tokens.registration import NOBODY

__all__ = ["Followed", "Known", "Present", "by_player", "followed", "known_rows", "present_rows", "unknown_rows"]


class Present(NamedTuple):
    """Players of whom each holds a UID, or none does: the column uid[row] of each and its flat place[row]."""

    roll: Roll[MinerPolicy]
    uid: np.ndarray
    place: np.ndarray


class Followed(NamedTuple):
    """By [world, column]: who made what is handed in there, 0 for nobody, and which policy it plays, -1 for nobody."""

    maker: np.ndarray
    number: np.ndarray


class Known(NamedTuple):
    """What rows know of their UIDs and of the next registration."""

    registered_at: np.ndarray
    immune: np.ndarray
    price: np.ndarray


def present_rows(roll: Roll[MinerPolicy], uid: np.ndarray, columns: int, *, inside: bool) -> Present:
    """Those of a roll who hold a UID, uid[world, player], or those who do not.

    >>> from agents import HonestMiner
    >>> roll = Roll.of([HonestMiner()], np.zeros((1, 3), dtype=int))
    >>> present_rows(roll, np.array([[1, -1, 0]]), 2, inside=True).uid
    array([1, 0])
    """
    rows = roll.place.size
    kept = np.empty((5, rows), dtype=np.int64)
    stops = np.array([part.stop for _, part in roll.parts], dtype=np.int64)
    found = _present(plain(roll.world), plain(roll.seat), plain(uid), columns, inside, kept, stops)
    world, seat, place, held, at = (frozen(each[:found]) for each in kept)
    return Present(roll if found == rows else roll.of_rows(world, seat, place, stops), held, at)


@compiled
def _present(worlds, players, uid, columns, inside, kept, stops):  # type: ignore[no-untyped-def]
    """Fill kept with world, seat, place, uid and flat column of the rows, and move the stops of policies to theirs."""
    found, start = 0, 0
    for number in range(stops.size):
        stop = stops[number]
        for row in range(start, stop):
            world, player = worlds[row], players[row]
            held = uid[world, player]
            if (held >= 0) == inside:
                kept[0, found], kept[1, found], kept[2, found] = world, player, world * uid.shape[1] + player
                kept[3, found], kept[4, found] = held, world * columns + held
                found += 1
        start, stops[number] = stop, found
    return found


def followed(holder: np.ndarray, number: np.ndarray) -> Followed:
    """Who stands behind holder[world, column], and what it plays, number[world, player].

    >>> followed(np.array([[1, -1]]), np.array([[4, 5]])).number
    array([[ 5, -1]])
    """
    maker, played = np.empty(holder.shape, dtype=np.int64), np.empty(holder.shape, dtype=np.int64)
    _follow(plain(holder), plain(number), maker, played)
    return Followed(maker, played)


@compiled
def _follow(holder, number, maker, played):  # type: ignore[no-untyped-def]
    for world in range(holder.shape[0]):
        for column in range(holder.shape[1]):
            held = holder[world, column]
            maker[world, column] = max(held, 0)
            played[world, column] = number[world, held] if held >= 0 else -1


def by_player(values: np.ndarray, uid: np.ndarray) -> np.ndarray:
    """Numbers values[world, column] laid out by uid[world, player]; 0 for players without a UID.

    >>> by_player(np.array([[5.0, 6.0]]), np.array([[-1, 1, 0]]))
    array([[0., 6., 5.]])
    """
    laid_out = np.empty(uid.shape)
    _by_player(plain(values), plain(uid), laid_out)
    return laid_out


@compiled
def _by_player(values, uid, laid_out):  # type: ignore[no-untyped-def]
    for world in range(uid.shape[0]):
        for player in range(uid.shape[1]):
            held = uid[world, player]
            laid_out[world, player] = values[world, held] if held >= 0 else 0.0


def known_rows(world: np.ndarray, place: np.ndarray, registered_at: np.ndarray, cost: np.ndarray, newest: int) -> Known:
    """What players at flat places of registered_at[world, column] know; UIDs of epochs above `newest` are immune.

    >>> known_rows(np.array([0]), np.array([1]), np.array([[3, 9]]), np.array([2.5]), 5)
    Known(registered_at=array([9]), immune=array([ True]), price=array([2.5]))
    """
    known = Known(np.empty(world.size, dtype=np.int64), np.empty(world.size, dtype=bool), np.empty(world.size))
    _know(plain(world), plain(place), plain(registered_at.reshape(-1)), plain(cost), newest, *known)
    return Known(*(frozen(each) for each in known))


@compiled
def _know(world, place, registered_at, cost, newest, born, immune, price):  # type: ignore[no-untyped-def]
    for row in range(world.size):
        at = registered_at[place[row]]
        born[row], immune[row], price[row] = at, at > newest, cost[world[row]]


def unknown_rows(world: np.ndarray, cost: np.ndarray) -> Known:
    """What players know who hold no UID."""
    nothing = np.full(world.size, NOBODY), np.zeros(world.size, dtype=bool)
    return Known(*(frozen(each) for each in (*nothing, cost.take(world))))
