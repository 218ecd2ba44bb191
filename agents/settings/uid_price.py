"""What settings that let UIDs change hands have in common: the chain's rule of their price, from TAO to rao."""

from __future__ import annotations

from econ.quantity import QuantityError, Settings
from econ.tokens.rao import RAO
from econ.tokens.registration import RegistrationRule

__all__ = ["UidPrice"]


class UidPrice(Settings):
    """Settings with these fields, prices in TAO."""

    __slots__ = ()

    start_price: float
    half_life: int
    increase: float
    lowest: float
    highest: float
    min_non_immune: int

    def __post_init__(self) -> None:
        Settings.__post_init__(self)
        if self.lowest > self.highest:
            raise QuantityError(f"lowest is {self.lowest:g} TAO; it must not exceed highest, {self.highest:g} TAO")

    @property
    def rule(self) -> RegistrationRule:
        """How the price moves, in the chain's units."""
        return RegistrationRule(
            half_life=self.half_life,
            increase=self.increase,
            lowest=_rao(self.lowest),
            highest=_rao(self.highest),
            min_non_immune=self.min_non_immune,
        )

    @property
    def start_price_rao(self) -> int:
        """The first price in rao, within its limits."""
        return min(max(_rao(self.start_price), _rao(self.lowest)), _rao(self.highest))


def _rao(tao: float) -> int:
    return round(tao * RAO)
