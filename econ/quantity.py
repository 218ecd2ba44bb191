"""A parameter declared once: default, unit, range, meaning and who sets it.

Every settings class of the project is a frozen dataclass whose fields are made by `quantity`. The declaration
then feeds validation, the command line's `--set`, `yuma explain` and the app's widgets.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from econ.errors import InputError

__all__ = ["Quantity", "QuantityError", "Settings", "like", "quantity"]

_METADATA_KEY = "quantity"
_MOST_WHOLE = 10**300
_NUMBER = r"-?[0-9][0-9_.]*(?:e[+-]?[0-9]+)?"
_INTERVAL = re.compile(rf"(?:\(-inf|[\[(](?P<l>{_NUMBER})), (?:inf\)|(?P<h>{_NUMBER})\])")
_WHOLE = re.compile("-?[0-9_]+")
_LONGEST = 60  # characters of a wrong value that a message repeats


class QuantityError(InputError):
    """A value outside its declared range or type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What is known of one parameter besides its value; `stories` says a line on each of the choices."""

    name: str
    default: Any
    kind: type
    unit: str
    help: str
    set_by: str
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    choices: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    chain_name: str | None = None
    optional: bool = False

    @property
    def range(self) -> str:
        """The legal values in words, as messages and help show them."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.kind is bool:
            return "true or false"
        if self.kind is str:
            return "text"
        noun = "a whole number" if self.kind is int else "a number"
        if self.low is None and self.high is None:
            return noun
        if self.low is None:
            return f"{noun} of at most {_plain(self.high)}"
        if self.high is None:
            return f"{noun} {'above' if self.low_open else 'of at least'} {_plain(self.low)}"
        return f"{noun} in {'(' if self.low_open else '['}{_plain(self.low)}, {_plain(self.high)}]"

    def checked(self, value: Any) -> Any:
        """The value in its declared type, or `QuantityError`."""
        if value is None and self.optional:
            return None
        if isinstance(value, int) and abs(value) > _MOST_WHOLE:  # more than a float holds, or than is written out
            raise self._error("a number of very many digits")
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, self.kind) or (self.kind is int and isinstance(value, bool)):
            raise self._error(value)
        if isinstance(value, int | float) and self.kind in (int, float):
            below = self.low is not None and (value <= self.low if self.low_open else value < self.low)
            above = self.high is not None and value > self.high
            if not math.isfinite(value) or below or above:
                raise self._error(value)
            value = value or self.kind(0)  # -0.0 is 0.0
        if self.choices and value not in self.choices:
            raise self._error(value)
        return value

    def parsed(self, text: str) -> Any:
        """The value that a text such as `0.5`, `true` or `none` stands for, checked."""
        word = text.strip()
        if self.optional and word.lower() == "none":
            return None
        if self.kind is bool:
            if word.lower() not in ("true", "false"):
                raise self._error(text)
            return word.lower() == "true"
        if self.kind is str:
            return self.checked(word)
        try:
            value = self.kind(word if word.isascii() and "_" not in word else "")
        except ValueError:
            raise self._error(text) from None
        return self.checked(value)

    def _error(self, value: Any) -> QuantityError:
        is_text = isinstance(value, str)
        shown = repr(value) if is_text else str(value)
        shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
        close = get_close_matches(str(value), self.choices, n=1)
        remedy = f"; did you mean {close[0] if is_text else f'the text {close[0]!r}'}?" if close else ""
        return QuantityError(f"{self.name} is {shown}; it is {self.unit} and must be {self.range}{remedy}")


def _plain(number: float | None) -> str:
    """A limit as people write it: whole numbers in full, others to six digits."""
    return str(int(number)) if number is not None and number == int(number) else f"{number:g}"


def quantity(
    default: Any,
    unit: str,
    limits: str,
    set_by: str,
    help: str,
    *,
    choices: tuple[str, ...] = (),
    stories: tuple[str, ...] = (),
    chain_name: str | None = None,
    kind: type | None = None,
) -> Any:
    """A dataclass field that carries its declaration, one row of a table. A default of None makes the value optional.

    `limits` are written as an interval, `[0, 1]`, `(0, 10]` or `[1, inf)`, and empty where there are none.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Pool(Settings):
    ...     fee: float = quantity(0.01, "a share", "[0, 1]", "root", "What a swap costs.")
    >>> Pool(fee=2.0)
    Traceback (most recent call last):
    econ.quantity.QuantityError: fee is 2.0; it is a share and must be a number in [0, 1]
    """
    low, high, low_open = _ends(limits)
    declared = {
        "kind": kind or type(default),
        "unit": unit,
        "help": help,
        "set_by": set_by,
        "low": low,
        "high": high,
        "low_open": low_open,
        "choices": choices,
        "stories": stories,
        "chain_name": chain_name,
        "optional": default is None,
    }
    return dataclasses.field(default=default, metadata={_METADATA_KEY: declared})


def _ends(limits: str) -> tuple[float | None, float | None, bool]:
    """Low, high, and whether low is left out; `ValueError` for what is no such interval."""
    if not limits:
        return None, None, False
    found = _INTERVAL.fullmatch(limits)
    if found is None:
        raise ValueError(f"limits are {limits!r}; write them as [0, 1], (0, 10], [1, inf) or (-inf, 0]")
    low, high = (
        None if end is None else int(end) if _WHOLE.fullmatch(end) else float(end) for end in found.group("l", "h")
    )
    return low, high, low is not None and limits[0] == "("


def like(settings: type[Settings], name: str) -> Any:
    """A field with the default and declaration of another settings class's field: declared once, used twice."""
    known = {field.name: field for field in dataclasses.fields(settings)}  # type: ignore[arg-type]
    return dataclasses.field(default=known[name].default, metadata=known[name].metadata)


class Settings:
    """Base of every frozen settings dataclass: checks its declared fields when made."""

    def __post_init__(self) -> None:
        for name, declared in self.quantities().items():
            object.__setattr__(self, name, declared.checked(getattr(self, name)))

    @classmethod
    @cache
    def quantities(cls) -> Mapping[str, Quantity]:
        """The declarations by field name, in the order of the fields; read once, and not to be changed."""
        assert dataclasses.is_dataclass(cls)
        return MappingProxyType(
            {
                f.name: Quantity(name=f.name, default=f.default, **f.metadata[_METADATA_KEY])
                for f in dataclasses.fields(cls)
                if _METADATA_KEY in f.metadata
            }
        )
