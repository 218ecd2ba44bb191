"""Who plays what: the distinct policies of a role, and the rows of worlds and seats that each of them plays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from agents.policy import Policy, Traits
from agents.views import frozen
from econ.quantity import QuantityError

__all__ = ["Roll", "Seating"]

P = TypeVar("P", bound=Policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll(Generic[P]):
    """Rows of all policies, one policy's after another's: world[row], seat[row], place[row] in a flat [world, seat].

    `parts` are the policies, each with the slice of its rows; none is empty. Arrays are read-only.
    """

    world: np.ndarray
    seat: np.ndarray
    place: np.ndarray
    parts: tuple[tuple[P, slice], ...]

    @classmethod
    def of(cls, policies: Sequence[P], number: np.ndarray) -> Roll[P]:
        """The roll of number[world, seat], which of the policies plays where."""
        place = np.argsort(number, axis=None, kind="stable")
        world, seat = np.divmod(place, number.shape[1])
        stops = np.bincount(number.reshape(-1), minlength=len(policies)).cumsum()
        return cls._made(world, seat, place, policies, stops)

    @classmethod
    def _made(
        cls, world: np.ndarray, seat: np.ndarray, place: np.ndarray, policies: Iterable[P], stops: np.ndarray
    ) -> Roll[P]:
        parts, start = [], 0
        for policy, stop in zip(policies, stops.tolist(), strict=True):
            if stop > start:
                parts.append((policy, slice(start, stop)))
            start = stop
        return cls(world=frozen(world), seat=frozen(seat), place=frozen(place), parts=tuple(parts))

    def of_rows(self, world: np.ndarray, seat: np.ndarray, place: np.ndarray, stops: np.ndarray) -> Roll[P]:
        """The roll of some of its rows, of which the last of policy k stands before stops[k]."""
        return self._made(world, seat, place, (policy for policy, _ in self.parts), stops)

    def policy_at(self, row: int) -> P:
        """Whose row it is."""
        return next(policy for policy, part in self.parts if row < part.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating(Generic[P]):
    """Distinct policies, and number[world, seat]: which of them plays where; `roll` lists who plays what."""

    policies: tuple[P, ...]
    number: np.ndarray
    roll: Roll[P] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for policy in self.policies:
            for what, kind in (("name", str), ("traits", Traits)):
                if not isinstance(getattr(policy, what, None), kind):
                    raise QuantityError(f"{policy.role} hold {policy!r:.100}, which has no {what}; give it one")
        object.__setattr__(self, "roll", Roll.of(self.policies, self.number))

    @classmethod
    def given(cls, given: Sequence[Any], worlds: int, kind: Any, role: str) -> Seating[P]:
        """From a policy a seat, the same in all worlds, or a list of those for every world."""
        if not isinstance(given, Iterable) or isinstance(given, str):
            raise QuantityError(f"{role} is {given!r:.100}; give a policy a seat")
        rows = list(given)
        if not rows:
            raise QuantityError(f"{role} is empty; a subnet needs at least one")
        listed = all(isinstance(row, Iterable) and not isinstance(row, str) for row in rows)
        by_world = rows if listed else [rows] * worlds
        if len(by_world) != worlds:
            raise QuantityError(f"{role} are given for {len(by_world)} worlds; there are {worlds}")
        distinct: dict[P, int] = {}
        numbers: list[list[int]] = []
        for world, row in enumerate(by_world):
            if world and row is by_world[world - 1]:
                numbers.append(numbers[-1])
                continue
            for policy in row:
                if not isinstance(policy, kind):
                    raise QuantityError(
                        f"{role} holds {policy!r:.100}; it must hold policies of type {kind.__name__}"
                        + _hint(policy, kind)
                    )
            with _of_values(role):
                numbers.append([distinct.setdefault(policy, len(distinct)) for policy in row])
        if len({len(row) for row in numbers}) != 1:
            raise QuantityError(f"{role} differ in number between worlds; every world needs the same seats")
        return cls(policies=tuple(distinct), number=np.array(numbers))

    def extended(self, policy: P, seats: int) -> Seating[P]:
        """With so many more seats, behind all others, that play one policy in every world."""
        if not seats:
            return self
        policies = self.policies if policy in self.policies else (*self.policies, policy)
        extra = np.full((len(self.number), seats), policies.index(policy))
        return Seating(policies=policies, number=np.concatenate([self.number, extra], axis=1))

    def in_worlds(self, index: np.ndarray) -> Seating[P]:
        """The same in the worlds of these indices alone."""
        return Seating(policies=self.policies, number=self.number[index])

    def switched(self, role: str, world: np.ndarray, seat: np.ndarray, policies: Sequence[P]) -> Seating[P]:
        """With policies[row], all of the role, at world[row] and seat[row]."""
        if not isinstance(policies, Sequence) or isinstance(policies, str):
            raise QuantityError(f"policies is {policies!r:.100}; give a list, with one a row")
        if not len(world) == len(seat) == len(policies):
            raise QuantityError(
                f"{len(policies)} policies are given for {len(world)} worlds and {len(seat)} seats; give one each a row"
            )
        for what, given, count in zip(("world", "seat"), (world, seat), self.number.shape, strict=True):
            if given.dtype.kind not in "iu":
                raise QuantityError(f"{what} is {given.tolist()!r:.100}; of {role} there are {count}, numbered from 0")
            outside = given[(given < 0) | (given >= count)]
            if outside.size:
                raise QuantityError(f"{what} is {outside[0]}; of {role} there are {count}, numbered from 0")
        known = list(self.policies)
        number = self.number.copy()
        for policy in policies:
            if not (isinstance(policy, Policy) and policy.role == role):
                raise QuantityError(f"{role} are given {policy!r}; they play policies of their role")
        with _of_values(role):
            for policy in dict.fromkeys(policies):
                if policy not in known:
                    known.append(policy)
            number[world, seat] = [known.index(policy) for policy in policies]
        return Seating(policies=tuple(known), number=number)

    def plays(self, policy: P) -> np.ndarray:
        """Where a policy is played, plays[world, seat]."""
        if policy not in self.policies:
            return np.zeros(self.number.shape, dtype=bool)
        return self.number == self.policies.index(policy)

    def laid_out(self, values: list[Any]) -> np.ndarray:
        """A value of every policy, laid out as [world, seat]."""
        return np.array(values)[self.number]


@contextmanager
def _of_values(role: str) -> Iterator[None]:
    """Where policies are compared: `QuantityError` if one of them cannot be."""
    try:
        yield
    except Exception as error:
        raise QuantityError(f"{role} holds a policy that is no value ({error}); make it a frozen dataclass") from None


def _hint(given: Any, kind: type[Policy]) -> str:
    """How to write what was probably meant."""
    if isinstance(given, type) and issubclass(given, kind):
        return f": write {given.__name__}()"
    if isinstance(given, str):
        return f": agents.registry.policy({kind.role!r}, {given[:40]!r}, {{}}) is the one of a name"
    return ""
