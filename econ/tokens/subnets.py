"""What a subnet costs, what it begins with, which one goes when there are too many, and who is paid then.

Amounts in whole rao. Source: subtensor, `coinbase/root.rs`, `subnets/subnet.rs` and `staking/remove_stake.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.pool import Pool
from econ.tokens.rao import RAO, largest_remainder, rao, whole
from econ.tokens.registration import first_least, immune

__all__ = [
    "IMMUNITY_PERIOD",
    "LEAST_LOCK",
    "MOST_SUBNETS",
    "RATE_LIMIT",
    "Payout",
    "dissolved_subnet",
    "lock_cost",
    "new_pool",
    "payout",
    "reduction_interval",
]

MOST_SUBNETS = 128
"""Subnets there may be; with so many, a new one replaces the one with the lowest moving price."""

RATE_LIMIT = 7_200
"""Blocks between two subnet registrations on the whole network: a day."""

IMMUNITY_PERIOD = 1_296_000
"""Blocks for which a new subnet cannot be dissolved: 180 days."""

LEAST_LOCK = 1_000 * RAO
"""A subnet costs no less."""

_REDUCTION = 14 * 7_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """Rao of TAO paid to each holder of a dissolved subnet's alpha, and what the chain's own alpha got: recycled."""

    paid: list[int]
    recycled: int


def reduction_interval(emission: Any) -> Any:
    """Blocks in which the cost falls by the last price paid: 14 days at an emission of 1 TAO a block, 7 at half.

    >>> reduction_interval([10**9, 5 * 10**8])
    array([100800,  50400])
    """
    return (_REDUCTION * rao("emission", emission) // RAO)[()]


def lock_cost(last: Any, blocks: Any, *, emission: Any = RAO, least: Any = LEAST_LOCK, ever: bool = True) -> Any:
    """What registering a subnet costs so many blocks after the last one paid `last`: twice that, falling linearly.

    max(least, 2 L - floor(L / D) blocks), D the `reduction_interval`; L instead of 2 L if there was none `ever` before.

    >>> lock_cost(1_000 * RAO, [0, 50_400, 100_800, 10**6], least=100 * RAO).tolist()
    [2000000000000, 1500000046400, 1000000092800, 100000000000]
    """
    paid, passed = rao("last", last), whole("blocks", blocks)
    interval = np.maximum(np.asarray(reduction_interval(emission)), 1)
    fallen = paid // interval * np.minimum(passed, 4 * interval)  # after twice the interval nothing is left to fall
    return np.maximum(rao("least", least), (2 if ever else 1) * paid - fallen)[()]


def new_pool(lock: int, price: float) -> Pool:
    """The pool that a new subnet begins with: all of the lock, and its worth in alpha at the network's median price.

    The owner gets no alpha, and no TAO back.

    >>> pool = new_pool(1_000 * RAO, 0.02)
    >>> int(pool.alpha), round(float(pool.price), 12)
    (50000000000000, 0.02)
    """
    if not 0 < price < np.inf:
        raise InputError(f"price is {price}; a new subnet's alpha is priced at the median of the others, above 0")
    alpha = rao("alpha", int(int(rao("lock", lock)) / price))
    if not alpha:
        raise InputError(f"lock is {lock} rao; at a price of {price:g} that is no alpha: lock more")
    return Pool.at_price(int(alpha), lock, price)


def dissolved_subnet(moving_price: Any, registered_at: Any, block: Any, immunity: int = IMMUNITY_PERIOD) -> Any:
    """Which of moving_price[..., subnet] makes room: the lowest past immunity, of equal ones the oldest; -1 if none.

    >>> dissolved_subnet([0.1, 0.02, 0.01], [0, 5, 1_500_000], 2_000_000)
    np.int64(1)
    """
    price, born = np.broadcast_arrays(np.asarray(moving_price, dtype=float), np.asarray(registered_at))
    if price.ndim < 1 or price.shape[-1] == 0 or np.isnan(price).any():
        raise InputError(f"moving_price is {moving_price}; give the price of each subnet, at least one")
    return first_least(~immune(born, block, immunity), price, born)


def payout(tao: int, alpha: Any, chain_alpha: int = 0) -> Payout:
    """Divide a dissolved subnet's TAO by alpha[holder], all of it; the chain's own alpha is a holder like any other.

    >>> payout(99, [300, 100], 100)
    Payout(paid=[59, 20], recycled=20)
    """
    held = rao("alpha", alpha).reshape(-1).tolist()
    parts = largest_remainder(int(rao("tao", tao)), [*held, int(rao("chain_alpha", chain_alpha))])
    nobody = not sum(parts)
    return Payout(paid=parts[:-1], recycled=int(tao) if nobody else parts[-1])
