"""The luck that a policy may draw, and how it is kept from drawing anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from agents.streams import normal, uniform

__all__ = ["Luck", "taken_out"]


def taken_out(kind: type, slot: str) -> Any:
    """A slot of a class, taken out of it: who has this can read and set what instances hold there, nobody else.

    >>> class Box:
    ...     __slots__ = ("held",)
    >>> held = taken_out(Box, "held")
    >>> box = Box()
    >>> held.__set__(box, 3)
    >>> held.__get__(box), hasattr(box, "held")
    (3, False)
    """
    member = kind.__dict__[slot]
    delattr(kind, slot)
    return member


class Luck:
    """What rows draw for themselves in one epoch; asked again it is the same.

    No attribute leads to what it draws by: a policy that knew that could work out the luck of all.

    >>> luck = Luck((7, np.array([3, 5])), 1024, 9, np.array([0, 0, 1]), np.array([0, 1, 0]))
    >>> bool((luck.rows(np.array([1])).uniform(2) == luck.uniform(2)[1]).all())
    True
    """

    __slots__ = ("_held",)

    def __init__(
        self, address: tuple[int, np.ndarray], purpose: int, epoch: int, world: np.ndarray, seat: np.ndarray
    ) -> None:
        """For rows of world[row] and seat[row]; the address is the seed, and numbers[world] of the worlds."""
        _HELD.__set__(self, (address, purpose, epoch, world, seat))

    def uniform(self, columns: int) -> np.ndarray:
        """Uniform[row, column] in (0, 1)."""
        return _drawn(self, uniform, columns)

    def normal(self, columns: int) -> np.ndarray:
        """Standard normal[row, column]."""
        return _drawn(self, normal, columns)

    def rows(self, chosen: np.ndarray) -> Luck:
        """Of some of the rows alone, chosen[row] by number or as true and false."""
        address, purpose, epoch, world, seat = _HELD.__get__(self)
        return Luck(address, purpose, epoch, world[chosen], seat[chosen])

    def within(self, step: int) -> Luck:
        """The rows' luck as a policy inside a policy: that of another purpose."""
        address, purpose, *rows = _HELD.__get__(self)
        return Luck(address, purpose + step, *rows)


_HELD = taken_out(Luck, "_held")


def _drawn(luck: Luck, draw: Callable[..., np.ndarray], columns: int) -> np.ndarray:
    (seed, numbers), purpose, epoch, world, seat = _HELD.__get__(luck)
    return draw(seed, purpose, world=numbers[world], epoch=epoch, seat=seat, columns=columns)
