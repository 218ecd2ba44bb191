"""The validators' side of a scenario: how many, with what stake, how well they measure."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import Settings, quantity

__all__ = ["ValidatorSettings"]


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
