"""The parameters of the rule, as fractions, and the only place that knows the chain's integers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from econ.quantity import QuantityError, Settings, quantity
from econ.yuma.variants import RULES, Rule

__all__ = ["VERSIONS", "Hyperparameters"]

VERSIONS = tuple(RULES)
"""The rules by name: the chain's Yuma 3 and Yuma 2, and the variants."""

CHAIN_VERSIONS = ("3", "2")
"""Those of them that the chain computes."""

_U16 = 65535
_MILLION = 1_000_000
_SNAP = 1e-6  # a fraction that came from an integer returns to it, whatever float did in between
_LOWEST_ALPHA = 1638 / _U16


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameters(Settings):
    """What the subnet's rule depends on. Values are fractions; see `from_chain` for the chain's integers.

    `rule` is a rule of one's own, an object that pays in place of the one that `version` names; see `Rule`.

    >>> Hyperparameters().to_chain()["kappa"]
    32767
    >>> Hyperparameters(kappa=1.5)
    Traceback (most recent call last):
    econ.quantity.QuantityError: kappa is 1.5; it is a share of stake and must be a number in [0, 1]
    """

    version: str = quantity(
        "3",
        "the name of a rule",
        "",
        "owner",
        "Which Yuma consensus pays; 3 and 2 are the chain's, the others are there to compare with.",
        choices=VERSIONS,
        stories=tuple(rule.story for rule in RULES.values()),
        chain_name="Yuma3On",
    )
    kappa: float = quantity(
        0.5,
        "a share of stake",
        "[0, 1]",
        "root",
        "A weight counts up to the largest value that at least this share of stake supports.",
        chain_name="Kappa",
    )
    bonds_penalty: float = quantity(
        1.0,
        "a share",
        "[0, 1]",
        "owner",
        "How much of the weight above consensus is also lost for bonds (1: all of it).",
        chain_name="BondsPenalty",
    )
    bonds_moving_average: float = quantity(
        0.9,
        "a share of the old bond kept each epoch",
        "[0, 1]",
        "owner",
        "Memory of the bonds: the new weight enters with one minus this share.",
        chain_name="BondsMovingAverage",
    )
    liquid_alpha_on: bool = quantity(
        False,
        "a switch",
        "",
        "owner",
        "Bonds move faster where a weight differs from consensus (Yuma 3 only; Yuma 2 ignores it).",
        chain_name="LiquidAlphaOn",
    )
    alpha_low: float = quantity(
        0.7,
        "a share",
        f"[{_LOWEST_ALPHA}, 1]",
        "owner",
        "Slowest bond speed under liquid alpha.",
        chain_name="AlphaValues (low)",
    )
    alpha_high: float = quantity(
        0.9,
        "a share",
        f"[{_LOWEST_ALPHA}, 1]",
        "owner",
        "Fastest bond speed under liquid alpha.",
        chain_name="AlphaValues (high)",
    )
    alpha_sigmoid_steepness: float = quantity(
        10.0,
        "a slope (the chain's value / 100)",
        "[-327.68, 327.67]",
        "root",
        "How sharply liquid alpha turns from slow to fast.",
        chain_name="AlphaSigmoidSteepness",
    )
    liquid_alpha_consensus: str = quantity(
        "current",
        "the name of a mode",
        "",
        "analyst",
        "The consensus by which liquid alpha measures weights; the chain knows the present one only.",
        choices=("current", "previous", "mixed"),
        stories=(
            "this epoch's consensus, as on the chain",
            "that of the epoch before; until there is one, bonds move by bonds_moving_average",
            "for each miner the larger of the two",
        ),
    )
    winner_takes_all: bool = quantity(
        False,
        "a switch",
        "",
        "analyst",
        "All miners' pay goes to the highest ranked, in equal parts where ranks are equal (not on the chain).",
    )
    trimmed_share: float = quantity(
        0.25,
        "a share of stake",
        "[0, 0.49]",
        "analyst",
        "What the rule trimmed-mean leaves out at either end of each miner's weights.",
    )
    capacity_alpha: float = quantity(
        0.1,
        "a share of a validator's stake",
        "[0, 1]",
        "analyst",
        "How much bonds the rule public-2c lets a validator buy of each miner in one epoch.",
    )
    decay_rate: float = quantity(
        0.1,
        "a share of the old bond lost each epoch",
        "[0, 1]",
        "analyst",
        "How fast bonds wear off in the rule public-2c.",
    )
    rule: Rule | None = field(default=None)

    def __post_init__(self) -> None:
        Settings.__post_init__(self)  # zero-argument super() does not survive slots=True on Python 3.11
        if self.alpha_low > self.alpha_high:
            raise QuantityError(f"alpha_low is {self.alpha_low:g}; it must not exceed alpha_high, {self.alpha_high:g}")
        if self.rule is not None and not isinstance(self.rule, Rule):
            raise QuantityError(f"rule is {self.rule!r:.60}; it must be a Rule object, or none: version takes names")

    @property
    def paying_rule(self) -> Rule:
        """The rule that pays: the object given, else the one that `version` names."""
        return self.rule or RULES[self.version]

    @classmethod
    def from_chain(cls, raw: Mapping[str, Any]) -> Hyperparameters:
        """From the chain's storage values (u16 fractions of 65535, bonds average in millionths, slope in hundredths).

        Missing keys keep their defaults; `yuma3_on` chooses the version. Raises `QuantityError` for what is no whole
        number in the range that root may set. Source: subtensor, June 2026.
        """
        declared = cls.quantities()
        values: dict[str, Any] = {}
        for name, unit, _ in _CHAIN_UNITS:
            if name in raw:
                low, high = (round((getattr(declared[name], end) or 0) * unit) for end in ("low", "high"))
                values[name] = _whole(name, raw[name], low, high) / unit
        if "yuma3_on" in raw:
            values["version"] = "3" if _switch("yuma3_on", raw["yuma3_on"]) else "2"
        if "liquid_alpha_on" in raw:
            values["liquid_alpha_on"] = _switch("liquid_alpha_on", raw["liquid_alpha_on"])
        return cls(**values)

    def to_chain(self) -> dict[str, Any]:
        """The chain's integers: kappa rounded down, all others half up, so that no raw value is lost on the way.

        Raises `QuantityError` for what the chain does not compute: variants, other modes, winner takes all.

        >>> raw = {"kappa": 39321, "bonds_penalty": 7, "bonds_moving_average": 975_000}
        >>> {k: Hyperparameters.from_chain(raw).to_chain()[k] for k in raw} == raw
        True
        """
        if self.rule is not None or self.version not in CHAIN_VERSIONS:
            raise QuantityError(f"version is {self.paying_rule.name!r}; the chain computes 3 and 2 only")
        if self.liquid_alpha_on and self.liquid_alpha_consensus != "current":
            raise QuantityError(
                f"liquid_alpha_consensus is {self.liquid_alpha_consensus!r}; the chain knows current only"
            )
        if self.winner_takes_all:
            raise QuantityError("winner_takes_all is true; the chain pays by shares only, so it must be false")
        numbers = {name: math.floor(getattr(self, name) * unit + half + _SNAP) for name, unit, half in _CHAIN_UNITS}
        return {**numbers, "yuma3_on": self.version == "3", "liquid_alpha_on": self.liquid_alpha_on}


def _whole(name: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise QuantityError(f"{name} is {value!r:.60}; this rule takes the chain's whole numbers in [{low}, {high}]")
    return int(value)


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_ | int | np.integer) or value not in (0, 1):
        raise QuantityError(f"{name} is {value!r:.60}; it must be true or false")
    return bool(value)


_CHAIN_UNITS = (
    ("kappa", _U16, 0.0),
    ("bonds_penalty", _U16, 0.5),
    ("bonds_moving_average", _MILLION, 0.5),
    ("alpha_low", _U16, 0.5),
    ("alpha_high", _U16, 0.5),
    ("alpha_sigmoid_steepness", 100, 0.5),
)
"""Field, the chain's integer that stands for one, and what is added before rounding down."""
