"""The miners' side of a scenario: how many, how good, and what work costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from econ.quantity import QuantityError, Settings, quantity

__all__ = ["MinerSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerSettings(Settings):
    """The miners' side: how many, how their quality moves and what effort costs."""

    count: int = quantity(64, "a number of seats", "[1, 65536]", "market", "Miners, without the cabal's.")
    strategies: str = quantity(
        "honest",
        "a comma list of strategies",
        "",
        "analyst",
        "What a miner may choose from; seats that no mix names play the first.",
    )
    drift: float = quantity(
        0.3,
        "the standard deviation of a log quality's move in an epoch",
        "[0, inf)",
        "market",
        "How fast the ranking of miners changes.",
    )
    spread: float = quantity(
        1.0,
        "the standard deviation of log quality between miners",
        "[0, 100]",
        "market",
        "How different miners are; it stays the same over time.",
    )
    innovation_rate: float = quantity(
        0.0, "a probability an epoch", "[0, 1]", "market", "How often a miner's quality is drawn anew."
    )
    effort_exponent: float = quantity(
        1.0, "an exponent", "(0, inf)", "market", "Quality is proportional to effort^exponent."
    )
    cost: float = quantity(
        0.0,
        "thousandths of the epoch's emission, an epoch",
        "[0, 1_000_000]",
        "market",
        "What full effort costs a miner.",
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
