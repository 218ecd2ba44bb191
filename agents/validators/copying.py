"""Validators who submit what others measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.errors import PolicyError
from agents.policy import Traits, ValidatorPolicy, WorldPolicy
from agents.scores import legal
from agents.sums import weighted_sums
from agents.views import ValidatorView
from econ.quantity import Settings, quantity

__all__ = ["StakeMeanCopier", "TargetCopier", "WeightCopier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCopier(WorldPolicy):
    """Submit the last revealed consensus and evaluate no one.

    Consensus is the median of many noisy measurements, so it is hardly clipped: the copier earns more than those it
    copies as long as miners change less, while weights stay hidden, than measurements err.
    """

    name: ClassVar[str] = "weight-copier"
    traits: ClassVar[Traits] = Traits(sees={"consensus"})
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, docs/consensus.md",)

    def world_weights(self, view: ValidatorView) -> np.ndarray:
        """The public consensus."""
        return view.public.consensus


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCopier(Settings, ValidatorPolicy):
    """Submit the last revealed weights of one other validator.

    One validator's weights carry all of its noise, so this earns less than copying consensus; it needs no more than
    one row. A seat that is its own target copies the next one.
    """

    name: ClassVar[str] = "target-copier"
    traits: ClassVar[Traits] = Traits(sees={"weights"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    target: int = quantity(0, "the number of a validator's seat", "[0, 4095]", "player", "Whose weights it copies.")

    def weights(self, view: ValidatorView) -> np.ndarray:
        """The target's row; uniform where it has revealed none."""
        revealed = view.public.weights
        validators = revealed.shape[1]
        if self.target >= validators:
            raise PolicyError(
                f"{self.name} has the target {self.target}; there are {validators} validators, numbered from 0: "
                "name one of them"
            )
        copied = np.where(view.seat == self.target, (self.target + 1) % validators, self.target)
        return legal(revealed[view.world, copied])


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeMeanCopier(ValidatorPolicy):
    """Submit the stake-weighted mean of all other validators' last revealed weights.

    A mean is as good an average as the median where all are honest, but nothing in it is clipped: a cabal's weights
    enter it in full, and the copier pays for them in trust.
    """

    name: ClassVar[str] = "stake-mean-copier"
    traits: ClassVar[Traits] = Traits(sees={"weights", "stake"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    def weights(self, view: ValidatorView) -> np.ndarray:
        """The mean over all validators less the seat's own row; uniform where nobody else has revealed any."""
        revealed, stake = view.public.weights, view.public.stake
        total = weighted_sums(revealed, stake)
        own = stake[view.world, view.seat][:, None] * revealed[view.world, view.seat]
        others = total[view.world] - own
        others[others < 1e-12] = 0.0  # what is left of the own row by rounding
        return legal(others)
