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

    subnets: int = quantity(128, unit="subnets", help="Subnets with a pool.", set_by="root", low=1, high=128)
    issuance: float = quantity(
        10_600_000.0, unit="TAO", help="All TAO issued.", set_by="market", low=1, high=20_999_999
    )
    root: float = quantity(
        5_000_000.0, unit="TAO", help="TAO staked on root, all by delegators.", set_by="market", low=0
    )
    pool_tao: float = quantity(
        800_000.0, unit="TAO", help="TAO in all pools, dealt as prices are.", set_by="market", low=1
    )
    free: float = quantity(
        400_000.0, unit="TAO", help="Free balances of delegators and traders together.", set_by="market", low=0
    )
    price_sum: float = quantity(
        1.2,
        unit="TAO",
        help="Sum over subnets of the price of an alpha; root earns while the moving ones sum to more than 1.",
        set_by="market",
        low=0,
        low_open=True,
        high=128,
    )
    price_shape: float = quantity(
        1.2,
        unit="the shape of Pareto's law",
        help="How unequal prices are; the lower, the more so.",
        set_by="market",
        low=1,
        low_open=True,
        high=1000,
    )
    age: float = quantity(
        300.0, unit="days", help="Since all subnets began to mint alpha.", set_by="market", low=1, high=5000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UidSettings(Settings):
    """Who works in a subnet. Qualities, scores and memory are those of the base game."""

    validators: int = quantity(
        20, unit="UIDs", help="Validators with a permit in every subnet.", set_by="market", low=1, high=MOST_UIDS - 1
    )
    miners: int = quantity(236, unit="UIDs", help="Miners in every subnet.", set_by="market", low=1, high=MOST_UIDS - 1)
    copiers: int = quantity(
        0, unit="UIDs", help="How many of the validators copy the last consensus.", set_by="player", low=0, high=255
    )
    noise: float = quantity(
        0.3, unit="sd of a log score", help="How badly validators measure.", set_by="market", low=0, high=10
    )
    spread: float = quantity(
        1.0, unit="sd of log quality", help="How much miners differ.", set_by="market", low=0, high=10
    )
    drift: float = quantity(
        0.1, unit="sd of log quality an epoch", help="How fast qualities move.", set_by="market", low=0, high=10
    )
    floor: float = quantity(
        1.0,
        unit="times the mean score",
        help="Validators give no weight to miners that score lower: this makes weights sparse.",
        set_by="player",
        low=0,
        high=1,
    )
    stake_shape: float = quantity(
        1.3,
        unit="the shape of Pareto's law",
        help="How unequally nominators' stake is dealt to validators.",
        set_by="market",
        low=1,
        low_open=True,
        high=1000,
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

    miners_sold: float = quantity(
        0.7, unit="a share", help="Part of miners' alpha sold as it is earned.", set_by="player", low=0, high=1
    )
    validators_sold: float = quantity(
        0.3, unit="a share", help="Part of validators' takes sold as they are earned.", set_by="player", low=0, high=1
    )
    inflow: float = quantity(
        0.0, unit="USD a day", help="Money from outside that delegators bring.", set_by="market", low=0, high=1e12
    )
    period: int = quantity(
        20, unit="epochs", help="How often delegators look at their stake.", set_by="player", low=1, high=1_000_000
    )
    pace: float = quantity(
        0.1,
        unit="a share",
        help="Part of the way to where they want it that delegators move each time.",
        set_by="player",
        low=0,
        high=1,
    )
    trade_period: int = quantity(
        5, unit="epochs", help="How often traders act.", set_by="player", low=1, high=1_000_000
    )
    slippage: float = quantity(
        0.05,
        unit="a share",
        help="How far an order may move the price before it stops: a limit order.",
        set_by="player",
        low=0,
        low_open=True,
        high=10,
    )
    found_price: float = quantity(
        0.0,
        unit="TAO",
        help="The most that anybody pays to found a subnet, in place of the one of least moving price; 0: nobody does.",
        set_by="player",
        low=0,
        high=1e7,
    )
    worth_spread: float = quantity(
        1.0,
        unit="sd of log worth",
        help="How far the worth of a new subnet strays from the median price.",
        set_by="market",
        low=0,
        high=10,
    )
    worth_volatility: float = quantity(
        0.8,
        unit="sd of log worth a year",
        help="How fast what traders hold an alpha to be worth moves.",
        set_by="market",
        low=0,
        high=10,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSettings(Settings):
    """What root has set."""

    share_rule: str = quantity(
        "price",
        unit="the name of a rule",
        help="How subnets share a block's TAO.",
        set_by="root",
        choices=("price", "flow", "net-flow", "root"),
        stories=(
            "by the moving price of alpha, less what is withheld from miners: the chain's rule of today",
            "by the moving flow of users' TAO: in the chain's code, but not called",
            "by that flow less the chain's own TAO",
            "by the votes of validators on root: the rule before subnets had tokens",
        ),
    )
    tempo: int = quantity(
        360, unit="blocks", help="The length of an epoch, in every subnet.", set_by="owner", low=1, high=50_400
    )
    take: int = quantity(
        TAKE_U16,
        unit="65535ths",
        help="What validators keep of their nominators' dividends.",
        set_by="player",
        low=0,
        high=TAKE_U16,
    )
    enable_after: float = quantity(
        30.0, unit="days", help="When root lets a new subnet have TAO.", set_by="root", low=0, high=100_000
    )
    voters: int = quantity(
        12, unit="validators", help="Who vote under the rule `root`.", set_by="market", low=1, high=64
    )
    vote_noise: float = quantity(
        0.5,
        unit="sd of a log vote",
        help="How far votes stray from what subnets are worth.",
        set_by="market",
        low=0,
        high=10,
    )
    vote_favour: float = quantity(
        0.0, unit="a share", help="Part of its vote that each voter gives a subnet of its own.", set_by="player", low=0,
        high=1,
    )  # fmt: skip

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
