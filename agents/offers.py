"""What miners offer validators for weight, and who is paid for what was given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.answers import Where, checked_numbers, real_array
from agents.placing import plain
from agents.policy import MinerPolicy, Offer
from agents.views import MinerView
from econ.compiled import compiled

__all__ = ["Offers"]

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

    def settled(self, weights: np.ndarray, stake: np.ndarray, kappa: float) -> tuple[np.ndarray, np.ndarray]:
        """What is paid for weights[world, validator, column]: to whom[world, validator], by whom[world, column].

        A validator takes an offer by giving at least the weight asked; under a contract it is paid only where those
        who take it hold at least kappa of stake[world, validator]. In thousandths.
        """
        received, spent = np.zeros(stake.shape), np.zeros(self.payment.shape)
        world, column = np.nonzero(self.payment > 0)
        taken = np.empty((world.size, stake.shape[1]), dtype=bool)
        first = np.searchsorted(world, np.arange(len(stake) + 1))
        asked = plain(self.payment), plain(self.asked), plain(self.contract)
        _settle(plain(weights), plain(stake), *asked, float(kappa), first, plain(column), taken, received, spent)
        return received, spent


@compiled
def _settle(  # type: ignore[no-untyped-def]
    weights, stake, payment, asked, contract, kappa, first, column, taken, received, spent
):
    """Row after row of weights, as they lie; offers first[world] to first[world + 1] are of a world."""
    for world in range(weights.shape[0]):
        begin, end = first[world], first[world + 1]
        for validator in range(weights.shape[1]):
            row = weights[world, validator]
            for offer in range(begin, end):
                taken[offer, validator] = row[column[offer]] >= asked[world, column[offer]] - TOLERANCE
        for offer in range(begin, end):
            by = column[offer]
            support, takers = 0.0, 0
            for validator in range(weights.shape[1]):
                if taken[offer, validator]:
                    support += stake[world, validator]
                    takers += 1
            if takers and (support >= kappa - TOLERANCE or not contract[world, by]):
                spent[world, by] = takers * payment[world, by]
                for validator in range(weights.shape[1]):
                    if taken[offer, validator]:
                        received[world, validator] += payment[world, by]
