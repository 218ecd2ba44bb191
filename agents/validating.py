"""The validators' side of an epoch: what each policy is shown, the weights it decides, what it remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from agents.answers import Where, ask, checked_numbers, real_array, said
from agents.deciding import Decided, Plan
from agents.errors import PolicyError
from agents.luck import Luck
from agents.nature import Nature
from agents.placing import what_is_wrong
from agents.policy import Outcome, ValidatorPolicy, WorldPolicy
from agents.seating import Seating
from agents.stake import MOST_STAKE
from agents.streams import policy_purpose
from agents.views import Public, PublicView, Seen, ValidatorView, frozen, is_alone

__all__ = ["MOST", "Validating", "unwritten"]

LUCK = policy_purpose("validators")
MOST = 1.0 + 1e-9
"""A share of the miners that is measured is at most this: all, but for rounding."""


class _Player(NamedTuple):
    """A policy with its rows, and what is known of both as long as nobody changes policy; `number` counts players."""

    number: int
    policy: ValidatorPolicy
    world: np.ndarray
    seat: np.ndarray
    place: np.ndarray
    noise: np.ndarray
    remembers: int
    trades: frozenset[str]
    act: str
    moves: str
    evaluates: bool
    colludes: bool
    shape: tuple[int, int]
    """That of what it answers."""
    by_world: np.ndarray | None
    """The world[row] of its rows, where it answers one a world."""
    nothing: np.ndarray
    """What is remembered by those who remember nothing, nothing[row, 0]."""


class _Day(NamedTuple):
    """What all validators' views of an epoch are made of."""

    epoch: int
    stake: np.ndarray
    seen: Seen
    address: tuple[int, np.ndarray]
    fresh: np.ndarray
    cabal: np.ndarray
    memory: Mapping[ValidatorPolicy, np.ndarray]


