"""What a lone player gains by leaving the crowd: few profiles, for questions that ask it of many scenarios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.inference import mean_interval
from experiments.intervals import Interval
from experiments.payoffs import payoffs_of
from experiments.scenario import Scenario
from experiments.simulation import Progress, simulate

__all__ = ["Crowd", "Switch", "crowds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The gain of one player of a role that switches alone, in thousandths of the epoch's emission, over worlds."""

    role: str
    strategy: str
    gain: Interval

    def settles(self, epsilon: float = 0.0) -> bool | None:
        """Whether it pays by more than epsilon; None where the interval leaves it open."""
        _, low, high = self.gain
        return True if low > epsilon else False if high <= epsilon else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Everybody plays `strategy` in the role that chooses: what leaving pays, and what the crowd does to the subnet."""

    strategy: str
    switches: tuple[Switch, ...]
    quality_incentive_correlation: Interval

    def holds(self, epsilon: float = 0.0) -> bool | None:
        """Whether nobody gains by leaving alone; None where the data leave it open."""
        said = [switch.settles(epsilon) for switch in self.switches]
        return False if True in said else None if None in said else True


def crowds(
    scenario: Scenario, worlds: range, *, only_first: bool = False, progress: Progress | None = None
) -> tuple[Crowd, ...]:
    """Everybody's playing one strategy, for each strategy of the first role that can choose; other roles play theirs.

    Intervals are Student's, each on its own, at the scenario's level.

    >>> small = {"validators.count": 3, "miners.count": 4, "epochs": 12, "burn_in": 4}
    >>> [crowd.strategy for crowd in crowds(Scenario.named("weight-copying", small), range(4))]
    ['honest', 'weight-copier']
    """
    roles, level = scenario.roles, scenario.answer.level
    role = next((n for n, size in enumerate(roles.sizes) if size > 1), 0)
    start, seats, size = roles.starts[role], roles.players[role], roles.sizes[role]
    usual = np.zeros(len(roles.axis), dtype=int)
    usual[list(roles.starts[:-1])] = roles.players
    usual[start] = 0
    profiles, asked = [], []
    for own in range(1 if only_first else size):
        for other in [own, *(n for n in range(size) if n != own)]:
            counts = usual.copy()
            counts[start + own] = seats
            if other != own:
                counts[start + own] -= 1
                counts[start + other] += 1
            profiles.append(counts)
            asked.append((own, other))
    records = simulate(scenario, np.array(profiles), worlds, progress=progress)
    payoffs = payoffs_of(scenario, records, worlds)
    found = []
    for number, (own, other) in enumerate(asked):
        if own != other:
            continue
        switches = []
        for step in range(1, size):
            away = asked[number + step][1]
            gains = payoffs[number + step, start + away] - payoffs[number, start + own]
            switches.append(
                Switch(role=roles.names[role], strategy=roles.strategies[role][away], gain=_interval(gains, level))
            )
        found.append(
            Crowd(
                strategy=roles.strategies[role][own],
                switches=tuple(switches),
                quality_incentive_correlation=_interval(
                    np.nan_to_num(records.quality_incentive_correlation[number]), level
                ),
            )
        )
    return tuple(found)


def _interval(values: np.ndarray, level: float) -> Interval:
    mean, low, high = mean_interval(values, level)
    return float(mean), float(low), float(high)
