"""The miners' side of a scenario: how many, how good, and what work costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from econ.quantity import QuantityError, Settings, quantity

__all__ = ["MinerSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerSettings(Settings):
    """The miners' side: how many, how their quality moves and what effort costs."""

    count: int = quantity(
        64,
        unit="a number of seats",
        help="Miners, without the cabal's.",
        set_by="market",
        low=1,
        high=65536,
    )
    strategies: str = quantity(
        "honest",
        unit="a comma list of strategies",
        help="What a miner may choose from; seats that no mix names play the first.",
        set_by="analyst",
    )
    drift: float = quantity(
        0.3,
        unit="the standard deviation of a log quality's move in an epoch",
        help="How fast the ranking of miners changes.",
        set_by="market",
        low=0,
    )
    spread: float = quantity(
        1.0,
        unit="the standard deviation of log quality between miners",
        help="How different miners are; it stays the same over time.",
        set_by="market",
        low=0,
        high=100,
    )
    innovation_rate: float = quantity(
        0.0,
        unit="a probability an epoch",
        help="How often a miner's quality is drawn anew.",
        set_by="market",
        low=0,
        high=1,
    )
    effort_exponent: float = quantity(
        1.0,
        unit="an exponent",
        help="Quality is proportional to effort^exponent.",
        set_by="market",
        low=0,
        low_open=True,
    )
    cost: float = quantity(
        0.0,
        unit="thousandths of the epoch's emission, an epoch",
        help="What full effort costs a miner.",
        set_by="market",
        low=0,
        high=1_000_000,
    )

    def __post_init__(self) -> None:
        Settings.__post_init__(self)  # zero-argument super() does not survive slots=True on Python 3.11
        if self.drift > self.spread:
            raise QuantityError(
                f"drift is {self.drift:g}; it must not exceed spread, {self.spread:g} "
                "(quality would not keep its dispersion): lower drift or raise spread"
            )

    @property
    def persistence(self) -> float:
        """What log quality keeps of itself from one epoch to the next: sqrt(1 - (drift / spread)^2)."""
        return math.sqrt(1.0 - (self.drift / self.spread) ** 2) if self.spread else 1.0
