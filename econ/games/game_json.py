"""Games as JSON documents, written and read: in normal form, role-symmetric, and sampled.

A document is a table of plain values. In normal form:

    {"game": "normal-form", "players": [{"name": "Ann", "strategies": ["a", "b"]}, ...],
     "payoffs": [nested lists by player, [strategy of player 0][strategy of player 1]...]}

With roles, profile by profile; one that is left out is missing, a list of payoffs is one a world:

    {"game": "roles", "roles": [{"name": "r", "players": 2, "strategies": ["a", "b"]}],
     "profiles": [{"counts": {"r": {"a": 2}}, "payoffs": {"r": {"a": 1.5}}}, ...]}
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from econ.games.empirical import EmpiricalGame
from econ.games.normal_form import NormalForm
from econ.games.role_symmetric import RoleSymmetric
from econ.games.roles import Roles

__all__ = ["game_from_json", "game_to_json"]

LARGEST = sys.float_info.max
_MOST_PROFILES = 1_000_000

Game = NormalForm | RoleSymmetric | EmpiricalGame


def game_to_json(game: Game) -> dict[str, Any]:
    """The document that `game_from_json` reads back to the same numbers.

    Of a sampled game it holds the worlds that all profiles were played in, not `more` worlds of some, nor `ranges`.

    >>> game_to_json(NormalForm([np.array([1.0, 2.0])], players=["Ann"]))["payoffs"]
    [[1.0, 2.0]]
    """
    if isinstance(game, NormalForm):
        return {
            "game": "normal-form",
            "players": [
                {"name": name, "strategies": list(listed)}
                for name, listed in zip(game.players, game.strategies, strict=True)
            ],
            "payoffs": [table.tolist() for table in game.payoffs],
        }
    roles = game.roles
    table = game.payoffs[..., 0] if isinstance(game, EmpiricalGame) and game.is_exact else game.payoffs
    profiles = []
    for counts, paid in zip(roles.profiles(), table, strict=True):
        played = np.flatnonzero(counts)
        if np.isnan(paid[played]).all():
            continue
        one: dict[str, dict[str, dict[str, Any]]] = {"counts": {}, "payoffs": {}}
        for place in played:
            role, strategy = roles.axis[place]
            one["counts"].setdefault(role, {})[strategy] = int(counts[place])
            one["payoffs"].setdefault(role, {})[strategy] = paid[place].tolist()
        profiles.append(one)
    return {
        "game": "roles",
        "roles": [
            {"name": name, "players": players, "strategies": list(listed)}
            for name, players, listed in zip(roles.names, roles.players, roles.strategies, strict=True)
        ],
        "profiles": profiles,
    }


def game_from_json(document: Any) -> Game:
    """The game of a parsed JSON document; `ValueError` says where it is wrong and what is expected there.

    One payoff a profile gives a `RoleSymmetric` game, lists of them (one a world, of one length) an `EmpiricalGame`.

    >>> game = game_from_json({"game": "normal-form", "players": [{"name": "Ann", "strategies": ["a", "b"]}],
    ...                        "payoffs": [[1, 2]]})
    >>> game.payoffs[0].tolist()
    [1.0, 2.0]
    """
    kind = _field(document, "game", str, "the document")
    if kind == "normal-form":
        return _normal_form(document)
    if kind == "roles":
        return _by_roles(document)
    raise ValueError(f"game is {_brief(kind)}; it must be normal-form or roles")


def _normal_form(document: Mapping[str, Any]) -> NormalForm:
    players = _field(document, "players", list, "the document")
    _known(document, ("game", "players", "payoffs"), "the document")
    for k, one in enumerate(players):
        _known(one, ("name", "strategies"), f"players[{k}]")
    names = [_field(one, "name", str, f"players[{k}]") for k, one in enumerate(players)]
    listed = [_names(one, f"players[{k}]") for k, one in enumerate(players)]
    shape = tuple(map(len, listed))
    tables = _field(document, "payoffs", list, "the document")
    if len(tables) != len(players):
        raise ValueError(f"payoffs has {len(tables)} tables; it needs one for each of {len(players)} players")
    payoffs = [_table(table, shape, f"payoffs[{k}]") for k, table in enumerate(tables)]
    return NormalForm(payoffs, players=names, strategies=listed)


def _by_roles(document: Mapping[str, Any]) -> RoleSymmetric | EmpiricalGame:
    given = _field(document, "roles", list, "the document")
    _known(document, ("game", "roles", "profiles"), "the document")
    for k, one in enumerate(given):
        _known(one, ("name", "players", "strategies"), f"roles[{k}]")
    roles = Roles(
        names=tuple(_field(one, "name", str, f"roles[{k}]") for k, one in enumerate(given)),
        players=tuple(
            _whole(_field(one, "players", int, f"roles[{k}]"), f"roles[{k}].players") for k, one in enumerate(given)
        ),
        strategies=tuple(tuple(_names(one, f"roles[{k}]")) for k, one in enumerate(given)),
    )
    if roles.profile_count > _MOST_PROFILES:
        raise ValueError(f"the game has {roles.profile_count} profiles; at most {_MOST_PROFILES} are read")
    place = {pair: k for k, pair in enumerate(roles.axis)}
    rows: dict[int, tuple[list[int], list[Any]]] = {}
    worlds: int | None = None
    for k, one in enumerate(_field(document, "profiles", list, "the document")):
        where = f"profiles[{k}]"
        _known(one, ("counts", "payoffs"), where)
        counts = np.zeros(len(place), dtype=np.int64)
        for at, value in _entries(_field(one, "counts", dict, where), place, f"{where}.counts"):
            counts[at] = _whole(value, f"{where}.counts")
        try:
            number = int(roles.index(counts))
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        if number in rows:
            raise ValueError(f"{where} has counts {counts.tolist()} again; give each profile once")
        paid = dict(_entries(_field(one, "payoffs", dict, where), place, f"{where}.payoffs"))
        played = np.flatnonzero(counts).tolist()
        if sorted(paid) != played:
            raise ValueError(
                f"{where}.payoffs names {len(paid)} strategies; it must name exactly those that are played"
            )
        values = [_worlds(paid[at], f"{where}.payoffs") for at in played]
        for own in values:
            if worlds is not None and len(own) != worlds:
                raise ValueError(f"{where}.payoffs has {len(own)} worlds; the profiles before have {worlds}")
            worlds = len(own)
        rows[number] = played, [paid[at] for at in played]
    if not rows:
        raise ValueError("profiles is empty; give the payoffs of at least one")
    payoffs = np.full((roles.profile_count, len(place), worlds or 1), np.nan)
    for number, (played, values) in rows.items():
        payoffs[number, played] = [_worlds(own, "") for own in values]
    exact = all(not isinstance(own, list) for _, values in rows.values() for own in values)
    if exact:
        return RoleSymmetric(roles=roles, payoffs=payoffs[..., 0])
    return EmpiricalGame(roles=roles, payoffs=payoffs)


def _known(document: Any, known: tuple[str, ...], where: str) -> None:
    """`ValueError` for a name that nothing reads: it may be a known one, mistyped."""
    for name in document if isinstance(document, Mapping) else ():
        if name not in known:
            close = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
            raise ValueError(f"{where} has {_brief(name)}, which is no part of a game; {hint}")


def _field(document: Any, name: str, kind: type, where: str) -> Any:
    if not isinstance(document, Mapping):
        raise ValueError(f"{where} is no table of names and values; write one in braces")
    if name not in document:
        raise ValueError(f"{where} has no {name!r}; give it")
    value = document[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        word = {str: "a text", list: "a list", dict: "a table", int: "a whole number"}[kind]
        raise ValueError(f"{where} has {name} = {_brief(value)}; it must be {word}")
    return value


def _brief(value: Any) -> str:
    """The beginning of a value on one line."""
    return repr(value)[:40]


def _names(one: Any, where: str) -> list[str]:
    listed: list[str] = _field(one, "strategies", list, where)
    if not listed or not all(isinstance(name, str) for name in listed):
        raise ValueError(f"{where}.strategies is {_brief(listed)}; it must be a list of texts, at least one")
    return listed


def _whole(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError(f"{where} holds {_brief(value)}; it must be a whole number of at least 0")
    return value


def _entries(tables: Mapping[str, Any], place: Mapping[tuple[str, str], int], where: str) -> list[tuple[int, Any]]:
    found = []
    for role, own in tables.items():
        if not isinstance(own, Mapping):
            raise ValueError(f"{where}.{_brief(role)} is {_brief(own)}; it must be a table of strategies")
        for strategy, value in own.items():
            if (role, strategy) not in place:
                raise ValueError(f"{where} names {_brief('.'.join((role, strategy)))}, which no role lists")
            found.append((place[role, strategy], value))
    return found


def _worlds(value: Any, where: str) -> list[float]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(
        isinstance(x, int | float) and not isinstance(x, bool) and abs(x) <= LARGEST for x in values
    ):
        raise ValueError(f"{where} holds {_brief(value)}; it must be a finite number, or a list of one a world")
    for x in values:
        if float(x) != x:
            raise ValueError(
                f"{where} holds {_brief(x)}, an integer that doubles do not hold: subtract a constant or scale the game"
            )
    return [float(x) for x in values]


def _table(value: Any, shape: tuple[int, ...], where: str) -> np.ndarray:
    """Nested lists of exactly this shape as an array."""
    if not isinstance(value, list) or len(value) != shape[0]:
        count = len(value) if isinstance(value, list) else 0
        raise ValueError(f"{where} has {count} entries; it needs {shape[0]}, one for each strategy")
    if len(shape) > 1:
        return np.stack([_table(own, shape[1:], f"{where}[{k}]") for k, own in enumerate(value)])
    if any(isinstance(own, list) for own in value):
        raise ValueError(f"{where} is nested deeper than there are players")
    return np.array([_worlds(own, f"{where}[{k}]")[0] for k, own in enumerate(value)])
