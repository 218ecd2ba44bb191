"""Random bits and what is made of them: Philox 4x32-10, compiled, a lane to every block of 128 bits.

Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011. Normals are Box and Muller's pairs,
with a logarithm and a sine of our own: sums, products, quotients and square roots alone, which IEEE 754 rounds alike
everywhere, so that the numbers are the same bits on every machine and however the compiler vectorises the loops.
Nothing in the loops branches or calls; floats are read as integers, and the other way round, by two views of a lane.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import math

import numpy as np

from econ.compiled import compiled

__all__ = ["LOGNORMAL", "NORMAL", "UNIFORM", "exponentials", "fill", "philox"]

UNIFORM, NORMAL, LOGNORMAL = range(3)
"""The kinds of `fill`."""

_LANES = 256
_LIMB, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)

_ONE = np.uint64(0x3FF0000000000000)  # the bits of 1.0
_FRACTION = np.uint64(52)  # how many of a float's bits are its fraction
_BELOW_ONE = 1.0 - 2.0**-53  # taken from 1 + k / 2^52 it leaves (k + 1/2) / 2^52: never 0 and never 1
_FROM_ROOT = _ONE - np.uint64(0x3FE6A09E667F3BCD)  # from the bits of the root of 1/2 to those of 1.0
_WHOLE, _WHOLE_OF_ONE = np.uint64(0x4330000000000000), 2.0**52 + 1023.0  # the bits of 2^52; the exponent of 1 above it
_TWICE_LOG_2 = 2.0 * math.log(2.0)

# 2 log((1 + s) / (1 - s)) = s (4 + 4/3 s^2 + 4/5 s^4 + ...); s^2 is at most 0.0295 and what is left out 2^-55
_L1, _L2, _L3, _L4, _L5, _L6, _L7, _L8, _L9 = (4.0 / (2 * n + 1) for n in range(1, 10))
# sin(pi/2 g) = g (S0 + S1 g^2 + ...) for g up to 1; what is left out is below 2^-59
_S0, _S1, _S2, _S3, _S4, _S5, _S6, _S7, _S8, _S9, _S10 = (
    (-1) ** n * (math.pi / 2) ** (2 * n + 1) / math.factorial(2 * n + 1) for n in range(11)
)

_LOG2_OF_E, _ROUNDER = 1.0 / math.log(2.0), 1.5 * 2.0**52  # a sum with the rounder is a whole number in its last bits
_LOG_2_HIGH, _LOG_2_LOW = float.fromhex("0x1.62e42fefa3800p-1"), float.fromhex("0x1.ef35793c76730p-45")
_BIAS_LESS_ONE = np.uint64(1022)
_E2, _E3, _E4, _E5, _E6, _E7, _E8, _E9, _E10, _E11, _E12, _E13 = (1.0 / math.factorial(n) for n in range(2, 14))


@compiled
def philox(a, b, c, d, key_a, key_b):
    """Ten rounds: counters of four words a lane, and a key of two, to four random words a lane, in place.

    All are uint64 of 32 bits.

    >>> lanes = np.zeros((4, 1), dtype=np.uint64)
    >>> philox(*lanes, np.uint64(0), np.uint64(0))
    >>> [hex(word) for word in lanes[:, 0]]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    for k in range(a.size):
        w, x, y, z = a[k], b[k], c[k], d[k]
        key_w, key_y = key_a, key_b
        for _ in range(10):
            product_w = np.uint64(0xD2511F53) * (w & _LIMB)
            product_y = np.uint64(0xCD9E8D57) * (y & _LIMB)
            w, x = (product_y >> _HALF) ^ x ^ key_w, product_y & _LIMB
            y, z = (product_w >> _HALF) ^ z ^ key_y, product_w & _LIMB
            key_w = (key_w + np.uint64(0x9E3779B9)) & _LIMB
            key_y = (key_y + np.uint64(0xBB67AE85)) & _LIMB
        a[k], b[k], c[k], d[k] = w, x, y, z


@compiled
def _pairs(words, floats, count, drawn):
    """Two uniforms a lane from its four words, side by side; the words are overwritten."""
    a, b, c, d = words[0], words[1], words[2], words[3]
    first, second = floats[0], floats[2]
    for k in range(count):
        a[k] = _ONE | (a[k] << np.uint64(20)) | (b[k] >> np.uint64(12))
        c[k] = _ONE | (c[k] << np.uint64(20)) | (d[k] >> np.uint64(12))
    for k in range(count):
        drawn[2 * k] = first[k] - _BELOW_ONE
        drawn[2 * k + 1] = second[k] - _BELOW_ONE


