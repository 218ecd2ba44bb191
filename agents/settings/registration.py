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
        "a number of players",
        "[0, 65536]",
        "market",
        "Further miners, without a UID at first; who loses its UID waits among them. 0: UIDs never change hands.",
    )
    start_price: float = quantity(
        1.0, "TAO", "[0, 1_000_000]", "market", "What the first registration costs.", chain_name="Burn"
    )
    half_life: int = like(RegistrationRule, "half_life")
    increase: float = like(RegistrationRule, "increase")
    lowest: float = quantity(
        0.0005, "TAO", "[0, 1_000_000]", "owner", "The price falls no lower.", chain_name="MinBurn"
    )
    highest: float = quantity(
        100.0, "TAO", "[0, 1_000_000]", "owner", "The price rises no higher.", chain_name="MaxBurn"
    )
    min_non_immune: int = like(RegistrationRule, "min_non_immune")
    emission_worth: float = quantity(
        6.0,
        "TAO",
        "(0, 1_000_000_000]",
        "market",
        "What an epoch's emission after the owner's cut is worth: it turns the price into thousandths.",
    )

    @property
    def thousandths_per_rao(self) -> float:
        """What one rao is in thousandths of an epoch's emission."""
        return 1000.0 / (self.emission_worth * 1e9)
