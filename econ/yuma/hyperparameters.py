"""The parameters of the rule, as fractions, and the only place that knows the chain's integers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from econ.quantity import QuantityError, Settings, quantity

__all__ = ["VERSIONS", "Hyperparameters"]

VERSIONS = ("3", "2")
"""The rules this release computes: the chain's Yuma 3 and Yuma 2."""

_U16 = 65535
_MILLION = 1_000_000
_SNAP = 1e-6  # a fraction that came from an integer returns to it, whatever float did in between
_LOWEST_ALPHA = 1638 / _U16


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameters(Settings):
    """What the subnet's rule depends on. Values are fractions; see `from_chain` for the chain's integers.

    >>> Hyperparameters().to_chain()["kappa"]
    32767
    >>> Hyperparameters(kappa=1.5)
    Traceback (most recent call last):
    econ.quantity.QuantityError: kappa is 1.5; it is a share of stake and must be a number in [0, 1]
    """

    version: str = quantity(
        "3",
        unit="the name of a rule",
        help="Which Yuma consensus pays: 3 keeps a bond per pair, 2 shares of each miner's bonds.",
        set_by="owner",
        choices=VERSIONS,
        chain_name="Yuma3On",
    )
    kappa: float = quantity(
        0.5,
        unit="a share of stake",
        help="A weight counts up to the largest value that at least this share of stake supports.",
        set_by="root",
        low=0,
        high=1,
        chain_name="Kappa",
    )
    bonds_penalty: float = quantity(
        1.0,
        unit="a share",
        help="How much of the weight above consensus is also lost for bonds (1: all of it).",
        set_by="owner",
        low=0,
        high=1,
        chain_name="BondsPenalty",
    )
    bonds_moving_average: float = quantity(
        0.9,
        unit="a share of the old bond kept each epoch",
        help="Memory of the bonds: the new weight enters with one minus this share.",
        set_by="owner",
        low=0,
        high=1,
        chain_name="BondsMovingAverage",
    )
    liquid_alpha_on: bool = quantity(
        False,
        unit="a switch",
        help="Bonds move faster where a weight differs from consensus (Yuma 3 only; Yuma 2 ignores it).",
        set_by="owner",
        chain_name="LiquidAlphaOn",
    )
    alpha_low: float = quantity(
        0.7,
        unit="a share",
        help="Slowest bond speed under liquid alpha.",
        set_by="owner",
        low=_LOWEST_ALPHA,
        high=1,
        chain_name="AlphaValues (low)",
    )
    alpha_high: float = quantity(
        0.9,
        unit="a share",
        help="Fastest bond speed under liquid alpha.",
        set_by="owner",
        low=_LOWEST_ALPHA,
        high=1,
        chain_name="AlphaValues (high)",
    )
    alpha_sigmoid_steepness: float = quantity(
        10.0,
        unit="a slope (the chain's value / 100)",
        help="How sharply liquid alpha turns from slow to fast.",
        set_by="root",
        low=-327.68,
        high=327.67,
        chain_name="AlphaSigmoidSteepness",
    )

    def __post_init__(self) -> None:
        Settings.__post_init__(self)  # zero-argument super() does not survive slots=True on Python 3.11
        if self.alpha_low > self.alpha_high:
            raise QuantityError(f"alpha_low is {self.alpha_low:g}; it must not exceed alpha_high, {self.alpha_high:g}")

    @classmethod
    def from_chain(cls, raw: Mapping[str, Any]) -> Hyperparameters:
        """From the chain's storage values (u16 fractions of 65535, bonds average in millionths, slope in hundredths).

        Missing keys keep their defaults; `yuma3_on` chooses the version. Source: subtensor, June 2026.
        """
        scale = {name: unit for name, unit, _ in _CHAIN_UNITS}
        values: dict[str, Any] = {name: raw[name] / unit for name, unit in scale.items() if name in raw}
        if "yuma3_on" in raw:
            values["version"] = "3" if raw["yuma3_on"] else "2"
        if "liquid_alpha_on" in raw:
            values["liquid_alpha_on"] = bool(raw["liquid_alpha_on"])
        return cls(**values)

    def to_chain(self) -> dict[str, Any]:
        """The chain's integers: kappa rounded down, all others half up, so that no raw value is lost on the way.

        >>> raw = {"kappa": 39321, "bonds_penalty": 7, "bonds_moving_average": 975_000}
        >>> {k: Hyperparameters.from_chain(raw).to_chain()[k] for k in raw} == raw
        True
        """
        numbers = {name: math.floor(getattr(self, name) * unit + half + _SNAP) for name, unit, half in _CHAIN_UNITS}
        return {**numbers, "yuma3_on": self.version == "3", "liquid_alpha_on": self.liquid_alpha_on}


_CHAIN_UNITS = (
    ("kappa", _U16, 0.0),
    ("bonds_penalty", _U16, 0.5),
    ("bonds_moving_average", _MILLION, 0.5),
    ("alpha_low", _U16, 0.5),
    ("alpha_high", _U16, 0.5),
    ("alpha_sigmoid_steepness", 100, 0.5),
)
"""Field, the chain's integer that stands for one, and what is added before rounding down."""
