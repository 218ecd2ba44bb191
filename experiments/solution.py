"""A scenario's sampled game and its answer, with what else a reader must know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import gammaln

from econ import Answer, EmpiricalGame, Equilibrium
from econ.equilibrium import Tipping, tipping
from econ.equilibrium import coalitions as groups
from econ.equilibrium.correlated_among_alike import label
from econ.games import Roles
from experiments.coalitions import Coalition, cheapest_coalitions, coalitions
from experiments.intervals import Interval, interval, interval_json
from experiments.payoffs import colluding_axes
from experiments.scenario import Scenario
from experiments.simulation import Records

__all__ = ["Deviation", "Search", "Solution", "is_decided", "profile_weights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """The best deviation found from an equilibrium (its place in the answer), and its gain in worlds of its own.

    The verdict holds the gain against epsilon: `certified`, it gains no more; `rejected`, it gains more. Intervals of
    all deviations of all rounds, and those of the regrets, hold together.
    """

    equilibrium: int
    role: str
    strategy: str
    gain: Interval
    verdict: str
    worlds: int

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "equilibrium": self.equilibrium,
            "role": self.role,
            "strategy": self.strategy,
            "gain": interval_json(self.gain),
            "verdict": self.verdict,
            "worlds": self.worlds,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was looked for beyond the listed strategies: `parameters` are (key, low, high).

    `tries` values of each policy's numbers from every equilibrium and role in each of `rounds` of at most `most_rounds`
    rounds; `added` (role, strategy) were listed on the way because they gained more than epsilon. `ended` says that
    nothing found in the last round does. `left_out` are numbers without a finite range.
    """

    parameters: tuple[tuple[str, float, float], ...]
    left_out: tuple[str, ...]
    tries: int
    rounds: int
    most_rounds: int
    added: tuple[tuple[str, str], ...]
    deviations: tuple[Deviation, ...]
    ended: bool

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "parameters": [{"key": key, "low": low, "high": high} for key, low, high in self.parameters],
            "left_out": list(self.left_out),
            "tries": self.tries,
            "rounds": self.rounds,
            "most_rounds": self.most_rounds,
            "added": [{"role": role, "strategy": strategy} for role, strategy in self.added],
            "deviations": [one.to_json() for one in self.deviations],
            "ended": self.ended,
        }


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A sampled game and its answer; of a game too large to sample whole `game` is its largest restriction that was.

    `start_matters` says whether payoffs under the other start differ beyond their joint intervals (None: not tested,
    or in fewer than 64 worlds); `samples` counts the simulated runs of one profile in one world.
    """

    scenario: Scenario
    answer: Answer
    game: EmpiricalGame
    records: Records
    start_matters: bool | None
    other_start: str
    samples: int
    seconds: float
    search: Search | None = None

    @property
    def is_decided(self) -> bool:
        """Whether every listed equilibrium is certified or rejected, and there is one."""
        return is_decided(self.answer)

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

    @cached_property
    def coalitions(self) -> list[Coalition]:
        """The gain of forming a cabal of every size, beside everybody playing the first strategy."""
        axis = self.scenario.roles.places(self.game.roles)
        return coalitions(self.game, colluding_axes(self.scenario)[axis], self.scenario.answer.level)

    @cached_property
    def cheapest_coalitions(self) -> dict[str, dict[str, groups.Coalition]]:
        """By colluding strategy, the cheapest cabal that pays, by heads and by stake."""
        axis = self.scenario.roles.places(self.game.roles)
        plan = self.scenario.stake_plan
        total = sum(seats * stake for seats, stake in plan.classes)
        seats = {n: held / total for n, (_, held) in zip(self.scenario.roles.names, plan.classes, strict=False)}
        stake = None if plan.dealt is not None else seats
        return cheapest_coalitions(self.game, colluding_axes(self.scenario)[axis], stake, self.scenario.answer.level)

    def measures(self, equilibrium: Equilibrium) -> dict[str, Interval | None]:
        """What an equilibrium does besides paying: Student's interval of each measure, None where it is undefined."""
        weights = profile_weights(self.scenario.roles, self.records.profiles, equilibrium)
        level = self.scenario.answer.level
        correlation = _weighted(weights, self.records.quality_incentive_correlation)
        return {
            "quality_incentive_correlation": interval(correlation, level, (-1.0, 1.0)),
            "evaluation_spent": interval(_weighted(weights, self.records.evaluation_spent), level),
            "newcomer_epochs_to_first_pay": None,
        }

    def stake_of(self, equilibrium: Equilibrium) -> dict[str, float]:
        """The share of validators' stake that plays each strategy: with stake classes not the share of seats."""
        classes = self.scenario.stake_plan.classes
        total = sum(seats * stake for seats, stake in classes)
        shares = dict.fromkeys(self.scenario.roles.strategies[0], 0.0)
        for role, (seats, stake) in zip(self.scenario.roles.names, classes, strict=False):
            for name, share in equilibrium.strategy[role].items():
                shares[name] += share * seats * stake / total
        return shares

    def to_json(self) -> dict[str, Any]:
        """The object that `yuma solve --json` prints."""
        found = self.answer.to_json()
        for equilibrium, shown in zip(self.answer.equilibria, found["equilibria"], strict=True):
            shown["stake"] = self.stake_of(equilibrium)
            shown["measures"] = {name: interval_json(values) for name, values in self.measures(equilibrium).items()}
        return {
            **found,
            "bounds": self.scenario.answer.bounds,
            "start_matters": self.start_matters,
            "search": None if self.search is None else self.search.to_json(),
            "tipping": [_contest_json(contest) for contest in self.contests],
            "coalitions": [
                {"role": c.role, "strategy": c.strategy, "size": c.size, "gain": interval_json(c.gain), "pays": c.pays}
                for c in self.coalitions
            ],
            "cheapest_coalitions": [
                {
                    "strategy": strategy,
                    "by": by,
                    "sizes": dict(one.sizes),
                    "heads": one.heads,
                    "stake": one.stake,
                    "forming": {role: interval_json(gain) for role, gain in one.forming.items()},
                    "joining": {role: interval_json(gain) for role, gain in one.joining.items()},
                    "holds": one.holds,
                }
                for strategy, ways in self.cheapest_coalitions.items()
                for by, one in ways.items()
            ],
            "scenario": self.scenario.name,
            "digest": self.scenario.digest,
            "seed": self.scenario.seed,
            "samples": self.samples,
            "seconds": self.seconds,
        }