def _from_day(make: Callable[[_Player, _Day], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda given: make(given["player"], given["day"])


_LATER: dict[str, Callable[[dict[str, Any]], Any]] = {
    "epoch": _from_day(lambda player, day: day.epoch),
    "seat": _from_day(lambda player, day: player.seat.view()),
    "stake": _from_day(lambda player, day: frozen(day.stake.take(player.place))),
    "memory": _from_day(lambda player, day: (day.memory[player.policy] if player.remembers else player.nothing).view()),
    "fresh": _from_day(lambda player, day: frozen(day.fresh)),
    "miners": _from_day(lambda player, day: player.shape[1]),
    "public": _from_day(lambda player, day: PublicView(player.policy, day.seen)),
    "_policy": _from_day(lambda player, day: player.policy),
    "_luck": _from_day(lambda player, day: Luck(day.address, LUCK, day.epoch, player.world, player.seat)),
    "_cabal": _from_day(lambda player, day: frozen(day.cabal) if player.colludes else None),
}
"""How what validators see is made where they look at it: arrays of their own, whose form they may change."""


class Validating:
    """All validators of all worlds, and what their policies remember, memory[row, k] in the order of their rows."""

    def __init__(
        self,
        playing: Seating[ValidatorPolicy],
        *,
        nature: Nature,
        address: tuple[int, np.ndarray],
        columns: int,
        where: Where,
    ) -> None:
        self._nature, self._address, self._columns, self._where = nature, address, columns, where
        self._memory: dict[ValidatorPolicy, np.ndarray] = {}
        self._nothing_fresh = frozen(np.zeros((len(playing.number), columns), dtype=bool))
        self.seat(playing)

    def seat(self, playing: Seating[ValidatorPolicy]) -> None:
        """Take these policies from now on; a seat that changes its policy forgets."""
        before, self.playing = getattr(self, "playing", playing), playing
        policies = playing.policies
        evaluates = playing.laid_out([policy.traits.evaluates for policy in policies])
        measures = np.flatnonzero(evaluates.any(axis=0))
        self.evaluating = bool(measures.size)
        self._nature.measure(measures)
        roll = playing.roll
        noise = self._nature.noise_of(roll.world, roll.seat) if self.evaluating else roll.seat
        laid_out = {policy: self._memory_by_seat(before, policy) for policy in self._memory}
        self._memory, players = {}, list[_Player]()
        source, row_number = np.empty((2, *playing.number.shape), dtype=np.int64)
        for number, (policy, part) in enumerate(roll.parts):
            world, seat, place = (frozen(values[part].copy()) for values in (roll.world, roll.seat, roll.place))
            size, traits = said(policy, "memory_size", self._columns, whole=True), policy.traits
            if policy in laid_out:
                self._memory[policy] = frozen(laid_out[policy][world, seat])
            elif size:
                self._memory[policy] = unwritten(policy, world.size, size)
            trades = frozenset(act for act in ("take", "rent") if _has(policy, act))
            by_world = world if _sets_by_world(policy) else None
            source[world, seat] = number
            row_number[world, seat] = np.arange(world.size) if by_world is None else world
            players.append(
                _Player(
                    number=number,
                    policy=policy,
                    world=world,
                    seat=seat,
                    place=place,
                    noise=frozen(noise[part].copy()),
                    remembers=size,
                    trades=trades,
                    act="weights" if by_world is None else "world_weights",
                    moves=traits.moves,
                    evaluates=traits.evaluates,
                    colludes=traits.colludes,
                    shape=(world.size if by_world is None else len(playing.number), self._columns),
                    by_world=by_world,
                    nothing=frozen(np.empty((world.size, 0))),
                )
            )
        self.plan = Plan(len(roll.parts), source, row_number)
        self._movers = {order: [player for player in players if player.moves == order] for order in ("first", "second")}
        self._traders = [player for player in players if player.trades]
        self.trading = bool(self._traders)

    def go_on_from(self, other: Validating, world: np.ndarray) -> None:
        """Take over what is remembered in the other's worlds[k], in all of which all seats play one policy."""
        playing, self.playing = self.playing, other.playing.in_worlds(world)
        seats = playing.number.shape[1]
        for known, memory in other._memory.items():
            size = memory.shape[1]
            by_seat = memory.reshape(len(other.playing.number), seats, size)[world]
            self._memory[known] = by_seat.reshape(world.size * seats, size)
        self.seat(playing)

    def _memory_by_seat(self, playing: Seating[ValidatorPolicy], policy: ValidatorPolicy) -> np.ndarray:
        """What rows of a policy remember, laid out as [world, seat, k]; NaN for the seats that play another."""
        memory = self._memory[policy]
        laid_out = np.full((*playing.number.shape, memory.shape[1]), np.nan)
        for played, part in playing.roll.parts:
            if played == policy:
                laid_out[playing.roll.world[part], playing.roll.seat[part]] = memory
        return laid_out

    def evaluation(self, epoch: int) -> np.ndarray:
        """The share of the miners that each seat pays for measuring in an epoch, [world, seat]."""
        return self.playing.laid_out([said(policy, "evaluation", epoch, high=MOST) for policy in self.playing.policies])

    def moved(self, order: str) -> np.ndarray:
        """Which seats move in this order, [world, seat]."""
        return self.playing.laid_out([policy.traits.moves == order for policy in self.playing.policies])

    def decide(
        self,
        epoch: int,
        stake: np.ndarray,
        quality: np.ndarray,
        cabal: np.ndarray,
        public: Callable[[Decided | None], Public],
        decided: Decided,
        *,
        react: bool,
        fresh: np.ndarray | None,
    ) -> None:
        """Decide all rows: first movers, then second movers, who see the first if they `react`."""
        if self.evaluating:
            self._nature.draw_noises(epoch, self._columns)
        remembering: list[tuple[ValidatorPolicy, ValidatorView, Outcome]] = []
        for order, players in self._movers.items():
            shown = public(decided if order == "second" and react else None)
            for player, view, scores in self._views(players, epoch, stake, cabal, shown, fresh, quality):
                self._take(player, view, scores, decided)
                if player.remembers:
                    done = Outcome(frozen(decided.rows(player.number)), decided.summed(player.place), player.by_world)
                    remembering.append((player.policy, view, done))
        for policy, view, done in remembering:
            answer = ask(policy, "remember", view, self._where, done)
            memory = [real_array(policy, answer, "memories", view.memory.shape, view, self._where)]
            del answer  # as in `_take`
            safe = is_alone(memory) or memory[0] is view.memory or view.has_made(memory[0])
            self._memory[policy] = frozen(memory[0] if safe else memory[0].copy())

    def trade(
        self,
        epoch: int,
        stake: np.ndarray,
        cabal: np.ndarray,
        public: Public,
        take: np.ndarray,
        rented: np.ndarray,
    ) -> None:
        """Fill take[world, seat] and rented[world, seat] from the policies that set them."""
        for player, view, _ in self._views(self._traders, epoch, stake, cabal, public):
            policy, place = player.policy, (player.world, player.seat)
            answer = ask(policy, "take", view, self._where) if "take" in player.trades else None
            if answer is not None:
                take[place] = checked_numbers(policy, answer, view, "takes", 0.0, 1.0, self._where)
            answer = ask(policy, "rent", view, self._where) if "rent" in player.trades else None
            if answer is not None:
                rented[place] = checked_numbers(policy, answer, view, "rented stakes", 0.0, MOST_STAKE, self._where)

    def _views(
        self,
        players: list[_Player],
        epoch: int,
        stake: np.ndarray,
        cabal: np.ndarray,
        public: Public,
        fresh: np.ndarray | None = None,
        quality: np.ndarray | None = None,
    ) -> Iterator[tuple[_Player, ValidatorView, np.ndarray | None]]:
        """What each of these players sees, and the scores in it: of this quality, if it evaluates."""
        fresh = self._nothing_fresh if fresh is None else fresh
        day = _Day(epoch, stake, Seen(public), self._address, fresh, cabal, self._memory)
        for player in players:
            scores = None
            if player.evaluates and quality is not None:
                scores = frozen(self._nature.scores(quality, player.world, player.noise))
            shown = {"world": player.world.view(), "_scores": scores, "player": player, "day": day}
            yield player, ValidatorView.showing(shown, _LATER), scores

    def _take(self, player: _Player, view: ValidatorView, scores: np.ndarray | None, decided: Decided) -> None:
        """Take down what a policy answers; `PolicyError` if it is not legal."""
        policy, by_world = player.policy, player.by_world
        answer = ask(policy, player.act, view, self._where)
        rows = [real_array(policy, answer, "weights", player.shape, view, self._where)]
        del answer  # now the list alone holds it, unless the policy does
        safe = is_alone(rows) or rows[0] is scores or view.has_made(rows[0])
        wrong = decided.take(player.number, rows[0], player.place, by_world, safe=safe)
        if wrong >= 0:
            at = player.world[wrong]
            raise PolicyError(
                f"{policy.name} ({self._where(at, player.seat[wrong])}) returned "
                f"{what_is_wrong(rows[0][wrong if by_world is None else at])}; weights must be finite and at least 0 "
                "with a positive sum"
            )


def unwritten(policy: ValidatorPolicy, rows: int, size: int) -> np.ndarray:
    """Memories before anything is remembered, NaN, or `PolicyError` where so many fit into no memory."""
    try:
        return frozen(np.full((rows, size), np.nan))
    except (MemoryError, ValueError):
        raise PolicyError(
            f"{policy.name} has memory_size {size}; {rows} rows of that fit into no memory: remember less"
        ) from None


def _sets_by_world(policy: ValidatorPolicy) -> bool:
    """Whether it answers one row a world, and its class has not gone back to one a seat."""
    return isinstance(policy, WorldPolicy) and type(policy).weights is WorldPolicy.weights


def _has(policy: ValidatorPolicy, act: str) -> bool:
    """Whether its class does something of its own there."""
    return getattr(type(policy), act) is not getattr(ValidatorPolicy, act)
