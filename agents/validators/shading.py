"""Validators who lean towards what the others said last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import Traits
from agents.scores import legal, power
from agents.validators.honest import HonestValidator
from agents.views import ValidatorView
from econ.quantity import quantity
from econ.yuma.bonds import shares

__all__ = ["SelectiveEvaluator", "ShadingValidator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadingValidator(HonestValidator):
    """Measure every miner and shade the scores towards the last revealed consensus.

    Weights are proportional to score^own x consensus^(1 - own), both normalised. Leaning on consensus saves what
    clipping would take from a noisy score; it costs where consensus is old and miners have changed.
    """

    name: ClassVar[str] = "shading"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"consensus"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    own: float = quantity(
        0.5,
        "an exponent",
        "[0, 1]",
        "player",
        "The part of its own score in the geometric mean with consensus; 1 is honest, 0 copies.",
    )

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Weighted geometric means of own weights and consensus; own weights where these have nothing in common."""
        mine = HonestValidator.weights(self, view)
        if self.own == 1.0:
            return mine
        public = power(view.public.consensus, 1.0 - self.own)[view.world]
        if self.own == 0.0:
            return public
        mixed = power(mine, self.own) * public
        return np.where(mixed.any(axis=-1, keepdims=True), mixed, mine)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectiveEvaluator(HonestValidator):
    """Measure some miners, drawn anew every epoch, and copy the last revealed consensus for the rest.

    Those it measures share the weight that consensus gives them, in proportion to its scores. It pays for a share of
    the evaluation and loses less than a copier where miners change.
    """

    name: ClassVar[str] = "selective-evaluator"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"consensus"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    evaluation_share: float = quantity(
        0.25,
        "a probability for each miner, an epoch",
        "[0, 1]",
        "player",
        "How likely a miner is to be measured in an epoch, and what is paid of the evaluation's cost.",
    )

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Consensus, with the part of the probed miners divided by own scores."""
        mine = HonestValidator.weights(self, view)
        probed = view.uniform(view.miners) < self.evaluation_share
        consensus = view.public.consensus[view.world]
        at_stake = np.where(probed, consensus, 0.0).sum(axis=-1, keepdims=True)
        return legal(np.where(probed, at_stake * shares(np.where(probed, mine, 0.0)), consensus))
