"""Who else holds stake in a scenario: delegators, and the subnet's owner."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import Settings, quantity

__all__ = ["DelegatorSettings", "OwnerSettings"]


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
