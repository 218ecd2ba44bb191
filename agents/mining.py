"""The miners' side of an epoch: players with policies, the UIDs they hold, and what they hand in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from agents.answers import Where, ask, checked_numbers, out_of_range, real_array, said
from agents.holding import Group, Groups, Rows, by_player
from agents.luck import Luck
from agents.making import copy_columns, make, take_numbers
from agents.offers import Offered, Offers
from agents.policy import MinerPolicy
from agents.seating import Seating
from agents.streams import policy_purpose
from agents.uids import NO_NEWCOMERS, NOBODY, Newcomers, Uids
from agents.views import MinerView, Public, PublicView, Seen, frozen

__all__ = ["Mining"]

LUCK = policy_purpose("miners")


class _Day(NamedTuple):
    """What all miners' views of an epoch are made of."""

    epoch: int
    seen: Seen
    uids: Uids
    effort: np.ndarray
    cost: np.ndarray
    prize: float
    address: tuple[int, np.ndarray]


def _from_day(make: Callable[[Rows, _Day], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda given: make(given["rows"], given["day"])


def _is_immune(rows: Rows, day: _Day) -> np.ndarray:
    born: np.ndarray = day.uids.registered_at.take(rows.place)
    return born > day.uids.newest_mortal(day.epoch)


_ANYWHERE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "epoch": _from_day(lambda rows, day: day.epoch),
    "seat": _from_day(lambda rows, day: rows.seat.view()),
    "uid": _from_day(lambda rows, day: rows.uid.view()),
    "public": lambda given: PublicView(given["_policy"], given["day"].seen),
    "price": _from_day(lambda rows, day: frozen(day.cost.take(rows.world))),
    "prize": _from_day(lambda rows, day: frozen(np.full(rows.world.size, day.prize))),
    "_luck": _from_day(lambda rows, day: Luck(day.address, LUCK, day.epoch, rows.world, rows.seat)),
}
_INSIDE = _ANYWHERE | {
    "effort": _from_day(lambda rows, day: frozen(day.effort.take(rows.place))),
    "registered_at": _from_day(lambda rows, day: frozen(day.uids.registered_at.take(rows.place))),
    "immune": _from_day(lambda rows, day: frozen(_is_immune(rows, day))),
}
_OUTSIDE = _ANYWHERE | {
    "effort": _from_day(lambda rows, day: frozen(np.zeros(rows.world.size))),
    "registered_at": _from_day(lambda rows, day: frozen(np.full(rows.world.size, NOBODY))),
    "immune": _from_day(lambda rows, day: frozen(np.zeros(rows.world.size, dtype=bool))),
}
"""How what miners see of themselves is made where they look at it: of those who hold a UID, and of the others."""


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
        self.effort, self._full = np.ones(uids.holder.shape), frozen(np.ones(uids.holder.shape))
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
        self._worth = np.array([*(said(policy, "utility") for policy in policies), 0.0], dtype=float)
        self._lags = np.array([*(said(policy, "lag", whole=True) for policy in policies), 0])
        self._shares_cost = np.array([*(said(policy, "cost_of_copying") for policy in policies), 1.0], dtype=float)
        self._of_cabal = np.array([*(policy.traits.colludes for policy in policies), False])
        self.moving = self.moving or _any_has(policies, "leave") or not self.uids.all_inside
        if not self._offering:
            self.offers = None
        keep = int(self._lags.max()) if self._copying else 0
        self._handed_in = deque(self._handed_in, maxlen=keep)
        self._follow()

    def _follow(self) -> None:
        """Lay what belongs to policies out by UID."""
        self._groups = Groups(self.playing, self.uids)
        self._leavers = [group for group in self._groups if _has(group.policy, "leave")]
        self.utility, self.colludes = self._worth[self._groups.number], self._of_cabal[self._groups.number]

    def _change_hands(self, world: np.ndarray, column: np.ndarray) -> None:
        """The same where UIDs have changed hands."""
        plays = self._groups.number[world, column]
        self.utility[world, column], self.colludes[world, column] = self._worth[plays], self._of_cabal[plays]

    def go_on_from(self, other: Mining, world: np.ndarray) -> None:
        """Take over what all did and handed in from the other's worlds[k], whose UIDs have been taken over before."""
        self.effort = other.effort[world]
        self._source = None if other._source is None else other._source[world]
        self._handed_in.extend(made[world] for made in other._handed_in)
        self.offers = other.offers and other.offers.in_worlds(world)
        self.moving = other.moving
        self._follow()

    def by_player(self, values: np.ndarray, less: np.ndarray | None = None) -> np.ndarray:
        """Numbers of columns, [world, column], laid out as [world, player]; 0 for those without a UID.

        With `less`, the same and less[world, player] taken from nothing.
        """
        if self.moving:
            return by_player(values, self.uids.uid, less)
        return values if less is None else -less - values

    # Acts ---------------------------------------------------------------------------------------------------------

    def choose(self, epoch: int, public: Public, where: Where) -> None:
        """Ask every policy for its effort, what it copies and what it offers."""
        shape = self.effort.shape
        self._source = np.full(shape, NOBODY) if self._copying else None
        offered: list[Offered] = []
        for group, rows, view in self._views(self._groups, epoch, public, inside=True):
            policy, acts = group.policy, _own_acts(type(group.policy))
            effort = ask(policy, "effort", view, where)
            copied = ask(policy, "copies", view, where) if "copies" in acts else None
            offer = ask(policy, "offer", view, where) if "offer" in acts else None
            # Taken down only now: until here its view shows what it did last.
            _take(policy, effort, "effort", 0.0, 1.0, self.effort, view, rows, where)
            if copied is not None:
                assert self._source is not None  # somebody copies
                _take(policy, copied, "copied columns", -1.0, shape[1] - 1.0, self._source, view, rows, where)
            if offer is not None:
                offered.append(Offered.by(policy, offer, view, rows.place, where))
        if self._offering and not (self.offers and self.offers.are(offered)):
            self.offers = Offers.of(offered, shape)

    def change_uids(
        self,
        epoch: int,
        public: Public,
        emission: np.ndarray,
        order: Callable[[], np.ndarray],
        where: Where,
    ) -> Newcomers:
        """Let players leave and register: who comes, where, and at what cost."""
        for group, rows, view in self._views(self._leavers, epoch, public, inside=True):
            answer = ask(group.policy, "leave", view, where)
            if answer is not None:
                goes = checked_numbers(group.policy, answer, view, "leaves", 0, 1, where, whole=True) > 0
                self._leave(*(values[goes] for values in (rows.world, rows.seat, rows.uid)))
        bids = []
        for group, rows, view in self._views(self._groups, epoch, public, inside=False):
            answer = ask(group.policy, "register", view, where)
            bid = checked_numbers(group.policy, answer, view, "bids", -np.inf, np.inf, where)
            bids.append((rows.world, rows.seat, bid))
        came = NO_NEWCOMERS
        if bids:
            world, player, bid = (np.concatenate(values) for values in zip(*bids, strict=True))
            came = self.uids.register(epoch, world, player, bid, emission, order)
        self.uids.pass_epoch()
        if came.world.size:
            self.effort[came.world, came.column] = 1.0
            self._groups.come(came.world, came.player, came.column, came.ousted)
            self._change_hands(came.world, came.column)
        return came

    def _leave(self, world: np.ndarray, player: np.ndarray, column: np.ndarray) -> None:
        if world.size:
            self.uids.leave(world, player)
            self._groups.gone(world, player, column)
            self._change_hands(world, column)

    def _views(
        self, groups: Iterable[Group], epoch: int, public: Public, *, inside: bool
    ) -> Iterator[tuple[Group, Rows, MinerView]]:
        """Each of these groups with those of its rows who hold a UID, or do not, and what they see."""
        day = _Day(epoch, Seen(public), self.uids, self.effort, self.uids.cost, self._prize, self._address)
        later = _INSIDE if inside else _OUTSIDE
        for group in groups:
            rows = group.rows(self.uids, inside=inside)
            if rows.world.size:
                shown = {"world": rows.world.view(), "_policy": group.policy, "rows": rows, "day": day}
                yield group, rows, MinerView.showing(shown, later)

    # What is made -------------------------------------------------------------------------------------------------

    def quality(self, skill: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """What every UID hands in, quality[world, column], from skill[luck world, player] and each world's luck."""
        handed_in, effort = np.empty(self.effort.shape), self.effort
        if self._exponent != 1.0:
            effort = effort**self._exponent
        if self._source is None:
            make(skill, luck, self._groups.maker, self.utility, effort, handed_in)
            return handed_in
        made = np.empty(effort.shape)
        make(skill, luck, self._groups.maker, self.utility, self._full, made)
        np.multiply(self._copied(made, self._source), effort, out=handed_in)
        self._handed_in.append(handed_in)
        return handed_in

    def _copied(self, made: np.ndarray, source: np.ndarray) -> np.ndarray:
        """What full effort makes, with that of another where a policy copies it.

        At lag 0 a copier works as its source does, with an effort of its own; at a lag it has what its source handed
        in then (or first, where there is no record so old).
        """
        copied = made.copy()
        for lag in set(self._lags.tolist()):
            past = made if lag == 0 or not self._handed_in else self._handed_in[-min(lag, len(self._handed_in))]
            copy_columns(past, source, self._lags, lag, self._groups.number, copied)
        return copied

    def costs(self, cost: float, cabal_cost: float) -> np.ndarray | None:
        """What effort costs, [world, column], thousandths; None where nobody pays. Who copies bears its share."""
        if not (cost or cabal_cost):
            return None
        costs = self.effort * np.where(self.colludes, cabal_cost, cost) * (self._groups.number != NOBODY)
        if self._source is not None:
            own = np.arange(costs.shape[1])
            share = self._shares_cost[self._groups.number]
            costs = np.where((self._source != NOBODY) & (self._source != own), share * costs, costs)
        return costs

    def work(self) -> np.ndarray:
        """Work done in this epoch, [world, player]; 1 is a full effort of an honest miner.

        A copy is none, and what is worth a part of an honest miner's work counts as that part.
        """
        done = self.costs(1.0, 1.0)
        assert done is not None  # it is None only where nothing costs
        return self.by_player(done * self.utility) if self.moving else done * self.utility


def _take(
    policy: MinerPolicy,
    answer: Any,
    what: str,
    low: float,
    high: float,
    taken: np.ndarray,
    view: MinerView,
    rows: Rows,
    where: Where,
) -> None:
    """Put what a policy answers for its rows, a number in [low, high] each, into taken[world, column].

    They are whole numbers where that holds whole numbers.
    """
    numbers, whole = real_array(policy, answer, what, rows.world.shape, view, where), taken.dtype.kind == "i"
    illegal = take_numbers(numbers, rows.place, low, high, taken, whole=whole)
    if illegal >= 0:
        place = where(rows.world[illegal], rows.seat[illegal])
        raise out_of_range(policy, numbers[illegal], what, low, high, place, whole=whole)


def _has(policy: MinerPolicy, act: str) -> bool:
    """Whether its class does something of its own there."""
    return act in _own_acts(type(policy))


@cache
def _own_acts(kind: type[MinerPolicy]) -> frozenset[str]:
    return frozenset(act for act in ("copies", "offer", "leave") if getattr(kind, act) is not getattr(MinerPolicy, act))


def _any_has(policies: Sequence[MinerPolicy], act: str) -> bool:
    return any(_has(policy, act) for policy in policies)
