"""Learning: rules by which seats change their policies in mid-run, from what they and others earned.

A rule is asked every `every` epochs for all worlds at once. It sees the mean payoff of each seat since it was asked
last, and answers who plays what from now on. Rules are frozen; what seats remember between revisions the subnet keeps.
Luck is addressed by world, epoch and seat, as all luck is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.answers import is_refused_writing
from agents.errors import PolicyError
from agents.policy import Policy
from agents.streams import Purpose, uniform
from agents.views import frozen
from econ.quantity import QuantityError

if TYPE_CHECKING:
    from agents.worlds import Worlds

__all__ = ["Bandit", "HillClimb", "Imitation", "Learning", "Proportional", "Revision", "Revisions", "variants_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a learning rule sees: payoff[world, seat] since the last revision, and who plays what, number[world, seat].

    Numbers count the rule's own list of policies; -1 is a policy that is not in it. `luck[world, seat, k]` are four
    uniform numbers each; `memory[world, seat, k]` what the rule left there (NaN: nothing yet).
    """

    payoff: np.ndarray
    number: np.ndarray
    luck: np.ndarray
    memory: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning(ABC):
    """A rule by which the seats of one role learn, among `policies`, every `every` epochs.

    In each revision a seat is asked with probability `rate`, and then with probability `mutation` takes a policy at
    random.
    """

    policies: tuple[Policy, ...]
    every: int = 10
    rate: float = 0.1
    mutation: float = 0.0

    def __post_init__(self) -> None:
        if not self.policies:
            raise QuantityError("policies is empty; a learning rule needs those that may be learnt")
        if len({policy.role for policy in self.policies}) != 1 or len(set(self.policies)) != len(self.policies):
            raise QuantityError("policies must be different ones, all of one role")
        if not (isinstance(self.every, int) and self.every >= 1):
            raise QuantityError(f"every is {self.every}; it is a number of epochs and must be at least 1")
        for name in ("rate", "mutation"):
            if not 0 <= getattr(self, name) <= 1:
                raise QuantityError(f"{name} is {getattr(self, name)}; it is a probability and must lie in [0, 1]")

    @property
    def role(self) -> str:
        """The role whose seats learn."""
        return self.policies[0].role

    def memory_size(self) -> int:
        """How many numbers a seat remembers between revisions."""
        return 0

    @abstractmethod
    def revise(self, revision: Revision) -> tuple[np.ndarray, np.ndarray]:
        """What every seat would play, number[world, seat], and its new memory[world, seat, k].

        Whatever else is answered is a `PolicyError` that names the rule and the epoch.
        """


