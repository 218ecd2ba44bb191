"""Owners' policies: what a subnet's owner does with its power over emission and with its cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.errors import PolicyError
from agents.policy import OwnerPolicy, Traits
from agents.views import OwnerView
from econ.quantity import Settings, quantity

__all__ = ["BurningOwner", "HonestOwner", "PumpingOwner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestOwner(OwnerPolicy):
    """Leave emission to those who earn it, and keep the cut.

    The owner's pay is its cut, whoever else is paid.
    """

    name: ClassVar[str] = "honest"
    traits: ClassVar[Traits] = Traits()
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, docs/consensus.md",)


@dataclass(frozen=True, slots=True, kw_only=True)
class BurningOwner(Settings, OwnerPolicy):
    """Direct a share of the miners' emission to the owner's own UID, where it is burned.

    It is no income: what the owner's keys are paid is withheld. It makes the alpha that is left scarcer and miners
    poorer, and the chain lowers such a subnet's share of TAO by as much as it burns.
    """

    name: ClassVar[str] = "burner"
    traits: ClassVar[Traits] = Traits()
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, pallets/subtensor/src/coinbase",)

    share: float = quantity(0.5, "a share of the miners' emission", "[0, 1]", "owner", "How much is burned.")

    def burn(self, view: OwnerView) -> np.ndarray:
        """The same in every world."""
        return np.full(view.world.size, self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpingOwner(Settings, OwnerPolicy):
    """Stake the cut with a validator of one's own, epoch after epoch.

    The cut comes whether or not the subnet does well; staked with one validator it becomes dividends and a growing
    part of the median.
    """

    name: ClassVar[str] = "pumper"
    traits: ClassVar[Traits] = Traits(sees={"stake"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    share: float = quantity(1.0, "a share of the owner's cut", "[0, 1]", "owner", "How much of it is staked.")
    validator: int = quantity(0, "the number of a validator's seat", "[0, 4095]", "owner", "With whom.")

    def invest(self, view: OwnerView) -> np.ndarray:
        """All of that share with the one validator."""
        validators = view.public.stake.shape[1]
        if self.validator >= validators:
            raise PolicyError(
                f"{self.name} stakes with validator {self.validator}; there are {validators}, numbered from 0: "
                "name one of them"
            )
        invested = np.zeros((view.world.size, validators))
        invested[:, self.validator] = self.share
        return invested
