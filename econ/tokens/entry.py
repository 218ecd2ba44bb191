"""Who gets in: registrations of one block, one after the other, each at the price its forerunner left.

The price and the pruned UID are those of `econ.tokens.registration`, in one compiled loop over subnets.
Source: subtensor, `subnets/registration.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import rao, whole
from econ.tokens.registration import RegistrationRule, multiplier

__all__ = ["Entered", "enter"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entered:
    """Registrations by subnet: `uid[subnet, turn]` that were taken, -1 where none was, and rao paid[subnet].

    `price[subnet]` is what the next one costs, `registered_at[subnet, uid]` blocks.
    """

    uid: np.ndarray
    paid: np.ndarray
    price: np.ndarray
    registered_at: np.ndarray

    @property
    def count(self) -> np.ndarray:
        """How many got in, [subnet]."""
        return np.asarray((self.uid >= 0).sum(axis=1))


def enter(
    price: Any,
    limit: Any,
    wanted: Any,
    emission: Any,
    registered_at: Any,
    block: int,
    rule: RegistrationRule,
    *,
    spared: Any = False,
) -> Entered:
    """Let up to wanted[subnet] people register who pay limit[subnet] rao at most, on full subnets.

    Each takes the UID that `pruned_uid` names by emission[subnet, uid] of the last epoch and registered_at[subnet,
    uid]; it has earned nothing yet, and is immune. `spared[subnet, uid]` are never replaced. They stop where the price
    has passed their limit, or nobody may be pruned.

    >>> got = enter([10**9], [1_300_000_000], [5], [[7, 2, 9]], [[0, 0, 0]], 9000, RegistrationRule(min_non_immune=0))
    >>> got.uid.tolist(), got.paid.tolist(), got.price.tolist()
    ([[1, 0, -1, -1, -1]], [2260000000], [1587600000])
    """
    earned = np.array(emission, dtype=float)
    if earned.ndim != 2 or earned.shape[1] == 0:
        raise InputError(f"emission has shape {earned.shape}; it must be [subnet, uid], with a UID at least")
    if np.isnan(earned).any():
        raise InputError("emission holds NaN; a UID that earned nothing has 0")
    subnets = (len(earned),)
    try:
        now, most = (np.array(np.broadcast_to(rao(*each), subnets)) for each in (("price", price), ("limit", limit)))
        count = np.array(np.broadcast_to(whole("wanted", wanted), subnets))
        born = np.array(np.broadcast_to(registered_at, earned.shape), dtype=np.int64)
        mortal = np.array(np.broadcast_to(~np.asarray(spared, dtype=bool), earned.shape))
    except ValueError as error:
        raise InputError(f"{error}; emission has shape {earned.shape}: give the others by subnet") from None
    from econ.tokens.registration_kernel import entered  # numba is imported only where somebody registers

    uid = np.full((len(earned), int(count.max(initial=0))), -1)
    paid = np.zeros(len(earned), dtype=np.int64)
    times, rest = multiplier(rule.increase)
    entered(
        now,
        most,
        count,
        earned,
        born,
        mortal,
        int(block),
        (rule.immunity_period, rule.min_non_immune),
        (times, np.uint64(rest)),
        (rule.lowest, rule.highest),
        uid,
        paid,
    )
    return Entered(uid=uid, paid=paid, price=now, registered_at=born)
