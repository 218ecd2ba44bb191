"""What was sampled of a game too large to sample whole: a book of profiles, each played in as many worlds as asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from econ.games.empirical import ROUNDING, EmpiricalGame
from econ.games.roles import Roles
from econ.inference.finite import finite_half_width
from econ.inference.sequences import asymptotic_half_width

__all__ = ["Book", "Sampler", "SpentError"]

Sampler = Callable[[np.ndarray, range], np.ndarray]


class SpentError(Exception):
    """The budget does not allow the next sample."""


@dataclass(slots=True, kw_only=True)
class Book:
    """The payoffs that a sampler gave, by profile, within a budget of `runs` (profiles times worlds)."""

    roles: Roles
    sample: Sampler
    level: float
    budget: int
    ranges: Callable[[np.ndarray], np.ndarray] | None
    pages: dict[bytes, np.ndarray] = field(default_factory=dict)
    runs: int = 0

    def game(self, part: Roles, worlds: int) -> EmpiricalGame:
        """A restriction, in so many worlds; it and every profile in which one player leaves it are played first."""
        inside = self.roles.widened(part, part.profiles())
        self.play(np.concatenate([inside, *(self.leaving(part, role) for role in range(len(part.names)))]), worlds)
        places = self.roles.places(part)
        return EmpiricalGame(
            roles=part,
            payoffs=np.stack([self.pages[row.tobytes()][places, :worlds] for row in inside]),
            ranges=None if self.ranges is None else self.ranges(inside)[:, places],
        )

    def leaving(self, part: Roles, role: int) -> np.ndarray:
        """The profiles [others and strategy, axis] in which one player leaves a restriction."""
        roles = self.roles
        others = roles.widened(part, part.without_one(role).profiles())
        outside = [
            roles.starts[role] + j for j, name in enumerate(roles.strategies[role]) if name not in part.strategies[role]
        ]
        step = np.eye(roles.starts[-1], dtype=np.int64)[np.array(outside, dtype=np.int64)]
        return (others[:, None, :] + step[None]).reshape(-1, roles.starts[-1])

    def play(self, profiles: np.ndarray, worlds: int) -> None:
        """See that the book holds so many worlds of these profiles."""
        by_need: dict[int, list[np.ndarray]] = {}
        for row in {row.tobytes(): row for row in profiles}.values():
            known = self.pages.get(row.tobytes())
            have = 0 if known is None else known.shape[1]
            if have < worlds:
                by_need.setdefault(have, []).append(row)
        need = sum((worlds - have) * len(rows) for have, rows in by_need.items())
        if self.runs + need > self.budget:
            raise SpentError
        for have, rows in by_need.items():
            counts = np.array(rows)
            payoffs = np.asarray(self.sample(counts, range(have, worlds)), dtype=float)
            if payoffs.shape != (*counts.shape, worlds - have):
                raise ValueError(
                    f"the sampler gave payoffs of shape {payoffs.shape}; asked were {(*counts.shape, worlds - have)}"
                )
            for row, new in zip(rows, payoffs, strict=True):
                known = self.pages.get(row.tobytes())
                self.pages[row.tobytes()] = new if known is None else np.concatenate((known, new), axis=1)
        self.runs += need

    def gains(self, part: Roles, role: int, worlds: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean and half-width [others, j, i] of what any strategy j gains over one i of the restriction."""
        roles, start = self.roles, self.roles.starts[role]
        others = roles.widened(part, part.without_one(role).profiles())
        own = [start + roles.strategies[role].index(name) for name in part.strategies[role]]
        error = (1.0 - self.level) / max(roles.comparisons, 1)
        step = np.eye(roles.starts[-1], dtype=np.int64)
        profiles = others[None] + step[start : start + roles.sizes[role], None]  # [j, others, axis]
        earned = np.stack(
            [[self.pages[row.tobytes()][start + j, :worlds] for row in rows] for j, rows in enumerate(profiles)]
        )
        rounding = ROUNDING * max(float(np.abs(earned).max()), 1e-300)
        mean, half = np.zeros((2, len(others), roles.sizes[role], len(own)))
        for k, place in enumerate(own):
            gain = earned - earned[place - start]  # [j, others, world]
            gain[np.abs(gain) <= rounding] = 0.0
            mean[:, :, k] = gain.mean(axis=-1).T
            if self.ranges is None:
                spread = gain.std(axis=-1, ddof=1) if worlds > 1 else np.ones(gain.shape[:-1])
                half[:, :, k] = asymptotic_half_width(spread, worlds, error).T
            else:
                ends = [self.ranges(rows)[:, start + j] for j, rows in enumerate(profiles)]
                reach = np.stack(ends) - self.ranges(profiles[place - start])[:, place][None, :, ::-1]
                half[:, :, k] = finite_half_width(gain, reach[..., 0], reach[..., 1], error).T
            half[:, place - start, k] = 0.0
        return mean, half
