"""The cabal of a scenario: its miners, what they are worth, and how much weight it keeps for them."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import Settings, quantity

__all__ = ["CabalSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CabalSettings(Settings):
    """The cabal: miner seats that stand in every profile and belong to colluding validators."""

    miners: int | None = quantity(
        None,
        "a number of extra miner seats",
        "[0, 65536]",
        "player",
        "The cabal's miners; none: 8 if a listed strategy colludes, else 0.",
        kind=int,
    )
    utility: float = quantity(
        0.5, "a share of an honest miner's quality", "[0, 1]", "player", "What the cabal's miners are really worth."
    )
    self_weight: float = quantity(
        0.5,
        "a share of the validator's weight",
        "[0, 1]",
        "player",
        "What a colluding validator puts on the cabal's miners.",
    )
    cost: float = quantity(
        0.0,
        "thousandths of the epoch's emission, an epoch",
        "[0, 1_000_000]",
        "market",
        "What each of the cabal's miners costs, colluding or not: it is the treasury's, and moves no payoff.",
    )
