"""What a UID costs, and whom a newcomer replaces: the chain's registration price and its pruning.

Prices are whole rao (1 TAO is 10^9), one a world or subnet in any shape; every step rounds as the chain rounds, so
prices equal the chain's to the last rao. Source: subtensor, `subnets/registration.rs` and `utils/misc.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.quantity import QuantityError, Settings, quantity
from econ.tokens.rao import MAX_SUPPLY, RAO, rao, times_q64, whole

__all__ = [
    "NOBODY",
    "START_PRICE",
    "RegistrationRule",
    "after_block",
    "after_blocks",
    "after_registration",
    "after_registrations",
    "decay_factor",
    "first_least",
    "immortal_uids",
    "immune",
    "multiplier",
    "pruned_uid",
]

START_PRICE = RAO
"""Price on a new subnet, rao."""

NOBODY = -1
"""The pruned UID where nobody may be pruned: the registration then fails."""

_ONE, _HALF = 1 << 32, 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRule(Settings):
    """How the price of a UID moves, and who is safe from being replaced.

    >>> RegistrationRule(lowest=10**9, highest=10**8)
    Traceback (most recent call last):
    econ.quantity.QuantityError: lowest is 1000000000; it must not exceed highest, which is 100000000
    """

    half_life: int = quantity(
        360,
        "blocks",
        "[0, 65535]",
        "owner",
        "How long the price takes to halve while nobody registers; 0: it does not fall.",
        chain_name="BurnHalfLife",
    )
    increase: float = quantity(
        1.26,
        "a factor",
        "[1, 100]",
        "owner",
        "By how much each registration multiplies the price.",
        chain_name="BurnIncreaseMult",
    )
    lowest: int = quantity(
        500_000, "rao", f"[0, {MAX_SUPPLY}]", "owner", "The price falls no lower.", chain_name="MinBurn"
    )
    highest: int = quantity(
        100_000_000_000, "rao", f"[0, {MAX_SUPPLY}]", "owner", "The price rises no higher.", chain_name="MaxBurn"
    )
    immunity_period: int = quantity(
        5000,
        "blocks",
        "[0, inf)",
        "owner",
        "How long a new UID is spared while others can be replaced.",
        chain_name="ImmunityPeriod",
    )
    min_non_immune: int = quantity(
        10,
        "UIDs",
        "[0, inf)",
        "root",
        "With so few UIDs past immunity, or fewer, these are spared and an immune one is replaced.",
        chain_name="MinNonImmuneUids",
    )

    def __post_init__(self) -> None:
        super(RegistrationRule, self).__post_init__()
        if self.lowest > self.highest:
            raise QuantityError(f"lowest is {self.lowest}; it must not exceed highest, which is {self.highest}")


@lru_cache(maxsize=64)
def decay_factor(half_life: int) -> int:
    """The factor of one block in units of 2^-32: the largest whose `half_life`-th power, as computed, is at most 1/2.

    The power is taken by squaring, each product rounded down. A half-life of 0 means no decay.
    Source: subtensor, `utils/misc.rs`.

    >>> [decay_factor(blocks) for blocks in (0, 1, 2, 360)]
    [4294967296, 2147483648, 3037000500, 4286705684]
    """
    if half_life == 0:
        return _ONE
    low, high = 0, _ONE
    while low + 1 < high:
        middle = (low + high) // 2
        if _power(middle, half_life) > _HALF:
            high = middle
        else:
            low = middle
    return low


def after_block(price: Any, rule: RegistrationRule) -> Any:
    """The price a block later, nobody having registered: price * factor, rounded down, kept within the limits.

    >>> after_block(1000, RegistrationRule(half_life=1000, lowest=0))
    np.int64(999)
    """
    return after_blocks(price, 1, rule)


def after_blocks(price: Any, blocks: Any, rule: RegistrationRule) -> Any:
    """The prices so many blocks later, each block rounded by itself; shapes broadcast.

    Rounding loses at most a rao a block, which is why this is not price * 2^(-blocks / half_life).

    >>> after_blocks([1024, 512], 2, RegistrationRule(half_life=2, lowest=0))
    array([511, 255])
    """
    from econ.tokens.registration_kernel import decayed  # numba is imported only where a price moves

    start, count = np.broadcast_arrays(rao("price", price), whole("blocks", blocks))
    out = np.empty(start.shape, dtype=np.int64)
    decayed(
        np.array(start).reshape(-1),
        np.array(count).reshape(-1),
        decay_factor(rule.half_life),
        rule.lowest,
        rule.highest,
        out.reshape(-1),
    )
    return out[()]


def after_registration(price: Any, rule: RegistrationRule) -> Any:
    """The price after one registration: price * increase, rounded down, kept within the limits.

    >>> after_registration(1_000_000_000, RegistrationRule())
    np.int64(1260000000)
    """
    before = rao("price", price)
    times, rest = multiplier(rule.increase)
    return np.clip(before * times + times_q64(before, rest), rule.lowest, rule.highest)[()]


@lru_cache
def multiplier(factor: float) -> tuple[int, int]:
    """A factor as a whole number and what is left of it, in units of 2^-64.

    >>> multiplier(2.5) == (2, 2**63)
    True
    """
    exact = Fraction(factor)
    return int(exact), int((exact - int(exact)) * (1 << 64))


def after_registrations(price: Any, count: Any, rule: RegistrationRule) -> tuple[Any, Any]:
    """What `count` registrations within one block pay together, and the price after them; shapes broadcast.

    The first pays the price as it stands, each later one the price its forerunner left.

    >>> paid, after = after_registrations(1_000_000_000, [0, 1, 3], RegistrationRule())
    >>> paid.tolist(), after.tolist()
    ([0, 1000000000, 3847600000], [1000000000, 1260000000, 2000376000])
    """
    start, wanted = np.broadcast_arrays(rao("price", price), whole("count", count))
    now, paid = np.array(start), np.zeros(start.shape, dtype=np.int64)
    for done in range(int(wanted.max(initial=0))):
        registers = wanted > done
        paid += np.where(registers, now, 0)
        now = np.where(registers, after_registration(now, rule), now)
    return paid[()], now[()]


def immune(registered_at: Any, block: Any, immunity_period: int) -> np.ndarray:
    """Who of registered_at[..., uid] is in the first `immunity_period` blocks of its life; `block` is one a world.

    >>> immune([850, 990], 1000, 100)
    array([False,  True])
    """
    born = np.asarray(registered_at)
    return np.asarray(block)[..., np.newaxis] - born < immunity_period


def pruned_uid(
    emission: Any,
    registered_at: Any,
    block: Any,
    immunity_period: int,
    *,
    min_non_immune: int = 10,
    spared: Any = False,
) -> Any:
    """The UID a newcomer replaces on a full subnet, over the leading axes of emission[..., uid]; `NOBODY` if none.

    The one with the least emission of the last epoch (as miner and validator) among those past immunity, if they are
    more than `min_non_immune`; else among the immune. Ties: the older registration, then the smaller UID.
    `spared[..., uid]` are never replaced: the owner's immortal ones, and UIDs that do not exist.
    Source: subtensor, `subnets/registration.rs`.

    >>> pruned_uid([10, 10, 1], [850, 800, 990], 1000, 100, min_non_immune=0)
    np.int64(1)
    >>> pruned_uid([10, 10, 1], [850, 800, 990], 1000, 100, min_non_immune=2)
    np.int64(2)
    """
    earned, born = np.broadcast_arrays(np.asarray(emission), np.asarray(registered_at))
    if earned.ndim < 1 or earned.shape[-1] == 0:
        raise InputError(f"emission has shape {earned.shape}; its last axis must hold at least one UID")
    if np.isnan(earned).any():
        raise InputError("emission holds NaN; a UID that earned nothing has 0, one that does not exist is spared")
    mortal = np.broadcast_to(~np.asarray(spared, dtype=bool), earned.shape)
    from econ.tokens.registration_kernel import pruned  # numba is imported only where somebody registers

    leading, flat = earned.shape[:-1], (-1, earned.shape[-1])
    out = np.empty(leading, dtype=np.int64)
    pruned(
        np.ascontiguousarray(earned, dtype=np.int64 if earned.dtype.kind in "biu" else float).reshape(flat),
        np.ascontiguousarray(born, dtype=np.int64).reshape(flat),
        np.ascontiguousarray(mortal).reshape(flat),
        np.array(np.broadcast_to(block, leading), dtype=np.int64).reshape(-1),
        immunity_period,
        min_non_immune,
        out.reshape(-1),
    )
    return out[()]


def first_least(candidates: np.ndarray, *keys: np.ndarray) -> Any:
    """The candidate along the last axis with the least first key, then the least second, then the first; or `NOBODY`.

    >>> first_least(np.array([True, True, False]), np.array([5, 5, 1]), np.array([9, 8, 7]))
    np.int64(1)
    """
    left = candidates
    for key in keys:
        least = np.where(left, key, key.max(axis=-1, keepdims=True)).min(axis=-1, keepdims=True)
        left = left & (key == least)
    return np.where(candidates.any(axis=-1), left.argmax(axis=-1), NOBODY)[()]


def immortal_uids(registered_at: Any, owned: Any, *, limit: int = 1, owner_uid: int | None = None) -> np.ndarray:
    """The `limit` UIDs of the subnet's owner that are never pruned, as a mask like registered_at[..., uid].

    Of the UIDs `owned[..., uid]` by the owner's coldkey the first registered, the owner's own hotkey before all
    others. Source: subtensor, `subnets/registration.rs`.

    >>> immortal_uids([5, 3, 4], [True, False, True])
    array([False, False,  True])
    """
    if not 1 <= limit <= 10:
        raise InputError(f"limit is {limit}; the chain spares 1 to 10 UIDs of an owner")
    born, mine = np.broadcast_arrays(np.asarray(registered_at), np.asarray(owned, dtype=bool))
    mine = np.array(mine)
    first = np.zeros(mine.shape, dtype=bool)
    if owner_uid is not None:
        mine[..., owner_uid] = first[..., owner_uid] = True
    order = np.lexsort((born, ~first, ~mine), axis=-1)  # the last key leads; equal ones keep the order of UIDs
    rank = np.argsort(order, axis=-1)
    return mine & (rank < limit)


def _power(base: int, exponent: int) -> int:
    """base^exponent in units of 2^-32, by squaring, each product rounded down."""
    result = _ONE
    while exponent:
        if exponent & 1:
            result = result * base >> 32
        base, exponent = base * base >> 32, exponent >> 1
    return result
