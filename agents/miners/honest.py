"""Miners who work, as much as it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.miners.incentive import incentive_of
from agents.policy import MinerPolicy, Offer, Traits
from agents.settings import MinerSettings
from agents.views import MinerView
from econ.quantity import Settings, like, quantity
from econ.yuma.rules import Rules

__all__ = ["BribingMiner", "HonestMiner", "LazyMiner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestMiner(Settings, MinerPolicy):
    """Work as long as more work earns more than it costs.

    Incentive is a lottery's share, I = q / sum q with quality q = effort^exponent, so more effort e earns
    dI/de = exponent I (1 - I) / e of the miners' emission. Effort is full as long as that covers the cost of effort,
    else it goes to where both meet. It never falls below `least`, by which a miner is still measured and learns when
    work pays again; a miner that is not paid yet works fully.
    """

    name: ClassVar[str] = "honest"
    traits: ClassVar[Traits] = Traits(sees={"incentive"}, adapts=True)
    takes: ClassVar[Mapping[str, str]] = {
        "cost": "miners.cost",
        "exponent": "miners.effort_exponent",
        "validator_share": "rules.validator_share",
    }
    sources: ClassVar[tuple[str, ...]] = (
        "G. Tullock, Efficient rent seeking, 1980",
        "opentensor/subtensor, docs/consensus.md",
    )

    cost: float = like(MinerSettings, "cost")
    exponent: float = like(MinerSettings, "effort_exponent")
    validator_share: float = like(Rules, "validator_share")
    least: float = quantity(0.02, "a share of full effort", "[0, 1]", "player", "Effort does not fall below this.")

    def effort(self, view: MinerView) -> np.ndarray:
        """The effort[row] at which its marginal reward meets its marginal cost, in [least, 1]."""
        if self.cost == 0.0:
            return np.ones(view.world.size)
        incentive = incentive_of(view)
        prize = 1000.0 * (1.0 - self.validator_share)
        meets = self.exponent * prize * incentive * (1.0 - incentive) / self.cost
        return np.where(incentive > 0.0, np.clip(meets, self.least, 1.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyMiner(Settings, MinerPolicy):
    """Work little.

    Where weights are proportional to quality and effort is dear, little work earns little at nearly no cost; where
    UIDs are replaced, the lowest paid is the first to go.
    """

    name: ClassVar[str] = "lazy"
    traits: ClassVar[Traits] = Traits()
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    level: float = quantity(0.1, "a share of full effort", "[0, 1]", "player", "How much it works.")

    def effort(self, view: MinerView) -> np.ndarray:
        """The same for every row."""
        return np.full(view.world.size, self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class BribingMiner(HonestMiner):
    """Work like an honest miner, and pay validators for weight.

    Below kappa of the stake the weight that is bought is clipped, and briber and bribed together lose. The bribed bear
    most of it: where it pays them less than the chance of a pivotal set is worth, the miner alone may gain. An offer
    with a `contract` pays only if those who take it hold kappa together: then a failed bribe costs the miner nothing.
    """

    name: ClassVar[str] = "bribing"
    traits: ClassVar[Traits] = Traits(sees={"incentive"}, adapts=True)
    sources: ClassVar[tuple[str, ...]] = ("V. Buterin, The P + epsilon attack, 2015", "Yuma Games")

    payment: float = quantity(
        0.5,
        "thousandths of the epoch's emission, an epoch",
        "[0, 1_000_000]",
        "player",
        "What it pays each validator that gives it the weight it asks for.",
    )
    weight: float = quantity(0.1, "a share of a validator's weight", "[0, 1]", "player", "What it asks for.")
    contract: bool = quantity(
        False, "a condition", "", "player", "Pay only if those who give the weight hold kappa of the stake together."
    )

    def offer(self, view: MinerView) -> Offer:
        """The same offer for every row."""
        rows = view.world.size
        return Offer(
            payment=np.full(rows, self.payment),
            weight=np.full(rows, self.weight),
            contract=np.full(rows, self.contract),
        )
