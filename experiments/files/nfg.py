"""Game files in Gambit's .nfg text."""

from __future__ import annotations

from pathlib import Path

from econ.games import NormalForm, parse_nfg
from experiments.errors import BadInput

__all__ = ["read_nfg"]

MOST_BYTES = 4 * 2**20
"""A larger file is refused before it is read."""


def read_nfg(path: str) -> NormalForm:
    """The game of a file; `BadInput` with the reason where it cannot be read."""
    file = Path(path)
    try:
        if not file.is_file():
            raise BadInput(f"{path} is {'a folder' if file.is_dir() else 'missing'}; give the name of a .nfg file")
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise BadInput(f"{path} has {size} bytes; a game file may have {MOST_BYTES}: write a smaller game")
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}); give a .nfg text file") from None
    try:
        return parse_nfg(text)
    except ValueError as error:
        raise BadInput(f"{path}: {error}") from None
