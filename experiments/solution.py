"""Sample a scenario's game until its equilibria are decided, and say what else a reader must know."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import gammaln

from econ import Answer, EmpiricalGame, Equilibrium, solve
from econ.equilibrium import Tipping, tipping
from econ.inference import LEAST_WORLDS, mean_interval
from experiments.payoffs import all_profiles, colluding_axes, game_of
from experiments.scenario import Scenario
from experiments.simulate import Progress, Records, simulate

__all__ = ["Coalition", "Solution", "interval_json", "solve_scenario"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition:
    """What each of `size` validators gains by forming a cabal where all play the first listed strategy."""

    role: str
    strategy: str
    size: int
    gain: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A sampled game and its answer.

    `start_matters` says whether the game of the other start differs beyond the intervals (None: not tested);
    `samples` counts the simulated runs of one profile in one world.
    """

    scenario: Scenario
    answer: Answer
    game: EmpiricalGame
    records: Records
    start_matters: bool | None
    other_start: str
    samples: int
    seconds: float

    def measures(self, equilibrium: Equilibrium) -> dict[str, tuple[float, float, float] | None]:
        """What an equilibrium does besides paying: mean and interval of each measure, None where it is undefined."""
        weights = profile_weights(self.game, equilibrium)
        level = self.scenario.answer.level
        correlation = _weighted(weights, self.records.quality_incentive_correlation)
        return {
            "quality_incentive_correlation": interval(correlation, level),
            "evaluation_spent": interval(_weighted(weights, self.records.evaluation_spent), level),
            "newcomer_epochs_to_first_pay": None,
        }

    @cached_property
    def contests(self) -> tuple[Tipping, ...]:
        """For every role that can choose, its first listed strategy against each of the others."""
        level = self.scenario.answer.level
        return tuple(
            contest
            for role, listed in zip(self.game.roles.names, self.game.roles.strategies, strict=True)
            if len(listed) > 1
            for contest in tipping(self.game, role=role, level=level)
        )

    def stake_of(self, equilibrium: Equilibrium) -> dict[str, float]:
        """The share of validators' stake that plays each strategy: with stake classes not the share of seats."""
        classes = self.scenario.stake_plan.classes
        total = sum(seats * stake for seats, stake in classes)
        shares = dict.fromkeys(self.scenario.roles.strategies[0], 0.0)
        for role, (seats, stake) in zip(self.scenario.roles.names, classes, strict=False):
            for name, share in equilibrium.strategy[role].items():
                shares[name] += share * seats * stake / total
        return shares

    def coalitions(self) -> list[Coalition]:
        """The gain of forming a cabal of every size, beside everybody playing the first strategy."""
        roles, level = self.scenario.roles, self.scenario.answer.level
        colludes = colluding_axes(self.scenario)
        rows = []
        for role, part in enumerate(roles.slices()):
            axes = np.arange(part.start, part.stop)
            for axis in axes[colludes[part]]:
                if axis == part.start:
                    continue
                start = np.zeros(len(roles.axis), dtype=int)
                start[list(roles.starts[:-1])] = roles.players
                before = self.game.payoffs[roles.index(start), part.start]
                sizes = np.arange(1, roles.players[role] + 1)
                formed = np.repeat(start[None], sizes.size, axis=0)
                formed[:, part.start] -= sizes
                formed[:, axis] += sizes
                after = self.game.payoffs[roles.index(formed), axis]
                joint = 1.0 - (1.0 - level) / sizes.size  # the intervals of all sizes hold together
                for size, gain in zip(sizes, after - before, strict=True):
                    mean, low, high = mean_interval(gain, joint)
                    name, strategy = roles.axis[axis]
                    rows.append(
                        Coalition(
                            role=name, strategy=strategy, size=int(size), gain=(float(mean), float(low), float(high))
                        )
                    )
        return rows

    def to_json(self) -> dict[str, Any]:
        """The object that `yuma solve --json` prints."""
        found = self.answer.to_json()
        for equilibrium, shown in zip(self.answer.equilibria, found["equilibria"], strict=True):
            shown["stake"] = self.stake_of(equilibrium)
            shown["measures"] = {name: interval_json(values) for name, values in self.measures(equilibrium).items()}
        return {
            **found,
            "start_matters": self.start_matters,
            "tipping": [_contest_json(contest) for contest in self.contests],
            "coalitions": [
                {"role": c.role, "strategy": c.strategy, "size": c.size, "gain": interval_json(c.gain)}
                for c in self.coalitions()
            ],
            "scenario": self.scenario.name,
            "digest": self.scenario.digest,
            "seed": self.scenario.seed,
            "samples": self.samples,
            "seconds": self.seconds,
        }


