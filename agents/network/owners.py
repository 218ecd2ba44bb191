"""Owners of subnets: what they do with their cut, with miners' incentive and with money of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.network.policies import MarketOwner
from agents.network.views import MarketView
from econ.quantity import Settings, quantity

__all__ = ["Burner", "PlainOwner", "Pumper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOwner(Settings, MarketOwner):
    """Sell part of the cut as it comes, and stake the rest."""

    name: ClassVar[str] = "plain"

    share: float = quantity(0.5, "a share of the cut", "[0, 1]", "owner", "Sold as it comes.")
    locked: float = quantity(0.0, "a share of its alpha", "[0, 1]", "owner", "Locked, so that nobody takes the subnet.")

    def sold(self, view: MarketView) -> np.ndarray:
        """The same in every epoch."""
        return np.full(view.seat.size, self.share)

    def lock(self, view: MarketView) -> np.ndarray:
        """The same part, of all that it holds by now."""
        return np.full(view.seat.size, self.locked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burner(Settings, MarketOwner):
    """Direct part of the miners' incentive to the owner's UID: it is withheld, and lowers the subnet's share of TAO.

    Under the rule of prices a subnet that withholds b is weighed by P (1 - b).
    """

    name: ClassVar[str] = "burner"

    withheld: float = quantity(0.5, "a share of miners' incentive", "[0, 1]", "owner", "How much is withheld.")

    def burn(self, view: MarketView) -> np.ndarray:
        """The same in every epoch."""
        return np.full(view.seat.size, self.withheld)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumper(Settings, MarketOwner):
    """Buy alpha of the own subnet with all capital on one day, hold it, and sell it on another.

    While it is held the higher price raises the moving price, and by it the subnet's share of TAO; the way back costs
    the fees, what others sold into the higher price, and whatever moved the pool meanwhile.
    """

    name: ClassVar[str] = "pumper"

    capital: float = quantity(10_000.0, "TAO", "[0, inf)", "owner", "Brought from outside.")
    start: float = quantity(10.0, "days", "[0, inf)", "owner", "When it buys.")
    hold: float = quantity(90.0, "days", "[0, inf)", "owner", "How long it holds.")
    share: float = quantity(0.5, "a share of the cut", "[0, 1]", "owner", "Sold as it comes.")

    def sold(self, view: MarketView) -> np.ndarray:
        """The same in every epoch."""
        return np.full(view.seat.size, self.share)

    def orders(self, view: MarketView) -> np.ndarray:
        """All that is free on the day of buying; what that bought on the day of selling."""
        buys = self.start <= view.day < self.start + view.days
        sells = self.start + self.hold <= view.day < self.start + self.hold + view.days
        return np.where(buys, view.free, 0.0) - np.where(sells, view.bought * view.price[view.subnet], 0.0)
