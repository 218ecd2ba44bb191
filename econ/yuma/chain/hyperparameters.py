"""What one epoch of the chain depends on, in the integers that the chain stores."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.yuma.chain.numbers import ONE, U16, clamped
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["ChainHyperparameters"]

_U64 = (1 << 64) - 1
_LIMITS: dict[str, tuple[int, int]] = {
    "kappa": (0, U16),
    "bonds_penalty": (0, U16),
    "bonds_moving_average": (0, _U64),
    "alpha_low": (0, U16),
    "alpha_high": (0, U16),
    "alpha_sigmoid_steepness": (-(1 << 15), (1 << 15) - 1),
    "max_validators": (0, U16),
    "stake_threshold": (0, _U64),
    "activity_cutoff": (0, (1 << 63) - 1),
    "tempo": (0, U16),
    "rao_emission": (0, _U64),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHyperparameters:
    """Raw storage values; `activity_cutoff` and `tempo` in blocks, `rao_emission` what this epoch pays.

    Legal is what the types of the chain hold (root may set any of it). Defaults are those of its storage.

    >>> ChainHyperparameters(kappa=70000)
    Traceback (most recent call last):
    ValueError: kappa is 70000; it must be a whole number in [0, 65535]
    """

    kappa: int = 32767
    bonds_penalty: int = 65535
    bonds_moving_average: int = 900_000
    alpha_low: int = 45875
    alpha_high: int = 58982
    alpha_sigmoid_steepness: int = 1000
    yuma3_on: bool = False
    liquid_alpha_on: bool = False
    commit_reveal_on: bool = False
    max_validators: int = 128
    stake_threshold: int = 0
    activity_cutoff: int = 5000
    tempo: int = 360
    rao_emission: int = 1_000_000_000

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, np.integer):
                object.__setattr__(self, name, value := int(value))
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"{name} is {value!r:.60}; it must be a whole number in [{low}, {high}]")
        for name in ("yuma3_on", "liquid_alpha_on", "commit_reveal_on"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} is {getattr(self, name)!r:.60}; it must be true or false")
        if self.alpha_low > self.alpha_high:
            raise ValueError(f"alpha_low is {self.alpha_low}; it must not exceed alpha_high, {self.alpha_high}")

    @classmethod
    def of(cls, rule: Hyperparameters, **others: Any) -> ChainHyperparameters:
        """The chain's integers of a rule of fractions, and what only the chain knows by name.

        >>> ChainHyperparameters.of(Hyperparameters(kappa=0.6), tempo=99).kappa
        39321
        """
        fields = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in rule.to_chain().items() if name in fields}, **others)

    @property
    def bond_alpha(self) -> int:
        """The share of the new bond as I32F32, one minus the average's share; negative above one million."""
        return clamped(ONE - clamped(min(self.bonds_moving_average, (1 << 63) - 1) * ONE // 1_000_000))
