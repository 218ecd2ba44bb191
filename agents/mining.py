"""The miners' side of an epoch: players with policies, the UIDs they hold, and what they hand in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from agents.answers import Where, ask, check_numbers, checked_numbers, real_array
from agents.holding import Known, Present, by_player, followed, known_rows, present_rows, unknown_rows
from agents.luck import Luck
from agents.making import copy_columns, make
from agents.offers import Offers
from agents.policy import MinerPolicy
from agents.seating import Seating
from agents.streams import policy_purpose
from agents.uids import NOBODY, Uids
from agents.views import MinerView, PublicView, Seen, frozen

__all__ = ["Mining"]

LUCK = policy_purpose("miners")


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
        self._exponent, self._address = effort_exponent, address
        self._prizes = frozen(np.full(uids.uid.size, prize))
        self.effort, self._full = np.ones(uids.holder.shape), frozen(np.ones(uids.holder.shape))
        self._worked: tuple[Present | None, np.ndarray] = None, self.effort
        self._source: np.ndarray | None = None
        self._handed_in: deque[np.ndarray] = deque()
        self.offers: Offers | None = None
        self.moving = False
        self.seat(playing)

    def seat(self, playing: Seating[MinerPolicy]) -> None:
        """Take these policies from now on."""
        self.playing = playing
        policies = playing.policies
        self._copying = _any_has(policies, "copies")
        self._offering = _any_has(policies, "offer")
        self._leaving = _any_has(policies, "leave")
        self.moving = self.moving or self._leaving or not self.uids.all_inside
        if not self._offering:
            self.offers = None
        keep = max(policy.lag for policy in policies) if self._copying else 0
        self._handed_in = deque(self._handed_in, maxlen=keep)
        self._follow()

    def _follow(self) -> None:
        """Lay what belongs to policies out by UID; done again whenever UIDs or policies change."""
        self._maker, self._number = followed(self.uids.holder, self.playing.number)
        self._present: dict[bool, Present] = {}
        self._known: Known | None = None
        self._priced = self.uids.price
        self.utility = self.by_column([policy.utility for policy in self.playing.policies], 0.0)
        self.colludes = self.by_column([policy.traits.colludes for policy in self.playing.policies], False)

    def go_on_from(self, other: Mining, world: np.ndarray) -> None:
        """Take over what all did and handed in from the other's worlds[k], whose UIDs have been taken over before."""
        self.effort = other.effort[world]
        self._source = None if other._source is None else other._source[world]
        self._handed_in.extend(made[world] for made in other._handed_in)
        self.offers = other.offers and other.offers.in_worlds(world)
        self.moving = other.moving
        self._follow()

    def by_column(self, values: list[Any], nobody: Any) -> np.ndarray:
        """A value of every policy, laid out as [world, column]."""
        return np.array([*values, nobody])[self._number]

    def by_player(self, values: np.ndarray) -> np.ndarray:
        """Numbers of columns, [world, column], laid out as [world, player]; 0 for those without a UID."""
        return by_player(values, self.uids.uid) if self.moving else values

    # Acts ---------------------------------------------------------------------------------------------------------

    def choose(self, epoch: int, public: dict[str, np.ndarray], where: Where) -> None:
        """Ask every policy for its effort, what it copies and what it offers."""
        present = self._present_rows(inside=True)
        shape, efforts = self.effort.shape, []
        self._source = np.full(shape, NOBODY) if self._copying else None
        offers = Offers.none(*shape) if self._offering else None
        as_before = present is self._worked[0]
        for policy, part, view in self._views(epoch, public, inside=True):
            effort = real_array(policy, ask(policy, "effort", view, where), "effort", view.world.shape, view, where)
            as_before = as_before and np.array_equal(effort, self._worked[1][part])
            efforts.append(effort)
            if _has(policy, "copies") and (copied := ask(policy, "copies", view, where)) is not None:
                assert self._source is not None  # somebody copies
                copied = checked_numbers(policy, copied, view, "copied columns", -1, shape[1] - 1, where)
                self._source.reshape(-1)[present.place[part]] = copied.astype(np.int64)
            if _has(policy, "offer") and (offer := ask(policy, "offer", view, where)) is not None:
                assert offers is not None  # somebody offers
                offers.take(policy, offer, view, where)
        if not as_before:
            effort = np.concatenate(efforts) if efforts else np.empty(0)
            check_numbers(present.roll, effort, "effort", 0.0, 1.0, where)
            self.effort.reshape(-1)[present.place] = effort
            self._worked = present, effort
        if offers is not None:
            self.offers = offers

    def change_uids(
        self,
        epoch: int,
        public: dict[str, np.ndarray],
        emission: np.ndarray,
        order: Callable[[], np.ndarray],
        where: Where,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Let players leave and register: which columns are new, [world, column], and what players paid for them."""
        left = False
        for policy, _, view in self._views(epoch, public, inside=True, act="leave") if self._leaving else ():
            answer = ask(policy, "leave", view, where)
            if answer is not None:
                goes = checked_numbers(policy, answer, view, "leaves", 0, 1, where).astype(bool)
                self.uids.leave(view.world[goes], view.seat[goes])
                left = left or bool(goes.any())
        if left:
            self._present.clear()
        outside = self._present_rows(inside=False).roll
        bid = np.empty(outside.world.size)
        for policy, part, view in self._views(epoch, public, inside=False):
            bid[part] = real_array(policy, ask(policy, "register", view, where), "bids", view.world.shape, view, where)
        check_numbers(outside, bid, "bids", -np.inf, np.inf, where)
        bids = np.full(self.uids.uid.shape, -np.inf)
        bids.reshape(-1)[outside.place] = bid
        new, paid = self.uids.register(epoch, bids, emission, order)
        self.uids.pass_epoch()
        if left or new.any():
            self.effort[new] = 1.0
            self._follow()
        return new, paid

    def _views(
        self, epoch: int, public: dict[str, np.ndarray], *, inside: bool, act: str = ""
    ) -> Iterator[tuple[MinerPolicy, slice, MinerView]]:
        """Every policy (that has the act) with its part of those who hold a UID, or do not, and what it sees."""
        roll, uid, place = self._present_rows(inside=inside)
        known = None if act else self._known_rows(epoch, inside=inside)
        if not inside:
            effort = np.zeros(uid.size)
        elif self._present[inside] is self._worked[0]:
            effort = self._worked[1]
        else:
            effort = self.effort.take(place)
        effort, prize, seen = frozen(effort), self._prizes[: uid.size], Seen(public)
        for policy, part in roll.parts:
            if act and not _has(policy, act):
                continue
            if known is None:
                own, within = self._known_now(epoch, roll.world[part], place[part]), slice(None)
            else:
                own, within = known, part
            view = MinerView(
                epoch=epoch,
                world=roll.world[part],
                seat=roll.seat[part],
                public=PublicView(policy, seen),
                uid=uid[part],
                effort=effort[part],
                registered_at=own.registered_at[within],
                immune=own.immune[within],
                price=own.price[within],
                prize=prize[part],
                _policy=policy,
                _luck=Luck(self._address, LUCK, epoch, roll.world[part], roll.seat[part]),
            )
            yield policy, part, view

    def _present_rows(self, *, inside: bool) -> Present:
        """All rows that hold a UID, or all that do not; looked up again when UIDs have moved."""
        if inside not in self._present:
            self._present[inside] = present_rows(self.playing.roll, self.uids.uid, self.effort.shape[1], inside=inside)
        return self._present[inside]

    def _known_rows(self, epoch: int, *, inside: bool) -> Known:
        """What rows know of their UIDs and of the next registration: the same while nobody can move, at one price."""
        roll, _, place = self._present_rows(inside=inside)
        if not inside:
            return unknown_rows(roll.world, self.uids.cost)
        if self._known is None or self.moving or self._priced is not self.uids.price:
            self._known, self._priced = self._known_now(epoch, roll.world, place), self.uids.price
        return self._known

    def _known_now(self, epoch: int, world: np.ndarray, place: np.ndarray) -> Known:
        return known_rows(world, place, self.uids.registered_at, self.uids.cost, self.uids.newest_mortal(epoch))

    # What is made -------------------------------------------------------------------------------------------------

    def quality(self, skill: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """What every UID hands in, quality[world, column], from skill[luck world, player] and each world's luck."""
        handed_in, effort = np.empty(self.effort.shape), self.effort
        if self._exponent != 1.0:
            effort = effort**self._exponent
        if self._source is None:
            make(skill, luck, self._maker, self.utility, effort, handed_in)
            return handed_in
        made = np.empty(effort.shape)
        make(skill, luck, self._maker, self.utility, self._full, made)
        np.multiply(self._copied(made, self._source), effort, out=handed_in)
        self._handed_in.append(handed_in)
        return handed_in

    def _copied(self, made: np.ndarray, source: np.ndarray) -> np.ndarray:
        """What full effort makes, with that of another where a policy copies it.

        At lag 0 a copier works as its source does, with an effort of its own; at a lag it has what its source handed
        in then (or first, where there is no record so old).
        """
        copied, lags = made.copy(), self.by_column([policy.lag for policy in self.playing.policies], 0)
        for lag in {policy.lag for policy in self.playing.policies}:
            past = made if lag == 0 or not self._handed_in else self._handed_in[-min(lag, len(self._handed_in))]
            copy_columns(past, source, lags == lag, copied)
        return copied

    def costs(self, cost: float, cabal_cost: float) -> np.ndarray | None:
        """What effort costs, [world, column], thousandths; None where nobody pays. Who copies bears its share."""
        if not (cost or cabal_cost):
            return None
        costs = self.effort * np.where(self.colludes, cabal_cost, cost) * (self._number != NOBODY)
        if self._source is not None:
            own = np.arange(costs.shape[1])
            share = self.by_column([policy.cost_of_copying for policy in self.playing.policies], 1.0)
            costs = np.where((self._source != NOBODY) & (self._source != own), share * costs, costs)
        return costs

    def work(self) -> np.ndarray:
        """Work done in this epoch, [world, player]; 1 is a full effort of an honest miner.

        A copy is none, and what is worth a part of an honest miner's work counts as that part.
        """
        done = self.costs(1.0, 1.0)
        assert done is not None  # it is None only where nothing costs
        return self.by_player(done * self.utility) if self.moving else done * self.utility


def _has(policy: MinerPolicy, act: str) -> bool:
    """Whether its class does something of its own there."""
    return act in _own_acts(type(policy))


@cache
def _own_acts(kind: type[MinerPolicy]) -> frozenset[str]:
    return frozenset(act for act in ("copies", "offer", "leave") if getattr(kind, act) is not getattr(MinerPolicy, act))


def _any_has(policies: Sequence[MinerPolicy], act: str) -> bool:
    return any(_has(policy, act) for policy in policies)
