"""Whole rao: what is checked of every amount, and how an amount is divided so that nothing is made or lost.

1 TAO is 10^9 rao, and 1 alpha is 10^9 of its own. Amounts are int64 arrays of any shape. Products that the chain takes
in 2^-32 or 2^-64 are taken in limbs of 32 bits, exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.errors import InputError

__all__ = [
    "MAX_SUPPLY",
    "RAO",
    "U16",
    "divided",
    "floats",
    "fraction_of_u16",
    "largest_remainder",
    "portion",
    "positive",
    "rao",
    "shared_out",
    "times_q32",
    "times_q64",
    "whole",
]

RAO = 1_000_000_000
"""Rao of one TAO, and of one alpha."""

MAX_SUPPLY = 21_000_000 * RAO
"""All TAO there can be, and all alpha of one subnet. Source: subtensor, `lib.rs`."""

U16 = 65535
"""The chain's 1 for takes, cuts and fees."""

_LARGEST = (1 << 63) - 1
_LIMB, _SHIFT = np.uint64((1 << 32) - 1), np.uint64(32)


def whole(name: str, values: Any) -> np.ndarray:
    """Values as int64, or an error that names the first one that is not a whole number of at least 0."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu" and array.size:
        first = array.flat[0]
        raise InputError(f"{name} is {first}; it must be a whole number below 2^63: 1 TAO is {RAO} rao")
    if array.size and array.min() < 0:
        raise InputError(f"{name} is {array.min()}; it must be at least 0")
    if array.dtype != np.int64 and array.size and array.max() > _LARGEST:
        raise InputError(f"{name} is {array.max()}; it must be a whole number below 2^63")
    return array.astype(np.int64)


def rao(name: str, values: Any) -> np.ndarray:
    """Amounts between 0 and all that can ever exist, as int64, or an error.

    >>> rao("stake", -5)
    Traceback (most recent call last):
    econ.errors.InputError: stake is -5; it must be at least 0
    """
    given = np.asarray(values)
    if given.dtype == np.int64 and (not given.size or given.view(np.uint64).max() <= MAX_SUPPLY):
        return given.copy()  # below 0 is above 2^63 there: both limits at once
    array = whole(name, values)
    if array.size and array.max() > MAX_SUPPLY:
        raise InputError(f"{name} is {array.max()} rao; there are never more than {MAX_SUPPLY}")
    return array


def portion(name: str, values: Any) -> np.ndarray:
    """Shares between 0 and 1 as float64, or an error.

    >>> portion("root proportion", [0.25, 1.5])
    Traceback (most recent call last):
    econ.errors.InputError: root proportion is 1.5; it is a share and must lie in [0, 1]
    """
    array = floats(name, values, "a share")
    wrong = ~((array >= 0) & (array <= 1))
    if wrong.any():
        raise InputError(f"{name} is {array[wrong].flat[0]:g}; it is a share and must lie in [0, 1]")
    return array


def positive(name: str, values: Any, what: str, *, above: bool = False) -> np.ndarray:
    """Finite floats of at least 0, or `above` it, or an error that says what they are.

    >>> positive("price", [0.5, -1.0], "TAO an alpha")
    Traceback (most recent call last):
    econ.errors.InputError: price is -1; it is TAO an alpha and must be at least 0
    """
    array = floats(name, values, what)
    wrong = ~(np.isfinite(array) & ((array > 0) if above else (array >= 0)))
    if wrong.any():
        limit = "above 0" if above else "at least 0"
        raise InputError(f"{name} is {array[wrong].flat[0]:g}; it is {what} and must be {limit}")
    return array


def floats(name: str, values: Any, what: str) -> np.ndarray:
    """Values as float64, or an error where they are no numbers."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name} is {values!r:.60}; it is {what} and must be a number, or an array of them") from None


