"""Who plays what: the distinct policies of a role, and the rows of worlds and seats that each of them plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from agents.policy import Policy
from econ.quantity import QuantityError

__all__ = ["Seating"]

P = TypeVar("P", bound=Policy)


class Rows(NamedTuple, Generic[P]):
    """Where a policy is played: world[row] and seat[row], and their place[row] in a flat [world, seat] array."""

    policy: P
    world: np.ndarray
    seat: np.ndarray
    place: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating(Generic[P]):
    """Distinct policies, and number[world, seat]: which of them plays where.

    `rows` lists every policy that is played, with read-only arrays of where.
    """

    policies: tuple[P, ...]
    number: np.ndarray
    rows: tuple[Rows[P], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = []
        for number, policy in enumerate(self.policies):
            world, seat = np.nonzero(self.number == number)
            place = world * self.number.shape[1] + seat
            for array in (world, seat, place):
                array.flags.writeable = False
            if world.size:
                rows.append(Rows(policy, world, seat, place))
        object.__setattr__(self, "rows", tuple(rows))

    @classmethod
    def given(cls, given: Sequence[Any], worlds: int, kind: Any, role: str) -> Seating[P]:
        """From a policy a seat, the same in all worlds, or a list of those for every world."""
        rows = list(given)
        if not rows:
            raise QuantityError(f"{role} is empty; a subnet needs at least one")
        by_world = [rows] * worlds if isinstance(rows[0], Policy) else rows
        if len(by_world) != worlds:
            raise QuantityError(f"{role} are given for {len(by_world)} worlds; there are {worlds}")
        distinct: dict[P, int] = {}
        numbers = []
        for row in by_world:
            for policy in row:
                if not isinstance(policy, kind):
                    raise QuantityError(f"{role} holds {policy!r}; it must hold policies of type {kind.__name__}")
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

    def switched(self, world: np.ndarray, seat: np.ndarray, policies: Sequence[P]) -> Seating[P]:
        """With policies[row] at world[row] and seat[row]."""
        known = list(self.policies)
        number = self.number.copy()
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
