"""The validators' side of an epoch: what each policy is shown, the weights it decides, what it remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from agents.answers import Where, ask, checked_numbers, real_array
from agents.deciding import Decided
from agents.errors import PolicyError
from agents.luck import Luck
from agents.nature import Nature
from agents.placing import what_is_wrong
from agents.policy import Outcome, ValidatorPolicy, WorldPolicy
from agents.seating import Seating
from agents.streams import policy_purpose
from agents.views import PublicView, ValidatorView, frozen

__all__ = ["Validating"]

LUCK = policy_purpose("validators")

Public = Callable[[Decided | None], dict[str, np.ndarray]]


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
        self._noise = self._nature.noise_of(roll.world, roll.seat) if self.evaluating else roll.seat
        self.trading = any(_trades(policy) for policy in policies)
        laid_out = {policy: self._memory_by_seat(before, policy) for policy in self._memory}
        self._memory = {
            policy: laid_out[policy][roll.world[part], roll.seat[part]]
            for policy, part in roll.parts
            if policy in laid_out
        }

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
        return self.playing.laid_out([policy.evaluation(epoch) for policy in self.playing.policies])

    def moved(self, order: str) -> np.ndarray:
        """Which seats move in this order, [world, seat]."""
        return self.playing.laid_out([policy.traits.moves == order for policy in self.playing.policies])

    def decide(
        self,
        epoch: int,
        stake: np.ndarray,
        quality: np.ndarray,
        cabal: np.ndarray,
        public: Public,
        decided: Decided,
        *,
        react: bool,
        fresh: np.ndarray | None,
    ) -> None:
        """Decide all rows: first movers, then second movers, who see the first if they `react`."""
        if self.evaluating:
            self._nature.draw_noises(epoch, self._columns)
        remembering: list[tuple[ValidatorPolicy, ValidatorView, Outcome]] = []
        for order in ("first", "second"):
            arrays = public(decided if order == "second" and react else None)
            for policy, view in self._views(epoch, stake, cabal, arrays, quality, fresh, order):
                done = self._take(policy, view, decided)
                if view.memory.shape[1]:
                    remembering.append((policy, view, done))
        for policy, view, done in remembering:
            answer = ask(policy, "remember", view, self._where, done)
            self._memory[policy] = real_array(policy, answer, "memories", view.memory.shape, view, self._where)

    def trade(
        self,
        epoch: int,
        stake: np.ndarray,
        cabal: np.ndarray,
        arrays: dict[str, np.ndarray],
        take: np.ndarray,
        rented: np.ndarray,
    ) -> None:
        """Fill take[world, seat] and rented[world, seat] from the policies that set them."""
        for order in ("first", "second"):
            for policy, view in self._views(epoch, stake, cabal, arrays, None, None, order):
                place = view.world, view.seat
                answer = ask(policy, "take", view, self._where) if _trades(policy, "take") else None
                if answer is not None:
                    take[place] = checked_numbers(policy, answer, view, "takes", 0.0, 1.0, self._where)
                answer = ask(policy, "rent", view, self._where) if _trades(policy, "rent") else None
                if answer is not None:
                    rented[place] = checked_numbers(policy, answer, view, "rented stakes", 0.0, np.inf, self._where)

    def _views(
        self,
        epoch: int,
        stake: np.ndarray,
        cabal: np.ndarray,
        arrays: dict[str, np.ndarray],
        quality: np.ndarray | None,
        fresh: np.ndarray | None,
        order: str,
    ) -> Iterator[tuple[ValidatorPolicy, ValidatorView]]:
        trading = quality is None
        fresh = self._nothing_fresh if fresh is None else frozen(fresh)
        roll, cabal = self.playing.roll, frozen(cabal)
        counted = frozen(stake.take(roll.place))
        for policy, part in roll.parts:
            traits = policy.traits
            if traits.moves != order or (trading and not _trades(policy)):
                continue
            world = roll.world[part]
            if policy not in self._memory:
                self._memory[policy] = np.full((world.size, policy.memory_size(self._columns)), np.nan)
            own = None
            if traits.evaluates and quality is not None:
                own = frozen(self._nature.scores(quality, world, self._noise[part]))
            yield (
                policy,
                ValidatorView(
                    epoch=epoch,
                    world=world,
                    seat=roll.seat[part],
                    stake=counted[part],
                    memory=frozen(self._memory[policy]),
                    fresh=fresh,
                    public=PublicView(policy, arrays),
                    miners=self._columns,
                    _policy=policy,
                    _luck=Luck(self._address, LUCK, epoch, world, roll.seat[part]),
                    _cabal=cabal if traits.colludes else None,
                    _scores=own,
                ),
            )

    def _take(self, policy: ValidatorPolicy, view: ValidatorView, decided: Decided) -> Outcome:
        """Take down what a policy answers; `PolicyError` if it is not legal."""
        world, seat, by_world = view.world, view.seat, _sets_by_world(policy)
        act, count = ("world_weights", len(view.fresh)) if by_world else ("weights", world.size)
        rows = self._rows(policy, act, view, count)
        wrong = decided.take_by_world(rows, world, seat) if by_world else decided.take(rows, world, seat)
        if wrong >= 0:
            at = world[wrong]
            raise PolicyError(
                f"{policy.name} ({self._where(at, seat[wrong])}) returned "
                f"{what_is_wrong(rows[0][at if by_world else wrong])}; weights must be finite and at least 0 with a "
                "positive sum"
            )
        return Outcome(frozen(rows[0]), decided.summed(world, seat), world if by_world else None)

    def _rows(self, policy: ValidatorPolicy, act: str, view: ValidatorView, count: int) -> list[np.ndarray]:
        """What it answers, in a list that alone holds it unless the policy does."""
        answer = ask(policy, act, view, self._where)
        return [real_array(policy, answer, "weights", (count, view.miners), view, self._where)]


def _sets_by_world(policy: ValidatorPolicy) -> bool:
    """Whether it answers one row a world, and its class has not gone back to one a seat."""
    return isinstance(policy, WorldPolicy) and type(policy).weights is WorldPolicy.weights


def _trades(policy: ValidatorPolicy, *acts: str) -> bool:
    """Whether it sets a take or rents stake, or has this act of the two."""
    kind = type(policy)
    return any(getattr(kind, act) is not getattr(ValidatorPolicy, act) for act in acts or ("take", "rent"))
