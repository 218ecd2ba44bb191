"""The outer loop: look for a better value of a policy's own numbers, add what gains, solve again, until nothing does.

Three kinds of worlds keep the answer honest. Every round is solved in worlds of its own, so no strategy is judged in
worlds that helped to choose it; the search compares its tries in others, the same for all tries (common luck); and the
best it found is tested in yet others, where it was never selected.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from agents.streams import Purpose, uniform
from econ import Equilibrium
from econ.equilibrium.answer import verdict
from econ.inference import LEAST_WORLDS, asymptotic_half_width
from experiments.errors import BadInput
from experiments.levers import Levers, chosen_levers
from experiments.payoffs import Play, colluding_axes, payoffs_of
from experiments.scenario import Scenario
from experiments.simulation import Progress, simulate
from experiments.solution import Deviation, Search, Solution, chances
from experiments.solving import solve_scenario, start_tested

__all__ = ["MOST_ROUNDS", "TRIES", "search_scenario"]

TRIES = 16
"""Values of a policy's numbers that are tried from each equilibrium and role, unless told otherwise."""
MOST_ROUNDS = 4
"""How often strategies are added and the game is solved again, at most, unless told otherwise."""
MOST_PROFILES = 400
"""A game that strategies were added to is sampled whole up to so many profiles; beyond, its restrictions."""

MOST_WAYS = 30
"""Ways of the others to play up to which all of them are played in a test."""

BLOCK = 2**20
SEARCHED, TESTED = 2**30, 2**31
"""The first worlds of the search and of the test; every round has a block of its own. Games begin at 0."""
SHRINK = 0.4
"""How much smaller, each way, the region around the best try is in the next look."""


