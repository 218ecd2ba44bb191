"""Game files: Gambit's .nfg text, and JSON."""

from __future__ import annotations

import json

from econ.games import EmpiricalGame, NormalForm, RoleSymmetric, game_from_json
from experiments.errors import BadInput
from experiments.files.bounded import read_bounded
from experiments.files.nfg import read_nfg
from experiments.files.npz import shown

__all__ = ["read_game"]

MOST_BYTES = 64 * 2**20
"""A larger file is refused before it is read."""


def read_game(path: str) -> NormalForm | RoleSymmetric | EmpiricalGame | None:
    """The game of a .nfg file, or of a .json file with the key `game`; None where the name or the key says otherwise.

    `BadInput` with the place and the reason for a file that cannot be read.
    """
    if path.lower().endswith(".nfg"):
        return read_nfg(path)
    if not path.lower().endswith(".json"):
        return None
    data = read_bounded(path, MOST_BYTES, kind=".json", remedy="write a smaller game")
    if b'"game"' not in data:
        return None
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{shown(path)} is not JSON ({shown(str(error), 80)}); write it again") from None
    if not isinstance(document, dict) or "game" not in document:
        return None
    try:
        return game_from_json(document)
    except ValueError as error:
        raise BadInput(f"{shown(path)}: {error}") from None