def _met(revision: Revision) -> np.ndarray:
    """Another seat of the same world for each seat, drawn at random, [world, seat]; itself where it is alone."""
    seats = revision.payoff.shape[1]
    step = 1 + np.floor(revision.luck[..., 0] * max(seats - 1, 1)).astype(np.int64)
    return (np.arange(seats) + step) % seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Imitation(Learning):
    """Meet another seat of the same world; take its policy with a probability that is logistic in the gain.

    P = 1 / (1 + exp(-(its payoff - mine) / temperature)): at low temperature who earns more is copied, at high
    temperature anybody. The comparison is within the profile, so a seat may win by what it does to others (Schaffer
    1988). Source: Fudenberg and Imhof 2006; Traulsen, Pacheco and Nowak 2007 (pairwise comparison).
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        Learning.__post_init__(self)
        if not self.temperature > 0:
            raise QuantityError(f"temperature is {self.temperature}; it is in thousandths and must be above 0")

    def revise(self, revision: Revision) -> tuple[np.ndarray, np.ndarray]:
        """Logistic adoption of the met seat's policy."""
        met = _met(revision)
        gain = np.take_along_axis(revision.payoff, met, axis=1) - revision.payoff
        chance = 1.0 / (1.0 + np.exp(-np.clip(gain / self.temperature, -700, 700)))
        seen = np.take_along_axis(revision.number, met, axis=1)
        adopts = (revision.luck[..., 1] < chance) & (seen >= 0)
        return np.where(adopts, seen, revision.number), revision.memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportional(Learning):
    """Meet another seat of the same world; take its policy with a probability proportional to what it earns more.

    P = max(0, its payoff - mine) / scale, at most 1. In a large population the mean is the replicator dynamic
    (Schlag 1998).
    """

    scale: float = 10.0

    def __post_init__(self) -> None:
        Learning.__post_init__(self)
        if not self.scale > 0:
            raise QuantityError(f"scale is {self.scale}; it is in thousandths and must be above 0")

    def revise(self, revision: Revision) -> tuple[np.ndarray, np.ndarray]:
        """Adoption in proportion to the gain, never of what earns less."""
        met = _met(revision)
        gain = np.take_along_axis(revision.payoff, met, axis=1) - revision.payoff
        seen = np.take_along_axis(revision.number, met, axis=1)
        adopts = (revision.luck[..., 1] * self.scale < gain) & (seen >= 0)
        return np.where(adopts, seen, revision.number), revision.memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandit(Learning):
    """Every seat learns alone: it keeps a mean payoff of each policy and plays the best, exploring now and then.

    `exploration` is the probability of a random policy (epsilon-greedy); `gain` the weight of the newest payoff, so
    that old ones are forgotten as others change. What was never tried is tried first.
    """

    exploration: float = 0.1
    gain: float = 0.2
    rate: float = 1.0

    def __post_init__(self) -> None:
        Learning.__post_init__(self)
        for name in ("exploration", "gain"):
            if not 0 <= getattr(self, name) <= 1:
                raise QuantityError(f"{name} is {getattr(self, name)}; it must lie in [0, 1]")

    def memory_size(self) -> int:
        """A mean payoff of every policy."""
        return len(self.policies)

    def revise(self, revision: Revision) -> tuple[np.ndarray, np.ndarray]:
        """The best by its own means, or another at random."""
        choices = len(self.policies)
        played = revision.number[..., None] == np.arange(choices)
        old = revision.memory
        moved = np.where(
            np.isnan(old), revision.payoff[..., None], old + self.gain * (revision.payoff[..., None] - old)
        )
        means = np.where(played, moved, old)
        best = np.where(np.isnan(means), np.inf, means).argmax(axis=-1)
        explores = revision.luck[..., 0] < self.exploration
        other = np.floor(revision.luck[..., 1] * choices).astype(np.int64)
        return np.where(explores, other, best), means


@dataclass(frozen=True, slots=True, kw_only=True)
class HillClimb(Learning):
    """A seat's best response over the parameters of its own policy, one step at a time.

    `policies` lie on a line (`variants_of`). A seat keeps going in the direction in which its payoff rose, and turns
    where it fell or where the line ends.
    """

    rate: float = 1.0

    def memory_size(self) -> int:
        """The payoff before the last step, and the direction of it."""
        return 2

    def revise(self, revision: Revision) -> tuple[np.ndarray, np.ndarray]:
        """One step along the line."""
        before, direction = revision.memory[..., 0], revision.memory[..., 1]
        first = np.where(revision.luck[..., 0] < 0.5, 1.0, -1.0)
        heading = np.where(np.isnan(direction), first, np.where(revision.payoff >= before, direction, -direction))
        last = len(self.policies) - 1
        goal = revision.number + heading.astype(np.int64)
        heading = np.where((goal < 0) | (goal > last), -heading, heading)
        goal = np.clip(revision.number + heading.astype(np.int64), 0, last)
        memory = np.stack([revision.payoff, heading], axis=-1)
        return np.where(revision.number >= 0, goal, revision.number), memory