@compiled
def _normal_pairs(words, floats, count, drawn):
    """Two normals a lane from its four words: radius from the first two, angle in a quarter turn from the last two.

    The lowest bits of the second and the fourth word, which the uniforms leave, are the signs. With u = m 2^e, m from
    the root of 1/2 to the root of 2, and s = (m - 1) / (m + 1), the radius is the root of -2 log u.
    """
    a, b, c, d, e = words[0], words[1], words[2], words[3], words[4]
    first, sign, turn, other_sign, exponent = floats[0], floats[1], floats[2], floats[3], floats[4]
    for k in range(count):
        a[k] = _ONE | (a[k] << np.uint64(20)) | (b[k] >> np.uint64(12))
        c[k] = _ONE | (c[k] << np.uint64(20)) | (d[k] >> np.uint64(12))
        b[k] = _ONE | (b[k] << np.uint64(63))
        d[k] = _ONE | (d[k] << np.uint64(63))
    for k in range(count):
        first[k] -= _BELOW_ONE
    for k in range(count):
        power = (a[k] + _FROM_ROOT) >> _FRACTION
        a[k] = a[k] - (power << _FRACTION) + _ONE
        e[k] = _WHOLE | power
    for k in range(count):
        s = (first[k] - 1.0) / (first[k] + 1.0)
        q = s * s
        log = ((((((((_L9 * q + _L8) * q + _L7) * q + _L6) * q + _L5) * q + _L4) * q + _L3) * q + _L2) * q + _L1) * q
        radius = math.sqrt((_WHOLE_OF_ONE - exponent[k]) * _TWICE_LOG_2 - s * (log + 4.0))
        g = turn[k] - _BELOW_ONE
        q = g * g
        sine = (((((_S10 * q + _S9) * q + _S8) * q + _S7) * q + _S6) * q + _S5) * q
        sine = g * (((((sine + _S4) * q + _S3) * q + _S2) * q + _S1) * q + _S0)
        g = 1.0 - g
        q = g * g
        cosine = (((((_S10 * q + _S9) * q + _S8) * q + _S7) * q + _S6) * q + _S5) * q
        cosine = g * (((((cosine + _S4) * q + _S3) * q + _S2) * q + _S1) * q + _S0)
        drawn[2 * k] = sign[k] * radius * cosine
        drawn[2 * k + 1] = other_sign[k] * radius * sine


@compiled
def exponentials(values, scale, words, floats):
    """exp(scale * value) in place of up to a lane's values; two lanes of the words are overwritten.

    With x = n log 2 + r, r within half of log 2, the series of exp(r) times 2^n. From 709.8 on the answer is inf; below
    -708 it stays where it is there, at 3e-308.
    """
    bits, power, rounded = words[4], floats[3], floats[4]
    for k in range(values.size):
        values[k] = min(max(scale * values[k], -708.0), 710.0)
        rounded[k] = values[k] * _LOG2_OF_E + _ROUNDER
    for k in range(values.size):
        words[3, k] = (bits[k] + _BIAS_LESS_ONE) << _FRACTION
    for k in range(values.size):
        n = rounded[k] - _ROUNDER
        r = (values[k] - n * _LOG_2_HIGH) - n * _LOG_2_LOW
        tail = ((((((_E13 * r + _E12) * r + _E11) * r + _E10) * r + _E9) * r + _E8) * r + _E7) * r
        series = (((((tail + _E6) * r + _E5) * r + _E4) * r + _E3) * r + _E2) * r
        values[k] = (1.0 + (r + series * r)) * power[k] * 2.0


@compiled
def fill(seed, purpose, worlds, epoch, seats, pairs, kind, scale, drawn):
    """Fill drawn[address * pairs + pair, 0 and 1], flat, from the block of counter (world, epoch, seat, pair).

    The key is (seed, purpose). Blocks are taken as they come, lane after lane, whatever row they belong to. The kind
    is `UNIFORM`, `NORMAL`, or `LOGNORMAL`: exp(scale * normal).
    """
    words = np.empty((5, _LANES), dtype=np.uint64)
    floats = words.view(np.float64)
    key_a, key_b, now = np.uint64(seed), np.uint64(purpose), np.uint64(epoch)
    row, pair = 0, 0
    for start in range(0, worlds.size * pairs, _LANES):
        count = min(_LANES, worlds.size * pairs - start)
        filled = 0
        while filled < count:
            until = min(count, filled + pairs - pair)
            world, seat, offset = np.uint64(worlds[row]), np.uint64(seats[row]), pair - filled
            for k in range(filled, until):
                words[0, k], words[1, k], words[2, k], words[3, k] = world, now, seat, np.uint64(offset + k)
            pair += until - filled
            filled = until
            if pair == pairs:
                row, pair = row + 1, 0
        philox(words[0, :count], words[1, :count], words[2, :count], words[3, :count], key_a, key_b)
        begun = drawn[2 * start : 2 * (start + count)]
        if kind == UNIFORM:
            _pairs(words, floats, count, begun)
        else:
            _normal_pairs(words, floats, count, begun)
        if kind == LOGNORMAL:
            exponentials(begun[:count], scale, words, floats)
            exponentials(begun[count:], scale, words, floats)
