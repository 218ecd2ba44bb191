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
        kind=int,
        unit="a number of extra miner seats",
        help="The cabal's miners; none: 8 if a listed strategy colludes, else 0.",
        set_by="player",
        low=0,
        high=65536,
    )
    utility: float = quantity(
        0.5,
        unit="a share of an honest miner's quality",
        help="What the cabal's miners are really worth.",
        set_by="player",
        low=0,
        high=1,
    )
    self_weight: float = quantity(
        0.5,
        unit="a share of the validator's weight",
        help="What a colluding validator puts on the cabal's miners.",
        set_by="player",
        low=0,
        high=1,
    )
    cost: float = quantity(
        0.0,
        unit="thousandths of the epoch's emission, an epoch",
        help="What each of the cabal's miners costs, colluding or not: it is the treasury's, and moves no payoff.",
        set_by="market",
        low=0,
        high=1_000_000,
    )
