"""All randomness: luck is addressed, not consumed.

One pure function gives the number at (seed, world, purpose, epoch, seat, column). A draw depends on its address
alone, so draws that nobody asks for are never made, and when one seat changes its strategy every other seat meets the
same luck. The generator is Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
1, 2, 3", 2011), counted over arrays; two neighbouring columns share one block of 128 bits.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from econ.compiled import compiled

__all__ = ["SEED_LIMIT", "Purpose", "normal", "philox", "policy_purpose", "uniform", "warm_up"]

SEED_LIMIT = 2**32
"""Seeds are whole numbers below this; so are worlds, seats and columns. Epochs may be negative."""


class Purpose(IntEnum):
    """What a draw is for: the part of the address that keeps different kinds of luck apart."""

    START_QUALITY = 1
    QUALITY_MOVE = 2
    INNOVATION = 3
    INNOVATED_QUALITY = 4
    SCORE = 5
    STAKE_ORDER = 6
    NEWCOMER_QUALITY = 7
    DELEGATOR_SCORE = 8
    REGISTRATION_ORDER = 9
    FIRST_UIDS = 10
    REVISION = 11


_POLICY_LUCK = 1024
_ROLES = ("validators", "miners", "delegators", "owner")


def policy_purpose(role: str, depth: int) -> int:
    """The purpose of what a policy of this role draws for itself; policies inside policies have their own."""
    return _POLICY_LUCK + len(_ROLES) * depth + _ROLES.index(role)


@compiled
def philox(a, b, c, d, key_a, key_b):  # type: ignore[no-untyped-def]
    """Ten rounds of Philox 4x32: a counter of four words and a key of two, to four random words.

    >>> [hex(word) for word in philox(0, 0, 0, 0, 0, 0)]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    mask = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    a, b, c, d = np.uint64(a) & mask, np.uint64(b) & mask, np.uint64(c) & mask, np.uint64(d) & mask
    key_a, key_b = np.uint64(key_a) & mask, np.uint64(key_b) & mask
    for _ in range(10):
        product_a = np.uint64(0xD2511F53) * a
        product_c = np.uint64(0xCD9E8D57) * c
        a, b = (product_c >> half) ^ b ^ key_a, product_c & mask
        c, d = (product_a >> half) ^ d ^ key_b, product_a & mask
        key_a = (key_a + np.uint64(0x9E3779B9)) & mask
        key_b = (key_b + np.uint64(0xBB67AE85)) & mask
    return a, b, c, d


@compiled
def _draw(seed, purpose, worlds, epoch, seats, gaussian, drawn):  # type: ignore[no-untyped-def]
    """Fill drawn[address, column]: columns 2k and 2k + 1 share the block of counter k."""
    columns = drawn.shape[1]
    for row in range(drawn.shape[0]):
        for pair in range((columns + 1) // 2):
            a, b, c, d = philox(worlds[row], epoch, seats[row], pair, seed, purpose)
            # 52 bits, as the middle of an interval of width 2^-52: never 0 and never 1
            first = (float((a << np.uint64(20)) ^ (b >> np.uint64(12))) + 0.5) * 2.0**-52
            second = (float((c << np.uint64(20)) ^ (d >> np.uint64(12))) + 0.5) * 2.0**-52
            if gaussian:
                radius = math.sqrt(-2.0 * math.log(first))
                angle = 2.0 * math.pi * second
                first, second = radius * math.cos(angle), radius * math.sin(angle)
            drawn[row, 2 * pair] = first
            if 2 * pair + 1 < columns:
                drawn[row, 2 * pair + 1] = second


def uniform(seed: int, purpose: int, *, world: np.ndarray, epoch: int, seat: np.ndarray, columns: int) -> np.ndarray:
    """Uniform numbers in (0, 1) at the addresses (world, seat) broadcast together, for columns 0 to columns - 1.

    Shapes: world[...], seat[...]; returns [..., column].

    >>> u = uniform(7, Purpose.SCORE, world=np.arange(2), epoch=0, seat=np.array(3), columns=5)
    >>> alone = uniform(7, Purpose.SCORE, world=np.array(1), epoch=0, seat=np.array(3), columns=2)
    >>> bool((u[1, :2] == alone).all())
    True
    """
    return _drawn(seed, purpose, world, epoch, seat, columns, False)


def normal(seed: int, purpose: int, *, world: np.ndarray, epoch: int, seat: np.ndarray, columns: int) -> np.ndarray:
    """Standard normal numbers at the same addresses (Box and Muller's pairs, one pair to two columns).

    Shapes: world[...], seat[...]; returns [..., column].
    """
    return _drawn(seed, purpose, world, epoch, seat, columns, True)


def _drawn(
    seed: int, purpose: int, world: np.ndarray, epoch: int, seat: np.ndarray, columns: int, gaussian: bool
) -> np.ndarray:
    shape = np.broadcast_shapes(np.shape(world), np.shape(seat))
    worlds, seats = (np.array(np.broadcast_to(given, shape), dtype=np.int64).ravel() for given in (world, seat))
    drawn = np.empty((worlds.size, columns))
    _draw(seed, int(purpose), worlds, epoch % SEED_LIMIT, seats, gaussian, drawn)
    return drawn.reshape(*shape, columns)


def warm_up() -> None:
    """Compile now, so that no one waits for it mid-way."""
    normal(0, Purpose.SCORE, world=np.array(0), epoch=0, seat=np.array(0), columns=1)
