"""What becomes of a submitted weight vector before it is stored."""

from __future__ import annotations

import numpy as np

from econ.errors import InputError
from econ.yuma.chain.numbers import ONE, U16, divide, fraction_of_u16, from_integer, multiply, normalised, rounded_u16

__all__ = ["max_upscaled_weights", "upscaled_to_u16", "within_limit"]

_HALF = 32768 * ONE


def max_upscaled_weights(weights: np.ndarray) -> np.ndarray:
    """A submitted row of u16 scaled so that its largest entry is 65535; explicit zeros stay.

    Source: subtensor, `subnets/weights.rs` and `epoch/math.rs`, vec_u16_max_upscale_to_u16.

    >>> max_upscaled_weights(np.array([1, 2, 0])).tolist()
    [32768, 65535, 0]
    """
    given = np.asarray(weights)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise InputError(f"weights are {given.dtype} of shape {given.shape}; a submitted row is a list of u16")
    submitted = given.astype(np.int64)
    if submitted.size and not ((submitted >= 0) & (submitted <= U16)).all():
        wrong = int(np.flatnonzero((submitted < 0) | (submitted > U16))[0])
        raise InputError(f"weights[{wrong}] is {submitted[wrong]}; submitted weights are u16, from 0 to {U16}")
    return upscaled_to_u16(from_integer(submitted))


def upscaled_to_u16(values: np.ndarray) -> np.ndarray:
    """I32F32 values scaled so that the largest becomes 65535, rounded to u16.

    Up to 32768 the products are divided by the largest, above it 65535 / largest is rounded down first.
    """
    largest = int(np.max(values, initial=0))
    if largest == 0:
        return rounded_u16(np.zeros(len(values), dtype=np.int64))
    if largest <= _HALF:
        return rounded_u16(divide(multiply(values, U16 * ONE), largest))
    return rounded_u16(multiply(values, divide(U16 * ONE, largest)))


def within_limit(weights: np.ndarray, limit: int) -> bool:
    """Whether no entry of a row of u16 is a larger share of it than limit / 65535 (off on the chain: 65535).

    >>> within_limit(np.array([1, 1]), 32767), within_limit(np.array([1, 1]), 65535)
    (False, True)
    """
    shares = normalised(from_integer(weights))
    return bool((shares <= int(fraction_of_u16(limit))).all())
