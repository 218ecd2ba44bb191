"""What each strategy earns in a few profiles, world by world: all worlds have the same luck, so gains are paired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.payoffs import payoffs_of
from experiments.playing import profile_of
from experiments.scenario import Scenario
from experiments.simulation import Records, simulate

__all__ = ["Earned", "earned", "lone_gain"]


@dataclass(frozen=True, slots=True)
class Earned:
    """One profile: arrays by world of a strategy, named as in `validators.weight-copier`."""

    records: Records
    payoffs: np.ndarray
    number: int
    places: Mapping[str, int]

    def payoff(self, strategy: str) -> np.ndarray:
        """A seat's payoff[world] in the game, in thousandths of the epoch's emission; NaN where nobody plays it.

        Colluding validators' includes their part of what the cabal's miners earn.
        """
        return self.payoffs[self.number, self.places[strategy]]

    def per_stake(self, strategy: str) -> np.ndarray:
        """Dividends per stake[world]; 1 is par."""
        place = self.places[strategy]
        return self.records.dividends[self.number, place] / self.records.stake[self.number, place]

    @property
    def quality_correlation(self) -> np.ndarray:
        """Rank correlation of miners' quality and incentive, [world]."""
        return self.records.quality_incentive_correlation[self.number]


def earned(scenario: Scenario, mixes: Iterable[Mapping[str, int]]) -> list[Earned]:
    """Play profiles in the scenario's worlds; a mix counts seats by strategy, the others play the first listed.

    >>> small = Scenario.named("weight-copying", {"epochs": 20, "burn_in": 5, "worlds": 4, "miners.count": 8})
    >>> honest, one = earned(small, [{}, {"validators.weight-copier": 1}])
    >>> gain = one.payoff("validators.weight-copier") - honest.payoff("validators.honest")
    >>> gain.shape
    (4,)
    """
    profiles = [profile_of(scenario, mix) for mix in mixes]
    records = simulate(scenario, profiles)
    payoffs = payoffs_of(scenario, records)
    places = {f"{role}.{strategy}": number for number, (role, strategy) in enumerate(scenario.roles.axis)}
    return [Earned(records, payoffs, number, places) for number in range(len(profiles))]


def lone_gain(scenario: Scenario, strategy: str) -> np.ndarray:
    """What one validator gains[world] by leaving the first listed strategy, which all others keep, for another."""
    first = f"validators.{scenario.roles.strategies[0][0]}"
    all_first, one = earned(scenario, [{}, {strategy: 1}])
    return one.payoff(strategy) - all_first.payoff(first)
