"""The miners' side of an epoch: players with policies, the UIDs they hold, and what they hand in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.answers import checked_numbers
from agents.policy import MinerPolicy, Offer
from agents.seating import Seating
from agents.uids import NOBODY, Uids
from agents.views import MinerView, PublicView, frozen

__all__ = ["Mining", "Offers"]


TOLERANCE = 1e-9
"""A weight so little below the one asked, or a support so little below kappa, still counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What miners offer validators, each by [world, column]: payment, the weight asked, whether it is a contract."""

    payment: np.ndarray
    asked: np.ndarray
    contract: np.ndarray

    def settled(self, weights: np.ndarray, stake: np.ndarray, kappa: float) -> tuple[np.ndarray, np.ndarray]:
        """What is paid for weights[world, validator, column]: to whom[world, validator], by whom[world, column].

        A validator takes an offer by giving at least the weight asked; under a contract it is paid only where those
        who take it hold at least kappa of stake[world, validator]. In thousandths.
        """
        received, spent = np.zeros(stake.shape), np.zeros(self.payment.shape)
        world, column = np.nonzero(self.payment > 0)
        taken = weights[world, :, column] >= self.asked[world, column, None] - TOLERANCE
        support = (stake[world] * taken).sum(axis=1)
        due = ~self.contract[world, column] | (support >= kappa - TOLERANCE)
        paid = taken * (self.payment[world, column] * due)[:, None]
        if world.size:
            worlds, first = np.unique(world, return_index=True)
            received[worlds] = np.add.reduceat(paid, first, axis=0)
        spent[world, column] = paid.sum(axis=1)
        return received, spent


class Mining:
    """All miners of all worlds.

    `effort[world, column]` and what is handed in stand by UID; policies by player. Until UIDs can change hands, which
    `moving` says, player and column are the same. A column that nobody holds makes nothing. `utility[world, column]`,
    `colludes[world, column]` follow the policy of whoever holds the UID.
    """

    def __init__(
        self,
        playing: Seating[MinerPolicy],
        uids: Uids,
        *,
        effort_exponent: float,
        address: tuple[int, np.ndarray],
        prize: float,
    ) -> None:
        self.uids = uids
        self._exponent, self._address, self._prize = effort_exponent, address, prize
        self.effort = np.ones(uids.holder.shape)
        self._source: np.ndarray | None = None
        self._handed_in: deque[np.ndarray] = deque()
        self.offers: Offers | None = None
        self.moving = False
        self.seat(playing)

    def seat(self, playing: Seating[MinerPolicy]) -> None:
        """Take these policies from now on."""
        self.playing = playing
        kinds = [type(policy) for policy in playing.policies]
        self._copying = any(kind.copies is not MinerPolicy.copies for kind in kinds)
        self._offering = any(kind.offer is not MinerPolicy.offer for kind in kinds)
        self._leaving = any(kind.leave is not MinerPolicy.leave for kind in kinds)
        self.moving = self.moving or self._leaving or not self.uids.all_inside
        self._still: dict[MinerPolicy, dict[str, Any]] = {}
        if not self._offering:
            self.offers = None
        keep = max(policy.lag for policy in playing.policies) if self._copying else 0
        self._handed_in = deque(self._handed_in, maxlen=keep)
        self.follow()

    def follow(self) -> None:
        """Lay what belongs to policies out by UID; asked again whenever UIDs or policies change."""
        self.utility = self.by_column([policy.utility for policy in self.playing.policies], 0.0)
        self.colludes = self.by_column([policy.traits.colludes for policy in self.playing.policies], False)

    def by_column(self, values: list[Any], nobody: Any) -> np.ndarray:
        """A value of every policy, laid out as [world, column]."""
        holder = self.uids.holder
        number = np.take_along_axis(self.playing.number, np.maximum(holder, 0), axis=1)
        return np.where(holder == NOBODY, nobody, np.array(values)[number])

    def by_player(self, values: np.ndarray) -> np.ndarray:
        """Numbers of columns, [world, column], laid out as [world, player]; 0 for those without a UID."""
        uid = self.uids.uid
        return np.where(uid == NOBODY, 0.0, np.take_along_axis(values, np.maximum(uid, 0), axis=1))

    # Acts ---------------------------------------------------------------------------------------------------------

    def choose(self, epoch: int, public: dict[str, np.ndarray], where: Callable[[int, int], str]) -> None:
        """Ask every policy for its effort, what it copies and what it offers."""
        self._source = np.full(self.effort.shape, NOBODY) if self._copying else None
        payment = np.zeros((3, *self.effort.shape)) if self._offering else None
        for policy, view in self._views(epoch, public, inside=True):
            place = view.world, view.uid
            self.effort[place] = checked_numbers(policy, policy.effort(view), view, "effort", 0.0, 1.0, where)
            if self._source is not None and (source := policy.copies(view)) is not None:
                columns = self.effort.shape[1]
                source = checked_numbers(policy, source, view, "copied columns", -1, columns - 1, where)
                self._source[place] = source.astype(np.int64)
            if payment is not None and (offer := policy.offer(view)) is not None:
                self._take_offer(policy, offer, view, payment, where)
        if payment is not None:
            self.offers = Offers(payment=payment[0], asked=payment[1], contract=payment[2] > 0)

    def _take_offer(
        self, policy: MinerPolicy, offer: Offer, view: MinerView, payment: np.ndarray, where: Callable[[int, int], str]
    ) -> None:
        place = view.world, view.uid
        payment[0][place] = checked_numbers(policy, offer.payment, view, "payments", 0.0, np.inf, where)
        payment[1][place] = checked_numbers(policy, offer.weight, view, "asked weights", 0.0, 1.0, where)
        payment[2][place] = np.asarray(offer.contract, dtype=bool)

    def change_uids(
        self,
        epoch: int,
        public: dict[str, np.ndarray],
        emission: np.ndarray,
        order: np.ndarray,
        where: Callable[[int, int], str],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Let players leave and register: which columns are new, [world, column], and what players paid for them."""
        if self._leaving:
            for policy, view in self._views(epoch, public, inside=True):
                answer = policy.leave(view)
                if answer is not None:
                    goes = checked_numbers(policy, answer, view, "leaves", 0, 1, where).astype(bool)
                    self.uids.leave(view.world[goes], view.seat[goes])
        bids = np.full(self.uids.uid.shape, -np.inf)
        for policy, view in self._views(epoch, public, inside=False):
            bid = checked_numbers(policy, policy.register(view), view, "bids", -np.inf, np.inf, where)
            bids[view.world, view.seat] = bid
        new, paid = self.uids.register(epoch, bids, emission, order)
        self.uids.pass_epoch()
        self.effort[new] = 1.0
        self.follow()
        return new, paid

    def _views(
        self, epoch: int, public: dict[str, np.ndarray], *, inside: bool
    ) -> Iterator[tuple[MinerPolicy, MinerView]]:
        """Every policy with the view of its rows that hold a UID, or of those that do not."""
        for policy, world, seat, place in self.playing.rows:
            if self.moving:
                mine = self.uids.uid[world, seat]
                chosen = (mine != NOBODY) == inside
                world, seat, mine = world[chosen], seat[chosen], mine[chosen]
                known = self._known(epoch, world, mine)
                effort = self.effort[world, mine]
            elif inside:
                if policy not in self._still:
                    self._still[policy] = self._known(epoch, world, seat)
                mine, known, effort = seat, self._still[policy], self.effort.take(place)
            else:
                return
            if world.size:
                yield (
                    policy,
                    MinerView(
                        epoch=epoch,
                        world=world,
                        seat=seat,
                        public=PublicView(policy, public),
                        uid=frozen(mine),
                        effort=frozen(effort),
                        _policy=policy,
                        _address=self._address,
                        **known,
                    ),
                )

    def _known(self, epoch: int, world: np.ndarray, uid: np.ndarray) -> dict[str, Any]:
        """What rows know of their UIDs and of the next registration; it stays as it is until UIDs move."""
        known = {
            "registered_at": self.uids.registered_at[world, uid],
            "immune": self.uids.immune(epoch)[world, uid],
            "price": self.uids.cost[world],
            "prize": np.full(world.size, self._prize),
        }
        return {name: frozen(values) for name, values in known.items()}

    # What is made -------------------------------------------------------------------------------------------------

    def quality(self, skill: np.ndarray) -> np.ndarray:
        """What every UID hands in, quality[world, column], from the players' skill[world, player]."""
        holder = self.uids.holder
        if self.moving:
            skill = np.take_along_axis(skill, np.maximum(holder, 0), axis=1)
        made = skill * self.utility
        if self._source is not None:
            made = self._copied(made, self._source)
        handed_in = made * self.effort**self._exponent
        if self._source is not None:
            self._handed_in.append(handed_in)
        return handed_in

    def _copied(self, made: np.ndarray, source: np.ndarray) -> np.ndarray:
        """What full effort makes, with that of another where a policy copies it.

        At lag 0 a copier works as its source does, with an effort of its own; at a lag it has what its source handed
        in then (or first, where there is no record so old).
        """
        lags = self.by_column([policy.lag for policy in self.playing.policies], 0)
        copied = made
        for lag in np.unique(lags[source != NOBODY]):
            past = made if lag == 0 or not self._handed_in else self._handed_in[-min(lag, len(self._handed_in))]
            taken = np.take_along_axis(past, np.maximum(source, 0), axis=1)
            copied = np.where((source != NOBODY) & (lags == lag), taken, copied)
        return copied

    def costs(self, cost: float, cabal_cost: float) -> np.ndarray | None:
        """What effort costs, [world, column], thousandths; None where nobody pays. Who copies bears its share."""
        if not (cost or cabal_cost):
            return None
        costs = self.effort * np.where(self.colludes, cabal_cost, cost) * (self.uids.holder != NOBODY)
        if self._source is not None:
            own = np.arange(costs.shape[1])
            share = self.by_column([policy.cost_of_copying for policy in self.playing.policies], 1.0)
            costs = np.where((self._source != NOBODY) & (self._source != own), share * costs, costs)
        return costs
