"""All randomness: luck is addressed, not consumed.

One pure function gives the number at (seed, world, purpose, epoch, seat, column). A draw depends on its address
alone, so draws that nobody asks for are never made, and when one seat changes its strategy every other seat meets the
same luck. The generator is counted over arrays (`agents.philox`); two neighbouring columns share one block of 128 bits.
The numbers are the same bits on every machine, for any slice of worlds and any number of threads.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from agents.philox import LOGNORMAL, NORMAL, UNIFORM, fill

__all__ = ["SEED_LIMIT", "Purpose", "lognormal", "normal", "policy_purpose", "uniform", "warm_up"]

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
    DELEGATOR_SCORE = 7
    REGISTRATION_ORDER = 8
    FIRST_UIDS = 9
    REVISION = 10
    OPPONENTS = 11
    TAO_PRICE = 32
    TAO_JUMPS = 33
    WORTH = 34
    SUBNET_PRICE = 35
    NOMINATION = 36
    VOTE = 37
    TURN = 38
    NETWORK_START = 39
    NETWORK_QUALITY = 40
    NETWORK_SCORE = 41
    NETWORK_POLICY = 42
    FOUNDING = 43
    NETWORK_APPLICANTS = 44
    NETWORK_NEWCOMER = 45
    OWNER_WAKES = 64
    OWNER_START = 65


_POLICY_LUCK = 1024
_ROLES = ("validators", "miners", "delegators", "owner")


INSIDE = len(_ROLES)
"""What is added to the purpose of a policy for one inside it."""


def policy_purpose(role: str) -> int:
    """The purpose of what a policy of this role draws for itself."""
    return _POLICY_LUCK + _ROLES.index(role)


def uniform(seed: int, purpose: int, *, world: np.ndarray, epoch: int, seat: np.ndarray, columns: int) -> np.ndarray:
    """Uniform numbers in (0, 1) at the addresses (world, seat) broadcast together, for columns 0 to columns - 1.

    Shapes: world[...], seat[...]; returns [..., column].

    >>> u = uniform(7, Purpose.SCORE, world=np.arange(2), epoch=0, seat=np.array(3), columns=5)
    >>> alone = uniform(7, Purpose.SCORE, world=np.array(1), epoch=0, seat=np.array(3), columns=2)
    >>> bool((u[1, :2] == alone).all())
    True
    """
    return _drawn(UNIFORM, seed, purpose, world, epoch, seat, columns)


def normal(seed: int, purpose: int, *, world: np.ndarray, epoch: int, seat: np.ndarray, columns: int) -> np.ndarray:
    """Standard normal numbers at the same addresses, a pair of Box and Muller's to two columns.

    Shapes: world[...], seat[...]; returns [..., column]. Each is within 4 units of 2^-53 of what exact arithmetic makes
    of its bits; none is farther out than 8.57, which one in 10^17 would be.

    >>> z = normal(7, Purpose.SCORE, world=np.arange(2), epoch=0, seat=np.array(3), columns=3)
    >>> z.shape, bool(abs(z).max() < 8.58)
    ((2, 3), True)
    """
    return _drawn(NORMAL, seed, purpose, world, epoch, seat, columns)


def lognormal(
    seed: int, purpose: int, *, scale: float, world: np.ndarray, epoch: int, seat: np.ndarray, columns: int
) -> np.ndarray:
    """exp(scale * normal) at the same addresses, within 2 units in the last place: positive, of median 1.

    Shapes: world[...], seat[...]; returns [..., column].
    """
    return _drawn(LOGNORMAL, seed, purpose, world, epoch, seat, columns, scale)


def _drawn(
    kind: int,
    seed: int,
    purpose: int,
    world: np.ndarray,
    epoch: int,
    seat: np.ndarray,
    columns: int,
    scale: float = 1.0,
) -> np.ndarray:
    shape = np.broadcast(world, seat).shape
    address = np.empty((2, *shape), dtype=np.int64)
    address[0], address[1] = world, seat
    worlds, seats = address.reshape(2, -1)
    pairs = (columns + 1) // 2
    drawn = np.empty((worlds.size, 2 * pairs))
    fill(seed, int(purpose), worlds, epoch % SEED_LIMIT, seats, pairs, kind, float(scale), drawn.reshape(-1))
    return drawn[:, :columns].reshape(*shape, columns)


def warm_up() -> None:
    """Compile now, so that no one waits for it mid-way."""
    normal(0, Purpose.SCORE, world=np.array(0), epoch=0, seat=np.array(0), columns=1)
