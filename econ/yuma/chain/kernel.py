"""Compiled loops over raw integers of one dimension: products, quotients, sums, exp and liquid alpha.

The arrays are int64 of I32F32, contiguous and writable; `econ.yuma.chain.numbers` sees to that.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["HIGHEST", "LOWEST", "ONE", "added", "alphas", "divided", "exponentials", "multiplied"]

ONE = 1 << 32
"""The raw integer of 1."""

LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1
"""The raw integers at which I32F32 saturates."""

_LIMB = ONE - 1
_E = 11674931200  # the library's constant: e cut to 23 fractional bits
_EXP_LIMIT = 20 * ONE
_EXP_TERMS = 31
_LANES = 256
_NEAR = 12 * ONE  # up to here no term exceeds 2^50, and its float is off by less than a half
_WIDE_DIVISOR = 1 << 61
_U64 = np.uint64((1 << 64) - 1)
_LOW = np.uint64(_LIMB)
_WHOLE, _WHOLE_BITS = (
    2.0**52,
    np.uint64(0x4330000000000000),
)  # a float from here on has its whole number in its last bits


@compiled
def _product(a, b):
    """Floor of a * b / 2^32 of two numbers, saturated: four products of limbs, whose high parts show saturation."""
    a_high, a_low, b_high, b_low = a >> 32, a & _LIMB, b >> 32, b & _LIMB
    low = np.int64((np.uint64(a_low) * np.uint64(b_low)) >> np.uint64(32))
    first, second = a_high * b_low, a_low * b_high + low
    rest = (first & _LIMB) + (second & _LIMB)
    high = a_high * b_high + (first >> 32) + (second >> 32) + (rest >> 32)
    if high >= 1 << 31:
        return HIGHEST
    if high < -(1 << 31):
        return LOWEST
    return (high << 32) | (rest & _LIMB)


@compiled
def _below_one(rest, divisor):
    """rest * 2^32 / divisor of two uint64, rest below divisor."""
    if divisor < np.uint64(_WIDE_DIVISOR):  # a float is off by at most one unit, which the remainder shows
        estimate = np.float64(np.int64(rest)) / np.float64(np.int64(divisor)) * np.float64(ONE)
        quotient = np.uint64(np.int64(estimate))
        left = np.int64((rest << np.uint64(32)) - quotient * divisor)
        if left < 0:
            quotient -= np.uint64(1)
        elif left >= np.int64(divisor):
            quotient += np.uint64(1)
        return quotient
    quotient = np.uint64(0)
    for _ in range(32):
        rest, quotient = rest << np.uint64(1), quotient << np.uint64(1)
        if rest >= divisor:
            rest -= divisor
            quotient |= np.uint64(1)
    return quotient


@compiled
def _quotient(a, b):
    """a * 2^32 / b of two numbers, towards zero; 0 where b is 0 and where the quotient does not fit."""
    if b == 0:
        return 0
    negative = (a < 0) != (b < 0)
    numerator = np.uint64(-a if a < 0 else a)
    divisor = np.uint64(-b if b < 0 else b)
    if numerator < np.uint64(ONE):
        quotient = (numerator << np.uint64(32)) // divisor
    elif numerator == np.uint64(ONE) and divisor > numerator:  # 2^64 itself does not fit: the next smaller is divided
        quotient = _U64 // divisor
        if _U64 - quotient * divisor + np.uint64(1) == divisor:
            quotient += np.uint64(1)
    else:
        units = numerator // divisor
        if units > np.uint64(1 << 31):
            return 0
        quotient = (units << np.uint64(32)) + _below_one(numerator - units * divisor, divisor)
    if quotient > np.uint64(HIGHEST):
        return LOWEST if negative and quotient == np.uint64(1 << 63) else 0
    return -np.int64(quotient) if negative else np.int64(quotient)


@compiled
def multiplied(a, b, out):
    for k in range(out.size):
        out[k] = _product(a[k], b[k])


@compiled
def added(a, b, out):
    for k in range(out.size):
        total = a[k] + b[k]  # wraps; a sum whose sign is that of neither part has saturated
        if ((a[k] ^ total) & (b[k] ^ total)) < 0:
            total = LOWEST if a[k] < 0 else HIGHEST
        out[k] = total


@compiled
def divided(a, b, out):
    for k in range(out.size):
        out[k] = _quotient(a[k], b[k])


@compiled
def _terms(words, floats, count):
    """Taylor's terms from the second on, added to words[2] lane by lane; words[0] holds |x|.

    Each term is floor(term * size / divisor): rounding down by 2^32 and then by i is rounding down once. A float is
    right or one too much, and the remainder, small enough for products that wrap, says which. Floats are read as whole
    numbers by their bits, so nothing branches or converts and the loops vectorise.
    """
    size, term, total, bits = words[0], words[1], words[2], words[3]
    exact_size, nearly = floats[4], floats[3]
    for k in range(count):
        term[k] = size[k]
        bits[k] = size[k] | _WHOLE_BITS
    for k in range(count):
        exact_size[k] = nearly[k] - _WHOLE
    for i in range(2, _EXP_TERMS + 1):
        step, divisor, some = np.uint64(i) & _LOW, i << 32, np.uint64(0)
        inverse = 1.0 / np.float64(divisor)
        for k in range(count):
            nearly[k] = (nearly[k] - _WHOLE) * exact_size[k] * inverse + _WHOLE
        for k in range(count):
            following = bits[k] - _WHOLE_BITS
            left = np.int64(term[k] * size[k] - (((following & _LOW) * step) << np.uint64(32)))
            following += np.uint64(np.int64(left >= divisor) - np.int64(left < 0))
            term[k] = following
            total[k] += following
            bits[k] = following | _WHOLE_BITS
            some |= following
        if some == 0:
            break


@compiled
def _wide_total(size):
    """The sum of the terms of one number whose terms are too large for that."""
    term, total = size, ONE + size
    for i in range(2, _EXP_TERMS + 1):
        term = _product(term, size) // i
        total += term
    return total


@compiled
def exponentials(x, out):
    """`exponential` of one dimension into another array: term by term over lanes, which do not wait for one another."""
    words = np.empty((5, _LANES), dtype=np.uint64)
    floats = words.view(np.float64)
    for start in range(0, x.size, _LANES):
        given, total = x[start : start + _LANES], out[start : start + _LANES]
        largest = 0
        for k in range(given.size):
            size = min(abs(max(given[k], -_EXP_LIMIT)), _EXP_LIMIT)
            words[0, k], words[2, k] = size, ONE + size
            largest = max(largest, size)
        if largest <= _NEAR:
            _terms(words, floats, given.size)
        for k in range(given.size):
            total[k] = np.int64(words[2, k]) if largest <= _NEAR else _wide_total(np.int64(words[0, k]))
            if given[k] == ONE:
                total[k] = _E
            elif given[k] < 0:
                total[k] = _quotient(ONE, total[k])


@compiled
def alphas(weights, bonds, consensus, slope, slowest, fastest, out):
    """`liquid_alpha` of one dimension; the many pairs without any distance share one value."""
    curve, where = np.empty(out.size + 1, dtype=np.int64), np.empty(out.size, dtype=np.int64)
    curve[0], found = _product(slope, -(ONE // 2)), 1
    for k in range(out.size):
        distance = weights[k] - consensus[k] if weights[k] >= bonds[k] else bonds[k] - weights[k]
        where[k] = 0
        if distance > 0:
            where[k] = found
            curve[found] = _product(slope, min(distance, ONE) - ONE // 2)
            found += 1
    distinct = np.empty(found, dtype=np.int64)
    exponentials(curve[:found], distinct)
    for k in range(found):
        logistic = _quotient(ONE, ONE + distinct[k])
        distinct[k] = min(max(slowest + _product(logistic, fastest - slowest), slowest), fastest)
    for k in range(out.size):
        out[k] = distinct[where[k]]
