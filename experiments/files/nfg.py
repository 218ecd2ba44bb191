"""Game files in Gambit's .nfg text."""

from __future__ import annotations

from econ.games import NormalForm, parse_nfg
from experiments.errors import BadInput
from experiments.files.bounded import read_bounded

__all__ = ["read_nfg"]

MOST_BYTES = 4 * 2**20
"""A larger file is refused before it is read."""


def read_nfg(path: str) -> NormalForm:
    """The game of a file; `BadInput` with the reason where it cannot be read."""
    data = read_bounded(path, MOST_BYTES, kind=".nfg", remedy="write a smaller game")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text (byte {error.start}); give a .nfg text file") from None
    try:
        return parse_nfg(text)
    except ValueError as error:
        raise BadInput(f"{path}: {error}") from None
