"""What miners offer validators for weight, and who is paid for what was given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.answers import Where, checked_numbers, real_array
from agents.policy import MinerPolicy, Offer
from agents.views import MinerView
from econ.compiled import compiled
from econ.yuma.kernel_memory import number

__all__ = ["Offers", "settle_world"]

TOLERANCE = 1e-9
"""A weight so little below the one asked, or a support so little below kappa, still counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What miners offer validators, each by [world, column]: payment, the weight asked, whether it is a contract."""

    payment: np.ndarray
    asked: np.ndarray
    contract: np.ndarray

    @classmethod
    def none(cls, worlds: int, columns: int) -> Offers:
        """Nobody offers anything."""
        shape = (worlds, columns)
        return cls(payment=np.zeros(shape), asked=np.zeros(shape), contract=np.zeros(shape, dtype=bool))

    def take(self, policy: MinerPolicy, offer: Offer, view: MinerView, where: Where) -> None:
        """Take down what a policy's rows offer, or `PolicyError`."""
        place = view.world, view.uid
        self.payment[place] = checked_numbers(policy, offer.payment, view, "payments", 0.0, np.inf, where)
        self.asked[place] = checked_numbers(policy, offer.weight, view, "asked weights", 0.0, 1.0, where)
        self.contract[place] = real_array(policy, offer.contract, "contracts", view.world.shape, view, where) > 0

    def in_worlds(self, world: np.ndarray) -> Offers:
        """The same in the worlds of these indices alone."""
        return Offers(payment=self.payment[world], asked=self.asked[world], contract=self.contract[world])

    def laid_out(self, kappa: float) -> tuple[np.ndarray, ...]:
        """Offer after offer: those of a world are first[world] to first[world + 1], each with its column.

        And the least weight that takes it, what it pays, and the stake that takers must hold for it to pay.
        """
        world, column = np.nonzero(self.payment > 0)
        first = np.searchsorted(world, np.arange(len(self.payment) + 1))
        place = world * self.payment.shape[1] + column
        least, payment = self.asked.take(place) - TOLERANCE, self.payment.take(place)
        needed = np.where(self.contract.take(place), kappa - TOLERANCE, -np.inf)
        return first, column, least, payment, needed


@compiled
def settle_world(  # type: ignore[no-untyped-def]
    world, weights, stake, first, column, least, payment, needed, received, spent
):
    """Add what the offers of a world come to, to received[world, seat] and spent[world, column], in thousandths.

    `weights` are in memory, [world, seat, column]. A validator takes an offer by giving at least the weight asked;
    under a contract it is paid only where those who take it hold enough of stake[world, seat].
    """
    if world + 1 >= first.size:  # nobody offers anything
        return
    begin, seats, columns = first[world], stake.shape[1], spent.shape[1]
    taken = np.empty((first[world + 1] - begin, seats), dtype=np.bool_)
    for seat in range(seats):
        row = (world * seats + seat) * columns
        for offer in range(taken.shape[0]):
            taken[offer, seat] = number(weights, row + column[begin + offer]) >= least[begin + offer]
    for offer in range(taken.shape[0]):
        support, takers = 0.0, 0
        for seat in range(seats):
            if taken[offer, seat]:
                support += stake[world, seat]
                takers += 1
        if takers and support >= needed[begin + offer]:
            pays = payment[begin + offer]
            spent[world, column[begin + offer]] = takers * pays
            for seat in range(seats):
                if taken[offer, seat]:
                    received[world, seat] += pays
