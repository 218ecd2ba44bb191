"""The figures that an epoch of a replay file must give, and the rows of stored weights and bonds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from econ.yuma.chain.numbers import U16
from experiments.errors import BadInput
from experiments.files.json_document import Place
from experiments.files.npz import shown
from experiments.relations import known_relation

__all__ = ["ASKED", "BITS", "COUNTS", "FLAGS", "LOGGED", "RELATED", "expectations", "rows"]

COUNTS = (
    "consensus",
    "incentive",
    "dividends",
    "validator_trust",
    "stake_weight",
    "server_emission",
    "validator_emission",
    "emission",
)
"""Figures stored as u16 or u64, [uid]."""

BITS = ("stake", "active_stake", "consensus", "validator_trust", "incentive", "dividends", "emission")
"""Figures given as NAME_bits, exact I32F32 integers, [uid]."""

LOGGED = ("stake", "active_stake", "consensus", "validator_trust", "incentive", "dividends", "normalized_emission")
"""Figures given as decimals under `logged`, [uid]; `ema_bonds_upscaled`, beside them, as rows."""

FLAGS = ("new_validator_permit", "active")
"""Flags [uid]; permits also as a list of UIDs."""

RELATED = (*COUNTS, *(f"{name}_bits" for name in BITS), *FLAGS, "bonds")
"""Figures that a relation may name."""

ASKED = (*RELATED, "bond_cells", "logged", "stake_norm", "dividends_fraction", "bonds_fraction_servers", "relations")
"""Figures that a file may ask for."""

_U64 = (1 << 64) - 1
_MAX_TEXT = 400


def expectations(place: Place, neurons: int) -> dict[str, Any]:
    """Checked figures by name; those that are null are not asserted and left out.

    Bonds become {uid: entries}, permits a list of flags; all else keeps the form of the file.
    """
    readers: dict[str, Callable[[Place], Any]] = {
        **dict.fromkeys(COUNTS, lambda field: _counts(field, neurons)),
        **dict.fromkeys((f"{name}_bits" for name in BITS), lambda field: _counts(field, neurons)),
        "active": lambda field: [item.flag() for item in field.items(neurons)],
        "new_validator_permit": lambda field: _permits(field, neurons),
        "bonds": lambda field: rows(field, neurons, U16),
        "bond_cells": lambda field: [_cell(item, neurons) for item in field.items()],
        "logged": lambda field: _logged(field, neurons),
        "stake_norm": lambda field: _decimals(field, neurons),
        "dividends_fraction": lambda field: _decimals(field, neurons),
        "bonds_fraction_servers": lambda field: _server_bonds(field, neurons),
        "relations": lambda field: [_relation(item) for item in field.items()],
    }
    place.only(ASKED)
    return {name: readers[name](field) for name, field in place.fields() if field.value is not None}


def rows(place: Place, neurons: int, last: int) -> dict[int, tuple[tuple[int, int], ...]]:
    """Stored rows {uid: ((uid, u16), ...)} of an object {"uid": pairs} or of a list of pairs by UID.

    Targets may reach `last`: the chain drops the weights on UIDs that it does not have.
    """
    if isinstance(place.value, list):
        return {uid: _row(item, last) for uid, item in enumerate(place.items(neurons))}
    found = {}
    for key, row in place.fields():
        if not (key.isascii() and key.isdigit() and len(key) <= 6 and int(key) < neurons):
            place.refuse(f"has a row {shown(repr(key), 30)}; rows are named by UID, 0 to {neurons - 1}")
        if int(key) in found:
            place.refuse(f"has the row of UID {int(key)} twice; give it once")
        found[int(key)] = _row(row, last)
    return found


def _relation(place: Place) -> str:
    text = place.text(_MAX_TEXT)
    try:
        return known_relation(text, RELATED)
    except BadInput as problem:
        place.refuse(f"is refused: {problem}")


def _row(place: Place, last: int) -> tuple[tuple[int, int], ...]:
    entries: dict[int, int] = {}
    for item in place.items():
        target, value = item.items(2)
        uid = target.integer(0, last)
        if uid in entries:
            place.refuse(f"names UID {uid} twice; a row holds each once")
        entries[uid] = value.integer(0, U16)
    return tuple(entries.items())


def _counts(place: Place, neurons: int) -> list[int | None]:
    return [None if item.value is None else item.integer(-_U64, _U64) for item in place.items(neurons)]


def _permits(place: Place, neurons: int) -> list[bool]:
    items = place.items()
    if items and isinstance(items[0].value, bool):
        return [item.flag() for item in place.items(neurons)]
    holders = {item.integer(0, neurons - 1) for item in items}
    return [uid in holders for uid in range(neurons)]


def _cell(place: Place, neurons: int) -> tuple[int, int, int]:
    row, column, value = place.items(3)
    return row.integer(0, neurons - 1), column.integer(0, neurons - 1), value.integer(0, U16)


def _decimals(place: Place, neurons: int) -> list[float]:
    return [item.number() for item in place.items(neurons)]


def _logged(place: Place, neurons: int) -> dict[str, Any]:
    place.only((*LOGGED, "ema_bonds_upscaled"))
    return {
        name: _bond_rows(field, neurons) if name == "ema_bonds_upscaled" else _decimals(field, neurons)
        for name, field in place.fields()
    }


def _bond_rows(place: Place, neurons: int) -> list[dict[int, float]]:
    found = []
    for row in place.items(neurons):
        pairs = [item.items(2) for item in row.items()]
        found.append({uid.integer(0, neurons - 1): value.number() for uid, value in pairs})
    return found


def _server_bonds(place: Place, neurons: int) -> list[list[float]]:
    """Rows of the first UIDs, the validators; columns of those that follow them."""
    items = place.items()
    if len(items) >= neurons:
        place.refuse(f"has {len(items)} rows; they are validators and must be fewer than the {neurons} UIDs")
    return [[cell.number() for cell in row.items(neurons - len(items))] for row in items]