def variants_of(policy: Policy, name: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """A policy with one of its fields at each of the values, in order.

    >>> from agents import ColludingValidator
    >>> [p.self_weight for p in variants_of(ColludingValidator(), "self_weight", [0.1, 0.2])]
    [0.1, 0.2]
    """
    known = [declared.name for declared in fields(policy)]  # type: ignore[arg-type]
    if name not in known:
        raise QuantityError(f"{policy.name} has no field {name!r}; it has {', '.join(known) or 'none'}")
    return tuple(replace(policy, **{name: value}) for value in values)  # type: ignore[type-var]


@dataclass(slots=True)
class Revisions:
    """A rule at work: what each seat earned since the last revision, and what it remembers."""

    rule: Learning
    address: tuple[int, np.ndarray]
    epochs: int = 0
    counts: list[np.ndarray] = field(default_factory=list)
    _payoff: np.ndarray | None = None
    _memory: np.ndarray | None = None

    def paid(self, numbers: Mapping[str, np.ndarray]) -> None:
        """Take down what a paid epoch gave each seat of the role."""
        one = self.rule.role.removesuffix("s")
        earned = numbers[f"{one}_emission"] + numbers.get(f"{one}_other", 0.0) - numbers.get(f"{one}_cost", 0.0)
        self._payoff = earned.copy() if self._payoff is None else self._payoff + earned
        self.epochs += 1

    def revise(self, subnet: Worlds) -> None:
        """If it is time, let seats change their policies."""
        rule = self.rule
        seating = subnet.seating(rule.role)
        numbers = {policy: number for number, policy in enumerate(rule.policies)}
        number = seating.laid_out([numbers.get(policy, -1) for policy in seating.policies])
        shares = (number[..., None] == np.arange(len(rule.policies))).mean(axis=1)
        self.counts.append(shares)
        if (subnet.epoch + 1) % rule.every or self._payoff is None:
            return
        seed, worlds = self.address
        seats = np.arange(number.shape[1])
        luck = uniform(
            seed, Purpose.REVISION, world=worlds[:, None], epoch=subnet.epoch, seat=seats[None, :], columns=7
        )
        if self._memory is None:
            self._memory = np.full((*number.shape, rule.memory_size()), np.nan)
        answer, memory = self._asked(
            Revision(
                payoff=frozen(self._payoff / self.epochs),
                number=frozen(number),
                luck=frozen(luck[..., :4]),
                memory=frozen(self._memory),
            ),
            subnet.epoch,
        )
        asked = luck[..., 4] < rule.rate
        mutates = asked & (luck[..., 5] < rule.mutation)
        anything = np.floor(luck[..., 6] * len(rule.policies)).astype(np.int64)
        chosen = np.where(mutates, anything, np.where(asked, answer, number))
        self._memory = np.where(asked[..., None], memory, self._memory)
        world, seat = np.nonzero((chosen != number) & (chosen >= 0))
        if world.size:
            subnet.switch(rule.role, world, seat, [rule.policies[n] for n in chosen[world, seat]])
        self._payoff, self.epochs = None, 0

    def _asked(self, seen: Revision, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """What the rule answers, or `PolicyError` naming it and the epoch."""
        who = f"{type(self.rule).__name__} (learning rule of the {self.rule.role}, epoch {epoch})"
        try:
            answer = self.rule.revise(seen)
        except Exception as error:
            if is_refused_writing(error):
                raise PolicyError(f"{who} writes to what it is shown; make new arrays instead") from error
            raise PolicyError(f"{who} fails: {type(error).__name__}: {error}") from error
        if not (isinstance(answer, tuple) and len(answer) == 2):
            raise PolicyError(f"{who} returned {type(answer).__name__}; it must return two arrays, numbers and memory")
        number = _real(answer[0], "numbers", seen.number.shape, who)
        last = len(self.rule.policies) - 1
        wrong = ~((number >= -1) & (number <= last) & (number == np.floor(number)))
        if wrong.any():
            world, seat = (int(at) for at in np.argwhere(wrong)[0])
            raise PolicyError(
                f"{who} returned the number {number[world, seat]:g} for seat {seat} of world {self.address[1][world]}; "
                f"its policies are numbered 0 to {last}, and -1 is another"
            )
        return number.astype(np.int64), _real(answer[1], "memory", seen.memory.shape, who)


def _real(values: Any, what: str, shape: tuple[int, ...], who: str) -> np.ndarray:
    """Real numbers of a shape."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise PolicyError(f"{who} returned {what} in unequal rows; they must have shape {shape}") from None
    if array.dtype.kind not in "biuf" or isinstance(values, np.ma.MaskedArray):
        raise PolicyError(f"{who} returned {what} of type {array.dtype}; they must be real numbers of shape {shape}")
    if array.shape != shape:
        raise PolicyError(f"{who} returned {what} of shape {array.shape}; they must have shape {shape}")
    return array.astype(float)
