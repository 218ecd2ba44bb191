"""Alpha that is locked, the conviction that grows from it, and who owns a subnet by it.

The chain's rule of `econ.tokens.conviction`. Who locks directs the lock to itself: an owner, to stay one; a delegator,
to become one. A lock does not decay while its holder wishes for as much; to end it is to let it decay. What is locked
can neither be sold nor move. Whoever becomes owner is paid the owner's cut from then on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.tokens.conviction import after_lock, conviction_owner, unlocked

__all__ = ["Locks"]


class Locks:
    """The locks of a network, arrays [subnet, column] over the columns of the nominators' pool, in rao.

    `wanted` is how much each wishes to have locked, `owner[subnet]` the column of who owns it, at first `founder`.
    """

    def __init__(self, shape: tuple[int, int], *, founder: int) -> None:
        self._founder = founder
        self.wanted, self.locked, self.conviction = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.owner = np.full(shape[0], founder)
        self.moved = 0

    @property
    def by_founder(self) -> np.ndarray:
        """Which subnets still are their founder's, [subnet]."""
        return self.owner == self._founder

    def step(self, held: np.ndarray, alpha_out: Any, age: np.ndarray, blocks: int) -> None:
        """So many blocks pass; then whoever is convinced most owns a subnet that is old enough, age[subnet] in blocks.

        `held[subnet, column]` is the stake that may be locked.
        """
        if not (self.wanted.any() or self.locked.any()):
            return
        owns = np.arange(held.shape[1]) == self.owner[:, np.newaxis]
        wanted = np.minimum(self.wanted, held)
        locked, conviction = after_lock(
            self.locked, self.conviction, blocks, perpetual=wanted >= self.locked, by_owner=owns
        )
        self.locked = np.maximum(locked, wanted)
        self.conviction = np.where(owns, self.locked, conviction)
        convinced = conviction_owner(self.conviction, alpha_out, age)
        moves = (convinced >= 0) & (convinced != self.owner)
        self.owner = np.where(moves, convinced, self.owner)
        self.moved += int(moves.sum())

    def free(self, held: np.ndarray) -> np.ndarray:
        """What of held[subnet, column] is not locked."""
        return np.asarray(unlocked(held, self.locked)) if self.locked.any() else held

    def clear(self, place: int) -> None:
        """The subnet in a place is dissolved: its locks end, and another begins as its founder's."""
        for array in (self.wanted, self.locked, self.conviction):
            array[place] = 0.0
        self.owner[place] = self._founder
