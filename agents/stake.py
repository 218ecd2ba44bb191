"""How stake is dealt to validators' seats."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from agents.streams import Purpose, uniform
from econ.quantity import QuantityError
from econ.yuma.bonds import shares

__all__ = ["MOST_STAKE", "StakePlan"]

MOST_STAKE = 1e15
"""More than all TAO in rao, so that sums stay exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakePlan:
    """Stakes of the seats in listed order, and whether every world deals them anew.

    `classes` are (seats, stake of each): more than one makes a role of each class.
    """

    classes: tuple[tuple[int, float], ...]
    dealt: tuple[float, ...] | None = None

    @classmethod
    def parse(cls, text: str, count: int) -> StakePlan:
        """The plan that `equal`, `pareto:SHAPE` or `classes:NxS,...` means for `count` seats.

        >>> StakePlan.parse("classes:2x20,8x7.5", 10).classes
        ((2, 20.0), (8, 7.5))
        >>> StakePlan.parse("classes:2x20", 10)
        Traceback (most recent call last):
        econ.quantity.QuantityError: stake 'classes:2x20' deals 2 seats; validators.count is 10: make them equal
        """
        kind, _, rest = text.partition(":")
        if text == "equal":
            return cls(classes=((count, 1.0),))
        if kind == "pareto":
            shape = _number(rest)
            if not shape > 1:
                raise QuantityError(f"stake is {text[:60]!r}; the shape of pareto:SHAPE must be a number above 1")
            quantiles = (np.arange(count) + 0.5) / count
            return cls(classes=((count, 1.0),), dealt=tuple((1.0 - quantiles) ** (-1.0 / shape)))
        if kind == "classes":
            classes = tuple(_class(part, text) for part in rest.split(","))
            seats = sum(n for n, _ in classes)
            if seats != count:
                raise QuantityError(
                    f"stake {text[:60]!r} deals {seats} seats; validators.count is {count}: make them equal"
                )
            return cls(classes=classes)
        raise QuantityError(f"stake is {text[:60]!r}; it must be equal, pareto:SHAPE or classes:NxS,...")

    def shares(self, seed: int, worlds: np.ndarray) -> np.ndarray:
        """Each seat's share of the stake, stake[world, seat], for world numbers worlds[world].

        A pareto plan deals the same quantiles of the distribution to every world, in an order of its own.
        """
        if self.dealt is None:
            fixed = np.repeat([s for _, s in self.classes], [n for n, _ in self.classes])
            return np.tile(shares(fixed), (worlds.size, 1))
        luck = uniform(seed, Purpose.STAKE_ORDER, world=worlds, epoch=0, seat=np.array(0), columns=len(self.dealt))
        return shares(np.asarray(self.dealt)[np.argsort(luck, axis=-1)])


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _class(part: str, text: str) -> tuple[int, float]:
    seats, _, stake = part.partition("x")
    value = _number(stake)
    counted = seats.isascii() and seats.isdigit() and len(seats) <= 6 and int(seats) >= 1
    if not (counted and 0 < value <= MOST_STAKE):
        raise QuantityError(
            f"stake {text[:60]!r} has the class {part[:60]!r}; a class is NxS with N seats, at least 1, of stake S "
            f"above 0 and at most {MOST_STAKE:g}"
        )
    return int(seats), value
