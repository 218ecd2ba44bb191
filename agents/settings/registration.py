"""How UIDs change hands in a scenario."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import QuantityError, Settings, like, quantity
from econ.tokens.registration import RegistrationRule

__all__ = ["RegistrationSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSettings(Settings):
    """How UIDs change hands: players who wait outside, and what a registration costs."""

    outside: int = quantity(
        0,
        unit="a number of players",
        help="Further miners, without a UID at first; who loses its UID waits among them. 0: UIDs never change hands.",
        set_by="market",
        low=0,
        high=65536,
    )
    start_price: float = quantity(
        1.0,
        unit="TAO",
        help="What the first registration costs.",
        set_by="market",
        low=0,
        high=1_000_000,
        chain_name="Burn",
    )
    half_life: int = like(RegistrationRule, "half_life")
    increase: float = like(RegistrationRule, "increase")
    lowest: float = quantity(
        0.0005,
        unit="TAO",
        help="The price falls no lower.",
        set_by="owner",
        low=0,
        high=1_000_000,
        chain_name="MinBurn",
    )
    highest: float = quantity(
        100.0,
        unit="TAO",
        help="The price rises no higher.",
        set_by="owner",
        low=0,
        high=1_000_000,
        chain_name="MaxBurn",
    )
    min_non_immune: int = like(RegistrationRule, "min_non_immune")
    emission_worth: float = quantity(
        6.0,
        unit="TAO",
        help="What an epoch's emission after the owner's cut is worth: it turns the price into thousandths.",
        set_by="market",
        low=0,
        low_open=True,
        high=1_000_000_000,
    )

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

    @property
    def thousandths_per_rao(self) -> float:
        """What one rao is in thousandths of an epoch's emission."""
        return 1000.0 / (self.emission_worth * 1e9)


def _rao(tao: float) -> int:
    return round(tao * 1e9)
