"""The table the players sit at: what validators, miners and the cabal are like, apart from their strategies."""

from __future__ import annotations

import math
from dataclasses import dataclass

from econ.quantity import QuantityError, Settings, quantity

__all__ = ["CabalSettings", "MinerSettings", "ValidatorSettings", "parse_start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatorSettings(Settings):
    """The validators' side: how many, with what stake, how well they measure and what that costs."""

    count: int = quantity(10, unit="a number of seats", help="Validators.", set_by="market", low=1, high=4096)
    stake: str = quantity(
        "equal",
        unit="a way to deal stake",
        help="equal; pareto:SHAPE (dealt at random in every world); or classes:NxS,... (N seats of stake S each).",
        set_by="market",
    )
    noise: float = quantity(
        0.3,
        unit="the standard deviation of a log score",
        help="How far a validator's measurement of a miner is off; 0.3 is about a third.",
        set_by="player",
        low=0,
        high=100,
    )
    memory: float = quantity(
        1.0,
        unit="the gain of a new log score in an honest validator's own average",
        help="1: only the new score counts; lower values average over about 1 / memory epochs.",
        set_by="player",
        low=0,
        high=1,
        low_open=True,
    )
    sharpness: float = quantity(
        1.0,
        unit="an exponent",
        help="Honest weights are proportional to score^sharpness.",
        set_by="player",
        low=0,
        low_open=True,
    )
    cost: float = quantity(
        0.0,
        unit="thousandths of the epoch's emission, an epoch",
        help="What evaluating all miners costs a validator.",
        set_by="market",
        low=0,
        high=1_000_000,
    )
    strategies: str = quantity(
        "honest",
        unit="a comma list of strategies",
        help="What a validator may choose from; seats that no mix names play the first.",
        set_by="analyst",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerSettings(Settings):
    """The miners' side: how many, how their quality moves and what effort costs."""

    count: int = quantity(
        64,
        unit="a number of seats",
        help="Miners, without the cabal's.",
        set_by="market",
        low=1,
        high=65536,
    )
    strategies: str = quantity(
        "honest",
        unit="a comma list of strategies",
        help="What a miner may choose from; seats that no mix names play the first.",
        set_by="analyst",
    )
    drift: float = quantity(
        0.3,
        unit="the standard deviation of a log quality's move in an epoch",
        help="How fast the ranking of miners changes.",
        set_by="market",
        low=0,
    )
    spread: float = quantity(
        1.0,
        unit="the standard deviation of log quality between miners",
        help="How different miners are; it stays the same over time.",
        set_by="market",
        low=0,
        high=100,
    )
    innovation_rate: float = quantity(
        0.0,
        unit="a probability an epoch",
        help="How often a miner's quality is drawn anew.",
        set_by="market",
        low=0,
        high=1,
    )
    effort_exponent: float = quantity(
        1.0,
        unit="an exponent",
        help="Quality is proportional to effort^exponent.",
        set_by="market",
        low=0,
        low_open=True,
    )
    cost: float = quantity(
        0.0,
        unit="thousandths of the epoch's emission, an epoch",
        help="What full effort costs a miner.",
        set_by="market",
        low=0,
        high=1_000_000,
    )

    def __post_init__(self) -> None:
        Settings.__post_init__(self)  # zero-argument super() does not survive slots=True on Python 3.11
        if self.drift > self.spread:
            raise QuantityError(
                f"drift is {self.drift:g}; it must not exceed spread, {self.spread:g} "
                "(quality would not keep its dispersion): lower drift or raise spread"
            )

    @property
    def persistence(self) -> float:
        """What log quality keeps of itself from one epoch to the next: sqrt(1 - (drift / spread)^2)."""
        return math.sqrt(1.0 - (self.drift / self.spread) ** 2) if self.spread else 1.0


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


def parse_start(text: str) -> int:
    """Epochs in which every validator is honest before epoch 0: 0 for `uniform`, N for `honest:N`.

    >>> parse_start("honest:40"), parse_start("uniform")
    (40, 0)
    """
    kind, _, number = text.partition(":")
    if text == "uniform":
        return 0
    if kind == "honest" and number.isascii() and number.isdigit() and len(number) <= 6 and 1 <= int(number) <= 100_000:
        return int(number)
    raise QuantityError(f"start is {text[:60]!r}; it must be uniform or honest:N with N from 1 to 100000")
