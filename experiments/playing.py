"""One profile, played: what each strategy earns in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.inference import ratio_interval
from experiments.errors import BadInput, nearest
from experiments.intervals import Interval, interval, interval_json
from experiments.payoffs import accounts, colluding_axes
from experiments.scenario import Scenario
from experiments.simulation import Progress, simulate

__all__ = ["Cabal", "Play", "Row", "play", "profile_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the seats of one strategy earn: payoff in thousandths of the epoch's emission, par dividends are 1."""

    role: str
    strategy: str
    players: int
    payoff: Interval
    dividends_per_stake: Interval | None
    validator_trust: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabal:
    """A cabal's accounts, in thousandths of the epoch's emission: per colluding seat, and its treasury in all."""

    miners: int
    dividends: Interval
    income: Interval
    gain_over_weight_copier: Interval
    treasury: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One profile in all worlds of a scenario."""

    scenario: Scenario
    rows: tuple[Row, ...]
    measures: Mapping[str, Interval | None]
    cabal: Cabal | None

    def to_json(self) -> dict[str, Any]:
        """The object that `yuma play --json` prints."""
        cabal = self.cabal
        return {
            "strategies": [
                {
                    "role": row.role,
                    "strategy": row.strategy,
                    "players": row.players,
                    "payoff": interval_json(row.payoff),
                    "dividends_per_stake": interval_json(row.dividends_per_stake),
                    "validator_trust": row.validator_trust,
                }
                for row in self.rows
            ],
            "measures": {name: interval_json(values) for name, values in self.measures.items()},
            "cabal": None
            if cabal is None
            else {
                "miners": cabal.miners,
                "dividends": interval_json(cabal.dividends),
                "income": interval_json(cabal.income),
                "gain_over_weight_copier": interval_json(cabal.gain_over_weight_copier),
                "treasury": interval_json(cabal.treasury),
            },
            "scenario": self.scenario.name,
            "digest": self.scenario.digest,
            "seed": self.scenario.seed,
            "epochs": self.scenario.epochs,
            "worlds": self.scenario.worlds,
        }


def profile_of(scenario: Scenario, mix: Mapping[str, int]) -> np.ndarray:
    """Counts[axis] from `{"validators.weight-copier": 2}`: seats that are not named play the first listed strategy.

    Where a role's every strategy is named the counts must add up to its seats.

    >>> profile_of(Scenario.named("weight-copying"), {"validators.weight-copier": 2}).tolist()
    [8, 2, 64]
    """
    roles = scenario.roles
    known = [f"{role}.{strategy}" for role, strategy in roles.axis]
    for key, count in mix.items():
        if key not in known:
            raise BadInput(f"--mix {key!r} is no strategy of this game; {nearest(key, known)}")
        if count < 0:
            raise BadInput(f"--mix {key} is {count}; a count of seats must be at least 0")
    counts = np.array([mix.get(key, 0) for key in known])
    for role, part in enumerate(roles.slices()):
        seats, named = roles.players[role], [key in mix for key in known[part]]
        total = int(counts[part].sum())
        if total > seats or (all(named) and total != seats):
            raise BadInput(
                f"--mix names {total} {roles.names[role]}; the role has {seats} seats: make the counts add up to it"
            )
        counts[part.start] += seats - total
    return counts


def play(scenario: Scenario, mix: Mapping[str, int] | None = None, *, progress: Progress | None = None) -> Play:
    """Play one profile in the scenario's worlds; intervals are Student's t over worlds at the scenario's level.

    >>> small = {"epochs": 20, "burn_in": 5, "worlds": 4, "miners.count": 8}
    >>> play(Scenario.named("weight-copying", small), {"validators.weight-copier": 1}).rows[1].players
    1
    """
    counts = profile_of(scenario, mix or {})
    level = scenario.answer.level
    records = simulate(scenario, counts[None], progress=progress)
    paid = accounts(scenario, records)
    rows = []
    for number, (role, strategy) in enumerate(scenario.roles.axis):
        if not counts[number]:
            continue
        per_stake = trust = None
        if role.startswith("validators"):
            ratio = ratio_interval(records.dividends[0, number], records.stake[0, number], level)
            per_stake = float(ratio[0]), float(ratio[1]), float(ratio[2])
            trust = float(records.validator_trust[0, number].mean())
        rows.append(
            Row(
                role=role,
                strategy=strategy,
                players=int(counts[number]),
                payoff=_known(paid.payoff[0, number], level),
                dividends_per_stake=per_stake,
                validator_trust=trust,
            )
        )
    measures = {
        "quality_incentive_correlation": interval(records.quality_incentive_correlation[0], level, (-1.0, 1.0)),
        "evaluation_spent": interval(records.evaluation_spent[0], level),
        "newcomer_epochs_to_first_pay": _where_known(records.newcomer_epochs_to_first_pay[0], level),
    }
    colluders = np.flatnonzero(colluding_axes(scenario) & (counts > 0))
    cabal = None
    if colluders.size:
        copying = {scenario.roles.axis[n][1]: "weight-copier" for n in colluders}
        copied = simulate(scenario, counts[None], instead=copying).payoff[0, colluders]
        heads = counts[colluders]
        earned = _by_head(paid.payoff[0, colluders], heads)
        income = _by_head(paid.cabal_income[0, colluders], heads)
        cabal = Cabal(
            miners=scenario.cabal_seats,
            dividends=_known(earned - income, level),
            income=_known(income, level),
            gain_over_weight_copier=_known(earned - _by_head(copied, heads), level),
            treasury=_known(paid.treasury[0], level),
        )
    return Play(scenario=scenario, rows=tuple(rows), measures=measures, cabal=cabal)


def _by_head(values: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """The mean over all seats, [world], of values[strategy, world] with so many seats each."""
    return (values * heads[:, None]).sum(axis=0) / heads.sum()


def _where_known(values: np.ndarray, level: float) -> Interval | None:
    """The interval over the worlds in which the values are defined; None where there are none."""
    found = values[np.isfinite(values)]
    return interval(found, level) if found.size else None


def _known(values: np.ndarray, level: float) -> Interval:
    found = interval(values, level)
    assert found is not None  # payoffs are always defined
    return found
