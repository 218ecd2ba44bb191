"""The table the players sit at: what validators, miners and the cabal are like, apart from their strategies."""

from __future__ import annotations

import math
from dataclasses import dataclass

from econ.quantity import QuantityError, Settings, like, quantity
from econ.tokens.registration import RegistrationRule

__all__ = [
    "CabalSettings",
    "DelegatorSettings",
    "MinerSettings",
    "OwnerSettings",
    "RegistrationSettings",
    "ValidatorSettings",
    "parse_start",
]


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
    take: float = quantity(
        0.18,
        unit="a share of nominators' dividends",
        help="What a validator keeps of the dividends on stake that delegators placed with it.",
        set_by="player",
        low=0,
        high=1,
        chain_name="DelegateTake",
    )
    compounding: float = quantity(
        0.0,
        unit="a share of all stake",
        help="How much stake one epoch's emission adds, each holder restaking what it earns; 0: stake does not grow.",
        set_by="market",
        low=0,
        high=1,
    )
    rent: float = quantity(
        0.0,
        unit="thousandths of the epoch's emission, an epoch",
        help="What it costs to rent as much stake as the whole subnet has.",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatorSettings(Settings):
    """Those who place stake with validators: how many, with how much, how often they may move it."""

    count: int = quantity(0, unit="a number of seats", help="Delegators.", set_by="market", low=0, high=4096)
    stake: float = quantity(
        0.5,
        unit="a share of all stake",
        help="What delegators hold together at the start, in equal parts, placed as the validators' own stake is.",
        set_by="market",
        low=0,
        high=1,
    )
    period: int = quantity(
        1,
        unit="epochs",
        help="How long stake stays before it may be moved again.",
        set_by="player",
        low=1,
        high=100_000,
    )
    strategies: str = quantity(
        "loyal",
        unit="a comma list of strategies",
        help="What a delegator may choose from; seats that no mix names play the first.",
        set_by="analyst",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSettings(Settings):
    """The subnet's owner."""

    cut: float = quantity(
        0.18,
        unit="a share of the subnet's emission",
        help="What the owner receives before validators and miners are paid.",
        set_by="root",
        low=0,
        high=0.99,
        chain_name="SubnetOwnerCut",
    )
    strategies: str = quantity(
        "honest",
        unit="a comma list of strategies",
        help="What the owner may choose from; it is a player where more is listed than honest.",
        set_by="analyst",
    )

    @property
    def income(self) -> float:
        """The cut in thousandths of what is left for validators and miners."""
        return 1000.0 * self.cut / (1.0 - self.cut)


def _rao(tao: float) -> int:
    return round(tao * 1e9)


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