def is_decided(answer: Answer) -> bool:
    """Whether every listed equilibrium is certified or rejected, and there is one."""
    return bool(answer.equilibria) and all(found.verdict in ("certified", "rejected") for found in answer.equilibria)


def profile_weights(roles: Roles, profiles: np.ndarray, equilibrium: Equilibrium) -> np.ndarray:
    """The probability of each of some profiles[profile, axis] when everybody plays the equilibrium, [profile]."""
    if equilibrium.joint is not None:
        share = dict(equilibrium.joint)
        return np.array([share.get(label(roles, profile), 0.0) for profile in profiles])
    if equilibrium.counts is not None:
        counts = np.array([equilibrium.counts[role][name] for role, name in roles.axis])
        return (profiles == counts).all(axis=1).astype(float)
    return chances(roles, profiles, np.array([equilibrium.strategy[role][name] for role, name in roles.axis]))


def chances(roles: Roles, profiles: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The probability of some profiles[profile, axis] when every player of every role draws from shares[axis].

    >>> pair = Roles(names=("r",), players=(2,), strategies=(("a", "b"),))
    >>> chances(pair, np.array([[2, 0], [1, 1]]), np.array([0.5, 0.5])).round(12).tolist()
    [0.25, 0.5]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(profiles > 0, profiles * np.log(shares), 0.0) - gammaln(profiles + 1)
    ways = gammaln(np.array(roles.players) + 1).sum()
    return np.exp(ways + terms.sum(axis=1))


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
        "survives_interval": list(contest.survives_interval),
        "settled": contest.settled,
        "gains": [
            {"others": row.others, **(interval_json((row.mean, row.low, row.high)) or {})} for row in contest.gains
        ],
    }


def _weighted(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Expectation over profiles, [world], of values[profile, world]; only profiles that occur count."""
    occurs = weights > 0
    return (weights[occurs, None] * values[occurs]).sum(axis=0)