def search_scenario(
    scenario: Scenario,
    asked: Sequence[str],
    *,
    tries: int = TRIES,
    rounds: int = MOST_ROUNDS,
    progress: Progress | None = None,
    play: Play = simulate,
) -> Solution:
    """Solve a scenario, and look from every equilibrium for values of policies' numbers that gain by switching alone.

    `asked` is as `--search` takes it. A round: solve; from each equilibrium that is not rejected, for every role and
    policy asked for, `tries` values, the later ones around the best of the earlier; test the best in fresh worlds,
    doubled until its gain is known to be above or below epsilon or `answer.max_worlds` is reached; what gains more than
    epsilon there, and surely more than nothing, is listed as a strategy of its own. It ends when nothing found is, or
    after `rounds`. The chance to miss is split: a half over the games of all rounds, a half over their deviations, so
    that certificates and gains hold together.

    >>> small = {"validators.count": 2, "miners.count": 4, "epochs": 12, "burn_in": 4, "answer.max_worlds": 8}
    >>> found = search_scenario(Scenario.named("cabal", small), ["validators.colluding.self_weight"], tries=2, rounds=1)
    >>> found.search.tries, found.search.rounds
    (2, 1)
    """
    if tries < 2 or rounds < 1:
        raise BadInput(f"the search may try {tries} values in {rounds} rounds; it needs at least 2 values and 1 round")
    began = time.perf_counter()
    levers, left_out = chosen_levers(scenario, asked)
    current = scenario.changed({"cabal.miners": scenario.cabal_seats})  # also where only a deviation would collude
    added: list[tuple[str, str]] = []
    runs = number = 0
    error = (1.0 - scenario.answer.level) / (2 * rounds)
    while True:
        solution = solve_scenario(
            current if added else scenario,
            test_start=False,
            progress=progress,
            play=play,
            first_world=number * BLOCK,
            most_profiles=MOST_PROFILES if added else None,
            error=error,
        )
        runs += solution.samples
        found, spent = _Round(current, solution, levers, tries, number, error, play, progress).deviations()
        number += 1
        runs += spent
        gaining = [one for one in found if one.gain[0] > scenario.answer.epsilon and one.gain[1] > 0.0]
        if not gaining or number == rounds:
            break
        new = dict.fromkeys((one.role.partition(".")[0], one.strategy) for one in gaining)
        added += new
        current = current.changed(
            {
                f"{role}.strategies": ",".join(
                    (getattr(current, role).strategies, *(name for r, name in new if r == role))
                )
                for role in {role for role, _ in new}
            }
        )
    search = Search(
        parameters=tuple((lever.key, lever.low, lever.high) for some in levers for lever in some.levers),
        left_out=left_out,
        tries=tries,
        rounds=number,
        most_rounds=rounds,
        added=tuple(added),
        deviations=tuple(found),
        ended=not gaining,
    )
    tested = solution
    if solution.game.worlds >= LEAST_WORLDS:
        before = solution.samples
        tested = start_tested(solution, play=play, first_world=(number - 1) * BLOCK)
        runs += tested.samples - before
    return replace(tested, search=search, samples=runs, seconds=time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class _Round:
    """One look around all equilibria of a solved game."""

    scenario: Scenario
    solution: Solution
    levers: tuple[Levers, ...]
    tries: int
    number: int
    error: float
    play: Play
    progress: Progress | None

    def deviations(self) -> tuple[list[Deviation], int]:
        """The best deviation found from each equilibrium by each role and policy, tested, and the runs it took."""
        asked = [
            (place, stand, levers)
            for place, equilibrium in enumerate(self.solution.answer.equilibria)
            if equilibrium.verdict != "rejected"
            for stand in _stands(self.scenario, equilibrium)
            for levers in self.levers
            if stand.role.partition(".")[0] == levers.role
        ]
        best: list[tuple[int, _Stand, str]] = []
        runs = 0
        for place, stand, levers in asked:
            name, spent = self._best(stand, levers)
            best.append((place, stand, name))
            runs += spent
            self._tell(len(best) / (2 * len(asked)))
        found: list[Deviation] = []
        for place, stand, name in best:
            one, spent = self._tested(place, stand, name, self.error / len(best))
            found.append(one)
            runs += spent
            self._tell(0.5 + len(found) / (2 * len(asked)))
        return found, runs

    def _tell(self, share: float) -> None:
        if self.progress:
            self.progress(share)

    def _best(self, stand: _Stand, levers: Levers) -> tuple[str, int]:
        """The value that gains most in the worlds of the search."""
        worlds = np.arange(LEAST_WORLDS) + SEARCHED + self.number * BLOCK
        known: dict[str, tuple[float, np.ndarray]] = {}
        runs, size = 0, len(levers.levers)
        low, high = np.zeros(size), np.ones(size)
        left = self.tries
        while left > 0:
            count = left if left < 6 else max(2, (left + 1) // 2)
            left -= count
            points = _spread(low, high, count, whole=not known)
            new = {levers.named(point): point for point in points if levers.named(point) not in known}
            if not new:
                break
            gains, spent = self._gains(stand, list(new), worlds)
            runs += spent
            known |= {name: (float(gains[k].mean()), point) for k, (name, point) in enumerate(new.items())}
            centre = max(known.values(), key=lambda pair: pair[0])[1]
            width = (high - low) * (SHRINK / 2 if size > 1 else 1.0 / max(count - 1, 1))
            low, high = np.maximum(centre - width, 0.0), np.minimum(centre + width, 1.0)
        return max(known, key=lambda name: known[name][0]), runs

    def _tested(self, place: int, stand: _Stand, name: str, error: float) -> tuple[Deviation, int]:
        """What a deviation gains in fresh worlds, in so many that it is settled or the budget ends."""
        answer = self.scenario.answer
        first, most = TESTED + self.number * BLOCK, answer.max_worlds
        worlds, runs = min(LEAST_WORLDS, most), 0
        gains = np.empty(0)
        while True:
            more, spent = self._gains(stand, [name], np.arange(len(gains), worlds) + first, whole=True)
            gains, runs = np.concatenate((gains, more[0])), runs + spent
            spread = gains.std(ddof=1) if len(gains) > 1 else 1.0
            half = float(asymptotic_half_width(np.array(spread), len(gains), error))
            mean = float(gains.mean())
            says = verdict(max(0.0, mean - half), max(0.0, mean + half), answer.epsilon, len(gains))
            if says in ("certified", "rejected") or len(gains) >= most:
                break
            worlds = min(2 * len(gains), most)
        one = Deviation(
            equilibrium=place,
            role=stand.role,
            strategy=name,
            gain=(mean, mean - half, mean + half),
            verdict=says,
            worlds=len(gains),
        )
        return one, runs

    def _gains(
        self, stand: _Stand, names: list[str], worlds: np.ndarray, *, whole: bool = False
    ) -> tuple[np.ndarray, int]:
        """What strategies gain over what the equilibrium has a player do, [strategy, world], and the runs it took.

        The others are drawn from the equilibrium in each world, by an address of luck of their own, the same for all
        tries; `whole`: if they can play in few ways all are played, weighted by their chances, which no luck blurs.
        """
        role = stand.role.partition(".")[0]
        listed = self.scenario.roles.strategies[self.scenario.roles.names.index(stand.role)]
        new = [name for name in names if name not in listed]
        wide = self.scenario
        if new:
            wide = wide.changed({f"{role}.strategies": ",".join((getattr(wide, role).strategies, *new))})
        number = {pair: k for k, pair in enumerate(wide.roles.axis)}
        own = [(name, share) for name, share in stand.shares.items() if share > 0.0]
        step = np.eye(len(number), dtype=np.int64)
        here = [number[pair] for pair in self.scenario.roles.axis]
        tried = [number[stand.role, name] for name in names]
        colluding = colluding_axes(wide)

        def earned(others: np.ndarray, places: list[int], played: np.ndarray, **more: Any) -> np.ndarray:
            """What one player of each place earns beside the others, [others, place, world]."""
            profiles = (others[:, None] + step[places]).reshape(-1, len(number))
            payoffs = payoffs_of(wide, self.play(wide, profiles, played, **more), played, play=self.play)
            rows = payoffs.reshape(len(others), len(places), len(number), len(played))
            return np.asarray(rows[:, np.arange(len(places)), places])

        def gained(others: np.ndarray, played: np.ndarray) -> np.ndarray:
            """Gains[others, strategy, world] over what the equilibrium has the player do, in the same seat and luck.

            That seat is the last of its role, where new strategies stand. Where who colludes would be mistaken by it,
            and for listed strategies, the mean over the seats of a strategy is taken instead.
            """
            wider = np.zeros((len(others), len(number)), dtype=np.int64)
            wider[:, here] = others
            base = np.zeros((len(others), 1, len(played)))
            for name, share in own:
                place = number[stand.role, name]
                crossed = (colluding[tried] != colluding[place]).any() and others[:, colluding[here]].any()
                if len(new) == len(names) and not crossed:
                    base += share * earned(wider, tried[:1], played, instead={names[0]: name})
                else:
                    base += share * earned(wider, [place], played)
            return earned(wider, tried, played) - base

        runs = len(names) + len(own)
        law = stand.law(self.scenario) if whole else None
        if law is not None:
            ways, chance = law
            return np.tensordot(chance, gained(ways, worlds), 1), len(ways) * runs * len(worlds)
        gains = np.empty((len(names), len(worlds)))
        ways, which = np.unique(stand.others(self.scenario, worlds), axis=0, return_inverse=True)
        for k in range(len(ways)):
            drawn = np.flatnonzero(which.ravel() == k)
            gains[:, drawn] = gained(ways[k : k + 1], worlds[drawn])[0]
        return gains, runs * len(worlds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """Where one player of a role considers to deviate: what it plays now, and how the others play."""

    role: str
    shares: dict[str, float]
    mixtures: tuple[np.ndarray, ...] = ()
    counts: np.ndarray | None = None

    def others(self, scenario: Scenario, worlds: np.ndarray) -> np.ndarray:
        """Counts[world, axis] of the others in each world."""
        roles = scenario.roles
        if self.counts is not None:
            return np.repeat(self.counts[None], len(worlds), axis=0)
        found = np.zeros((len(worlds), roles.starts[-1]), dtype=np.int64)
        for number, (name, part, seats) in enumerate(zip(roles.names, roles.slices(), roles.players, strict=True)):
            drawn = seats - (name == self.role)
            if not drawn:
                continue
            luck = uniform(
                scenario.seed,
                Purpose.OPPONENTS,
                world=worlds,
                epoch=0,
                seat=np.full(len(worlds), number),
                columns=drawn,
            )
            ends = np.cumsum(self.mixtures[number])
            chosen = np.searchsorted(ends / ends[-1], luck, side="right")
            for k in range(part.stop - part.start):
                found[:, part.start + k] = (np.minimum(chosen, part.stop - part.start - 1) == k).sum(axis=1)
        return found

    def law(self, scenario: Scenario) -> tuple[np.ndarray, np.ndarray] | None:
        """All ways[way, axis] in which the others can play, and their chances[way]; None where there are many."""
        if self.counts is not None:
            return self.counts[None], np.ones(1)
        roles = scenario.roles.without_one(scenario.roles.names.index(self.role))
        played = {
            name: [s for s, share in zip(listed, mixture, strict=True) if share > 0.0]
            for name, listed, mixture in zip(roles.names, roles.strategies, self.mixtures, strict=True)
        }
        part = roles.restricted(played)
        if part.profile_count > MOST_WAYS:
            return None
        ways = roles.widened(part, part.profiles())
        return ways, chances(roles, ways, np.concatenate(self.mixtures))


def _stands(scenario: Scenario, equilibrium: Equilibrium) -> list[_Stand]:
    """One for each role of a symmetric equilibrium; of named seats, one for each role and strategy that is played."""
    roles = scenario.roles
    if equilibrium.counts is None:
        mixtures = tuple(
            np.array([equilibrium.strategy[name][s] for s in listed])
            for name, listed in zip(roles.names, roles.strategies, strict=True)
        )
        return [_Stand(role=name, shares=dict(equilibrium.strategy[name]), mixtures=mixtures) for name in roles.names]
    counts = np.array([equilibrium.counts[role][name] for role, name in roles.axis])
    step = np.eye(len(counts), dtype=np.int64)
    return [
        _Stand(role=role, shares={name: 1.0}, counts=counts - step[k])
        for k, (role, name) in enumerate(roles.axis)
        if counts[k] > 0
    ]


def _spread(low: np.ndarray, high: np.ndarray, count: int, *, whole: bool) -> np.ndarray:
    """So many points[point, axis] of a box: evenly on a line, the ends too at first; else by Halton's sequence."""
    if len(low) == 1:
        steps = np.linspace(0.0, 1.0, count) if whole else (np.arange(count) + 1.0) / (count + 1.0)
        return low + (high - low) * steps[:, None]
    from scipy.stats import qmc  # here: only this needs it, and it takes long to import

    points = qmc.Halton(d=len(low), scramble=False).random(count + 1)[1:]
    if whole and count > 2:
        points[:2] = np.zeros(len(low)), np.ones(len(low))
    return low + (high - low) * points
