"""Solve a game too large to sample whole: solve small restrictions of it, test deviations outside, grow.

The algorithm sees the game only through a sampler, `sample(profiles[profile, axis], worlds) -> payoffs[profile, axis,
world]`, and asks it for few profiles: 64 players with 5 strategies have 814,385, but two strategies of them 65.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import combinations, product

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, check_epsilon, verdict
from econ.equilibrium.bernstein import basis
from econ.equilibrium.certificate import named
from econ.equilibrium.nash_of_roles import nash_of_roles
from econ.equilibrium.sample_book import Book, Sampler, SpentError
from econ.games.empirical import ROUNDING, EmpiricalGame
from econ.games.roles import Roles
from econ.inference.sequences import LEAST_WORLDS

__all__ = ["Grown", "Sampler", "solve_by_growing"]

Supports = tuple[tuple[str, ...], ...]

MOST_PROFILES = 5000
"""A restriction of more profiles, with those of its deviations, is not sampled."""
MOST_BETWEEN = 500
"""Equilibria between two others are looked for in joins of no more profiles."""
MOST_STARTS = 32
MOST_SUPPORTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """An answer of the whole game, and what it rests on.

    `game` is the largest restriction that was sampled whole; `restrictions` are all that were solved, each a support
    by role; `runs` counts profiles played times worlds, of `profiles` different ones. `spent` says that the budget
    ended the search: the answer is then the best so far.
    """

    answer: Answer
    game: EmpiricalGame
    restrictions: tuple[Supports, ...]
    runs: int
    profiles: int
    spent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """An equilibrium of a restriction: its shares on the whole axis, and the best deviation outside, if one gains."""

    equilibrium: Equilibrium
    grows_to: Supports | None


def solve_by_growing(
    roles: Roles,
    sample: Sampler,
    *,
    epsilon: float = 0.5,
    level: float = 0.95,
    worlds: int = LEAST_WORLDS,
    most_worlds: int = 4096,
    budget: int = 10_000_000,
    ranges: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Grown:
    """Role-symmetric equilibria of a game that is only sampled, found from below, each with its certificate.

    1. Begin with every state in which all of a role do the same (with the first strategies alone if there are many).
    2. Sample a restriction whole, and every profile in which one player leaves it; solve it. An equilibrium of it from
       which nobody gains by leaving is one of the game. Otherwise add the strategy that gains most, and go on.
    3. Do the same with the join of any two restrictions that hold an equilibrium, where that is small.
    4. Play more worlds until every listed equilibrium is certified or rejected, or `most_worlds` or the `budget` of
       runs (profiles times worlds) is reached.

    The error is split over all comparisons of the whole game, so bounds hold whatever is looked at, whenever it stops.
    Nothing shows that there are no other equilibria, so `complete` is None. `ranges(profiles)` gives the ends [profile,
    axis, end] that finite bounds need.
    """
    check_epsilon(epsilon)
    if budget < 1 or worlds < 1:
        raise ValueError(f"budget is {budget} runs and worlds {worlds}; both must be at least 1")
    book = Book(roles=roles, sample=sample, level=level, budget=budget, ranges=ranges)
    least = 1 + sum(roles.sizes) - len(roles.sizes)  # one state and the deviations from it
    worlds = min(worlds, max(budget // least, 1))
    search = _Growth(book=book, roles=roles, epsilon=epsilon, level=level)
    queue = _starts(roles)
    now = min(worlds, most_worlds)
    while True:
        found = search.grow(queue, now)
        open_ones = [c for c in found if c.equilibrium.verdict not in ("certified", "rejected")]
        if search.spent or not (open_ones or not found) or now >= most_worlds:
            break
        queue, now = list(search.live), min(2 * now, most_worlds)
    return search.result(found, now)


@dataclass(slots=True, kw_only=True)
class _Growth:
    book: Book
    roles: Roles
    epsilon: float
    level: float
    spent: bool = False
    too_large: set[Supports] = field(default_factory=set)
    live: list[Supports] = field(default_factory=list)
    solved: dict[Supports, EmpiricalGame] = field(default_factory=dict)

    def grow(self, queue: list[Supports], worlds: int) -> list[_Candidate]:
        """Solve the restrictions of a queue and what they grow into, all in so many worlds."""
        kept: list[_Candidate] = []
        refuted: list[_Candidate] = []
        waiting, seen, self.live = list(queue), set(queue), []
        between = False
        while len(seen) <= MOST_SUPPORTS and not self.spent:
            if not waiting and not between:
                between = True
                waiting = [pair for pair in self.between() if pair not in seen]
                seen.update(waiting)
            if not waiting:
                break
            supports = waiting.pop(0)
            try:
                candidates = self.candidates(supports, worlds)
            except SpentError:
                self.spent = True
                break
            for one in candidates:
                (kept if one.grows_to is None else refuted).append(one)
                if one.grows_to is not None and one.grows_to not in seen:
                    seen.add(one.grows_to)
                    waiting.append(one.grows_to)
            if any(one.grows_to is None for one in candidates):
                self.live.append(supports)
        self.live = self.live or list(queue)
        if not kept and refuted:  # the best so far, with its regret
            kept = [min(refuted, key=lambda one: one.equilibrium.regret)]
        return _distinct(kept)

    def between(self) -> list[Supports]:
        """The joins of two restrictions that hold equilibria: others may lie between, and where the game tips."""
        joins = [
            tuple(
                tuple(n for n in every if n in one or n in other)
                for every, one, other in zip(self.roles.strategies, *pair, strict=True)
            )
            for pair in combinations(self.live, 2)
        ]
        names = self.roles.names
        return [
            join
            for join in dict.fromkeys(joins)
            if self.roles.restricted(dict(zip(names, join, strict=True))).profile_count <= MOST_BETWEEN
        ]

    def candidates(self, supports: Supports, worlds: int) -> list[_Candidate]:
        """The symmetric equilibria of one restriction, judged against all strategies."""
        roles = self.roles
        part = roles.restricted(dict(zip(roles.names, supports, strict=True)))
        leaving = sum(
            part.without_one(r).profile_count * (roles.sizes[r] - part.sizes[r]) for r in range(len(roles.names))
        )
        if part.profile_count + leaving > MOST_PROFILES:
            self.too_large.add(supports)
            return []
        game = self.book.game(part, worlds)
        self.solved[supports] = game
        share = part.comparisons / max(roles.comparisons, 1)
        answer = nash_of_roles(game, epsilon=self.epsilon, level=min(1.0 - (1.0 - self.level) * share, 1.0 - 1e-14))
        tables = [self.book.gains(part, role, worlds) for role in range(len(roles.names))]
        return [self.judged(part, one, tables, worlds) for one in answer.equilibria if one.counts is None]

    def judged(
        self, part: Roles, one: Equilibrium, tables: list[tuple[np.ndarray, np.ndarray]], worlds: int
    ) -> _Candidate:
        """An equilibrium of a restriction with its regret in the whole game."""
        roles = self.roles
        point = np.array([one.strategy[role][name] for role, name in part.axis])
        middle, low, high = [0.0], [0.0], [0.0]
        best, leaver = 0.0, None
        outsiders_lose = True
        for role, (mean, half) in enumerate(tables):
            mine = point[slice(part.starts[role], part.starts[role + 1])]
            weights = basis(part.without_one(role).players, part.sizes, point)
            gain = np.tensordot(weights, mean, 1) @ mine
            blur = np.tensordot(weights, half, 1) @ mine if worlds > 1 else np.full(len(gain), np.inf)
            middle.append(float(gain.max()))
            low.append(float((gain - blur).max()))
            high.append(float((gain + blur).max()))
            for j, name in enumerate(roles.strategies[role]):
                if name in part.strategies[role]:
                    continue
                outsiders_lose &= bool(gain[j] + blur[j] < 0.0)
                if gain[j] > best:
                    best, leaver = float(gain[j]), (role, name)
        grows_to = None
        if leaver is not None:
            grown = [set(names) for names in part.strategies]
            grown[leaver[0]].add(leaver[1])
            grows_to = tuple(
                tuple(n for n in every if n in own) for every, own in zip(roles.strategies, grown, strict=True)
            )
        places = roles.places(part)
        shares, ranges = np.zeros(roles.starts[-1]), np.zeros((roles.starts[-1], 2))
        shares[places] = point
        ranges[places] = [one.strategy_interval[role][name] for role, name in part.axis]
        interval = (max(0.0, max(low)), max(0.0, max(high)))
        return _Candidate(
            equilibrium=replace(
                one,
                strategy=named(roles, shares.tolist()),
                strategy_interval=named(roles, [tuple(ends) for ends in ranges.tolist()]),
                regret=max(0.0, _rounded(max(middle))),
                regret_interval=interval,
                verdict=verdict(*interval, self.epsilon, worlds),
                strict=one.strict and outsiders_lose,
                stable=one.stable if outsiders_lose or one.stable is False else None,
            ),
            grows_to=grows_to,
        )

    def result(self, found: list[_Candidate], worlds: int) -> Grown:
        """The answer, and what it rests on."""
        roles = self.roles
        whole = self.solved.get(roles.strategies)
        if not self.solved:
            return self._one_state()
        equilibria = tuple(sorted((one.equilibrium for one in found), key=_order))
        answer = Answer(
            concept="nash",
            equilibria=equilibria,
            complete=None,
            epsilon=self.epsilon,
            level=self.level,
            covers=dict(zip(roles.names, roles.strategies, strict=True)),
            worlds=worlds,
            unsearched=len(self.too_large) + int(self.spent),
            checked="every equilibrium was judged against every strategy, by playing the profiles of leaving it",
        )
        first = set(zip(roles.names, (names[0] for names in roles.strategies), strict=True))
        game = whole or max(
            self.solved.values(),
            key=lambda g: (g.worlds, len(first & set(g.roles.axis)), g.roles.profile_count),
        )
        return Grown(
            answer=answer,
            game=game,
            restrictions=tuple(self.solved),
            runs=self.book.runs,
            profiles=len(self.book.pages),
            spent=self.spent,
        )

    def _one_state(self) -> Grown:
        """All play the first strategy, in one world: of what deviations bring nothing is known."""
        roles = self.roles
        part = roles.restricted({name: names[:1] for name, names in zip(roles.names, roles.strategies, strict=True)})
        inside = roles.widened(part, part.profiles())
        self.book.play(inside, 1)
        paid = self.book.pages[inside[0].tobytes()][roles.places(part)]
        shares = np.isin(np.arange(roles.starts[-1]), roles.places(part)).astype(float).tolist()
        state = Equilibrium(
            kind="symmetric-pure",
            strategy=named(roles, shares),
            strategy_interval=named(roles, [(share, share) for share in shares]),
            regret=0.0,
            regret_interval=(0.0, np.inf),
            verdict="undecided",
        )
        answer = Answer(
            concept="nash",
            equilibria=(state,),
            complete=None,
            epsilon=self.epsilon,
            level=self.level,
            covers=dict(zip(roles.names, roles.strategies, strict=True)),
            worlds=1,
            unsearched=1,
            checked=f"nothing: {self.book.budget} runs do not even allow to play the deviations from one state",
        )
        game = EmpiricalGame(roles=part, payoffs=paid[None])
        return Grown(answer=answer, game=game, restrictions=(), runs=self.book.runs, profiles=1, spent=True)


def _starts(roles: Roles) -> list[Supports]:
    first = tuple((names[0],) for names in roles.strategies)
    if float(np.prod(np.array(roles.sizes, dtype=float))) > MOST_STARTS:
        return [first]
    return [tuple((name,) for name in state) for state in product(*roles.strategies)]


def _order(equilibrium: Equilibrium) -> tuple[float, ...]:
    return tuple(-round(x, 9) for shares in equilibrium.strategy.values() for x in shares.values())


def _rounded(value: float) -> float:
    return value if value > ROUNDING else 0.0


def _distinct(found: list[_Candidate]) -> list[_Candidate]:
    """Each equilibrium once: larger restrictions find those of smaller ones again."""
    kept: dict[tuple[float, ...], _Candidate] = {}
    for one in found:
        kept.setdefault(tuple(round(x, 6) for x in _order(one.equilibrium)), one)
    return list(kept.values())
