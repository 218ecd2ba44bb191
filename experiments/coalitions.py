"""Groups that switch together: what forming a cabal of every size would bring its members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ import EmpiricalGame
from econ.inference import asymptotic_half_width
from experiments.intervals import Interval

__all__ = ["Coalition", "coalitions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition:
    """What each of `size` players gains by switching together to a colluding strategy where all play the first listed.

    The interval holds together with those of all other sizes, at any number of worlds from 64 on; `settled` says
    whether there are that many.
    """

    role: str
    strategy: str
    size: int
    gain: Interval
    settled: bool

    @property
    def pays(self) -> bool | None:
        """Whether forming it pays; None where the data do not settle it."""
        _, low, high = self.gain
        if not self.settled or low <= 0.0 <= high:
            return None
        return low > 0.0


def coalitions(game: EmpiricalGame, colluding: np.ndarray, level: float) -> list[Coalition]:
    """Every size of a cabal of each colluding role-strategy (colluding[axis]), beside all playing the first listed."""
    roles = game.roles
    start = np.zeros(len(roles.axis), dtype=int)
    start[list(roles.starts[:-1])] = roles.players
    found = []
    for role, part in enumerate(roles.slices()):
        before = game.payoffs[roles.index(start), part.start]
        for axis in range(part.start + 1, part.stop):
            if not colluding[axis]:
                continue
            sizes = np.arange(1, roles.players[role] + 1)
            formed = np.repeat(start[None], sizes.size, axis=0)
            formed[:, part.start] -= sizes
            formed[:, axis] += sizes
            gains = game.payoffs[roles.index(formed), axis] - before
            spread = gains.std(axis=-1, ddof=1) if game.worlds > 1 else np.ones(sizes.size)
            half = asymptotic_half_width(spread, game.worlds, (1.0 - level) / sizes.size)
            name, strategy = roles.axis[axis]
            for size, mean, width in zip(sizes, gains.mean(axis=-1), half, strict=True):
                ends = float(mean), float(mean - width), float(mean + width)
                found.append(Coalition(role=name, strategy=strategy, size=int(size), gain=ends, settled=game.decides))
    return found
