"""Delegators of a network: between which subnets, and root, they divide their stake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.network.policies import MarketDelegator
from agents.network.views import MarketView
from econ.quantity import QuantityError, Settings, quantity

__all__ = ["IndexHolder", "Raider", "RootHolder", "Settled", "YieldSeeker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldSeeker(Settings, MarketDelegator):
    """Divide between root and subnets by what they yield: shares proportional to what is there times exp(a x yield).

    Weighing by the TAO in a pool and on root keeps a large stake out of small pools. It does not ask whether the price
    will hold, so a high yield on a falling alpha attracts it.
    """

    name: ClassVar[str] = "yield-seeker"

    sharpness: float = quantity(
        500.0,
        "per unit of yield a day",
        "[0, 1_000_000]",
        "player",
        "How much more goes to the better; yields are of the order of a thousandth a day.",
    )
    liquid: float = quantity(0.02, "a share", "[0, 1]", "player", "Kept free.")

    def division(self, view: MarketView) -> np.ndarray:
        """The logit of yields over pools and root, the same for all rows."""
        size = np.concatenate([[view.root_tao], view.pool_tao])
        yields = np.concatenate([[view.root_yield], view.alpha_yield])
        pull = size * np.exp(self.sharpness * (yields - yields.max()))
        division = np.concatenate([[self.liquid], (1 - self.liquid) * pull / pull.sum()])
        return np.tile(division, (view.seat.size, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexHolder(Settings, MarketDelegator):
    """Hold the market: alpha of every subnet by the TAO in its pool, or in equal parts."""

    name: ClassVar[str] = "index-holder"

    equal: bool = quantity(False, "a way to divide", "", "player", "In equal parts, not by pools.")
    liquid: float = quantity(0.02, "a share", "[0, 1]", "player", "Kept free.")

    def division(self, view: MarketView) -> np.ndarray:
        """By pools or in equal parts, nothing on root."""
        size = np.ones_like(view.pool_tao) if self.equal else view.pool_tao
        division = np.concatenate([[self.liquid, 0.0], (1 - self.liquid) * size / size.sum()])
        return np.tile(division, (view.seat.size, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class RootHolder(MarketDelegator):
    """Keep all of it on root, and take what root earns in TAO."""

    name: ClassVar[str] = "root-holder"

    def division(self, view: MarketView) -> np.ndarray:
        """Root alone."""
        return np.tile(np.eye(2 + view.price.size)[1], (view.seat.size, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(MarketDelegator):
    """Leave everything where it is."""

    name: ClassVar[str] = "settled"

    def division(self, view: MarketView) -> np.ndarray:
        """As it is."""
        division = np.concatenate([view.free[:, np.newaxis], view.root[:, np.newaxis], view.value], axis=1)
        return np.where(division.any(axis=1, keepdims=True), division, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raider(Settings, MarketDelegator):
    """Go into one subnet with part of its wealth, and lock all alpha there to become its owner.

    The owner's cut is then its own, and locks cost what a price loses while nothing can be sold.
    """

    name: ClassVar[str] = "raider"

    subnet: int = quantity(0, "the number of a subnet", "[0, 127]", "player", "Whose owner it would be.")
    share: float = quantity(0.98, "a share of its wealth", "[0, 1]", "player", "Held in that subnet, the rest on root.")
    locks: bool = quantity(True, "a way to hold", "", "player", "Lock it; without, it only holds.")

    def division(self, view: MarketView) -> np.ndarray:
        """The one subnet, and root."""
        places = view.price.size
        if self.subnet >= places:
            raise QuantityError(f"raider: subnet is {self.subnet}; there are {places}, counted from 0")
        row = self.share * (np.arange(2 + places) == 2 + self.subnet) + (1 - self.share) * (np.arange(2 + places) == 1)
        return np.tile(row, (view.seat.size, 1))

    def lock(self, view: MarketView) -> np.ndarray:
        """All of it there."""
        row = (np.arange(view.price.size) == self.subnet) & self.locks
        return np.tile(row.astype(float), (view.seat.size, 1))
