"""All role-symmetric Nash equilibria of a sampled game, and its asymmetric pure ones.

What is listed are the equilibria of the estimated game, in which every gain is its mean. What the band of the data
leaves open goes into `complete` and into the intervals: `complete` is True only if every game of the band has exactly
one equilibrium within the interval of each that is listed, and no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, product

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, check_epsilon, verdict
from econ.equilibrium.certificate import named, sampled_worlds
from econ.equilibrium.edge import Found, on_edge
from econ.equilibrium.face import Face, face_of
from econ.equilibrium.regret import mixture_regret, profile_gains, profile_regret
from econ.equilibrium.replicator import is_stable
from econ.equilibrium.search import Purse, equilibria_among, on_face, on_large_face, proved, roots_inside
from econ.equilibrium.supports import Dominance, face_count, faces
from econ.games.empirical import ROUNDING, EmpiricalGame, Gains
from econ.games.role_symmetric import RoleSymmetric

__all__ = ["pure_answer", "solve_nash"]

Shape = tuple[int, ...]

MOST_COEFFICIENTS = 1000
"""Coefficients of one gain on a face; with more the matrices that cut it would not fit into memory."""
LARGEST_FACE = 2e4
"""Coefficients times the edges that may be cut; on a larger face roots are only guessed, and nothing is proved."""
MOST_FACES = 30_000
"""Faces looked at, the smallest first."""
MOST_GUESSES = 40
"""Faces on which roots are still guessed when the work is spent."""
ALL_WORK = 2e9
"""Multiplications, about a second of them, to search all faces of two or more dimensions; half as many prove them."""


def solve_nash(
    game: EmpiricalGame | RoleSymmetric,
    *,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: float = ALL_WORK,
    seed: int = 0,
) -> Answer:
    """All symmetric equilibria, face by face, and the asymmetric pure ones, each with its certificate.

    Faces are skipped where a strictly dominated strategy rules them out. The work is bounded by `budget`, a number of
    multiplications: what was not searched is counted in `unsearched`, and the answer then holds what was found so far.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("hunters",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 2.0]]))
    >>> answer = solve_nash(game)
    >>> [e.strategy["hunters"]["stag"] for e in answer.equilibria], answer.complete
    ([0.0, 0.5, 1.0], True)
    """
    if isinstance(game, RoleSymmetric):
        game = game.to_empirical()
    search = _Search.of(game, epsilon, level)
    search.work, search.proof = Purse(budget), Purse(budget / 2.0)
    listed = search.listed = Dominance(search.gains, band=True).survivors(search.listed)
    if face_count(listed) > MOST_FACES:
        listed = Dominance(search.gains, band=False).survivors(listed)  # what only the band allows is not proved
        search.settled &= listed == search.listed
    to_search, to_prove = search.plan(listed)
    for supports in to_search:
        search.unsearched += not search.inside(supports)
    for supports in to_prove:
        if not search.settled:
            break
        search.inside(supports)
    search.prove()
    search.corners(listed)
    if not search.found and not search.unsearched:
        search.unsearched = 1  # some symmetric equilibrium exists (Nash 1951): a face was searched in vain
    search.profiles()
    return search.answer("nash")


def pure_answer(game: EmpiricalGame, *, epsilon: float = 0.5, level: float = 0.95, budget: int | None = None) -> Answer:
    """The pure equilibria alone: symmetric ones and count profiles (of these the first `budget`, if it is given).

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("drivers",), players=(2,), strategies=(("left", "right"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [0.0, 0.0], [np.nan, 1.0]]))
    >>> [e.kind for e in pure_answer(game).equilibria]
    ['symmetric-pure', 'symmetric-pure']
    """
    search = _Search.of(game, epsilon, level)
    search.listed = tuple(tuple(range(size)) for size in game.roles.sizes)
    search.twins = {}
    search.corners(search.listed)
    search.profiles(budget)
    return search.answer("pure")


@dataclass(slots=True, kw_only=True)
class _Search:
    """The state of one solve: what was found, and whether the band settles it all."""

    game: EmpiricalGame
    gains: Gains
    epsilon: float
    level: float
    bounded: bool
    listed: tuple[Shape, ...]
    twins: dict[int, tuple[int, ...]]
    settled: bool = True
    unsearched: int = 0
    guesses: int = MOST_GUESSES
    work: Purse = field(default_factory=lambda: Purse(ALL_WORK))
    proof: Purse = field(default_factory=lambda: Purse(ALL_WORK / 2.0))
    found: list[tuple[tuple[float, ...], Equilibrium]] = field(default_factory=list)
    continua: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    to_prove: list[tuple[tuple[Shape, ...], list[np.ndarray]]] = field(default_factory=list)

    @classmethod
    def of(cls, game: EmpiricalGame, epsilon: float, level: float) -> _Search:
        check_epsilon(epsilon)
        gains = game.gains(level)
        bounded = all(bool(np.isfinite(half).all()) for half in gains.half_width)
        if not bounded:
            none = tuple(np.zeros_like(half) for half in gains.half_width)
            gains = Gains(roles=gains.roles, mean=gains.mean, half_width=none)
        listed, twins = _twins(gains)
        return cls(game=game, gains=gains, epsilon=epsilon, level=level, bounded=bounded, listed=listed, twins=twins)

    def plan(self, listed: tuple[Shape, ...]) -> tuple[list[tuple[Shape, ...]], list[tuple[Shape, ...]]]:
        """The supports of the faces that may hold an equilibrium of the estimated game, and only of others in the band.

        Faces of nothing but ties come first, the largest before its parts; then the smallest: most is soon found there.
        """
        proved, estimated = Dominance(self.gains, band=True), Dominance(self.gains, band=False)
        to_search: list[tuple[Shape, ...]] = []
        to_prove: list[tuple[Shape, ...]] = []
        for supports in islice(faces(listed), MOST_FACES):
            if not proved.excludes(supports, self.listed):
                (to_prove if estimated.excludes(supports, self.listed) else to_search).append(supports)
        self.unsearched += max(face_count(listed) - MOST_FACES, 0)
        to_search.sort(key=lambda supports: -sum(map(len, supports)) if proved.ties(supports) else 0)
        return to_search, to_prove

    def inside(self, supports: tuple[Shape, ...]) -> bool:
        """Search one face of one dimension or more; False if that was skipped or cut short."""
        if any(self.covers(supports, part) for part in self.continua):
            return True
        face = face_of(self.gains, supports, self.listed)
        edges = sum(size * (size - 1) // 2 for size in face.sizes)
        longest = max(len(mean) for mean in face.mean)
        searched = True
        if face.dimension == 1:
            found, settled = on_edge(face)
        elif self.work.left <= 0.0:
            self.guesses -= 1
            found, settled, searched = on_large_face(face) if self.guesses >= 0 else [], False, False
        elif longest > MOST_COEFFICIENTS or longest * edges > LARGEST_FACE:
            found, settled, searched = on_large_face(face), False, False
        elif self.game.is_exact and not face.vanishes():
            (roots, hopeful), settled = roots_inside(face, self.work), True
            found, searched = equilibria_among(face, roots), hopeful and self.work.left > 0.0
            self.to_prove.append((supports, roots))
        else:
            found, settled = on_face(face, self.work, self.proof if self.settled else Purse(0.0))
            searched = self.work.left > 0.0
        self.settled &= settled
        for one in found:
            self.mixed(supports, one)
        return searched

    def prove(self) -> None:
        """Prove the faces of a known game that were only searched: the hardest first, as one left open decides."""
        while self.to_prove and self.settled and not self.unsearched:
            supports, roots = self.to_prove.pop()
            self.settled &= proved(face_of(self.gains, supports, self.listed), roots, self.proof)[1]

    def corners(self, listed: tuple[Shape, ...]) -> None:
        """Judge all pure profiles that the players of each role share."""
        roles = self.game.roles
        supports = np.array(list(product(*listed)))
        if len(supports) > 1:
            counts = np.zeros((len(supports), roles.starts[-1]), dtype=np.int64)
            for start, players, chosen in zip(roles.starts, roles.players, supports.T, strict=False):
                counts[np.arange(len(counts)), start + chosen] = players
            mean, half = profile_gains(self.gains, counts)
            supports = supports[~(mean - half > 0.0).any(axis=1)]
        for row in supports.tolist():
            own = tuple((s,) for s in row)
            if not any(self.covers(own, part) for part in self.continua):
                self.corner(own, face_of(self.gains, own, self.listed))

    def places(self, supports: tuple[Shape, ...]) -> list[int]:
        """Where the supports stand on the axis of the game."""
        starts = self.game.roles.starts
        return [start + s for start, support in zip(starts, supports, strict=False) for s in support]

    def covers(self, supports: tuple[Shape, ...], part: tuple[np.ndarray, np.ndarray]) -> bool:
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

    def corner(self, supports: tuple[Shape, ...], face: Face) -> None:
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
        self._add("symmetric-pure", point, point, point, strict=strict, stable=strict or None)

    def mixed(self, supports: tuple[Shape, ...], found: Found) -> None:
        """List an equilibrium inside a face."""
        point, low, high = np.zeros((3, self.game.roles.starts[-1]))
        places = self.places(supports)
        point[places], low[places], high[places] = found.point, found.low, found.high
        if not self.bounded:
            low[places], high[places] = np.where(found.point == 1.0, 1.0, 0.0), 1.0
        stable = is_stable(self.gains, point) if self.game.is_exact else found.stable
        self._add("component" if found.continuum else "symmetric-mixed", point, low, high, stable=stable)

    def profiles(self, budget: int | None = None) -> None:
        """List the count profiles, of unlike players, in which nobody wants to switch."""
        roles = self.game.roles
        counts = roles.profiles()
        if budget is not None and len(counts) > budget:
            self.unsearched += len(counts) - budget
            counts = counts[:budget]
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
            complete=True if self.settled and not self.unsearched and self.bounded and self.game.decides else None,
            epsilon=self.epsilon,
            level=self.level,
            covers=dict(zip(roles.names, roles.strategies, strict=True)),
            worlds=sampled_worlds(self.game),
            unsearched=self.unsearched,
            checked=self.checked(),
        )

    def checked(self) -> str:
        """The regrets once more, by another route: from what each strategy earns, not from differences of payoffs."""
        apart = 0.0
        for _, one in self.found:
            if one.counts is None:
                point = np.array([one.strategy[role][name] for role, name in self.game.roles.axis])
                apart = max(apart, abs(float(self.game.regret(point)) - one.regret))
            else:
                apart = max(apart, abs(_seat_regret(self.game, one) - one.regret))
        return f"every regret was computed again from the payoffs of the profiles, and is the same within {apart:.2g}"

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
        stable: bool | None = None,
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


def _seat_regret(game: EmpiricalGame, one: Equilibrium) -> float:
    """The most that any seat of a count profile gains by the payoffs of that profile and its neighbours."""
    roles, mean = game.roles, game.mean
    assert one.counts is not None
    counts = np.array([one.counts[role][name] for role, name in roles.axis])
    here, most = mean[roles.index(counts)], 0.0
    step = np.eye(len(counts), dtype=np.int64)
    for part in roles.slices():
        for i in range(part.start, part.stop):
            for j in range(part.start, part.stop):
                if counts[i] and j != i:
                    most = max(most, float(mean[roles.index(counts - step[i] + step[j]), j] - here[i]))
    return most


def _within(point: np.ndarray, part: tuple[np.ndarray, np.ndarray]) -> bool:
    return bool((point >= part[0] - 1e-9).all() and (point <= part[1] + 1e-9).all())


def _twins(gains: Gains) -> tuple[tuple[Shape, ...], dict[int, tuple[int, ...]]]:
    """Strategies that stand for themselves, by role, and for those with twins (by place) the places of all twins.

    Twins earn exactly the same against everybody, and make no difference to anybody else's gains: every equilibrium
    with one of them is a continuum, so one stands for all.
    """
    roles = gains.roles
    listed: list[tuple[int, ...]] = []
    twins: dict[int, tuple[int, ...]] = {}
    for role, (start, size) in enumerate(zip(roles.starts, roles.sizes, strict=False)):
        first: list[int] = []
        same = ((gains.mean[role] == 0.0) & (gains.half_width[role] == 0.0)).all(axis=0)
        for b in range(size):
            twin = next((a for a in first if same[b, a] and _matters_alike(gains, role, a, b)), None)
            if twin is None:
                first.append(b)
            else:
                twins[start + twin] = (*twins.get(start + twin, (start + twin,)), start + b)
        listed.append(tuple(first))
    return tuple(listed), twins


def _matters_alike(gains: Gains, role: int, a: int, b: int) -> bool:
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
