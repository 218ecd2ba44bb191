"""Validators who play for stake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import Traits
from agents.validators.honest import HonestValidator
from agents.views import ValidatorView
from econ.quantity import quantity

__all__ = ["StakeRenter", "TakeUndercutter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUndercutter(HonestValidator):
    """Measure honestly, and keep a little less of the nominators' dividends than the cheapest rival.

    Nominators who look for yield then come to it. Where two do this, takes fall to `least`: evaluating is paid out of
    the take, so in the end only those who do not evaluate can afford to go on.
    """

    name: ClassVar[str] = "take-undercutter"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"take"}, adapts=True)
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    step: float = quantity(0.01, "a share of dividends", "[0, 1]", "player", "By how much it undercuts.")
    least: float = quantity(0.0, "a share of dividends", "[0, 1]", "player", "It does not go below this.")

    def take(self, view: ValidatorView) -> np.ndarray:
        """The lowest take of a rival less the step; its own where it has no rival."""
        takes = view.public.take
        own = takes[view.world, view.seat]
        if takes.shape[1] == 1:
            return np.array(own)
        lowest = np.partition(takes, 1, axis=-1)[:, :2]
        # Where the own take is the lowest (alone or with others) the second lowest is the cheapest rival's.
        rival = np.where(own <= lowest[view.world, 0], lowest[view.world, 1], lowest[view.world, 0])
        return np.clip(rival - self.step, self.least, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeRenter(HonestValidator):
    """Measure honestly with stake rented from outside.

    Dividends are nearly proportional to stake, so renting pays as long as it costs less than what stake earns; it
    also buys a larger part of the median.
    """

    name: ClassVar[str] = "stake-renter"
    traits: ClassVar[Traits] = Traits(evaluates=True)
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    rented: float = quantity(0.1, "a share of the world's stake", "[0, 1_000]", "player", "How much it rents.")

    def rent(self, view: ValidatorView) -> np.ndarray:
        """The same for every row."""
        return np.full(view.world.size, self.rented)
