"""All that is recorded: what each seat earned, spent and was trusted with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from econ.measures import rank_correlation
from econ.yuma.epoch import Epoch

__all__ = ["CORRELATION_EVERY", "Ledger"]

CORRELATION_EVERY = 20
"""Counted epochs between two measurements of the rank correlation of quality and incentive, the first included."""

_SERIES = ("validator_emission", "dividends", "validator_trust", "miner_emission", "incentive")


class Ledger:
    """Averages over the paid epochs from `burn_in` on, and if wished every epoch's numbers.

    Emission is in thousandths of the subnet's epoch emission after the owner's cut. Averages have the shapes
    `validator_emission`, `dividends`, `validator_trust`[world, validator], `miner_emission`[world, miner],
    `evaluation_spent`[world]. Epochs before any weights exist pay nothing and are not recorded.
    """

    def __init__(self, worlds: int, validators: int, miners: int, *, burn_in: int, series: bool) -> None:
        self.burn_in = burn_in
        self.paid_epochs = 0
        self.epochs: list[int] = []
        self._series: dict[str, list[np.ndarray]] | None = {name: [] for name in _SERIES} if series else None
        self._sums = {
            "validator_emission": np.zeros((worlds, validators)),
            "dividends": np.zeros((worlds, validators)),
            "validator_trust": np.zeros((worlds, validators)),
            "miner_emission": np.zeros((worlds, miners)),
            "validator_cost": np.zeros((worlds, validators)),
            "miner_cost": np.zeros((worlds, miners)),
        }
        self._correlation_sum = np.zeros(worlds)
        self._correlations = 0

    def record(
        self,
        epoch: int,
        result: Epoch,
        emission: tuple[np.ndarray, np.ndarray],
        costs: Mapping[str, np.ndarray],
        quality: np.ndarray,
    ) -> None:
        """Take down one paid epoch: shares of its emission by role, [world, seat], costs, and quality[world, miner]."""
        if self._series is None and epoch < self.burn_in:
            return
        numbers = {
            "validator_emission": 1000.0 * emission[0],
            "dividends": result.dividends,
            "validator_trust": result.validator_trust,
            "miner_emission": 1000.0 * emission[1],
        }
        if self._series is not None:
            self.epochs.append(epoch)
            for name, values in (*numbers.items(), ("incentive", result.incentive)):
                self._series[name].append(values.copy())
        if epoch < self.burn_in:
            return
        self.paid_epochs += 1
        for name, values in (*numbers.items(), *costs.items()):
            self._sums[name] += values
        if (self.paid_epochs - 1) % CORRELATION_EVERY == 0:
            self._correlation_sum += rank_correlation(quality, result.incentive)
            self._correlations += 1

    def __getattr__(self, name: str) -> np.ndarray:
        sums = self.__dict__.get("_sums", {})
        if name not in sums:
            raise AttributeError(name)
        return sums[name] / self.paid_epochs if self.paid_epochs else np.full_like(sums[name], np.nan)

    @property
    def validator_payoff(self) -> np.ndarray:
        """Emission less the cost of evaluating, payoff[world, validator], thousandths an epoch."""
        return self.validator_emission - self.validator_cost

    @property
    def miner_payoff(self) -> np.ndarray:
        """Emission less the cost of effort, payoff[world, miner], thousandths an epoch."""
        return self.miner_emission - self.miner_cost

    @property
    def evaluation_spent(self) -> np.ndarray:
        """What all validators together spend on evaluating, spent[world], thousandths an epoch."""
        return self.validator_cost.sum(axis=-1)

    @property
    def quality_incentive_correlation(self) -> np.ndarray:
        """Mean rank correlation of quality and incentive at pay time, [world]; NaN where either is constant."""
        if not self._correlations:
            return np.full_like(self._correlation_sum, np.nan)
        return self._correlation_sum / self._correlations

    def series(self, name: str) -> np.ndarray:
        """Every recorded epoch's numbers, [epoch, world, seat]; `epochs` holds their epoch numbers.

        Names: validator_emission, dividends, validator_trust, miner_emission, incentive.
        """
        if self._series is None:
            raise ValueError("this ledger keeps averages only; make the Subnet with series=True")
        if name not in self._series:
            raise ValueError(f"the ledger has no series {name!r}; it has {', '.join(self._series)}")
        if not self._series[name]:
            return np.empty((0, *self._sums.get(name, self._sums["miner_emission"]).shape))
        return np.stack(self._series[name])