def solve_scenario(
    scenario: Scenario, *, concept: str = "nash", test_start: bool = True, progress: Progress | None = None
) -> Solution:
    """Play all profiles, add worlds until every verdict is decided or the budget ends, and test the other start.

    >>> from experiments import Scenario, solve_scenario
    >>> small = {"validators.count": 2, "miners.count": 4, "epochs": 12, "burn_in": 4, "answer.max_worlds": 8}
    >>> solve_scenario(Scenario.named("weight-copying", small)).answer.worlds
    8
    """
    began = time.perf_counter()
    profiles = all_profiles(scenario)
    most = scenario.answer.max_worlds
    worlds = min(max(LEAST_WORLDS, scenario.worlds), most)
    tested = min(LEAST_WORLDS, worlds)
    work = worlds + tested * test_start
    records = simulate(scenario, profiles, range(worlds), progress=_part(progress, 0.0, worlds / work))
    while True:
        game = game_of(scenario, records)
        answer = solve(game, concept, epsilon=scenario.answer.epsilon, level=scenario.answer.level)
        decided = all(found.verdict in ("certified", "rejected") for found in answer.equilibria)
        if decided or records.worlds >= most:
            break
        more = range(records.worlds, min(2 * records.worlds, most))
        records = records.joined(simulate(scenario, profiles, more, progress=_part(progress, 0.0, 1.0)))
    other = "uniform" if scenario.start != "uniform" else "honest:40"
    matters = None
    if test_start and tested > 1:
        elsewhere = simulate(
            scenario.changed({"start": other}), profiles, range(tested), progress=_part(progress, worlds / work, 1.0)
        )
        matters = _differ(game, game_of(scenario, elsewhere), tested, scenario.answer.level)
    return Solution(
        scenario=scenario,
        answer=answer,
        game=game,
        records=records,
        start_matters=matters,
        other_start=other,
        samples=len(profiles) * (records.worlds + (tested if matters is not None else 0)),
        seconds=time.perf_counter() - began,
    )


def _contest_json(contest: Tipping) -> dict[str, Any]:
    return {
        "role": contest.role,
        "first": contest.first,
        "second": contest.second,
        "points": [
            {
                "share": point.share,
                "share_interval": list(point.share_interval),
                "seats": point.seats,
                "seats_interval": list(point.seats_interval),
            }
            for point in contest.points
        ],
        "survives": contest.survives,
        "settled": contest.settled,
        "gains": [
            {"others": row.others, **(interval_json((row.mean, row.low, row.high)) or {})} for row in contest.gains
        ],
    }


def profile_weights(game: EmpiricalGame, equilibrium: Equilibrium) -> np.ndarray:
    """The probability of each profile when everybody plays the equilibrium, [profile]."""
    roles = game.roles
    if equilibrium.counts is not None:
        counts = np.array([equilibrium.counts[role][name] for role, name in roles.axis])
        return (roles.profiles() == counts).all(axis=1).astype(float)
    shares = np.array([equilibrium.strategy[role][name] for role, name in roles.axis])
    profiles = roles.profiles()
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(profiles > 0, profiles * np.log(shares), 0.0) - gammaln(profiles + 1)
    ways = gammaln(np.array(roles.players) + 1).sum()
    return np.exp(ways + terms.sum(axis=1))


def interval(values: np.ndarray, level: float) -> tuple[float, float, float] | None:
    """Mean, low and high of values[world]; None where they are undefined."""
    if not np.isfinite(values).all():
        return None
    mean, low, high = mean_interval(values, level)
    return float(mean), float(low), float(high)


def interval_json(values: tuple[float, float, float] | None) -> dict[str, float | None] | None:
    """The same as a JSON object; ends that are not finite (one world) are null."""
    if values is None:
        return None
    ends = (None if not np.isfinite(value) else value for value in values)
    return dict(zip(("mean", "low", "high"), ends, strict=True))


def _weighted(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Expectation over profiles, [world], of values[profile, world]; only profiles that occur count."""
    occurs = weights > 0
    return (weights[occurs, None] * values[occurs]).sum(axis=0)


def _differ(game: EmpiricalGame, other: EmpiricalGame, worlds: int, level: float) -> bool:
    """Whether any payoff differs between two starts, paired by world, beyond the joint intervals."""
    shift = EmpiricalGame(roles=game.roles, payoffs=game.payoffs[..., :worlds] - other.payoffs)
    gains = shift.gains(level)
    return any(bool((np.abs(mean) > half).any()) for mean, half in zip(gains.mean, gains.half_width, strict=True))


def _part(progress: Progress | None, start: float, stop: float) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress(start + (stop - start) * share)
