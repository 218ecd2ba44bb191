"""What a subnet costs, what it begins with, which one goes when there are too many, and who is paid then.

Amounts in whole rao. Source: subtensor, `coinbase/root.rs`, `subnets/subnet.rs` and `staking/remove_stake.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.economy import Economy, Pending
from econ.tokens.pool import Pool
from econ.tokens.rao import RAO, largest_remainder, positive, rao, whole
from econ.tokens.registration import first_least, immune

__all__ = [
    "IMMUNITY_PERIOD",
    "LEAST_LOCK",
    "MOST_SUBNETS",
    "RATE_LIMIT",
    "Dissolved",
    "Payout",
    "dissolve",
    "dissolved_subnet",
    "found",
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dissolved:
    """The economy without a subnet, the TAO it held, and the alpha that the chain may claim part of it with.

    `chain_alpha` was bought by the chain, `pool_alpha` is what the pool held: a claim too on newer subnets.
    """

    economy: Economy
    tao: Any
    chain_alpha: Any
    pool_alpha: Any


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
    median = float(positive("price", price, "TAO an alpha, the median of the others,", above=True))
    alpha = rao("alpha", int(int(rao("lock", lock)) / median))
    if not alpha:
        raise InputError(f"lock is {lock} rao; at a price of {median:g} that is no alpha: lock more")
    return Pool.at_price(int(alpha), lock, price)


def dissolved_subnet(moving_price: Any, registered_at: Any, block: Any, immunity: int = IMMUNITY_PERIOD) -> Any:
    """Which of moving_price[..., subnet] makes room: the lowest past immunity, of equal ones the oldest; -1 if none.

    >>> dissolved_subnet([0.1, 0.02, 0.01], [0, 5, 1_500_000], 2_000_000)
    np.int64(1)
    """
    price, born = np.broadcast_arrays(positive("moving_price", moving_price, "TAO an alpha"), np.asarray(registered_at))
    if price.ndim < 1 or price.shape[-1] == 0:
        raise InputError(f"moving_price has shape {price.shape}; give that of each subnet, at least one")
    return first_least(~immune(born, block, immunity), price, born)


def dissolve(economy: Economy, subnet: int) -> Dissolved:
    """End a subnet: its place is empty, its alpha is no more, and its TAO is the caller's to credit by `payout`.

    TAO stays issued until the chain's part is recycled by `econ.tokens.economy.recycle`.

    >>> from econ.tokens.economy import Economy
    >>> full = Economy(pool=Pool(alpha=[10**12, 10**12], tao=[10**12, 10**13]), tao_issuance=10**16)
    >>> gone = dissolve(full, 1)
    >>> int(gone.tao), int(full.tao_inside - gone.economy.tao_inside)
    (10000000000000, 10000000000000)
    """
    _check_place(economy, subnet)
    pool = economy.pool
    return Dissolved(
        economy=_with(economy, subnet, eligible=False),
        tao=(pool.tao + economy.tao_waiting)[..., subnet],
        chain_alpha=economy.chain_alpha[..., subnet],
        pool_alpha=(pool.alpha + economy.alpha_waiting)[..., subnet],
    )


def found(economy: Economy, subnet: int, lock: int, price: float) -> Economy:
    """Begin a subnet in an empty place with all of its lock in the pool, alpha priced at `price`; it mints alpha from
    now on, and gets TAO once root enables it. The lock comes out of free balances.
    """
    _check_place(economy, subnet)
    if np.any(economy.alpha_issuance[..., subnet]) or np.any(economy.pool.tao[..., subnet]):
        raise InputError(f"subnet {subnet} is in its place; dissolve it first")
    if (int(lock) > economy.tao_issuance - economy.tao_inside).any():
        raise InputError(f"lock is {lock} rao; free balances do not hold so much: lock less")
    pool = new_pool(lock, price)
    return _with(economy, subnet, pool.alpha, pool.tao, pool.tao_weight, eligible=True)


def payout(tao: int, alpha: Any, chain_alpha: int = 0) -> Payout:
    """Divide a dissolved subnet's TAO by alpha[holder], all of it; the chain's own alpha is a holder like any other.

    >>> payout(99, [300, 100], 100)
    Payout(paid=[59, 20], recycled=20)
    """
    held = rao("alpha", alpha).reshape(-1).tolist()
    parts = largest_remainder(int(rao("tao", tao)), [*held, int(rao("chain_alpha", chain_alpha))])
    nobody = not sum(parts)
    return Payout(paid=parts[:-1], recycled=int(tao) if nobody else parts[-1])


def _check_place(economy: Economy, subnet: int) -> None:
    places = economy.alpha_out.shape[-1]
    if not 0 <= int(subnet) < places:
        raise InputError(f"subnet is {subnet}; the network has places 0 to {places - 1}")


def _with(economy: Economy, subnet: int, alpha: Any = 0, tao: Any = 0, weight: Any = 0.5, *, eligible: bool) -> Economy:
    """The economy with one subnet as at its beginning."""

    def put(values: Any, value: Any) -> np.ndarray:
        array = np.array(np.broadcast_to(values, economy.alpha_out.shape))
        array[..., subnet] = value
        return array

    pool, pending = economy.pool, economy.pending
    zeroed = ("alpha_out", "alpha_waiting", "tao_waiting", "chain_alpha", "nobodys", "inflow", "age")
    averages = ("moving_price", "moving_flow", "moving_chain_flow", "burned")
    return replace(
        economy,
        pool=Pool(alpha=put(pool.alpha, alpha), tao=put(pool.tao, tao), tao_weight=put(pool.tao_weight, weight)),
        pending=Pending(**{part.name: put(getattr(pending, part.name), 0) for part in fields(Pending)}),
        eligible=put(economy.eligible, eligible),
        enabled=put(economy.enabled, False),
        owner_takes=put(economy.owner_takes, True),
        **{name: put(getattr(economy, name), 0) for name in (*zeroed, *averages)},
    )
