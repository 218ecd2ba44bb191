"""What a player of a network is: delegators divide their wealth, traders place orders, owners use their cut.

A policy is a frozen dataclass with a `name`; it is asked once for all rows that play it, and keeps no state. One of
your own is a subclass with one method.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from agents.network.views import MarketView

__all__ = ["MarketDelegator", "MarketOwner", "MarketTrader"]


class MarketDelegator(ABC):
    """Divides its wealth between its free balance, root and the subnets.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class AllOnRoot(MarketDelegator):
    ...     name = "all-on-root"
    ...     def division(self, view):
    ...         return np.eye(2 + view.price.size)[[1] * view.seat.size]
    """

    name: ClassVar[str]

    @abstractmethod
    def division(self, view: MarketView) -> np.ndarray:
        """Shares [row, 2 + subnet] of wealth: free, on root, in each subnet; finite, at least 0, of positive sum.

        Stake moves `flows.pace` of the way there.
        """

    def lock(self, view: MarketView) -> np.ndarray:
        """The share [row, subnet] of its alpha that it wishes locked to itself, to own the subnet one day."""
        return np.zeros(view.held.shape)


class MarketTrader(ABC):
    """Places orders in the pools."""

    name: ClassVar[str]

    @abstractmethod
    def orders(self, view: MarketView) -> np.ndarray:
        """TAO [row, subnet]: above 0 to spend, below 0 the worth of alpha to sell at the price of now; finite.

        Orders are cut down to what is there, and stop where they have moved a price by `flows.slippage`.
        """


class MarketOwner(ABC):
    """Owns a subnet: sells its cut or not, burns or not, may trade its own alpha, and lock it to stay the owner.

    An owner that has lost its subnet still has its alpha and its TAO; of the rest it decides nothing.
    """

    name: ClassVar[str]
    capital: float = 0.0
    """TAO that it brings from outside."""

    def sold(self, view: MarketView) -> np.ndarray:
        """The share [row] of the cut that is sold as it comes."""
        return np.full(view.seat.size, 0.5)

    def burn(self, view: MarketView) -> np.ndarray:
        """The share [row] of miners' incentive that is directed to the owner's UID, where it is withheld."""
        return np.zeros(view.seat.size)

    def orders(self, view: MarketView) -> np.ndarray:
        """TAO [row] on its own subnet: above 0 to spend, below 0 the worth of alpha to sell."""
        return np.zeros(view.seat.size)

    def lock(self, view: MarketView) -> np.ndarray:
        """The share [row] of its alpha that it wishes locked to its own hotkey."""
        return np.zeros(view.seat.size)
