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

    speed: float = quantity(0.1, unit="a share a day", help="Of the way to worth.", set_by="player", low=0, high=1)
    band: float = quantity(0.1, unit="log points", help="Differences left alone.", set_by="player", low=0, high=10)
    error: float = quantity(0.2, unit="sd of log worth", help="How far it errs.", set_by="player", low=0, high=10)

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

    days: int = quantity(7, unit="days", help="Over which it looks back.", set_by="player", low=1, high=29)
    speed: float = quantity(
        0.05,
        unit="a share of the pool's TAO a day",
        help="Spent per log point of rise.",
        set_by="player",
        low=0,
        high=1,
    )

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

    size: float = quantity(
        0.01, unit="of the pool's TAO, sd of a day", help="How much it trades.", set_by="player", low=0, high=1
    )

    def orders(self, view: MarketView) -> np.ndarray:
        """Normal numbers."""
        return self.size * np.sqrt(view.days) * view.pool_tao * view.normal(view.price.size)