def times_q32(amount: np.ndarray, factor: Any) -> np.ndarray:
    """Floor of amount * factor / 2^32, factor at most 2^32: exact for all amounts in int64."""
    factor = np.asarray(factor, dtype=np.int64)
    low = (amount & 0xFFFFFFFF).astype(np.uint64) * factor.astype(np.uint64) >> _SHIFT
    return (amount >> 32) * factor + low.astype(np.int64)


def times_q64(amount: np.ndarray, fraction: int) -> np.ndarray:
    """Floor of amount * fraction / 2^64, fraction below 2^64: exact for amounts up to 2^63."""
    high, low = amount.astype(np.uint64) >> _SHIFT, amount.astype(np.uint64) & _LIMB
    f_high, f_low = np.uint64(fraction >> 32), np.uint64(fraction & int(_LIMB))
    left, right = high * f_low, low * f_high
    carried = (low * f_low >> _SHIFT) + (left & _LIMB) + (right & _LIMB)
    return (high * f_high + (left >> _SHIFT) + (right >> _SHIFT) + (carried >> _SHIFT)).astype(np.int64)


def divided(amount: np.ndarray, numerator: int, denominator: int) -> np.ndarray:
    """Floor of amount * numerator / denominator without overflow, numerator and denominator below 2^31.

    >>> divided(np.array(21 * 10**15), 33, 65535)
    np.int64(10574502174410)
    """
    quotient, rest = np.divmod(np.asarray(amount, dtype=np.int64), denominator)
    return quotient * numerator + rest * numerator // denominator


def fraction_of_u16(name: str, values: Any) -> Any:
    """Cuts of 65535ths in units of 2^-32, rounded down as the chain's U96F32 is.

    >>> fraction_of_u16("owner cut", [11796, 65535])
    array([ 773074452, 4294967296])
    """
    cuts = np.asarray(values)
    wrong = (cuts < 0) | (cuts > U16) if cuts.dtype.kind in "iu" else np.ones(cuts.shape, dtype=bool)
    if wrong.any():
        raise InputError(
            f"{name} is {cuts[wrong].flat[0]}; it counts 65535ths and must be a whole number in [0, {U16}]"
        )
    return ((cuts.astype(np.int64) << 32) // U16)[()]


def shared_out(amount: Any, weights: Any) -> np.ndarray:
    """Amounts in proportion to weights[..., k], each rounded down; what that leaves over is the caller's.

    Computed in float: a part is off by at most one rao below 2^53, and by one in 2^52 above; the sum never exceeds the
    amount. Where all weights are 0 nobody is given anything.

    >>> shared_out([100, 7], [[1.0, 2.0], [0.0, 0.0]])
    array([[33, 66],
           [ 0,  0]])
    """
    given = np.asarray(amount, dtype=np.int64)[..., np.newaxis]
    weight = positive("a weight", weights, "what a part is in proportion to")
    total = weight.sum(axis=-1, keepdims=True)
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    parts = np.floor(given * share).astype(np.int64)
    over = parts.sum(axis=-1, keepdims=True) - given
    if (over > 0).any():  # float rounded up somewhere: the largest part bears it
        largest = parts.argmax(axis=-1)[..., np.newaxis]
        taken = np.take_along_axis(parts, largest, axis=-1) - np.maximum(over, 0)
        np.put_along_axis(parts, largest, taken, axis=-1)
    return parts


def largest_remainder(amount: int, weights: Any) -> list[int]:
    """An amount divided in proportion to whole weights, all of it: rounded down, the rest by largest remainder.

    Exact integers; ties go to the first. Where all weights are 0 nobody is given anything.

    >>> largest_remainder(10, [1, 1, 1])
    [4, 3, 3]
    """
    held = [int(weight) for weight in whole("weights", weights).reshape(-1)]
    total = sum(held)
    if not total:
        return [0] * len(held)
    parts, rests = zip(*(divmod(int(amount) * weight, total) for weight in held), strict=True)
    short = int(amount) - sum(parts)
    lucky = set(sorted(range(len(held)), key=lambda k: (-rests[k], k))[:short])
    return [part + (k in lucky) for k, part in enumerate(parts)]
