"""Miners' policies: how hard they work, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import MinerPolicy, Traits
from agents.settings import CabalSettings
from agents.views import MinerView
from econ.quantity import Settings, like

__all__ = ["ColludingMiner", "HonestMiner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestMiner(MinerPolicy):
    """Work at full effort."""

    name: ClassVar[str] = "honest"
    traits: ClassVar[Traits] = Traits()

    def effort(self, view: MinerView) -> np.ndarray:
        """One for every row."""
        return np.ones(view.world.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColludingMiner(Settings, MinerPolicy):
    """Make what is worth a fraction of an honest miner's work, and rely on the cabal's validators to be paid."""

    name: ClassVar[str] = "colluding"
    traits: ClassVar[Traits] = Traits(colludes=True)

    utility: float = like(CabalSettings, "utility")

    def effort(self, view: MinerView) -> np.ndarray:
        """One for every row: the cabal's cost is fixed."""
        return np.ones(view.world.size)
