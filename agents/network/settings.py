"""What a network is made of: its first day, its UIDs and who gets one, what people do, the chain's rule, and TAO."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agents.network.newcomers import EntrySettings
from agents.network.tao_price import PriceSettings
from econ.quantity import Quantity, QuantityError, Settings, quantity
from econ.tokens.economy import ChainRule
from econ.tokens.emission import ByFlow, ByPrice, ByRootWeights, ShareRule
from econ.tokens.payout import TAKE_U16

__all__ = ["ChainSettings", "FlowSettings", "NetworkSettings", "StartSettings", "UidSettings"]

MOST_UIDS = 256
"""UIDs of one subnet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSettings(Settings):
    """The network on its first day. All figures are assumptions but for the number of subnets."""

    subnets: int = quantity(128, "subnets", "[1, 128]", "root", "Subnets with a pool.")
    issuance: float = quantity(10_600_000.0, "TAO", "[1, 20_999_999]", "market", "All TAO issued.")
    root: float = quantity(5_000_000.0, "TAO", "[0, inf)", "market", "TAO staked on root, all by delegators.")
    pool_tao: float = quantity(800_000.0, "TAO", "[1, inf)", "market", "TAO in all pools, dealt as prices are.")
    free: float = quantity(400_000.0, "TAO", "[0, inf)", "market", "Free balances of delegators and traders together.")
    price_sum: float = quantity(
        1.2,
        "TAO",
        "(0, 128]",
        "market",
        "Sum over subnets of the price of an alpha; root earns while the moving ones sum to more than 1.",
    )
    price_shape: float = quantity(
        1.2, "the shape of Pareto's law", "(1, 1000]", "market", "How unequal prices are; the lower, the more so."
    )
    age: float = quantity(300.0, "days", "[1, 5000]", "market", "Since all subnets began to mint alpha.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UidSettings(Settings):
    """Who works in a subnet. Qualities, scores and memory are those of the base game."""

    validators: int = quantity(
        20, "UIDs", f"[1, {MOST_UIDS - 1}]", "market", "Validators with a permit in every subnet."
    )
    miners: int = quantity(236, "UIDs", f"[1, {MOST_UIDS - 1}]", "market", "Miners in every subnet.")
    copiers: int = quantity(0, "UIDs", "[0, 255]", "player", "How many of the validators copy the last consensus.")
    noise: float = quantity(0.3, "sd of a log score", "[0, 10]", "market", "How badly validators measure.")
    spread: float = quantity(1.0, "sd of log quality", "[0, 10]", "market", "How much miners differ.")
    drift: float = quantity(0.1, "sd of log quality an epoch", "[0, 10]", "market", "How fast qualities move.")
    floor: float = quantity(
        1.0,
        "times the mean score",
        "[0, 1]",
        "player",
        "Validators give no weight to miners that score lower: this makes weights sparse.",
    )
    stake_shape: float = quantity(
        1.3,
        "the shape of Pareto's law",
        "(1, 1000]",
        "market",
        "How unequally nominators' stake is dealt to validators.",
    )

    def __post_init__(self) -> None:
        Settings.__post_init__(self)
        if self.validators + self.miners > MOST_UIDS:
            raise QuantityError(
                f"validators {self.validators} and miners {self.miners} are {self.validators + self.miners} UIDs; a "
                f"subnet has at most {MOST_UIDS}: take fewer of either"
            )
        if self.copiers >= self.validators:
            raise QuantityError(
                f"copiers is {self.copiers}; of {self.validators} validators at least one must evaluate: take fewer"
            )
        if self.drift > self.spread:
            raise QuantityError(f"drift is {self.drift:g}; it must not exceed spread, {self.spread:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSettings(Settings):
    """What people do with what they earn, and how fast they move. All figures are assumptions."""

    miners_sold: float = quantity(0.7, "a share", "[0, 1]", "player", "Part of miners' alpha sold as it is earned.")
    validators_sold: float = quantity(
        0.3, "a share", "[0, 1]", "player", "Part of validators' takes sold as they are earned."
    )
    inflow: float = quantity(0.0, "USD a day", "[0, 1e12]", "market", "Money from outside that delegators bring.")
    period: int = quantity(20, "epochs", "[1, 1_000_000]", "player", "How often delegators look at their stake.")
    pace: float = quantity(
        0.1, "a share", "[0, 1]", "player", "Part of the way to where they want it that delegators move each time."
    )
    trade_period: int = quantity(5, "epochs", "[1, 1_000_000]", "player", "How often traders act.")
    slippage: float = quantity(
        0.05, "a share", "(0, 10]", "player", "How far an order may move the price before it stops: a limit order."
    )
    found_price: float = quantity(
        0.0,
        "TAO",
        "[0, 1e7]",
        "player",
        "The most that anybody pays to found a subnet, in place of the one of least moving price; 0: nobody does.",
    )
    worth_spread: float = quantity(
        1.0, "sd of log worth", "[0, 10]", "market", "How far the worth of a new subnet strays from the median price."
    )
    worth_volatility: float = quantity(
        0.8, "sd of log worth a year", "[0, 10]", "market", "How fast what traders hold an alpha to be worth moves."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSettings(Settings):
    """What root has set."""

    share_rule: str = quantity(
        "price",
        "the name of a rule",
        "",
        "root",
        "How subnets share a block's TAO.",
        choices=("price", "flow", "net-flow", "root"),
        stories=(
            "by the moving price of alpha, less what is withheld from miners: the chain's rule of today",
            "by the moving flow of users' TAO: in the chain's code, but not called",
            "by that flow less the chain's own TAO",
            "by the votes of validators on root: the rule before subnets had tokens",
        ),
    )
    tempo: int = quantity(360, "blocks", "[1, 50_400]", "owner", "The length of an epoch, in every subnet.")
    take: int = quantity(
        TAKE_U16, "65535ths", f"[0, {TAKE_U16}]", "player", "What validators keep of their nominators' dividends."
    )
    enable_after: float = quantity(30.0, "days", "[0, 100_000]", "root", "When root lets a new subnet have TAO.")
    voters: int = quantity(12, "validators", "[1, 64]", "market", "Who vote under the rule `root`.")
    vote_noise: float = quantity(
        0.5, "sd of a log vote", "[0, 10]", "market", "How far votes stray from what subnets are worth."
    )
    vote_favour: float = quantity(
        0.0, "a share", "[0, 1]", "player", "Part of its vote that each voter gives a subnet of its own."
    )

    @property
    def rule(self) -> ChainRule:
        """The rule of `econ.tokens` that these name."""
        rules: dict[str, ShareRule] = {
            "price": ByPrice(),
            "flow": ByFlow(),
            "net-flow": ByFlow(net=True),
            "root": ByRootWeights(),
        }
        return ChainRule(shares=rules[self.share_rule])


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """All settings of a network, in groups; `changed` takes them by key.

    >>> settings = NetworkSettings().changed({"start.subnets": 8, "chain.share_rule": "flow"})
    >>> settings.start.subnets, settings.chain.share_rule
    (8, 'flow')
    >>> NetworkSettings().changed({"start.subnets": 200})
    Traceback (most recent call last):
    econ.quantity.QuantityError: start.subnets is 200; it is subnets and must be a whole number in [1, 128]
    """

    start: StartSettings = StartSettings()
    uids: UidSettings = UidSettings()
    entry: EntrySettings = EntrySettings()  # noqa: RUF009 - frozen
    flows: FlowSettings = FlowSettings()
    chain: ChainSettings = ChainSettings()
    tao: PriceSettings = PriceSettings()  # noqa: RUF009 - frozen

    def __post_init__(self) -> None:
        held = self.start.root + self.start.pool_tao + self.start.free
        if held > self.start.issuance:
            raise QuantityError(
                f"start.root, pool_tao and free are {held:g} TAO together; start.issuance is {self.start.issuance:g}: "
                "hold no more than there is"
            )

    @classmethod
    def keys(cls) -> Mapping[str, Quantity]:
        """The declaration of every key, `group.name`."""
        return {
            f"{group.name}.{name}": dataclasses.replace(declared, name=f"{group.name}.{name}")
            for group in dataclasses.fields(cls)
            for name, declared in group.default.quantities().items()  # type: ignore[union-attr]
        }

    def changed(self, changes: Mapping[str, Any]) -> NetworkSettings:
        """These settings with some keys changed; `QuantityError` for an unknown key or a value out of range."""
        declared, groups = self.keys(), {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        by_group: dict[str, dict[str, Any]] = {}
        for key, value in changes.items():
            if key not in declared:
                raise QuantityError(f"{key!r} is not a key of a network; it may be one of {', '.join(declared)}")
            group, _, name = key.partition(".")
            by_group.setdefault(group, {})[name] = declared[key].checked(value)
        made = {name: dataclasses.replace(groups[name], **values) for name, values in by_group.items()}
        return dataclasses.replace(self, **made)

    @cached_property
    def epochs_a_day(self) -> float:
        """Epochs of all subnets in a day of 7200 blocks."""
        return 7200 / self.chain.tempo
