"""Two rule sets on the same luck: who gains, who loses, and who pays for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.inference import mean_interval
from experiments.errors import BadInput
from experiments.intervals import Interval, interval_json
from experiments.playing import profile_of
from experiments.scenario import Scenario
from experiments.simulation import Progress, seats_of, subnet_of
from experiments.wording import with_interval

__all__ = ["Party", "SideBySide", "side_by_side"]

_SLICE = 16
"""Worlds played at once: progress is told after each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What one side gets under either rule set, and the difference paired by world; `unit` says of what."""

    name: str
    kind: str
    unit: str
    first: Interval
    second: Interval
    difference: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """All parties under two scenarios, in so many worlds; intervals are Student's, each on its own."""

    parties: tuple[Party, ...]
    worlds: int
    level: float

    @property
    def sentence(self) -> str:
        """Who gains and who loses by the second beyond the interval, and how well pay follows quality."""
        gains = [party.name for party in self.parties if party.kind and party.difference[1] > 0]
        loses = [party.name for party in self.parties if party.kind and party.difference[2] < 0]
        quality = next(party for party in self.parties if not party.kind)
        return (
            f"By rule set B gain: {', '.join(gains) or 'none'}; lose: {', '.join(loses) or 'none'}. Pay follows "
            f"miners' quality at {with_interval(quality.first)} of 1 under A, {with_interval(quality.second)} under B."
        )

    def to_json(self) -> dict[str, Any]:
        """What `yuma play --against` prints."""
        return {
            "parties": [
                {
                    "party": party.name,
                    "unit": party.unit,
                    "a": interval_json(party.first),
                    "b": interval_json(party.second),
                    "difference": interval_json(party.difference),
                }
                for party in self.parties
            ],
            "worlds": self.worlds,
            "level": self.level,
        }


def side_by_side(
    first: Scenario, second: Scenario, mix: Mapping[str, int] | None = None, *, progress: Progress | None = None
) -> SideBySide:
    """Play one profile under both, in the first's worlds. `BadInput` where the two do not seat the same players.

    >>> small = {"validators.count": 3, "miners.count": 8, "epochs": 16, "burn_in": 8, "worlds": 4}
    >>> one = Scenario.named("weight-copying", small)
    >>> two = side_by_side(one, one.changed({"rules.reveal_period": 3}), {"validators.weight-copier": 1})
    >>> [party.name for party in two.parties][:3]
    ['honest validators', 'weight-copier validators', 'nominators']
    """
    if (first.roles, first.cabal_seats) != (second.roles, second.cabal_seats):
        raise BadInput("the two scenarios do not seat the same players: change rules only")
    counts = profile_of(first, mix or {})
    axis = [strategy for _, strategy in first.roles.axis]
    seats = [axis[n] for n in seats_of(first, counts)["validators"]]
    worlds = np.arange(first.worlds)
    cuts = [worlds[start : start + _SLICE] for start in range(0, worlds.size, _SLICE)]
    told: list[dict[str, np.ndarray]] = []
    for number, scenario in enumerate((first, second)):
        parts = []
        for place, cut in enumerate(cuts):
            parts.append(_played(scenario, counts, cut, seats))
            if progress:
                progress((number * len(cuts) + place + 1) / (2 * len(cuts)))
        told.append({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    level = first.answer.level
    parties = [
        Party(
            name=name,
            kind=_KINDS.get(name, name.removesuffix(" validators")),
            unit=_UNITS.get(name, "thousandths a seat"),
            first=_interval(one, level),
            second=_interval(told[1][name], level),
            difference=_interval(told[1][name] - one, level),
        )
        for name, one in told[0].items()
    ]
    return SideBySide(parties=tuple(parties), worlds=worlds.size, level=level)


_BEST, _REST, _CABAL = "best quarter of miners", "other miners", "cabal's miners"
_NOMINATORS, _OWNER, _QUALITY = "nominators", "owner", "pay follows quality"
_KINDS = {_BEST: "miners", _REST: "miners", _CABAL: "cabal", _NOMINATORS: "nominators", _OWNER: "owner", _QUALITY: ""}
_UNITS = {
    _BEST: "thousandths, together",
    _REST: "thousandths, together",
    _CABAL: "thousandths, together",
    _NOMINATORS: "thousandths, all who stake with honest validators",
    _OWNER: "thousandths",
    _QUALITY: "rank correlation",
}


def _played(scenario: Scenario, counts: np.ndarray, worlds: np.ndarray, seats: list[str]) -> dict[str, np.ndarray]:
    """What each party gets in each world, averaged over the counted epochs."""
    subnet = subnet_of(scenario, counts[None], worlds)
    own = scenario.miners.count
    best, epochs = np.zeros(worlds.size), 0
    for epoch in range(scenario.epochs):
        quality = subnet.quality[:, :own].copy()
        subnet.step()
        if epoch < scenario.burn_in or not subnet.incentive.any():
            continue
        top = max(own // 4, 1)
        chosen = np.argpartition(-quality, top - 1, axis=1)[:, :top]
        best += np.take_along_axis(subnet.incentive[:, :own], chosen, axis=1).sum(axis=1)
        epochs += 1
    ledger = subnet.ledger
    paid = ledger.payoff("validators")
    told: dict[str, np.ndarray] = {}
    for strategy in dict.fromkeys(seats):
        mine = np.array([name == strategy for name in seats])
        told[f"{strategy} validators"] = paid[:, mine].mean(axis=1)
    honest = np.array([name == seats[0] for name in seats])
    earned = ledger.validator_emission[:, honest].sum(axis=1)
    told[_NOMINATORS] = (1.0 - scenario.validators.take) * earned
    mining = ledger.miner_emission
    total = mining.sum(axis=1)
    share = 1000.0 * (1.0 - scenario.rules.validator_share)
    told[_BEST] = share * best / max(epochs, 1)
    cabal = mining[:, own + scenario.registration.outside :].sum(axis=1)  # its seats stand last
    told[_REST] = total - cabal - told[_BEST]
    if scenario.cabal_seats:
        told[_CABAL] = cabal
    told[_QUALITY] = np.nan_to_num(ledger.quality_incentive_correlation)
    return told


def _interval(values: np.ndarray, level: float) -> Interval:
    mean, low, high = mean_interval(values, level) if values.size > 1 else (values[0], np.nan, np.nan)
    return float(mean), float(low), float(high)
