"""Who owns a hotkey's stake: its nominators hold shares of it, and rewards raise what each share is worth.

`total[...]` is a hotkey's stake in whole rao and `shares[..., nominator]` floats, as the chain's are fractions; a
nominator owns total * shares / all shares, rounded down. Source: subtensor, `share-pool`, and `tests/staking2.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import positive, rao, shared_out

__all__ = ["SharePool"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharePool:
    """The stake of hotkeys and the shares of their nominators.

    >>> pool = SharePool.empty(2).add([2_000_000_000, 0]).reward(1_000_000_000).add([0, 1_000_000_000])
    >>> pool.reward(1_000_000_000).value.tolist()
    [3750000000, 1250000000]
    """

    total: Any
    shares: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", rao("stake", self.total))
        object.__setattr__(self, "shares", positive("a share", self.shares, "what a nominator holds"))

    @classmethod
    def empty(cls, *shape: int) -> SharePool:
        """Pools with nothing in them; the last axis counts nominators."""
        return cls(total=np.zeros(shape[:-1], dtype=np.int64), shares=np.zeros(shape))

    @property
    def value(self) -> np.ndarray:
        """Rao that each nominator owns, rounded down: together never more than the stake."""
        return shared_out(self.total, self.shares)

    def add(self, amounts: Any) -> SharePool:
        """Stake amounts[..., nominator]: each is given shares at what a share is worth now."""
        staked = rao("amounts", amounts)
        added = staked.sum(axis=-1)
        return SharePool(total=self.total + added, shares=self.shares + staked * self._shares_a_rao())

    def reward(self, amount: Any) -> SharePool:
        """Add rao to a hotkey's stake, so that all who hold shares own more; without any, it is who stakes next."""
        return SharePool(total=self.total + rao("amount", amount), shares=self.shares)

    def remove(self, amounts: Any) -> SharePool:
        """Unstake amounts[..., nominator], at most what each owns; who takes all of it keeps no share."""
        taken = rao("amounts", amounts)
        owned = self.value
        if (taken > owned).any():
            who = tuple(int(k) for k in np.argwhere(np.broadcast_to(taken > owned, owned.shape))[0])
            raise InputError(
                f"nominator {list(who)} unstakes {np.broadcast_to(taken, owned.shape)[who]} rao; it owns {owned[who]}:"
                " unstake no more"
            )
        left = np.where(taken == owned, 0.0, self.shares - taken * self._shares_a_rao())
        return SharePool(total=self.total - taken.sum(axis=-1), shares=np.maximum(left, 0.0))

    def _shares_a_rao(self) -> np.ndarray:
        """Shares that a rao buys: 1 in a pool without shares or without stake."""
        held = self.shares.sum(axis=-1)
        live = (held > 0) & (self.total > 0)
        return np.divide(held, self.total, out=np.ones(held.shape), where=live)[..., np.newaxis]
