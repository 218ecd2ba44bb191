"""From thousandths of an epoch's emission to alpha, TAO and USD a day, before slippage."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import Settings, quantity

__all__ = ["BLOCKS_PER_DAY", "OWNER_CUT", "MarketSettings"]

BLOCKS_PER_DAY = 7200
"""One block every 12 seconds."""

OWNER_CUT = 0.18
"""What the subnet's owner takes before validators and miners are paid (the chain's 11796 / 65535)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSettings(Settings):
    """Emission of alpha and, if known, what alpha and TAO cost.

    >>> round(MarketSettings().alpha_a_day(1.0), 3)
    5.904
    """

    alpha_per_block: float = quantity(
        1.0, "alpha a block", "[0, 1e9]", "market", "The subnet's emission before the owner's cut."
    )
    alpha_price: float | None = quantity(
        None, "TAO an alpha", "[0, 1e9]", "market", "Price of the subnet's token.", kind=float
    )
    tao_price: float | None = quantity(None, "USD a TAO", "[0, inf)", "market", "Price of TAO.", kind=float)

    def alpha_a_day(self, thousandths: float) -> float:
        """Alpha a day for so many thousandths of each epoch's emission after the owner's cut."""
        return thousandths / 1000.0 * BLOCKS_PER_DAY * (1.0 - OWNER_CUT) * self.alpha_per_block

    def money_a_day(self, thousandths: float) -> dict[str, float]:
        """The same in alpha, and in TAO and USD where their prices are given; before slippage."""
        money = {"alpha": self.alpha_a_day(thousandths)}
        if self.alpha_price is not None:
            money["TAO"] = money["alpha"] * self.alpha_price
            if self.tao_price is not None:
                money["USD"] = money["TAO"] * self.tao_price
        return money
