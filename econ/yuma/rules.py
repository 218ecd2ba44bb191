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
        "a share of emission after the owner's cut",
        "[0, 1]",
        "root",
        "What validators receive of each epoch's emission; miners receive the rest.",
    )
    reveal_period: int = quantity(
        1,
        "a number of epochs",
        "[0, 100]",
        "owner",
        "How long weights stay hidden before they count and are seen (commit-reveal).",
        chain_name="RevealPeriodEpochs",
    )
    tempo: int = quantity(
        360, "a number of blocks of 12 seconds", "[1, 65535]", "owner", "The length of an epoch.", chain_name="Tempo"
    )
    immunity_period: int = quantity(
        5000,
        "a number of blocks of 12 seconds",
        "[0, 65535]",
        "owner",
        "How long a new UID cannot be replaced while older ones can (registration.outside above 0).",
        chain_name="ImmunityPeriod",
    )

    @property
    def reveal_lag(self) -> int:
        """Epochs between a decision and the epoch that pays it; weights decided in t - lag are paid in t."""
        return max(self.reveal_period, 1)
