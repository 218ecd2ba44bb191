"""A network played in several worlds: what became of prices, emission, yields and everybody's wealth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.network import DELEGATORS, TRADERS, MarketOwner, Network, NetworkSettings, PlainOwner, PriceProcess
from experiments.intervals import Interval, interval, interval_json

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "NetworkRuns", "play_network"]

DAYS_A_YEAR = 365.25

MEASURES: Mapping[str, tuple[str, str]] = {
    "tao_price": ("USD a TAO", "price of TAO at the end"),
    "minted": ("TAO a day", "TAO minted less what was recycled"),
    "price_sum": ("TAO", "sum of alpha prices at the end"),
    "moving_price_sum": ("TAO", "sum of moving prices at the end; root earns above 1"),
    "pool_tao": ("TAO", "TAO in all pools at the end"),
    "root_tao": ("TAO", "TAO on root at the end"),
    "emission": ("TAO a day", "TAO that reaches pools at the end"),
    "emission_hhi": ("of 1", "Herfindahl index of the subnets' shares of TAO at the end"),
    "emission_top10": ("%", "share of TAO that the ten largest subnets get at the end"),
    "alpha_yield": ("% a year", "what nominators earn in alpha at the end, by price"),
    "root_yield": ("% a year", "what root earns in TAO at the end"),
    "miner_income": ("TAO a day", "alpha paid to miners at the end, at its price, before slippage"),
    "miner_income_usd": ("USD a day", "the same in USD"),
    "registrations": ("UIDs a day", "miners' UIDs that changed hands"),
    "registration_tao": ("TAO a day", "paid for them: it buys alpha, which is destroyed"),
    "registration_price": ("TAO", "price of the next UID at the end, mean over subnets"),
}
"""What is measured of a run: unit and meaning."""

_BOUNDS = {"of 1": (0.0, 1.0), "%": (0.0, 100.0)}
"""Units of shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRuns:
    """Runs of one network in worlds 0, 1, ...: measures[name][world], gains[policy][world] in %, and all frames.

    `audit` is the largest difference in the books of any world, in rao.
    """

    settings: NetworkSettings
    worlds: int
    epochs: int
    seed: int
    measures: dict[str, np.ndarray]
    gains: dict[tuple[str, str], np.ndarray]
    frames: dict[str, pd.DataFrame]
    audit: int

    def interval(self, name: str) -> Interval | None:
        """Mean and 95% interval of a measure over worlds; that of a share stays within what a share can be."""
        return interval(self.measures[name], 0.95, _BOUNDS.get(MEASURES[name][0]))

    def to_json(self) -> dict[str, Any]:
        """What `yuma network --json` prints."""
        plain, declared = NetworkSettings(), NetworkSettings.keys()
        changed = {key: value for key in declared if (value := _value(self.settings, key)) != _value(plain, key)}
        return {
            "settings": changed,
            "worlds": self.worlds,
            "epochs": self.epochs,
            "days": self.epochs / self.settings.epochs_a_day,
            "seed": self.seed,
            "measures": {
                name: {"unit": unit, "meaning": meaning, **(interval_json(self.interval(name)) or _NONE)}
                for name, (unit, meaning) in MEASURES.items()
            },
            "investors": [
                {"role": role, "policy": policy, "gain_percent": interval_json(interval(values, 0.95))}
                for (role, policy), values in self.gains.items()
            ],
            "audit_rao": self.audit,
        }


_NONE = {"mean": None, "low": None, "high": None}


def play_network(
    settings: NetworkSettings,
    *,
    epochs: int,
    worlds: int,
    seed: int = 0,
    tao_price: PriceProcess | None = None,
    owners: MarketOwner | Sequence[MarketOwner] | None = None,
    record: int = 20,
    threads: int = 1,
    progress: Callable[[float], None] = lambda share: None,
) -> NetworkRuns:
    """Play a network for so many epochs in each of so many worlds."""
    import pandas as pd

    kept: dict[str, list[pd.DataFrame]] = {}
    measures: dict[str, list[float]] = {name: [] for name in MEASURES}
    gains: dict[tuple[str, str], list[float]] = {}
    audit = 0
    for world in range(worlds):
        network = Network(
            settings,
            delegators=DELEGATORS,
            traders=TRADERS,
            owners=owners or PlainOwner(),
            tao_price=tao_price,
            seed=seed,
            world=world,
            record=record,
            threads=threads,
        )
        for epoch in range(epochs):
            network.step()
            progress((world + (epoch + 1) / epochs) / worlds)
        network.record_now()
        audit = max(audit, *(abs(value) for value in network.audit().values()))
        for kind in ("network", "subnets", "investors"):
            kept.setdefault(kind, []).append(network.frame(kind).assign(world=world))
        for name, value in _measured(kept["network"][-1]).items():
            measures[name].append(value)
        last = kept["investors"][-1]
        last = last[last["epoch"] == last["epoch"].max()]
        for (role, policy), rows in last.groupby(["role", "policy"], sort=False):
            gains.setdefault((role, policy), []).append(100 * float(rows["gain"].mean()))
    return NetworkRuns(
        settings=settings,
        worlds=worlds,
        epochs=epochs,
        seed=seed,
        measures={name: np.array(values) for name, values in measures.items()},
        gains={name: np.array(values) for name, values in gains.items()},
        frames={kind: pd.concat(frames, ignore_index=True) for kind, frames in kept.items()},
        audit=audit,
    )


def _measured(frame: pd.DataFrame) -> dict[str, float]:
    first, last = frame.iloc[0], frame.iloc[-1]
    days = last["day"] - first["day"]
    measured = {name: float(last[name]) for name in MEASURES if name != "minted"}
    for name, total in (("minted", "issuance"), *((each, each) for each in ("registrations", "registration_tao"))):
        measured[name] = float(last[total] - first[total]) / days if days else float("nan")
    for name in ("alpha_yield", "root_yield"):
        measured[name] *= 100 * DAYS_A_YEAR
    measured["emission_top10"] *= 100
    return measured


def _value(settings: NetworkSettings, key: str) -> Any:
    group, _, name = key.partition(".")
    return getattr(getattr(settings, group), name)
