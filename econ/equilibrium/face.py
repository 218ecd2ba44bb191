"""One face of the game: each role mixes over a support, and the gains as polynomials on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from econ.equilibrium.bernstein import basis, check_degrees, difference, restriction
from econ.equilibrium.cells import Cells, halved_restrictions
from econ.games.empirical import Gains
from econ.games.roles import Roles, profile_counts

__all__ = ["BETTER", "OPEN", "WORSE", "Face", "face_of"]

BLOCK = 96
"""Points that Newton's method moves at once: few enough for the cache."""
MOST_STEPS = 16
"""Steps of Newton's method: what has not settled then wanders."""
SHORTEST = 1e-10
"""After a step this short Newton's next one would be below rounding: it squares the error."""
BETTER, WORSE, OPEN = "better", "worse", "open"
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A support for each role, the strategies that stay outside, and all gains against opponents on the face.

    `mean[role][alpha, j, i]` and `half[role][alpha, j, i]`: what j gains over i, alpha counting opponents over the
    supports. Points are shares [axis of the face], supports one after the other.
    """

    players: Shape
    supports: tuple[Shape, ...]
    outside: tuple[Shape, ...]
    mean: tuple[np.ndarray, ...]
    half: tuple[np.ndarray, ...]

    @property
    def sizes(self) -> Shape:
        """Strategies in use by role."""
        return tuple(len(support) for support in self.supports)

    @property
    def dimension(self) -> int:
        """Degrees of freedom of a mixture on the face."""
        return sum(self.sizes) - len(self.sizes)

    @property
    def scale(self) -> float:
        """The largest gain on the face, the yardstick of rounding."""
        return max(max(float(np.abs(m).max(initial=0.0)) for m in self.mean), 1e-300)

    @property
    def is_exact(self) -> bool:
        """Whether the gains are known without error."""
        return not any(half.any() for half in self.half)

    def degrees(self, role: int) -> Shape:
        """The opponents of one player of `role`, by role."""
        return tuple(n - (r == role) for r, n in enumerate(self.players))

    def unknowns(self) -> list[tuple[int, int]]:
        """(role, place in the support) of every share that is free: the first of each support is not."""
        return [(r, place) for r, size in enumerate(self.sizes) for place in range(1, size)]

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the free shares stand on the axis of the face, and for each the first of its support."""
        starts = np.cumsum((0, *self.sizes))
        free = np.array([starts[r] + place for r, place in self.unknowns()])
        return free, np.array([starts[r] for r, _ in self.unknowns()])

    def equations(self) -> list[tuple[np.ndarray, np.ndarray, int]]:
        """For every unknown the gain over the first of its support, as (mean, half-width) [alpha], and its role."""
        return [
            (self.mean[r][:, s[place], s[0]], self.half[r][:, s[place], s[0]], r)
            for r, s in enumerate(self.supports)
            for place in range(1, len(s))
        ]

    def pairs(self, role: int) -> list[tuple[int, int]]:
        """The pairs of strategies within the support of a role."""
        support = self.supports[role]
        return [(j, i) for a, j in enumerate(support) for i in support[:a]]

    def challenges(self, role: int) -> list[tuple[int, int]]:
        """The pairs of an outside strategy of a role and one of its support."""
        return [(j, i) for j in self.outside[role] for i in self.supports[role]]

    def whole(self) -> tuple[np.ndarray, ...]:
        """The corners of the whole face, by role [corner, share]."""
        return tuple(np.eye(size) for size in self.sizes)

    def hull(self, low: np.ndarray) -> tuple[np.ndarray, ...]:
        """The corners of the cell of all points with shares of at least low[axis]: a smaller copy of the face."""
        parts = np.split(np.maximum(low, 0.0), np.cumsum(self.sizes)[:-1])
        return tuple(part[None, :] + max(1.0 - part.sum(), 0.0) * np.eye(len(part)) for part in parts)

    def gains_at(self, point: np.ndarray, role: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean and half-width [j, i] of what j gains over i against opponents at a point."""
        weights = basis(self.degrees(role), self.sizes, point)
        return np.tensordot(weights, self.mean[role], 1), np.tensordot(weights, self.half[role], 1)

    def vanishes(self) -> bool:
        """Whether all in the support earn exactly the same everywhere on the face."""
        return all(
            not self.mean[r][:, j, i].any() and not self.half[r][:, j, i].any()
            for r in range(len(self.players))
            for j, i in self.pairs(r)
        )

    def outside_status(self, corners: tuple[np.ndarray, ...], rounds: int = 3) -> str:
        """What the outside strategies gain over the support at an equilibrium in a cell, in every game of the band.

        `worse`: none of them gains. `better`: everywhere in the cell one of them does. `open`: it is not settled.
        """
        if not any(self.outside):
            return WORSE
        cells = Cells.of(self, corners, challenges=True)
        sides: set[str] = set()
        for round in range(rounds * self.dimension + 1):  # in a small cell the coarsest look is mostly enough
            cells = cells.halved() if round else cells
            worse, better = self._sides(cells)
            sides |= ({WORSE} if worse.any() else set()) | ({BETTER} if better.any() else set())
            cells = cells.kept(~(worse | better))
            if len(sides) == 2 or cells.count == 0:
                break
        return sides.pop() if len(sides) == 1 and cells.count == 0 else OPEN

    def _sides(self, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
        """In which cells [cell] no outside strategy gains, and in which one of them does."""
        worse, better = np.ones(cells.count, dtype=bool), np.zeros(cells.count, dtype=bool)
        for role, (mean, half) in enumerate(zip(cells.mean, cells.half, strict=True)):
            start = len(self.pairs(role))
            for k in range(len(self.outside[role])):
                rows = slice(start + k * self.sizes[role], start + (k + 1) * self.sizes[role])
                m, h = mean[:, rows], half[:, rows]
                worse &= ((m + h).max(axis=2) < 0.0).any(axis=1)
                better |= ((m - h).min(axis=2) > 0.0).any(axis=1)
        return worse, better

    def jacobian_range(self, corners: tuple[np.ndarray, ...], rounds: int = 4) -> tuple[np.ndarray, np.ndarray]:
        """Low and high [equation, unknown] of the derivatives of the equations on a cell, in every game of the band."""
        unknowns, equations = self.unknowns(), self.equations()
        low, high = np.zeros((2, len(equations), len(unknowns)))
        for role in range(len(self.players)):
            rows = [e for e, (_, _, r) in enumerate(equations) if r == role]
            if not rows:
                continue
            mean, half = (np.stack([equations[e][k] for e in rows], axis=1) for k in (0, 1))
            degrees = self.degrees(role)
            for r in {r for r, _ in unknowns}:
                if degrees[r] == 0:
                    continue
                lower = tuple(n - (s == r) for s, n in enumerate(degrees))
                cells = halved_restrictions(
                    restriction(lower, self.sizes, corners)[None], corners, lower, self.sizes, rounds
                )
                for column, (s, place) in enumerate(unknowns):
                    if s != r:
                        continue
                    slope = cells @ difference(degrees, self.sizes, r, place, 0)  # [cell, beta, alpha]
                    middle, spread = slope @ mean, np.abs(slope) @ half
                    low[rows, column] = (middle - spread).min(axis=(0, 1))
                    high[rows, column] = (middle + spread).max(axis=(0, 1))
        return low, high

    def newton(self, points: np.ndarray) -> np.ndarray:
        """Roots of the mean equations [point, axis] from starting points [point, axis]; strays come back as NaN."""
        blocks = [self._newton(points[k : k + BLOCK]) for k in range(0, len(points), BLOCK)]
        return np.concatenate(blocks) if blocks else points

    def _newton(self, points: np.ndarray) -> np.ndarray:
        free, first = self.places()
        leaves = first[:, None] == np.arange(points.shape[1])
        tables = self._tables()
        points, active = points.copy(), np.arange(len(points))
        with np.errstate(all="ignore"):
            for _ in range(MOST_STEPS):
                here = points[active]
                value, slope = self._linearised(here, tables)
                singular = ~(np.abs(np.linalg.det(slope)) > 0.0)
                slope[singular] = np.eye(len(free))
                step = np.linalg.solve(slope, -value[..., None])[..., 0]
                step[singular] = np.nan
                here[:, free] += step
                here -= step @ leaves
                here[~(np.abs(here) <= 2.0).all(axis=1)] = np.nan
                points[active] = here
                active = active[np.isfinite(here[:, 0]) & (np.abs(step).max(axis=1) > SHORTEST)]
                if not active.size:
                    break
            value, _ = self._linearised(points, tables)
            points[~(np.abs(value).max(axis=1) <= 1e-10 * self.scale)] = np.nan
        return points

    def linearised(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values [point, equation] and derivatives [point, equation, unknown] of the mean equations."""
        return self._linearised(points, self._tables())

    def _tables(self) -> list[tuple[Shape, np.ndarray]]:
        """By role with a choice: the opponents, and coefficients [alpha, (1 + axis) x equation] times 1 and each count.

        A share's power has the derivative count / share times itself, so one product gives values and derivatives.
        """
        tables = []
        for role, support in enumerate(self.supports):
            if len(support) > 1:
                mean = self.mean[role][:, support[1:], support[0]]
                counts = profile_counts(self.degrees(role), self.sizes)
                factors = np.concatenate((np.ones((len(counts), 1)), counts), axis=1)
                tables.append((self.degrees(role), (factors[:, :, None] * mean[:, None, :]).reshape(len(counts), -1)))
        return tables

    def _linearised(self, points: np.ndarray, tables: list[tuple[Shape, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
        free, first = self.places()
        points = np.where(np.abs(points) < 1e-12, 1e-12, points)
        values, slopes = [], []
        for degrees, table in tables:
            both = (basis(degrees, self.sizes, points) @ table).reshape(len(points), points.shape[1] + 1, -1)
            values.append(both[:, 0])
            partial = both[:, 1:] / points[..., None]
            slopes.append((partial[:, free] - partial[:, first]).transpose(0, 2, 1))
        return np.concatenate(values, axis=1), np.concatenate(slopes, axis=1)


def face_of(gains: Gains, supports: tuple[Shape, ...], listed: tuple[Shape, ...]) -> Face:
    """The face of these supports; all other `listed` strategies (by number within the role) stand outside."""
    roles = gains.roles
    sizes = tuple(len(s) for s in supports)
    check_degrees(roles.players, sizes)
    means, halves = [], []
    for role in range(len(roles.names)):
        number = _numbers(roles, role, supports, sizes)
        means.append(gains.mean[role][number])
        halves.append(gains.half_width[role][number])
    outside = tuple(
        tuple(j for j in names if j not in support) for names, support in zip(listed, supports, strict=True)
    )
    return Face(players=roles.players, supports=supports, outside=outside, mean=tuple(means), half=tuple(halves))


@lru_cache(maxsize=1024)
def _numbers(roles: Roles, role: int, supports: tuple[Shape, ...], sizes: Shape) -> np.ndarray:
    """The numbers of the opponents' profiles on a face, in the order of its count vectors."""
    others = roles.without_one(role)
    counts = profile_counts(others.players, sizes)
    spread = np.zeros((len(counts), roles.starts[-1]), dtype=np.int64)
    places = [start + s for start, support in zip(roles.starts, supports, strict=False) for s in support]
    spread[:, places] = counts
    return others.index(spread)
