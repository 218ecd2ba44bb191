"""The one error that a person's input can cause at the doors."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from econ.errors import InputError

__all__ = ["BadInput", "nearest"]


MOST_LISTED = 12
"""Longer lists of known names are left to a command."""


class BadInput(InputError):
    """Input at one of the doors that cannot be used."""


def nearest(word: str, known: Iterable[str], *, listed_by: str = "yuma explain") -> str:
    """A hint for a word that is not known: the nearest known one, or all of them, or the command that lists them.

    >>> nearest("rules.kapa", ["rules.kappa", "rules.tempo"])
    'did you mean rules.kappa?'
    """
    names = list(known)
    inside = [name for name in names if name.endswith(f".{word}")]
    close = inside or difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"known are {', '.join(names)}" if len(names) <= MOST_LISTED else f"`{listed_by}` lists what is known"
