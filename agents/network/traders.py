"""Traders: who moves prices, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.network.policies import MarketTrader
from agents.network.views import MarketView
from econ.quantity import Settings, quantity

__all__ = ["MomentumTrader", "NoiseTrader", "ValueTrader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueTrader(Settings, MarketTrader):
    """Buy what costs less than it is worth, and sell what costs more.

    In a pool of equal weights it takes y (root of worth / price - 1) TAO to bring the price to what alpha is worth; a
    trader sends `speed` of that a day where price and worth are farther apart than `band`. Each errs by its own luck.
    """

    name: ClassVar[str] = "value-trader"

    speed: float = quantity(0.1, "a share a day", "[0, 1]", "player", "Of the way to worth.")
    band: float = quantity(0.1, "log points", "[0, 10]", "player", "Differences left alone.")
    error: float = quantity(0.2, "sd of log worth", "[0, 10]", "player", "How far it errs.")

    def orders(self, view: MarketView) -> np.ndarray:
        """Towards worth."""
        worth = view.worth * np.exp(self.error * view.normal(view.price.size))
        apart = np.log(worth / np.maximum(view.price, 1e-12))
        to_worth = view.pool_tao * np.expm1(0.5 * np.clip(apart, -4, 4))
        return np.where(np.abs(apart) > self.band, self.speed * view.days * to_worth, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentumTrader(Settings, MarketTrader):
    """Buy what rose and sell what fell."""

    name: ClassVar[str] = "momentum-trader"

    days: int = quantity(7, "days", "[1, 29]", "player", "Over which it looks back.")
    speed: float = quantity(0.05, "a share of the pool's TAO a day", "[0, 1]", "player", "Spent per log point of rise.")

    def orders(self, view: MarketView) -> np.ndarray:
        """In proportion to the log return; nothing until there is a past of so many days."""
        if len(view.history) <= self.days:
            return np.zeros_like(view.held)
        risen = np.log(np.maximum(view.price, 1e-12) / np.maximum(view.history[-1 - self.days], 1e-12))
        order = self.speed * view.days * view.pool_tao * np.clip(risen, -1, 1)
        return np.tile(order, (view.seat.size, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseTrader(Settings, MarketTrader):
    """Buy and sell for reasons of its own, a random walk of orders in every pool."""

    name: ClassVar[str] = "noise-trader"

    size: float = quantity(0.01, "of the pool's TAO, sd of a day", "[0, 1]", "player", "How much it trades.")

    def orders(self, view: MarketView) -> np.ndarray:
        """Normal numbers."""
        return self.size * np.sqrt(view.days) * view.pool_tao * view.normal(view.price.size)
