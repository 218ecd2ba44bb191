"""Delegators' policies: with whom they place their stake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import DelegatorPolicy, Traits
from agents.scores import power
from agents.sums import cosines
from agents.views import DelegatorView
from econ.quantity import Settings, quantity

__all__ = ["IndexDelegator", "LoyalDelegator", "QualityAwareDelegator", "YieldChaser"]


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldChaser(Settings, DelegatorPolicy):
    """Divide stake by what it earned: shares are proportional to exp(sharpness x yield).

    Yield is what a validator pays its nominators for their stake, after its take. It does not ask how the yield came
    about, so where copying pays it gathers stake with those who copy.
    """

    name: ClassVar[str] = "yield-chaser"
    traits: ClassVar[Traits] = Traits(adapts=True)
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    sharpness: float = quantity(
        10.0,
        "per unit of yield, where par is 1",
        "[0, 1_000_000]",
        "player",
        "How much more goes to the better; 1000 is nearly all to the best.",
    )

    def stake(self, view: DelegatorView) -> np.ndarray:
        """The logit of yields, the same for all rows of a world."""
        yields = view.yields
        return np.exp(self.sharpness * (yields - yields.max(axis=-1, keepdims=True)))[view.world]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyalDelegator(DelegatorPolicy):
    """Leave stake where it is.

    Most stake on most networks hardly moves; it is what lets a validator change its ways and keep its weight.
    """

    name: ClassVar[str] = "loyal"
    traits: ClassVar[Traits] = Traits()
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    def stake(self, view: DelegatorView) -> np.ndarray:
        """As it is held."""
        return view.held


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDelegator(Settings, DelegatorPolicy):
    """Hold the market: divide stake as all stake is divided, or in equal parts.

    In proportion to stake it moves nothing and earns the average; in equal parts it works against concentration.
    """

    name: ClassVar[str] = "index"
    traits: ClassVar[Traits] = Traits(sees={"stake"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    equal: bool = quantity(False, "a way to divide", "", "player", "In equal parts, not by stake.")

    def stake(self, view: DelegatorView) -> np.ndarray:
        """Stake shares of the validators, or ones."""
        stake = view.public.stake[view.world]
        return np.ones_like(stake) if self.equal else stake


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityAwareDelegator(Settings, DelegatorPolicy):
    """Measure miners and place stake with validators whose weights agree with that.

    Agreement is the cosine of a validator's revealed weights and the delegator's own scores; shares are proportional
    to exp(sharpness x agreement). It rewards good weights, not effort: consensus has less noise than any one row, so
    a copier of fresh consensus passes, and a copier of old consensus does not.
    """

    name: ClassVar[str] = "quality-aware"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"weights"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    sharpness: float = quantity(
        20.0,
        "per unit of agreement, which lies between 0 and 1",
        "[0, 1_000_000]",
        "player",
        "How much more goes to those who agree better.",
    )

    def stake(self, view: DelegatorView) -> np.ndarray:
        """The logit of agreements."""
        agreement = cosines(view.public.weights, power(view.scores, 1.0), view.world)
        return np.exp(self.sharpness * (agreement - agreement.max(axis=-1, keepdims=True)))
