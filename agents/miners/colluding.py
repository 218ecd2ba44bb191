"""The cabal's miners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import MinerPolicy, Traits
from agents.settings import CabalSettings
from agents.views import MinerView
from econ.quantity import Settings, like

__all__ = ["ColludingMiner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColludingMiner(Settings, MinerPolicy):
    """Make what is worth a fraction of an honest miner's work, and rely on the cabal's validators to be paid.

    At utility 0 honest validators give it nothing, and as long as they hold more than kappa of the stake it is paid
    nothing, whatever the cabal votes.
    """

    name: ClassVar[str] = "colluding"
    traits: ClassVar[Traits] = Traits(colludes=True)
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, docs/consensus.md",)

    utility: float = like(CabalSettings, "utility")

    def effort(self, view: MinerView) -> np.ndarray:
        """One for every row: the cabal's cost is fixed."""
        return np.ones(view.world.size)
