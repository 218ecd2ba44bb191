"""JSON files: bounded before they are read, and asked for values by type, with the place named where one is wrong."""

from __future__ import annotations

import difflib
import json
import math
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any, NoReturn

from experiments.errors import BadInput, nearest
from experiments.files.bounded import read_bounded
from experiments.files.npz import shown

__all__ = ["MAX_BYTES", "Place", "read_json"]

MAX_BYTES = 32 * 2**20
"""The largest file."""


class Place:
    """A value of a document and the way to it, which every refusal names.

    >>> Place({"n": [1, True]}, "x.json").field("n").items()[1].integer(0, 9)
    Traceback (most recent call last):
    experiments.errors.BadInput: x.json: n[1] is True; it must be a whole number in [0, 9]
    """

    __slots__ = ("document", "path", "value")

    def __init__(self, value: Any, document: str, path: str = "") -> None:
        self.value, self.document, self.path = value, document, path

    @property
    def name(self) -> str:
        """The file and the way to the value."""
        return f"{self.document}: {self.path}" if self.path else self.document

    def at(self, path: str) -> Place:
        """The same value under another name."""
        return Place(self.value, self.document, path)

    def refuse(self, problem: str) -> NoReturn:
        """Raise `BadInput` that begins with the place."""
        raise BadInput(f"{self.name} {problem}")

    def wrong(self, needed: str) -> NoReturn:
        """Refuse the value, which should have been what `needed` says."""
        value = self.value
        if isinstance(value, dict | list):
            brief = f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
        else:
            brief = shown(repr(value), 60)
        self.refuse(f"is {brief}; it must be {needed}")

    def mapping(self) -> dict[str, Any]:
        """The value as an object."""
        if not isinstance(self.value, dict):
            self.wrong("a JSON object")
        return self.value

    def has(self, key: str) -> bool:
        """Whether the object has the field, other than as null."""
        return self.mapping().get(key) is not None

    def field(self, key: str) -> Place:
        """A field that the object must have."""
        if key not in self.mapping():
            self.refuse(f"has no {key}; the format needs it")
        return Place(self.value[key], self.document, f"{self.path}.{key}" if self.path else key)

    def fields(self) -> list[tuple[str, Place]]:
        """All fields of the object with their names."""
        return [(key, Place(self.value[key], self.document, f"{self.path}.{shown(key, 40)}")) for key in self.mapping()]

    def items(self, length: int | None = None) -> list[Place]:
        """The entries of a list, of a given length."""
        if not isinstance(self.value, list):
            self.wrong("a list" if length is None else f"a list of {length}")
        if length is not None and len(self.value) != length:
            self.refuse(f"has {len(self.value)} entries; it needs {length}")
        return [Place(value, self.document, f"{self.path}[{k}]") for k, value in enumerate(self.value)]

    def integer(self, low: int, high: int) -> int:
        """A whole number within limits."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not low <= self.value <= high:
            self.wrong(f"a whole number in [{low}, {high}]")
        return self.value

    def integers(self, high: int, length: int | None = None) -> tuple[int, ...]:
        """A list of whole numbers from 0 to `high`."""
        return tuple(item.integer(0, high) for item in self.items(length))

    def number(self) -> float:
        """A finite number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong("a number")
        try:
            if math.isfinite(value):
                return float(value)
        except OverflowError:  # an integer beyond all floats
            pass
        return self.wrong("a finite number")

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.wrong("true or false")
        return self.value

    def text(self, longest: int) -> str:
        """A text that is not empty, of at most `longest` characters."""
        if not isinstance(self.value, str) or not 0 < len(self.value) <= longest:
            self.wrong(f"a text of 1 to {longest} characters")
        return self.value

    def known(self, fields: Sequence[str], notes: Sequence[str] = ()) -> None:
        """Refuse a field that looks like a misspelt one of `fields`; all others are notes and are let be."""
        for key in self.mapping():
            if key not in fields and key not in notes and difflib.get_close_matches(key, fields, n=1, cutoff=0.8):
                self.refuse(f"has an unknown field {shown(key, 40)}; {nearest(key, fields)}")

    def only(self, fields: Sequence[str]) -> None:
        """Refuse every field but `fields`."""
        for key in self.mapping():
            if key not in fields:
                self.refuse(f"has an unknown field {shown(key, 40)}; {nearest(key, fields)}")


def read_json(path: str | os.PathLike[str]) -> Place:
    """The document of a JSON file of at most `MAX_BYTES`; `BadInput`, one line, for anything else."""
    name = shown(os.fspath(path))
    data = read_bounded(path, MAX_BYTES, kind="JSON", remedy="split its cases")

    def refused(word: str) -> NoReturn:
        raise BadInput(f"{name} holds {word}, which JSON does not know; all numbers must be finite")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
            raise BadInput(f"{name} names {shown(twice, 60)} twice in one object; keep one of them")
        return found

    try:
        return Place(json.loads(data.decode("utf-8-sig"), parse_constant=refused, object_pairs_hook=once), name)
    except BadInput:
        raise
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8 text (byte {error.start}); a JSON file is needed") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"{name} is not JSON at {place} ({error.msg}); write it again") from None
    except RecursionError:
        raise BadInput(f"{name} is nested too deeply to be read; write it again") from None
    except ValueError as error:  # numbers of thousands of digits
        raise BadInput(f"{name} cannot be read as JSON ({shown(error, 80)}); write it again") from None
