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
        1.0,
        unit="alpha a block",
        help="The subnet's emission before the owner's cut.",
        set_by="market",
        low=0,
        high=1e9,
    )
    alpha_price: float | None = quantity(
        None, kind=float, unit="TAO an alpha", help="Price of the subnet's token.", set_by="market", low=0, high=1e9
    )
    tao_price: float | None = quantity(None, kind=float, unit="USD a TAO", help="Price of TAO.", set_by="market", low=0)

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
