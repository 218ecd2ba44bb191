"""All that is recorded: what each seat earned, spent and was trusted with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from econ.measures import rank_correlation

__all__ = ["CORRELATION_EVERY", "Ledger"]

CORRELATION_EVERY = 20
"""Counted epochs between two measurements of the rank correlation of quality and incentive, the first included."""

_SERIES = (
    "validator_emission",
    "dividends",
    "validator_trust",
    "stake",
    "miner_emission",
    "incentive",
    "delegator_emission",
    "owner_emission",
)


class Ledger:
    """Averages over the paid epochs from `burn_in` on, and if wished every epoch's numbers.

    Emission and costs are in thousandths of the subnet's epoch emission after the owner's cut. By [world, seat]:
    `validator_emission` (what a validator keeps), `validator_cost` (evaluating), `validator_other` (bribes less rent),
    `dividends`, `validator_trust`, `stake` (shares); `miner_emission`, `miner_cost`, `miner_other` (less bribes and
    registrations); `delegator_emission`, `delegator_cost`; `owner_emission`[world, 1]. Epochs before any weights exist
    pay nothing and are not recorded.
    """

    def __init__(
        self, worlds: int, validators: int, miners: int, *, burn_in: int, series: bool, delegators: int = 0
    ) -> None:
        self.burn_in = burn_in
        self.paid_epochs = 0
        self.epochs: list[int] = []
        self._series: dict[str, list[np.ndarray]] | None = {name: [] for name in _SERIES} if series else None
        seats = {"validator": validators, "miner": miners, "delegator": delegators, "owner": 1}
        names = [f"{role}_{what}" for role in seats for what in ("emission", "cost", "other")]
        self._sums = {name: np.zeros((worlds, seats[name.partition("_")[0]])) for name in names}
        for name in ("dividends", "validator_trust", "stake"):
            self._sums[name] = np.zeros((worlds, validators))
        self._correlation_sum = np.zeros(worlds)
        self._correlations = 0
        self._waited = np.zeros((2, worlds))

    def go_on_from(self, other: Ledger, world: np.ndarray) -> None:
        """Take over the series of another's worlds[k], which has counted nothing yet."""
        self.epochs = list(other.epochs)
        if self._series is not None and other._series is not None:
            self._series = {name: [kept[world] for kept in other._series[name]] for name in _SERIES}

    def record(
        self, epoch: int, numbers: Mapping[str, np.ndarray], *, quality: np.ndarray, incentive: np.ndarray
    ) -> None:
        """Take down one paid epoch: numbers by name, [world, seat], and quality and incentive[world, miner]."""
        if self._series is not None:
            self.epochs.append(epoch)
            for name, kept in self._series.items():
                if name == "incentive" or name in numbers:
                    kept.append((incentive if name == "incentive" else numbers[name]).copy())
        if epoch < self.burn_in:
            return
        self.paid_epochs += 1
        for name, values in numbers.items():
            self._sums[name] += values
        if (self.paid_epochs - 1) % CORRELATION_EVERY == 0:
            self._correlation_sum += rank_correlation(quality, incentive)
            self._correlations += 1

    def newcomers(self, epoch: int, world: np.ndarray, epochs: np.ndarray) -> None:
        """Newcomers in world[row] were paid for the first time, so many epochs[row] after their registration."""
        if epoch >= self.burn_in:
            worlds = self._waited.shape[1]
            self._waited += np.bincount(world, epochs, worlds), np.bincount(world, minlength=worlds)

    def __getattr__(self, name: str) -> np.ndarray:
        sums = self.__dict__.get("_sums", {})
        if name not in sums:
            raise AttributeError(name)
        return sums[name] / self.paid_epochs if self.paid_epochs else np.full_like(sums[name], np.nan)

    def payoff(self, role: str) -> np.ndarray:
        """What every seat of a role receives less what it spends, payoff[world, seat], thousandths an epoch.

        Roles: validators, miners, delegators, owner.
        """
        one = role.removesuffix("s")
        if f"{one}_emission" not in self._sums:
            raise ValueError(f"the ledger knows no payoff of {role!r}; it has validators, miners, delegators, owner")
        return self.__getattr__(f"{one}_emission") + self.__getattr__(f"{one}_other") - self.__getattr__(f"{one}_cost")

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

    @property
    def newcomer_epochs_to_first_pay(self) -> np.ndarray:
        """Mean epochs from a registration to the first incentive, [world]; NaN where there was no newcomer."""
        total, count = self._waited
        return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)

    def series(self, name: str) -> np.ndarray:
        """Every recorded epoch's numbers, [epoch, world, seat]; `epochs` holds their epoch numbers.

        Names: validator_emission, dividends, validator_trust, stake, miner_emission, incentive, delegator_emission,
        owner_emission.
        """
        if self._series is None:
            raise ValueError("this ledger keeps averages only; make the Subnet with series=True")
        if name not in self._series:
            raise ValueError(f"the ledger has no series {name!r}; it has {', '.join(self._series)}")
        if not self._series[name]:
            return np.empty((0, *self._sums.get(name, self._sums["miner_emission"]).shape))
        return np.stack(self._series[name])
