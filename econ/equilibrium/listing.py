"""The list of what a search finds, each equilibrium with its certificate, and the answer it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, check_epsilon, verdict
from econ.equilibrium.certificate import named, sampled_worlds
from econ.equilibrium.edge import Found
from econ.equilibrium.regret import mixture_regret, profile_regret
from econ.equilibrium.replicator import is_stable
from econ.equilibrium.twins import twins_of
from econ.games.empirical import EmpiricalGame, Gains

__all__ = ["Listing"]

Shape = tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Listing:
    """What was found of one game, whether the band settles it all, and how many faces were not searched to the end.

    `listed` are the strategies that stand for themselves, `twins` the places of those that one stands for.
    """

    game: EmpiricalGame
    gains: Gains
    epsilon: float
    level: float
    bounded: bool
    listed: tuple[Shape, ...]
    twins: dict[int, tuple[int, ...]]
    settled: bool = True
    unsearched: int = 0
    found: list[tuple[tuple[float, ...], Equilibrium]] = field(default_factory=list)
    continua: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    @classmethod
    def of(cls, game: EmpiricalGame, epsilon: float, level: float) -> Listing:
        """An empty list."""
        check_epsilon(epsilon)
        gains = game.gains(level)
        bounded = all(bool(np.isfinite(half).all()) for half in gains.half_width)
        if not bounded:
            none = tuple(np.zeros_like(half) for half in gains.half_width)
            gains = replace(gains, half_width=none)
        listed, twins = twins_of(gains)
        return cls(
            game=game,
            gains=gains,
            epsilon=epsilon,
            level=level,
            bounded=bounded,
            listed=listed,
            twins=twins,
            settled=not gains.faint,
        )

    def places(self, supports: tuple[Shape, ...]) -> list[int]:
        """Where the supports stand on the axis of the game."""
        starts = self.game.roles.starts
        return [start + s for start, support in zip(starts, supports, strict=False) for s in support]

    def _covers(self, supports: tuple[Shape, ...], part: tuple[np.ndarray, np.ndarray]) -> bool:
        """Whether a whole face lies in a continuum already found."""
        low, high = part
        places = self.places(supports)
        outside = np.ones(len(low), dtype=bool)
        outside[places] = False
        free = [self.game.roles.starts[r] + s for r, own in enumerate(supports) if len(own) > 1 for s in own]
        fixed = [p for p in places if p not in free]
        return bool(
            (low[outside] == 0.0).all()
            and (high[places] == 1.0).all()
            and (low[free] == 0.0).all()
            and (high[fixed] == 1.0).all()
        )

    def knows(self, supports: tuple[Shape, ...]) -> bool:
        """Whether a whole face lies in a continuum that is listed."""
        return any(self._covers(supports, part) for part in self.continua)

    def mixed(self, supports: tuple[Shape, ...], found: Found) -> None:
        """List an equilibrium inside a face."""
        point, low, high = np.zeros((3, self.game.roles.starts[-1]))
        places = self.places(supports)
        point[places], low[places], high[places] = found.point, found.low, found.high
        if not self.bounded:
            low[places], high[places] = np.where(found.point == 1.0, 1.0, 0.0), 1.0
        stable = is_stable(self.gains, point) if self.game.is_exact else found.stable
        self.add("component" if found.continuum else "symmetric-mixed", point, low, high, stable=stable)

    def expands(self, point: np.ndarray) -> bool:
        """Whether a mixture uses a strategy that stands for others too."""
        return any(point[place] > 0.0 for place in self.twins)

    def add(
        self,
        kind: str,
        point: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        *,
        strict: bool = False,
        stable: bool | None = None,
        counts: np.ndarray | None = None,
    ) -> None:
        """List an equilibrium with its certificate; what stands for others is widened to all of them."""
        if counts is None and self.expands(point):
            kind = "component"
        point, low, high = point.copy(), low.copy(), high.copy()
        for place, group in self.twins.items():
            if high[place] > 0.0:
                share, top = point[place], high[place]
                low[list(group)], high[list(group)] = 0.0, top
                if counts is None:
                    point[list(group)] = share / len(group)
        if kind == "component":
            self.continua.append((low, high))
        regret = mixture_regret(self.gains, point) if counts is None else profile_regret(self.gains, counts)
        interval = (regret[1], regret[2]) if self.bounded else (0.0, np.inf)
        worlds = sampled_worlds(self.game)
        equilibrium = Equilibrium(
            kind=kind,
            strategy=named(self.game.roles, point.tolist()),
            strategy_interval=named(self.game.roles, list(zip(low.tolist(), high.tolist(), strict=True))),
            regret=regret[0],
            regret_interval=interval,
            verdict=verdict(*interval, self.epsilon, worlds),
            counts=None if counts is None else named(self.game.roles, counts.tolist()),
            strict=strict,
            stable=stable if kind.startswith("symmetric") and self.bounded and self.game.decides else None,
        )
        self.found.append(((float(counts is not None), *(-point.round(9))), equilibrium))

    def answer(self, concept: str) -> Answer:
        """All that was found, in order."""
        roles = self.game.roles
        return Answer(
            concept=concept,
            equilibria=tuple(equilibrium for _, equilibrium in sorted(self.found, key=lambda pair: pair[0])),
            complete=True if self.settled and not self.unsearched and self.bounded and self.game.decides else None,
            epsilon=self.epsilon,
            level=self.level,
            covers=dict(zip(roles.names, roles.strategies, strict=True)),
            worlds=sampled_worlds(self.game),
            most_worlds=None if self.game.more is None else self.game.most_worlds,
            unsearched=self.unsearched,
            checked=self._checked(),
        )

    def _checked(self) -> str:
        """The regrets once more, by another route: from what each strategy earns, not from differences of payoffs."""
        apart = 0.0
        for _, one in self.found:
            if one.counts is None:
                point = np.array([one.strategy[role][name] for role, name in self.game.roles.axis])
                apart = max(apart, abs(float(self.game.regret(point)) - one.regret))
            else:
                apart = max(apart, abs(_seat_regret(self.game, one) - one.regret))
        return f"every regret was computed again from the payoffs of the profiles, and is the same within {apart:.2g}"


def _seat_regret(game: EmpiricalGame, one: Equilibrium) -> float:
    """The most that any seat of a count profile gains by the payoffs of that profile and its neighbours."""
    roles = game.roles
    assert one.counts is not None
    counts = np.array([one.counts[role][name] for role, name in roles.axis])
    here, most = roles.index(counts), 0.0
    step = np.eye(len(counts), dtype=np.int64)
    for part in roles.slices():
        for i in range(part.start, part.stop):
            for j in range(part.start, part.stop):
                if counts[i] and j != i:
                    there = roles.index(counts - step[i] + step[j])
                    most = max(most, float(game.paired_mean((there, j), (here, i))))
    return most
