"""UIDs of miners change hands: who would like one, what it costs, whom a newcomer replaces.

The chain's rule of `econ.tokens.registration`: each registration multiplies the price, which halves while nobody comes;
a newcomer takes the UID, a miner's or a validator's, that earned least of those past immunity. Who would like to mine
is an assumption: people look at what miners of a subnet earn, come where it is more, and pay no more than so many days
of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from agents.network.books import Books
from agents.settings.registration import RegistrationSettings
from agents.settings.uid_price import UidPrice
from agents.streams import Purpose, uniform
from econ.quantity import like, quantity
from econ.tokens.entry import Entered, enter
from econ.tokens.pool import can_buy
from econ.tokens.rao import RAO
from econ.tokens.registration import RegistrationRule, after_blocks
from econ.yuma.bonds import shares

if TYPE_CHECKING:
    from agents.network.settings import NetworkSettings
    from agents.network.work import Work

__all__ = ["EntrySettings", "Newcomers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySettings(UidPrice):
    """Who would like to mine, and what a UID costs."""

    applicants: float = quantity(
        20.0,
        "people a day",
        "[0, 100_000]",
        "market",
        "Who would like a UID, for each subnet on average; they go where miners earn. 0: UIDs never change hands.",
    )
    worth: float = quantity(
        1.0,
        "days",
        "[0, 10_000]",
        "player",
        "What they pay at most: what a miner of the subnet earns in so long, on average.",
    )
    start_price: float = like(RegistrationSettings, "start_price")
    half_life: int = like(RegistrationRule, "half_life")
    increase: float = like(RegistrationRule, "increase")
    lowest: float = like(RegistrationSettings, "lowest")
    highest: float = like(RegistrationSettings, "highest")
    immunity_period: int = like(RegistrationRule, "immunity_period")
    min_non_immune: int = like(RegistrationRule, "min_non_immune")


class Newcomers:
    """The registrations of a network's miners.

    `price[subnet]` rao that the next one costs, `registered_at[subnet, uid]` blocks, and since the start `count`
    [subnet] of registrations and `paid[subnet]` rao for them.
    """

    def __init__(self, settings: NetworkSettings, *, address: tuple[int, int]) -> None:
        entry, uids, subnets = settings.entry, settings.uids, settings.start.subnets
        self._entry, self._tempo, self._address = entry, settings.chain.tempo, address
        self._rule = replace(entry.rule, immunity_period=entry.immunity_period)
        self._days = settings.chain.tempo / 7200
        self.registered_at = np.full((subnets, uids.miners + uids.validators), -entry.immunity_period)
        self.price = np.full(subnets, entry.start_price_rao)
        self.count, self.paid = np.zeros(subnets, dtype=np.int64), np.zeros(subnets, dtype=np.int64)

    def begin(self, place: int, block: int) -> None:
        """A new subnet in a place: all its UIDs are new."""
        self.registered_at[place], self.price[place] = block, self._entry.start_price_rao

    def step(self, epoch: int, books: Books, income: np.ndarray, work: Work) -> tuple[np.ndarray, ...]:
        """Register who came in an epoch; returns the subnet and the UID of each, [newcomer].

        income[subnet] is what all its miners were paid, TAO a day; what each UID earned decides who goes. What they pay
        comes from outside and buys alpha, which is destroyed. Where the pool is too shallow for that, or there is no
        such money, nobody registers.
        """
        self.price = after_blocks(self.price, self._tempo, self._rule)
        wanted = self._applicants(epoch, income)
        if not wanted.any():
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        each = income / np.maximum(work.mines.sum(axis=1), 1)
        limit = np.floor(np.minimum(self._entry.worth * each, 2e7) * RAO).astype(np.int64)
        got = self._entered(epoch, wanted, limit, work)
        goes = can_buy(books.economy.pool, got.paid) & (int(got.paid.sum()) <= books.outside)
        if not goes.all():
            got = self._entered(epoch, wanted * goes, limit, work)
        books.register(got.paid)
        self.price, self.registered_at = got.price, got.registered_at
        self.count, self.paid = self.count + got.count, self.paid + got.paid
        subnet, turn = np.nonzero(got.uid >= 0)
        return subnet, got.uid[subnet, turn]

    def _entered(self, epoch: int, wanted: np.ndarray, limit: np.ndarray, work: Work) -> Entered:
        block, born = (epoch + 1) * self._tempo, self.registered_at
        return enter(self.price, limit, wanted, work.earned, born, block, self._rule, spared=work.spared)

    def _applicants(self, epoch: int, income: np.ndarray) -> np.ndarray:
        """How many come to each subnet: Poisson's law, by the subnet's share of all miners' income."""
        mean = self._entry.applicants * self._days * income.size * shares(income)
        if not mean.any():
            return np.zeros(income.size, dtype=np.int64)
        seed, world = self._address
        places = np.arange(income.size)
        luck = uniform(seed, Purpose.NETWORK_APPLICANTS, world=np.array(world), epoch=epoch, seat=places, columns=1)[
            :, 0
        ]
        chance = np.exp(-mean)
        up_to, count = chance.copy(), np.zeros(income.size, dtype=np.int64)
        for come in range(1, self.registered_at.shape[1] + 1):  # more than there are UIDs need not be counted
            more = luck > up_to
            if not more.any():
                break
            count += more
            chance = chance * mean / come
            up_to += chance
        return count
