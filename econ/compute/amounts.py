"""What the room takes as numbers: finite, not negative, of the right count; one line says what is wrong."""

from __future__ import annotations

import math

import numpy as np

from econ.errors import InputError

__all__ = ["amounts", "number"]


def number(name: str, value: float, unit: str, *, high: float = math.inf) -> float:
    """A finite number from 0 to `high`, or `InputError`.

    >>> number("reward", -1, "USD a day")
    Traceback (most recent call last):
    econ.errors.InputError: reward is -1; it is USD a day and must be a finite number of at least 0
    """
    try:
        given = float(value)
    except (TypeError, ValueError):
        given = math.nan
    if not math.isfinite(given) or not 0 <= given <= high:
        limit = "a finite number of at least 0" if math.isinf(high) else f"a number in [0, {high:g}]"
        raise InputError(f"{name} is {value}; it is {unit} and must be {limit}")
    return given


def amounts(name: str, values: object, unit: str, *, count: int | None = None, infinite: bool = False) -> np.ndarray:
    """A read-only vector of numbers of at least 0, finite unless `infinite`; a single number is repeated `count` times.

    >>> amounts("gpus", 2, "GPUs", count=3).tolist()
    [2.0, 2.0, 2.0]
    """
    try:
        given = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name} is {values}; it is {unit} and must be numbers") from None
    if given.ndim == 0 and count is not None:
        given = np.full(count, float(given))
    if given.ndim != 1 or given.size == 0:
        raise InputError(f"{name} has shape {given.shape}; it is {unit} and must be a list with at least one number")
    if count is not None and given.size != count:
        raise InputError(f"{name} has {given.size} numbers; {count} are needed, one for each")
    wrong = ~(given >= 0) | (np.isinf(given) if not infinite else False)
    if wrong.any():
        i = int(np.argmax(wrong))
        limit = "at least 0" if infinite else "finite and at least 0"
        raise InputError(f"{name}[{i}] is {given[i]}; it is {unit} and must be {limit}")
    given.setflags(write=False)
    return given
