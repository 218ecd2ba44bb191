"""The chain's number formats: fixed point on integers, equal to the last bit.

I32F32 is an int64 `raw` that stands for raw / 2^32; arrays of it are plain int64 arrays. Products are exact in two
limbs and rounded down, quotients rounded towards zero, both saturate or vanish as the chain's do. I64F64 and I96F32,
which the chain uses for a few numbers a subnet, are Python integers or limbs of uint64.
Source: substrate-fixed 0.6.0 and subtensor, `epoch/math.rs`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.yuma.chain.kernel import HIGHEST, LOWEST, ONE, added, divided, exponentials, multiplied

__all__ = [
    "HIGHEST",
    "LOWEST",
    "ONE",
    "U16",
    "add",
    "amount",
    "clamped",
    "divide",
    "exponential",
    "fraction_of_u16",
    "from_integer",
    "is_whole",
    "multiply",
    "narrowed",
    "normalised",
    "rounded_u16",
    "summed",
    "to_u16",
    "whole",
]

U16 = 65535


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number; a truth value is none.

    >>> is_whole(3), is_whole(True), is_whole(3.0)
    (True, False, False)
    """
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def multiply(a: Any, b: Any) -> np.ndarray:
    """The products of two I32F32 arrays, rounded down and saturated; shapes broadcast.

    >>> multiply(np.array([3, -3]), ONE // 2)
    array([ 1, -2])
    """
    return _elementwise(multiplied, a, b)


def divide(a: Any, b: Any) -> np.ndarray:
    """The quotients of two I32F32 arrays, rounded towards zero; 0 where b is 0 or the quotient does not fit.

    >>> divide(np.array([ONE, -ONE, ONE]), np.array([3 * ONE, 3 * ONE, 0]))
    array([ 1431655765, -1431655765,           0])
    """
    return _elementwise(divided, a, b)


def exponential(x: Any) -> np.ndarray:
    """The chain's exp: 31 terms of Taylor's series of |x|, its inverse for x < 0, |x| at most 20; a constant at 1.

    >>> exponential(np.array([0, -ONE, -21 * ONE]))
    array([4294967296, 1580030169,          8])
    """
    values = np.array(x, dtype=np.int64)
    out = np.empty(values.shape, dtype=np.int64)
    exponentials(values.reshape(-1), out.reshape(-1))
    return out


def add(a: Any, b: Any) -> np.ndarray:
    """The sums of two I32F32 arrays, saturated."""
    return _elementwise(added, a, b)


def summed(values: np.ndarray, axis: int = -1, *, keepdims: bool = False) -> np.ndarray:
    """Sums of I32F32 along an axis, saturated as the chain adds: one after the other, in order of UIDs.

    >>> int(summed(np.array([HIGHEST, ONE, -ONE]))) == HIGHEST - ONE
    True
    """
    count = values.shape[axis]
    fits = HIGHEST // max(count, 1)
    if values.size == 0 or (values.max() <= fits and values.min() >= -fits):
        return np.asarray(values.sum(axis=axis, keepdims=keepdims))
    parts = np.moveaxis(values, axis, 0)
    total = np.zeros(parts.shape[1:], dtype=np.int64)
    for part in parts:
        total = add(total, part)
    return np.expand_dims(total, axis) if keepdims else total


def normalised(values: np.ndarray, axis: int = -1, *, positive_only: bool = False) -> np.ndarray:
    """Values divided by their sum along an axis; unchanged where it is 0 (or, if `positive_only`, not above 0).

    >>> normalised(np.array([ONE, 2 * ONE, 0]))
    array([1431655765, 2863311530,          0])
    """
    total = summed(values, axis, keepdims=True)
    divides = total > 0 if positive_only else total != 0
    return divide(values, np.where(divides, total, ONE))


def clamped(raw: int) -> int:
    """One raw integer saturated to I32F32."""
    return max(LOWEST, min(raw, HIGHEST))


def narrowed(wide: int) -> int:
    """One I64F64 as I32F32: the low 32 bits are dropped, the rest saturates.

    >>> narrowed(1 << 64) == ONE, narrowed(-1)
    (True, -1)
    """
    return clamped(wide >> 32)


def from_integer(values: Any) -> np.ndarray:
    """Integers as I32F32, saturated."""
    integers = np.asarray(values, dtype=np.int64)
    inside = np.clip(integers, -(1 << 31), (1 << 31) - 1)
    return np.where(integers > inside, HIGHEST, inside << 32)


def fraction_of_u16(values: Any) -> np.ndarray:
    """u16 as a proportion, k / 65535 cut to 2^-32.

    >>> fraction_of_u16([1, 65535])
    array([     65537, 4294967296])
    """
    return (np.asarray(values, dtype=np.int64) << 32) // U16


def to_u16(values: Any) -> np.ndarray:
    """Proportions as stored: the floor of x * 65535, clamped. One unit is lost on every way back but at 0 and 65535.

    >>> to_u16(fraction_of_u16([0, 1, 7, 65535])).tolist()
    [0, 0, 6, 65535]
    """
    return np.clip(multiply(values, U16 << 32) >> 32, 0, U16).astype(np.uint16)


def rounded_u16(values: Any) -> np.ndarray:
    """I32F32 to the nearest u16, halves away from zero, clamped."""
    return np.clip(add(values, ONE // 2) >> 32, 0, U16).astype(np.uint16)


def whole(values: Any) -> np.ndarray:
    """I32F32 to the chain's unsigned integers: the floor, negative ones 0.

    >>> whole([-1, 3 * ONE + 1]).tolist()
    [0, 3]
    """
    return np.maximum(np.asarray(values, dtype=np.int64) >> 32, 0).astype(np.uint64)


def amount(fractions: np.ndarray, rao: int) -> np.ndarray:
    """Fractions of an amount of rao, rounded down, as I96F32 gives them: exact in limbs of 32 bits.

    Fractions lie in [0, 1], or below 0 where bonds are far outside what an average makes: those get nothing.

    >>> amount(np.array([429496729, ONE]), 1_000_000_000).tolist()
    [99999999, 1000000000]
    """
    shares = np.maximum(np.asarray(fractions, dtype=np.int64), 0).astype(np.uint64)
    high, low = np.uint64(rao >> 32), np.uint64(rao & (ONE - 1))
    return shares * high + ((shares * low) >> np.uint64(32))


def _elementwise(kernel: Any, a: Any, b: Any) -> np.ndarray:
    shape = np.broadcast_shapes(np.shape(a), np.shape(b))
    out = np.empty(shape, dtype=np.int64)
    kernel(_flat(a, shape), _flat(b, shape), out.reshape(-1))
    return out


def _flat(values: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Values broadcast to one dimension, always of the one type that the compiler knows."""
    plain = isinstance(values, np.ndarray) and values.dtype == np.int64 and values.shape == shape
    if not (plain and values.flags.c_contiguous and values.flags.writeable):
        given, values = values, np.empty(shape, dtype=np.int64)
        values[...] = given
    return values.reshape(-1)
