"""How UIDs change hands in a scenario."""

from __future__ import annotations

from dataclasses import dataclass

from agents.settings.uid_price import UidPrice
from econ.quantity import like, quantity
from econ.tokens.registration import RegistrationRule

__all__ = ["RegistrationSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSettings(UidPrice):
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

    @property
    def thousandths_per_rao(self) -> float:
        """What one rao is in thousandths of an epoch's emission."""
        return 1000.0 / (self.emission_worth * 1e9)
