"""What policies answer, checked: an error names the policy, the seat, the world and the epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np

from agents.errors import PolicyError
from agents.placing import plain
from agents.policy import Policy
from agents.views import View
from econ.compiled import compiled

__all__ = [
    "WRITES",
    "Where",
    "are_legal",
    "ask",
    "checked_numbers",
    "is_refused_writing",
    "out_of_range",
    "real_array",
    "said",
]

WRITES = "writes to its view"

_FLOAT = np.dtype(float)

Where = Callable[[int, int], str]
"""The words for a world and a seat, by their numbers."""


def ask(policy: Policy, act: str, view: View, where: Where, *more: Any) -> Any:
    """What a policy answers; whatever goes wrong in it is a `PolicyError` that says who was asked."""
    try:
        return getattr(policy, act)(view, *more)
    except (Exception, SystemExit) as error:
        place = _place(view, where)
        if isinstance(error, PolicyError):
            raise PolicyError(f"{error} ({place})") from error
        if is_refused_writing(error):
            raise PolicyError(f"{policy.name} ({place}) {WRITES} in {act}; make new arrays instead") from error
        raise PolicyError(f"{policy.name} ({place}) fails in {act}: {type(error).__name__}: {error}") from error


def said(policy: Policy, what: str, *given: Any, high: float = np.inf, whole: bool = False) -> Any:
    """What a policy says of itself: a field, or what it answers to what is given; a number in [0, high], finite.

    >>> from agents import Sybil
    >>> said(Sybil(), "lag", whole=True)
    0
    """
    name = what + (f"({', '.join(map(str, given))})" if given else "")
    try:
        value = getattr(policy, what)(*given) if given else getattr(policy, what)
    except Exception as error:
        raise PolicyError(f"{policy.name} fails in {name}: {type(error).__name__}: {error}") from error
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    if not (isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value <= high and value < np.inf):
        limit = "of at least 0" if high == np.inf else f"in [0, {high:g}]"
        raise PolicyError(f"{policy.name} has {name} {value!r}; it must be a {'whole ' if whole else ''}number {limit}")
    return value


def is_refused_writing(error: BaseException) -> bool:
    """Whether something was about to be written into a read-only array, or its flags changed, or into a view."""
    return isinstance(error, FrozenInstanceError) or (
        isinstance(error, ValueError | TypeError)
        and any(words in str(error) for words in ("read-only", "WRITEABLE flag to True"))
    )


def _place(view: View, where: Where) -> str:
    """Seat, world and epoch of the first row, and how many there are."""
    more = view.world.size - 1
    return where(view.world[0], view.seat[0]) + (f", and {more} more rows" if more else "")


def real_array(policy: Policy, answer: Any, what: str, shape: tuple[int, ...], view: View, where: Where) -> np.ndarray:
    """The answer as an array of real numbers of that shape, or `PolicyError`."""
    if type(answer) is np.ndarray and answer.dtype == _FLOAT and answer.shape == shape:  # nearly always
        return answer
    try:
        values = np.asarray(answer)
        is_real = values.dtype.kind in "biuf" and not isinstance(answer, np.ma.MaskedArray)
    except ValueError:  # a ragged list
        is_real = False
    if is_real and values.shape == shape:
        return values.astype(float, copy=False)
    who = f"{policy.name} ({_place(view, where)})"
    if not is_real:
        raise PolicyError(
            f"{who} returned {type(answer).__name__}; {what} are an array of real "
            "numbers, " + (f"{shape[0]} rows of {shape[1]}" if len(shape) == 2 else f"one for each of {shape[0]} rows")
        )
    raise PolicyError(
        f"{who} returned {what} of shape {values.shape}; it was asked for "
        + (f"{shape[0]} rows of {shape[1]}" if len(shape) == 2 else f"one number for each of {shape[0]} rows")
    )


def are_legal(rows: np.ndarray) -> np.ndarray:
    """Which rows[row, column] can be divided by their sum: of numbers of at least 0 with a positive, finite sum.

    >>> are_legal(np.array([[0.0, 1.0], [0.0, 0.0], [2.0, -1.0], [1.0, np.inf]])).tolist()
    [True, False, False, False]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        summed = rows.sum(axis=1)
    legal: np.ndarray = (rows >= 0).all(axis=1) & (summed > 0) & (summed < np.inf)
    return legal


def checked_numbers(
    policy: Policy, answer: Any, view: View, what: str, low: float, high: float, where: Where, *, whole: bool = False
) -> np.ndarray:
    """One number a row in [low, high], finite unless any number will do, or `PolicyError`."""
    values = real_array(policy, answer, what, view.world.shape, view, where)
    row = _first_illegal(plain(values), float(low), float(high), whole)
    if row >= 0:
        raise out_of_range(policy, values[row], what, low, high, where(view.world[row], view.seat[row]), whole=whole)
    return values


@compiled
def _first_illegal(values, low, high, whole):  # type: ignore[no-untyped-def]
    """The first row whose number is not legal; -1 where all are."""
    anything = low == -np.inf
    for row in range(values.size):
        if not (low <= values[row] <= high and (anything or values[row] < np.inf)):
            return row
        if whole and values[row] != np.floor(values[row]):
            return row
    return -1


def out_of_range(
    policy: Policy, value: float, what: str, low: float, high: float, place: str, *, whole: bool = False
) -> PolicyError:
    """The error of a number that is none of those asked for."""
    limits = (
        f"in [{low:g}, {high:g}]"
        if np.isfinite(high)
        else f"finite and at least {low:g}"
        if np.isfinite(low)
        else "numbers"
    )
    kind = "whole numbers " if whole else ""
    return PolicyError(f"{policy.name} ({place}) returned {what} of {value:g}; they must be {kind}{limits}")
