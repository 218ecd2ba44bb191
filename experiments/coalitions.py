"""Groups that switch together: what forming a cabal of every size would bring its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from econ import EmpiricalGame
from econ.equilibrium import coalitions as groups
from experiments.intervals import Interval

__all__ = ["Coalition", "cheapest_coalitions", "coalitions"]


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
            numbers = roles.index(formed)
            gains = game.payoffs[numbers, axis] - before
            there = (np.full_like(numbers, roles.index(start)), part.start)
            half = game.half_width(gains, (numbers, axis), there, (1.0 - level) / sizes.size)
            name, strategy = roles.axis[axis]
            for size, mean, width in zip(sizes, gains.mean(axis=-1), half, strict=True):
                ends = float(mean), float(mean - width), float(mean + width)
                found.append(Coalition(role=name, strategy=strategy, size=int(size), gain=ends, settled=game.decides))
    return found


def cheapest_coalitions(
    game: EmpiricalGame, colluding: np.ndarray, stake: Mapping[str, float] | None, level: float
) -> dict[str, dict[str, groups.Coalition]]:
    """By colluding strategy, the cabal that pays with the fewest heads and, where seats have known stakes, the least.

    Stake classes may form one together; everybody else plays the first listed strategy. Strategies of which no cabal is
    shown to pay are left out, as are games of more than 5,000 possible ones.
    """
    found: dict[str, dict[str, groups.Coalition]] = {}
    for strategy in dict.fromkeys(name for (_, name), is_one in zip(game.roles.axis, colluding, strict=True) if is_one):
        movers = [
            players
            for players, listed in zip(game.roles.players, game.roles.strategies, strict=True)
            if strategy in listed[1:]
        ]
        if not movers or np.prod([players + 1.0 for players in movers]) > groups.MOST_COALITIONS:
            continue
        every = groups.coalitions(game, strategy, stake=stake, level=level)
        ways = ("heads",) if stake is None else ("heads", "stake")
        cheapest = {by: one for by in ways if (one := groups.cheapest(every, by)) is not None}
        if cheapest:
            found[strategy] = cheapest
    return found
