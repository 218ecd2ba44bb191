"""Alpha locked to a hotkey, the conviction that grows from it, and who owns a subnet by it.

Locked alpha m and conviction c, in rao as floats, over the time constant tau. Source: subtensor, `staking/lock.rs`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import MAX_SUPPLY, portion, positive, rao, whole
from econ.tokens.registration import first_least

__all__ = ["CONTEST_AGE", "CONTEST_SHARE", "TAU", "after_lock", "conviction_owner", "unlocked"]

TAU = 934_866
"""Blocks in which a lock falls to 1/e; to one half in 90 days."""

CONTEST_AGE = 2_629_800
"""Blocks after its registration from which a subnet's ownership can be contested: a year."""

CONTEST_SHARE = 0.1
"""Total conviction that a change of owner needs, as a share of the subnet's alpha out."""


def after_lock(
    locked: Any, conviction: Any, blocks: Any, *, perpetual: Any = False, by_owner: Any = False, tau: float = TAU
) -> tuple[Any, Any]:
    """Locked alpha and conviction after so many blocks.

    With e = exp(-t / tau): a decaying lock m e and c e + m (t / tau) e, a perpetual one m and c e + m (1 - e). A lock
    directed to the subnet's owner has all its conviction at once. Steps may be joined: t and then s is t + s.

    >>> locked, conviction = after_lock(1e9, 0.0, 648_000, perpetual=True)
    >>> float(locked), round(float(conviction), 6)
    (1000000000.0, 500000143.281822)
    """
    mass, grown = positive("locked", locked, "rao"), positive("conviction", conviction, "rao")
    time = whole("blocks", blocks) / float(positive("tau", tau, "blocks", above=True))
    decay, forever = np.exp(-time), np.asarray(perpetual, dtype=bool)
    left = np.where(forever, mass, mass * decay)
    gained = np.where(forever, mass * -np.expm1(-time), mass * time * decay)
    return left[()], np.where(np.asarray(by_owner, dtype=bool), left, grown * decay + gained)[()]


def unlocked(stake: Any, locked: Any) -> Any:
    """Rao of stake that a lock leaves free to be unstaked or locked: what is locked is rounded up to whole rao.

    Where less is staked than is locked, as rounding of shares may make it by a rao, nothing is free.

    >>> unlocked([10, 10, 3], [0.0, 4.25, 3.5]).tolist()
    [10, 5, 0]
    """
    held, mass = rao("stake", stake), positive("locked", locked, "rao")
    return np.maximum(held - np.ceil(np.minimum(mass, float(MAX_SUPPLY))).astype(np.int64), 0)[()]


def conviction_owner(conviction: Any, alpha_out: Any, age: Any, share: float = CONTEST_SHARE) -> Any:
    """The hotkey of conviction[..., hotkey] that becomes owner at the next epoch, -1 where ownership does not move.

    The one with most, of equal ones the first, once the subnet is a year old and conviction in all is at least `share`
    of the alpha out.

    >>> conviction_owner([[5.0, 7.0], [5.0, 4.0]], [100, 100], 3_000_000)
    array([ 1, -1])
    """
    held = positive("conviction", conviction, "rao")
    if held.ndim < 1 or held.shape[-1] == 0:
        raise InputError(f"conviction has shape {held.shape}; give that of each hotkey, at least one")
    total = held.sum(axis=-1)
    contested = (whole("age", age) >= CONTEST_AGE) & (total >= portion("share", share) * rao("alpha_out", alpha_out))
    return first_least((contested & (total > 0))[..., np.newaxis] & (held >= 0), -held)
