"""The one error that a person's input can cause at the doors."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["BadInput", "nearest"]


class BadInput(ValueError):
    """Input that cannot be used; the message is one line with the value, the limit and the remedy."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the nearest known one, or all of them.

    >>> nearest("rules.kapa", ["rules.kappa", "rules.tempo"])
    'did you mean rules.kappa?'
    """
    names = list(known)
    inside = [name for name in names if name.endswith(f".{word}")]
    close = inside or difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
