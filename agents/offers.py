"""What miners offer validators for weight, and who is paid for what was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from agents.answers import Where, checked_numbers
from agents.errors import PolicyError
from agents.placing import plain
from agents.policy import MinerPolicy, Offer
from agents.views import MinerView
from econ.compiled import compiled
from econ.yuma.kernel_memory import number, offset

__all__ = ["Offered", "Offers", "settle_world"]

TOLERANCE = 1e-9
"""A weight so little below the one asked, or a support so little below kappa, still counts."""


class Offered(NamedTuple):
    """What the rows of one policy offer, each at place[row] of a flat [world, column]."""

    place: np.ndarray
    payment: np.ndarray
    asked: np.ndarray
    contract: np.ndarray

    @classmethod
    def by(cls, policy: MinerPolicy, offer: Any, view: MinerView, place: np.ndarray, where: Where) -> Offered:
        """What it is by a policy's answer, or `PolicyError`."""
        if not isinstance(offer, Offer):
            who = f"{policy.name} ({where(view.world[0], view.seat[0])})"
            raise PolicyError(f"{who} offers a {type(offer).__name__}; give an agents.Offer, or None")
        payment = checked_numbers(policy, offer.payment, view, "payments", 0.0, np.inf, where)
        asked = checked_numbers(policy, offer.weight, view, "asked weights", 0.0, 1.0, where)
        contract = checked_numbers(policy, offer.contract, view, "contracts", 0.0, 1.0, where, whole=True) > 0
        return cls(place, payment, asked, contract)

    def is_as(self, other: Offered) -> bool:
        """Whether the same rows offer the same."""
        return self.place is other.place and all(map(np.array_equal, self[1:], other[1:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What miners offer validators, each by [world, column]: payment, the weight asked, whether it is a contract.

    `given` is what policies answered, where it is known: who is asked again and answers the same has these.
    """

    payment: np.ndarray
    asked: np.ndarray
    contract: np.ndarray
    given: tuple[Offered, ...] | None = field(default=None, repr=False, compare=False)
    _laid_out: dict[float, tuple[np.ndarray, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def none(cls, worlds: int, columns: int) -> Offers:
        """Nobody offers anything."""
        shape = (worlds, columns)
        return cls(payment=np.zeros(shape), asked=np.zeros(shape), contract=np.zeros(shape, dtype=bool))

    @classmethod
    def of(cls, given: Sequence[Offered], shape: tuple[int, ...]) -> Offers:
        """What policies' rows offer, laid out."""
        payment, asked, contract = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
        for each in given:
            for laid, values in zip((payment, asked, contract), each[1:], strict=True):
                laid.reshape(-1)[each.place] = values
        kept = tuple(Offered(each.place, *(values.copy() for values in each[1:])) for each in given)
        return cls(payment=payment, asked=asked, contract=contract, given=kept)

    def are(self, given: Sequence[Offered]) -> bool:
        """Whether this is what they offer."""
        if self.given is None or len(self.given) != len(given):
            return False
        return all(now.is_as(before) for now, before in zip(given, self.given, strict=True))

    def in_worlds(self, world: np.ndarray) -> Offers:
        """The same in the worlds of these indices alone."""
        return Offers(payment=self.payment[world], asked=self.asked[world], contract=self.contract[world])

    def laid_out(self, kappa: float) -> tuple[np.ndarray, ...]:
        """Offer after offer: those of a world are first[world] to first[world + 1], each with its column.

        And the least weight that takes it, what it pays, and the stake that takers must hold for it to pay.
        """
        if kappa in self._laid_out:
            return self._laid_out[kappa]
        first, count = np.zeros(len(self.payment) + 1, dtype=np.int64), int(np.count_nonzero(self.payment))
        column, made = np.empty(count, dtype=np.int64), np.empty((3, count))
        if count:  # to load compiled code takes longer than an import may
            _lay_out(plain(self.payment), plain(self.asked), plain(self.contract), kappa, first, column, *made)
        return self._laid_out.setdefault(kappa, (first, column, *made))


@compiled
def _lay_out(payments, asked, contract, kappa, first, columns, least, payment, needed):  # type: ignore[no-untyped-def]
    offer = 0
    for world in range(payments.shape[0]):
        first[world] = offer
        for column in range(payments.shape[1]):
            if payments[world, column] > 0.0:
                columns[offer], payment[offer] = column, payments[world, column]
                least[offer] = asked[world, column] - TOLERANCE
                needed[offer] = kappa - TOLERANCE if contract[world, column] else -np.inf
                offer += 1
    first[payments.shape[0]] = offer


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
    offered = slice(first[world], first[world + 1])
    at, asked, pays, enough = column[offered], least[offered], payment[offered], needed[offered]
    seats, columns, count = stake.shape[1], spent.shape[1], 0
    support, takers = np.zeros(at.size), np.zeros(at.size, dtype=np.int64)
    taken = np.empty((2, at.size * seats), dtype=np.int64)
    for seat in range(seats):
        row = offset(weights, (world * seats + seat) * columns)
        for offer in range(at.size):
            if number(row, at[offer]) >= asked[offer]:  # few do
                support[offer] += stake[world, seat]
                takers[offer] += 1
                taken[0, count], taken[1, count] = offer, seat
                count += 1
    for offer in range(at.size):
        if takers[offer] and support[offer] >= enough[offer]:
            spent[world, at[offer]] = takers[offer] * pays[offer]
    for k in range(count):
        offer = taken[0, k]
        if support[offer] >= enough[offer]:
            received[world, taken[1, k]] += pays[offer]
