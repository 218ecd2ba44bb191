"""All role-symmetric Nash equilibria of a sampled game, and its asymmetric pure ones.

What is listed are the equilibria of the estimated game, in which every gain is its mean. What the band of the data
leaves open goes into `complete` and into the intervals: `complete` is True only if every game of the band has exactly
one equilibrium within the interval of each that is listed, and no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.edge import Found, on_edge
from econ.equilibrium.face import Face, face_of
from econ.equilibrium.regret import mixture_regret, profile_gains, profile_regret
from econ.equilibrium.replicator import is_stable
from econ.equilibrium.search import on_face
from econ.games.empirical import ROUNDING, EmpiricalGame, Gains

__all__ = ["pure_answer", "solve_nash"]

LARGEST_FACE = 3e6
"""Entries of the matrices that cut a face; a larger one is not searched, and the answer is then not proved complete."""


def solve_nash(game: EmpiricalGame, *, epsilon: float = 0.5, level: float = 0.95) -> Answer:
    """All symmetric equilibria, face by face, and the asymmetric pure ones, each with its certificate.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("hunters",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 2.0]]))
    >>> answer = solve_nash(game)
    >>> [e.strategy["hunters"]["stag"] for e in answer.equilibria], answer.complete
    ([0.0, 0.5, 1.0], True)
    """
    search = _Search.of(game, epsilon, level)
    for supports in search.supports():
        if any(search.covers(supports, part) for part in search.continua):
            continue
        face = face_of(search.gains, supports, search.listed)
        if face.dimension == 0:
            search.corner(supports, face)
        elif not face.is_empty():
            found, settled = _inside(face)
            search.settled &= settled
            for one in found:
                search.mixed(supports, one)
    search.profiles()
    return search.answer("nash")


def pure_answer(game: EmpiricalGame, *, epsilon: float = 0.5, level: float = 0.95) -> Answer:
    """The pure equilibria alone: symmetric ones and count profiles.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("drivers",), players=(2,), strategies=(("left", "right"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [0.0, 0.0], [np.nan, 1.0]]))
    >>> [e.kind for e in pure_answer(game).equilibria]
    ['symmetric-pure', 'symmetric-pure']
    """
    search = _Search.of(game, epsilon, level)
    search.listed = tuple(tuple(range(size)) for size in game.roles.sizes)
    search.twins = {}
    for supports in search.supports():
        if all(len(support) == 1 for support in supports):
            search.corner(supports, face_of(search.gains, supports, search.listed))
    search.profiles()
    return search.answer("pure")


def _inside(face: Face) -> tuple[list[Found], bool]:
    if face.dimension == 1:
        return on_edge(face)
    edges = sum(size * (size - 1) // 2 for size in face.sizes)
    if max(len(mean) for mean in face.mean) ** 2 * edges > LARGEST_FACE:
        return [], False
    return on_face(face)


@dataclass(slots=True, kw_only=True)
class _Search:
    """The state of one solve: what was found, and whether the band settles it all."""

    game: EmpiricalGame
    gains: Gains
    epsilon: float
    level: float
    bounded: bool
    listed: tuple[tuple[int, ...], ...]
    twins: dict[int, tuple[int, ...]]
    settled: bool = True
    found: list[tuple[tuple[float, ...], Equilibrium]] = field(default_factory=list)
    continua: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    @classmethod
    def of(cls, game: EmpiricalGame, epsilon: float, level: float) -> _Search:
        if not epsilon >= 0.0:
            raise ValueError(f"epsilon is {epsilon}; it is a gain and must be at least 0")
        gains = game.gains(level)
        bounded = all(bool(np.isfinite(half).all()) for half in gains.half_width)
        if not bounded:
            none = tuple(np.zeros_like(half) for half in gains.half_width)
            gains = Gains(roles=gains.roles, mean=gains.mean, half_width=none)
        listed, twins = _twins(gains)
        return cls(game=game, gains=gains, epsilon=epsilon, level=level, bounded=bounded, listed=listed, twins=twins)

    def supports(self) -> list[tuple[tuple[int, ...], ...]]:
        """The supports of all faces, the largest dimension first."""
        choices = [[c for size in range(1, len(names) + 1) for c in combinations(names, size)] for names in self.listed]
        return sorted(product(*choices), key=lambda s: (-sum(map(len, s)), s))

    def places(self, supports: tuple[tuple[int, ...], ...]) -> list[int]:
        """Where the supports stand on the axis of the game."""
        starts = self.game.roles.starts
        return [start + s for start, support in zip(starts, supports, strict=False) for s in support]

    def covers(self, supports: tuple[tuple[int, ...], ...], part: tuple[np.ndarray, np.ndarray]) -> bool:
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

    def corner(self, supports: tuple[tuple[int, ...], ...], face: Face) -> None:
        """Judge a pure profile that all players of a role share."""
        mean, half = (
            np.array([table[r][0, j, i] for r in range(len(supports)) for j, i in face.challenges(r)])
            for table in (face.mean, face.half)
        )
        if ((mean + half > 0.0) & (mean - half <= 0.0)).any() and not (mean - half > 0.0).any():
            self.settled = False
        if (mean > 0.0).any():
            return
        point = np.zeros(self.game.roles.starts[-1])
        point[self.places(supports)] = 1.0
        strict = self.bounded and not self._expands(point) and bool((mean + half < 0.0).all())
        self._add("symmetric-pure", point, point, point, strict=strict)

    def mixed(self, supports: tuple[tuple[int, ...], ...], found: Found) -> None:
        """List an equilibrium inside a face."""
        point, low, high = np.zeros((3, self.game.roles.starts[-1]))
        places = self.places(supports)
        point[places], low[places], high[places] = found.point, found.low, found.high
        if not self.bounded:
            low[places], high[places] = np.where(found.point == 1.0, 1.0, 0.0), 1.0
        self._add("component" if found.continuum else "symmetric-mixed", point, low, high)

    def profiles(self) -> None:
        """List the count profiles, of unlike players, in which nobody wants to switch."""
        roles = self.game.roles
        counts = roles.profiles()
        used = np.zeros(len(counts), dtype=bool)
        hidden = np.ones(roles.starts[-1], dtype=bool)
        for part, listed in zip(roles.slices(), self.listed, strict=True):
            used |= (counts[:, part] > 0).sum(axis=1) > 1
            hidden[part.start + np.array(listed)] = False
        counts = counts[used & (counts[:, hidden] == 0).all(axis=1)]
        if not len(counts):
            return
        mean, half = profile_gains(self.gains, counts)
        low, high = (mean - half).max(axis=1), (mean + half).max(axis=1)
        if ((high > 0.0) & (low <= 0.0)).any():
            self.settled = False
        seats = np.repeat(roles.players, roles.sizes)
        for k in np.flatnonzero((mean <= 0.0).all(axis=1)):
            shares = counts[k] / seats
            if not any(_within(shares, part) for part in self.continua):
                strict = self.bounded and not self._expands(shares) and bool(high[k] < 0.0)
                self._add("asymmetric-pure", shares, shares, shares, strict=strict, counts=counts[k])

    def answer(self, concept: str) -> Answer:
        """All that was found, in order."""
        roles = self.game.roles
        return Answer(
            concept=concept,
            equilibria=tuple(equilibrium for _, equilibrium in sorted(self.found, key=lambda pair: pair[0])),
            complete=True if self.settled and self.bounded and self.game.decides else None,
            epsilon=self.epsilon,
            level=self.level,
            covers=dict(zip(roles.names, roles.strategies, strict=True)),
            worlds=None if self.game.is_exact else self.game.worlds,
        )

    def _expands(self, point: np.ndarray) -> bool:
        return any(point[place] > 0.0 for place in self.twins)

    def _add(
        self,
        kind: str,
        point: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        *,
        strict: bool = False,
        counts: np.ndarray | None = None,
    ) -> None:
        if counts is None and self._expands(point):
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
        worlds = None if self.game.is_exact else self.game.worlds
        equilibrium = Equilibrium(
            kind=kind,
            strategy=self._named(point.tolist()),
            strategy_interval=self._named(list(zip(low.tolist(), high.tolist(), strict=True))),
            regret=regret[0],
            regret_interval=interval,
            verdict=verdict(*interval, self.epsilon, worlds),
            counts=None if counts is None else self._named(counts.tolist()),
            strict=strict,
            stable=is_stable(self.gains, point) if kind.startswith("symmetric") else None,
        )
        self.found.append(((float(counts is not None), *(-point.round(9))), equilibrium))

    def _named(self, values: list) -> dict[str, dict]:
        roles = self.game.roles
        return {
            name: dict(zip(listed, values[part], strict=True))
            for name, listed, part in zip(roles.names, roles.strategies, roles.slices(), strict=True)
        }


def _within(point: np.ndarray, part: tuple[np.ndarray, np.ndarray]) -> bool:
    return bool((point >= part[0] - 1e-9).all() and (point <= part[1] + 1e-9).all())


def _twins(gains: Gains) -> tuple[tuple[tuple[int, ...], ...], dict[int, tuple[int, ...]]]:
    """Strategies that stand for themselves, by role, and for those with twins (by place) the places of all twins.

    Twins earn exactly the same against everybody, and make no difference to anybody else's gains: every equilibrium
    with one of them is a continuum, so one stands for all.
    """
    roles = gains.roles
    listed: list[tuple[int, ...]] = []
    twins: dict[int, tuple[int, ...]] = {}
    for role, (start, size) in enumerate(zip(roles.starts, roles.sizes, strict=False)):
        first: list[int] = []
        for b in range(size):
            twin = next((a for a in first if _alike(gains, role, a, b)), None)
            if twin is None:
                first.append(b)
            else:
                twins[start + twin] = (*twins.get(start + twin, (start + twin,)), start + b)
        listed.append(tuple(first))
    return tuple(listed), twins


def _alike(gains: Gains, role: int, a: int, b: int) -> bool:
    if gains.mean[role][:, b, a].any() or gains.half_width[role][:, b, a].any():
        return False
    roles = gains.roles
    scale = max(float(np.abs(mean).max(initial=0.0)) for mean in gains.mean)
    for r in range(len(roles.names)):
        others = roles.without_one(r)
        merged = others.profiles().copy()
        merged[:, roles.starts[role] + a] += merged[:, roles.starts[role] + b]
        merged[:, roles.starts[role] + b] = 0
        number = others.index(merged)
        for table in (gains.mean[r], gains.half_width[r]):
            if (np.abs(table[number] - table) > ROUNDING * scale).any():
                return False
    return True
