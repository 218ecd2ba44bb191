"""The miners' side of an epoch: players with policies, the UIDs they hold, and what they hand in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from agents.answers import checked_numbers
from agents.offers import Offers
from agents.policy import MinerPolicy
from agents.seating import Rows, Seating
from agents.uids import NOBODY, Uids
from agents.views import MinerView, PublicView, frozen

__all__ = ["Mining"]


class _Held(NamedTuple):
    """Rows of a policy: world[row], seat[row], the column uid[row] of their UIDs and its flat place[row]."""

    world: np.ndarray
    seat: np.ndarray
    uid: np.ndarray
    place: np.ndarray


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
        if not self._offering:
            self.offers = None
        keep = max(policy.lag for policy in playing.policies) if self._copying else 0
        self._handed_in = deque(self._handed_in, maxlen=keep)
        self.follow()

    def follow(self) -> None:
        """Lay what belongs to policies out by UID; asked again whenever UIDs or policies change."""
        self._held: dict[tuple[MinerPolicy, bool], _Held] = {}
        self._still: dict[MinerPolicy, dict[str, Any]] = {}
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
        columns = self.effort.shape[1]
        effort = self.effort.reshape(-1)
        source = np.full(effort.shape, NOBODY) if self._copying else None
        payment = np.zeros((3, effort.size)) if self._offering else None
        for policy, view, at in self._views(epoch, public, inside=True):
            effort[at] = checked_numbers(policy, policy.effort(view), view, "effort", 0.0, 1.0, where)
            if source is not None and (copied := policy.copies(view)) is not None:
                source[at] = checked_numbers(policy, copied, view, "copied columns", -1, columns - 1, where)
            if payment is not None and (offer := policy.offer(view)) is not None:
                payment[0][at] = checked_numbers(policy, offer.payment, view, "payments", 0.0, np.inf, where)
                payment[1][at] = checked_numbers(policy, offer.weight, view, "asked weights", 0.0, 1.0, where)
                payment[2][at] = np.asarray(offer.contract, dtype=bool)
        shape = self.effort.shape
        self._source = None if source is None else source.reshape(shape)
        if payment is not None:
            paid, asked, contract = (values.reshape(shape) for values in payment)
            self.offers = Offers(payment=paid, asked=asked, contract=contract > 0)

    def change_uids(
        self,
        epoch: int,
        public: dict[str, np.ndarray],
        emission: np.ndarray,
        order: np.ndarray,
        where: Callable[[int, int], str],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Let players leave and register: which columns are new, [world, column], and what players paid for them."""
        for policy, view, _ in self._views(epoch, public, inside=True) if self._leaving else ():
            answer = policy.leave(view)
            if answer is not None:
                goes = checked_numbers(policy, answer, view, "leaves", 0, 1, where).astype(bool)
                self.uids.leave(view.world[goes], view.seat[goes])
        self._held.clear()
        bids = np.full(self.uids.uid.shape, -np.inf)
        for policy, view, _ in self._views(epoch, public, inside=False):
            bid = checked_numbers(policy, policy.register(view), view, "bids", -np.inf, np.inf, where)
            bids[view.world, view.seat] = bid
        new, paid = self.uids.register(epoch, bids, emission, order)
        self.uids.pass_epoch()
        self.effort[new] = 1.0
        self.follow()
        return new, paid

    def _views(
        self, epoch: int, public: dict[str, np.ndarray], *, inside: bool
    ) -> Iterator[tuple[MinerPolicy, MinerView, np.ndarray]]:
        """Every policy with the view of its rows that hold a UID, or of those that do not, and the UIDs' place[row]."""
        if not (self.moving or inside):
            return
        immune = self.uids.immune(epoch)
        for rows in self.playing.rows:
            policy = rows.policy
            held = self._held.get((policy, inside))
            if held is None:
                held = self._held[policy, inside] = self._rows(rows, inside)
            if not held.world.size:
                continue
            if self.moving or policy not in self._still:
                self._still[policy] = self._known(epoch, held, immune, inside)
            view = MinerView(
                epoch=epoch,
                world=held.world,
                seat=held.seat,
                public=PublicView(policy, public),
                uid=held.uid,
                effort=frozen(self.effort.take(held.place) if inside else np.zeros(held.world.size)),
                _policy=policy,
                _address=self._address,
                **self._still[policy],
            )
            yield policy, view, held.place

    def _rows(self, rows: Rows[MinerPolicy], inside: bool) -> _Held:
        """The rows that hold a UID, or those that do not."""
        if not self.moving:
            return _Held(rows.world, rows.seat, rows.seat, rows.place)
        uid = self.uids.uid.take(rows.place)
        chosen = (uid != NOBODY) == inside
        if chosen.all():
            world, seat = rows.world, rows.seat
        else:
            world, seat, uid = rows.world[chosen], rows.seat[chosen], uid[chosen]
        return _Held(frozen(world), frozen(seat), frozen(uid), world * self.effort.shape[1] + uid)

    def _known(self, epoch: int, held: _Held, immune: np.ndarray, inside: bool) -> dict[str, Any]:
        """What rows know of their UIDs and of the next registration; it stays as it is until UIDs move."""
        rows = held.world.size
        known = {
            "registered_at": self.uids.registered_at.take(held.place) if inside else np.full(rows, NOBODY),
            "immune": immune.take(held.place) if inside else np.zeros(rows, dtype=bool),
            "price": self.uids.cost.take(held.world),
            "prize": np.full(rows, self._prize),
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
