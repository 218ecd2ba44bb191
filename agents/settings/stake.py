"""Who else holds stake in a scenario: delegators, and the subnet's owner."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import Settings, quantity

__all__ = ["DelegatorSettings", "OwnerSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatorSettings(Settings):
    """Those who place stake with validators: how many, with how much, how often they may move it."""

    count: int = quantity(0, "a number of seats", "[0, 4096]", "market", "Delegators.")
    stake: float = quantity(
        0.5,
        "a share of all stake",
        "[0, 1]",
        "market",
        "What delegators hold together at the start, in equal parts, placed as the validators' own stake is.",
    )
    period: int = quantity(1, "epochs", "[1, 100_000]", "player", "How long stake stays before it may be moved again.")
    strategies: str = quantity(
        "loyal",
        "a comma list of strategies",
        "",
        "analyst",
        "What a delegator may choose from; seats that no mix names play the first.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSettings(Settings):
    """The subnet's owner."""

    cut: float = quantity(
        0.18,
        "a share of the subnet's emission",
        "[0, 0.99]",
        "root",
        "What the owner receives before validators and miners are paid.",
        chain_name="SubnetOwnerCut",
    )
    strategies: str = quantity(
        "honest",
        "a comma list of strategies",
        "",
        "analyst",
        "What the owner may choose from; it is a player where more is listed than honest.",
    )

    @property
    def income(self) -> float:
        """The cut in thousandths of what is left for validators and miners."""
        return 1000.0 * self.cut / (1.0 - self.cut)
