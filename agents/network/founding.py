"""Subnets that end and begin: somebody from outside pays the price of a new one, and the least subnet makes room.

The chain's rules of `econ.tokens.subnets`: the price falls from twice what was paid last; of the subnets past immunity
the one with the lowest moving price is dissolved; its TAO goes to all who hold its alpha, the chain's part is recycled;
all of the price becomes the new pool, at the median price of the others; TAO comes once root enables it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agents.network.books import SPECIAL, Books
from econ.tokens.economy import recycle
from econ.tokens.issuance import block_emission
from econ.tokens.rao import MAX_SUPPLY, RAO
from econ.tokens.share_pool import SharePool
from econ.tokens.subnets import RATE_LIMIT, dissolve, dissolved_subnet, found, lock_cost, payout

__all__ = ["Founded", "Founding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A subnet that began at a block, in whose place, for how much; what the old one paid out and had recycled, rao."""

    block: int
    place: int
    lock: int
    paid: int
    recycled: int


class Founding:
    """When subnets began, what the last one paid, and those that root has not enabled yet."""

    def __init__(self, subnets: int, age: int, *, most: float, enable_after: float) -> None:
        self._most, self._enable_after = int(most * RAO), round(enable_after * 7200)
        self.born = np.full(subnets, -age)
        self.last_block, self.last_lock = -age, 1_000 * RAO
        self.events: list[Founded] = []

    def cost(self, block: int, issuance: int) -> int:
        """What founding a subnet costs at a block, rao."""
        return int(lock_cost(self.last_lock, block - self.last_block, emission=block_emission(issuance)))

    def step(self, books: Books, block: int) -> Founded | None:
        """Enable those whose time has come; found a subnet if somebody pays its price, and one may go."""
        economy = books.economy
        due = ~np.asarray(economy.enabled) & economy.eligible & (block - self.born >= self._enable_after)
        if np.any(due):
            books.economy = economy = replace(economy, enabled=economy.enabled | due)
        if not self._most or block - self.last_block < RATE_LIMIT:
            return None
        lock = self.cost(block, int(economy.tao_issuance))
        place = int(dissolved_subnet(economy.moving_price, self.born, block))
        if lock > min(self._most, books.outside) or place < 0 or economy.alpha_out.size < 2:
            return None
        price = float(np.median(np.delete(np.asarray(economy.pool.price), place)))
        if lock > price * MAX_SUPPLY:  # the new pool would hold more alpha than there may be
            return None
        return self._replaced(books, place, lock, block, price)

    def _replaced(self, books: Books, place: int, lock: int, block: int, price: float) -> Founded:
        held, own = books.held()[place], books.own[place]
        gone = dissolve(books.economy, place)
        given = payout(int(gone.tao), [*held.tolist(), *own.tolist()], int(gone.chain_alpha + gone.pool_alpha))
        to_investors = np.array(given.paid[SPECIAL : held.size], dtype=np.int64)
        books.free = books.free + to_investors
        books.outside += sum(given.paid) - int(to_investors.sum()) + int(books.owners[place]) - lock
        books.owners = np.where(np.arange(books.owners.size) == place, 0, books.owners)
        others = np.arange(len(books.own)) != place
        books.nominators = SharePool(
            total=np.where(others, books.nominators.total, 0),
            shares=np.where(others[:, np.newaxis], books.nominators.shares, 0.0),
        )
        books.own = np.where(others[:, np.newaxis], books.own, 0)
        books.locks.clear(place)
        books.economy = found(recycle(gone.economy, tao=given.recycled), place, lock, price)
        self.born[place], self.last_block, self.last_lock = block, block, lock
        event = Founded(block=block, place=place, lock=lock, paid=sum(given.paid), recycled=given.recycled)
        self.events.append(event)
        return event
