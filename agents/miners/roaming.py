"""Miners who come and go, or come to stay in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.miners.incentive import incentive_of, lowest_of_others
from agents.policy import MinerPolicy, Traits
from agents.views import MinerView
from econ.quantity import Settings, quantity

__all__ = ["Griefer", "HitAndRun", "Squatter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitAndRun(MinerPolicy):
    """Work while immune and leave when immunity ends; register again as long as immunity pays for it.

    Immunity is a promise of some epochs' pay. Where a registration costs less than that promise, entering over and
    over pays; the price doubles with every few registrations and puts an end to it.
    """

    name: ClassVar[str] = "hit-and-run"
    traits: ClassVar[Traits] = Traits()
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    def effort(self, view: MinerView) -> np.ndarray:
        """One while immune."""
        return view.immune.astype(float)

    def leave(self, view: MinerView) -> np.ndarray:
        """Those whose UID is no longer immune."""
        return ~view.immune

    def register(self, view: MinerView) -> np.ndarray:
        """What a UID of average pay earns while it is immune."""
        return view.prize


@dataclass(frozen=True, slots=True, kw_only=True)
class Griefer(Settings, MinerPolicy):
    """Register at nearly any price, and work little: what counts is whom it displaces.

    Every registration takes the UID of the lowest paid miner and makes the next one dearer for everybody. What it
    costs grows geometrically; what it harms is newcomers and the weakest.
    """

    name: ClassVar[str] = "griefer"
    traits: ClassVar[Traits] = Traits()
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    bid: float = quantity(
        100.0,
        "thousandths of the epoch's emission",
        "[0, 1_000_000_000]",
        "player",
        "The most it pays for a registration.",
    )
    level: float = quantity(0.0, "a share of full effort", "[0, 1]", "player", "How much it works.")

    def effort(self, view: MinerView) -> np.ndarray:
        """The same for every row."""
        return np.full(view.world.size, self.level)

    def register(self, view: MinerView) -> np.ndarray:
        """Its bid."""
        return np.full(view.world.size, self.bid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Squatter(Settings, MinerPolicy):
    """Hold a UID with the least work that keeps it: a little more pay than the lowest paid.

    The lowest paid is replaced first, so it is enough not to be the lowest. It begins with full effort and lets go.
    """

    name: ClassVar[str] = "squatter"
    traits: ClassVar[Traits] = Traits(sees={"incentive"}, adapts=True)
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    margin: float = quantity(
        0.5,
        "a share of the lowest pay",
        "[0, 100]",
        "player",
        "How much more than the lowest paid other miner it wants to earn.",
    )
    least: float = quantity(0.02, "a share of full effort", "[0, 1]", "player", "Effort does not fall below this.")

    def effort(self, view: MinerView) -> np.ndarray:
        """A quarter of the way, in logarithms, from the last effort to the one that earns the pay it wants."""
        own, wanted = incentive_of(view), (1.0 + self.margin) * lowest_of_others(view)
        ratio = np.divide(wanted, own, out=np.ones_like(own), where=own > 0)
        paced = np.clip(view.effort * ratio**0.25, self.least, 1.0)
        return np.where(own > 0, paced, 1.0)
