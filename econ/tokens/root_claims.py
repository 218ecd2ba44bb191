"""What root stake earns: alpha of every subnet, claimable by who had stake when it came, in proportion to it.

The chain keeps a rate a rao of root stake and what each staker has settled; this keeps what each is owed, which is the
same to a rao a credit, in whole rao that add up. Source: subtensor, `staking/claim_root.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import rao, shared_out

__all__ = ["LEAST_CLAIM", "RootClaims"]

LEAST_CLAIM = 500_000
"""Rao of alpha below which nothing is claimed: it goes on waiting."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RootClaims:
    """The root stakers of validators, and what each is owed of every subnet's alpha; whole rao.

    `stake[..., staker]` TAO on root, `owed[..., staker, subnet]` alpha, `rest[..., subnet]` alpha that rounding left
    and that the next credit divides with its own.

    >>> claims = RootClaims.empty(2, 1).staked([3 * 10**9, 10**9]).credited([4_000_000])
    >>> claims = claims.staked([0, 10**10])  # comes later, and has no part in what was there
    >>> after, paid = claims.claimed([True, False])
    >>> paid.tolist(), after.owed.tolist()
    ([[3000000], [0]], [[0], [1000000]])
    """

    stake: Any
    owed: Any
    rest: Any

    @classmethod
    def empty(cls, *shape: int) -> RootClaims:
        """Nobody has staked and nothing is owed; the shape ends with stakers and subnets."""
        *validators, stakers, subnets = shape
        nothing = np.zeros((*validators, stakers), dtype=np.int64), np.zeros((*validators, subnets), dtype=np.int64)
        return cls(stake=nothing[0], owed=np.zeros(shape, dtype=np.int64), rest=nothing[1])

    def staked(self, tao: Any) -> RootClaims:
        """Add tao[..., staker]: new stake is owed nothing of what came before it."""
        return replace(self, stake=self.stake + rao("tao", tao))

    def unstaked(self, tao: Any) -> RootClaims:
        """Take tao[..., staker] off root: what is owed stays owed, and nothing more comes for it."""
        less = rao("tao", tao)
        wrong = less > self.stake
        if wrong.any():
            asked, held = (np.broadcast_to(part, wrong.shape)[wrong].flat[0] for part in (less, self.stake))
            raise InputError(f"{asked} rao leave root; that staker holds only {held}: unstake no more")
        return replace(self, stake=self.stake - less)

    def credited(self, alpha: Any) -> RootClaims:
        """Divide validators' root dividends alpha[..., subnet], after their take, among those who are staked now."""
        came = rao("alpha", alpha)
        if ((self.stake.sum(axis=-1, keepdims=True) == 0) & (came > 0)).any():
            raise InputError(f"{came.max()} rao of alpha come for root stake; nobody has any: recycle them")
        pot = self.rest + came
        parts = shared_out(pot, np.broadcast_to(self.stake[..., np.newaxis, :], (*pot.shape, self.stake.shape[-1])))
        return replace(self, owed=self.owed + np.swapaxes(parts, -1, -2), rest=pot - parts.sum(axis=-1))

    def claimed(self, who: Any = True, subnets: Any = True, least: int = LEAST_CLAIM) -> tuple[RootClaims, np.ndarray]:
        """Pay `who[..., staker]` what it is owed of `subnets[..., subnet]` where that is at least `least`.

        A staker then keeps the alpha as stake, or sells it without a fee and stakes the TAO on root.
        """
        asks = np.atleast_1d(np.asarray(who, dtype=bool))[..., np.newaxis]
        asks = asks & np.atleast_1d(np.asarray(subnets, dtype=bool))[..., np.newaxis, :]
        paid = np.where(asks & (self.owed >= least), self.owed, 0)
        return replace(self, owed=self.owed - paid), paid
