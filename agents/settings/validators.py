"""The validators' side of a scenario: how many, with what stake, how well they measure."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import Settings, quantity

__all__ = ["ValidatorSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatorSettings(Settings):
    """The validators' side: how many, with what stake, how well they measure and what that costs."""

    count: int = quantity(10, "a number of seats", "[1, 4096]", "market", "Validators.")
    stake: str = quantity(
        "equal",
        "a way to deal stake",
        "",
        "market",
        "equal; pareto:SHAPE (dealt at random in every world); or classes:NxS,... (N seats of stake S each).",
    )
    noise: float = quantity(
        0.3,
        "the standard deviation of a log score",
        "[0, 100]",
        "player",
        "How far a validator's measurement of a miner is off; 0.3 is about a third.",
    )
    memory: float = quantity(
        1.0,
        "the gain of a new log score in an honest validator's own average",
        "(0, 1]",
        "player",
        "1: only the new score counts; lower values average over about 1 / memory epochs.",
    )
    sharpness: float = quantity(
        1.0, "an exponent", "(0, inf)", "player", "Honest weights are proportional to score^sharpness."
    )
    cost: float = quantity(
        0.0,
        "thousandths of the epoch's emission, an epoch",
        "[0, 1_000_000]",
        "market",
        "What evaluating all miners costs a validator.",
    )
    take: float = quantity(
        0.18,
        "a share of nominators' dividends",
        "[0, 1]",
        "player",
        "What a validator keeps of the dividends on stake that delegators placed with it.",
        chain_name="DelegateTake",
    )
    compounding: float = quantity(
        0.0,
        "a share of all stake",
        "[0, 1]",
        "market",
        "How much stake one epoch's emission adds, each holder restaking what it earns; 0: stake does not grow.",
    )
    rent: float = quantity(
        0.0,
        "thousandths of the epoch's emission, an epoch",
        "[0, 1_000_000]",
        "market",
        "What it costs to rent as much stake as the whole subnet has.",
    )
    strategies: str = quantity(
        "honest",
        "a comma list of strategies",
        "",
        "analyst",
        "What a validator may choose from; seats that no mix names play the first.",
    )
