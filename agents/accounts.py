"""What one epoch pays and costs everybody."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.mining import Mining
from agents.nominating import Nominating
from agents.setup import Setup
from agents.staking import Staking
from agents.validating import Validating

__all__ = ["Accounts", "Paid"]


class Paid(NamedTuple):
    """What the rule says of an epoch: of stake[world, validator] dividends and trust, thousandths to either side."""

    stake: np.ndarray
    dividends: np.ndarray
    validator_trust: np.ndarray
    to_validators: np.ndarray
    to_miners: np.ndarray
    received: np.ndarray | None
    spent: np.ndarray | None
    """What offers come to, by [world, validator] and [world, column]; None where nobody can offer."""


class Accounts:
    """The books of a subnet: who keeps what, after nominators, costs, rent, bribes and registrations."""

    def __init__(
        self, setup: Setup, *, mining: Mining, validating: Validating, staking: Staking, nominating: Nominating
    ) -> None:
        self._setup, self._mining, self._validating = setup, mining, validating
        self._staking, self._nominating = staking, nominating
        self._income = np.full((setup.worlds.size, 1), setup.owner_settings.income)

    def of(self, epoch: int, paid: Paid, registered: np.ndarray) -> dict[str, np.ndarray]:
        """Numbers by name, [world, seat], in thousandths; what is nothing is left out.

        `registered[world, player]` is what players paid for their UIDs.
        """
        mining, staking, setup = self._mining, self._staking, self._setup
        to_miners = paid.to_miners
        if self._nominating.owner and self._nominating.burned.any():
            to_miners = (1.0 - self._nominating.burned)[:, None] * to_miners
        numbers = {
            "validator_emission": paid.to_validators,
            "dividends": paid.dividends,
            "validator_trust": paid.validator_trust,
            "stake": paid.stake,
            "owner_emission": self._income,
        }
        if staking.moves:
            if epoch >= 0:
                self._nominating.invest()
            kept, given = staking.divide(paid.to_validators / 1000.0, grow=epoch >= 0)
            numbers["validator_emission"] = 1000.0 * kept
            numbers["delegator_emission"] = 1000.0 * given[:, :-1]
            numbers["owner_emission"] = self._income + 1000.0 * given[:, -1:]
        elif self._validating.trading:
            numbers["validator_emission"] = 1000.0 * staking.kept(paid.to_validators / 1000.0)
        if staking.moves or self._validating.trading:
            numbers["validator_other"] = -setup.validator_settings.rent * staking.rented
        numbers["miner_emission"] = mining.by_player(to_miners)
        costs = mining.costs(setup.miner_settings.cost, setup.cabal.cost)
        if costs is not None:
            numbers["miner_cost"] = mining.by_player(costs)
        if setup.validator_settings.cost:
            numbers["validator_cost"] = setup.validator_settings.cost * self._validating.evaluation(epoch)
            measuring = self._nominating.measures(epoch)
            if measuring is not None:
                numbers["delegator_cost"] = setup.validator_settings.cost * measuring
        if paid.received is not None and paid.spent is not None:
            numbers["validator_other"] = numbers.get("validator_other", 0.0) + paid.received
            numbers["miner_other"] = mining.by_player(paid.spent, less=registered)
        elif mining.moving:
            numbers["miner_other"] = -registered
        return numbers
