"""Validators who play for bonds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import Traits
from agents.validators.honest import HonestValidator
from agents.views import ValidatorView
from econ.quantity import quantity
from econ.yuma.bonds import shares

__all__ = ["EarlyBonder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyBonder(HonestValidator):
    """Put extra weight on miners that it finds better than consensus does.

    Bonds on a miner are cheap before the others have found it, and pay when they have; with liquid alpha a weight far
    above consensus bonds faster still. That gains only without the bonds penalty, with a wide range of alpha, among few
    miners (with many no weight is far above consensus) and others who learn late; with the penalty it loses.
    """

    name: ClassVar[str] = "early-bonder"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"consensus"})
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, docs/consensus.md", "Yuma Games")

    boost: float = quantity(
        1.0, "a multiple", "[0, 1_000]", "player", "How many times it adds to a weight what that is above consensus."
    )

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Own weights with their excess over consensus enlarged."""
        mine = shares(HonestValidator.weights(self, view))
        return mine + self.boost * np.maximum(mine - view.public.consensus[view.world], 0.0)
