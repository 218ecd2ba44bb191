"""The rules of a subnet's game: the consensus rule and what surrounds it."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import quantity
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["Rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules(Hyperparameters):
    """Hyperparameters of the epoch, and when weights become public, how emission is split, how long an epoch is.

    >>> Rules(reveal_period=5).reveal_lag
    5
    """

    validator_share: float = quantity(
        0.5,
        unit="a share of emission after the owner's cut",
        help="What validators receive of each epoch's emission; miners receive the rest.",
        set_by="root",
        low=0,
        high=1,
    )
    reveal_period: int = quantity(
        1,
        unit="a number of epochs",
        help="How long weights stay hidden before they count and are seen (commit-reveal).",
        set_by="owner",
        low=0,
        high=100,
        chain_name="RevealPeriodEpochs",
    )
    tempo: int = quantity(
        360,
        unit="a number of blocks of 12 seconds",
        help="The length of an epoch.",
        set_by="owner",
        low=1,
        high=65535,
        chain_name="Tempo",
    )
    immunity_period: int = quantity(
        5000,
        unit="a number of blocks of 12 seconds",
        help="How long a new UID cannot be replaced while older ones can (registration.outside above 0).",
        set_by="owner",
        low=0,
        high=65535,
        chain_name="ImmunityPeriod",
    )

    @property
    def reveal_lag(self) -> int:
        """Epochs between a decision and the epoch that pays it; weights decided in t - lag are paid in t."""
        return max(self.reveal_period, 1)
