"""Validators' policies: those who measure, those who copy, those who favour their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import Outcome, Traits, ValidatorPolicy
from agents.settings import CabalSettings, ValidatorSettings
from agents.views import ValidatorView
from econ.quantity import Settings, like
from econ.yuma.bonds import shares

__all__ = ["ColludingValidator", "HonestValidator", "WeightCopier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestValidator(Settings, ValidatorPolicy):
    """Measure every miner and weigh it by its score.

    Weights are proportional to score^sharpness; with `memory` below 1 the score is the exponential average of the
    seat's own log scores, in which a new score has that gain.
    """

    name: ClassVar[str] = "honest"
    traits: ClassVar[Traits] = Traits(evaluates=True)
    takes: ClassVar[Mapping[str, str]] = {"memory": "validators.memory", "sharpness": "validators.sharpness"}

    memory: float = like(ValidatorSettings, "memory")
    sharpness: float = like(ValidatorSettings, "sharpness")

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Scores (or their average) to the power of sharpness; uniform where all are zero."""
        scores = view.scores if self.memory == 1.0 else _exp(self._averaged(view))
        if self.sharpness != 1.0:
            scores = _power(scores, self.sharpness)
        if scores[:, 0].all():  # nearly always: no row is all zero
            return scores
        return np.where(scores.any(axis=-1, keepdims=True), scores, 1.0)

    def memory_size(self, miners: int) -> int:
        """One averaged log score a miner, if it averages at all."""
        return miners if self.memory != 1.0 else 0

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """The averaged log scores."""
        return view.memory if self.memory == 1.0 else self._averaged(view)

    def _averaged(self, view: ValidatorView) -> np.ndarray:
        """Averaged log scores[row, miner]; a zero score, or a first one, starts the average anew."""
        with np.errstate(divide="ignore"):
            new = np.log(view.scores)
        known = np.isfinite(view.memory) & np.isfinite(new)
        old = np.where(known, view.memory, 0.0)
        return np.where(known, old + self.memory * (np.where(known, new, 0.0) - old), new)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCopier(ValidatorPolicy):
    """Submit the last revealed consensus and evaluate no one."""

    name: ClassVar[str] = "weight-copier"
    traits: ClassVar[Traits] = Traits(sees={"consensus"})

    def weights(self, view: ValidatorView) -> np.ndarray:
        """The public consensus of the row's world."""
        return view.public.consensus[view.world]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColludingValidator(Settings, ValidatorPolicy):
    """Put a fixed share of weight on the cabal's own miners and hide the rest behind the public consensus.

    The share goes to the cabal's miners in equal parts; the other miners divide the rest as consensus does. Without
    cabal miners it is a weight-copier.
    """

    name: ClassVar[str] = "colluding"
    traits: ClassVar[Traits] = Traits(sees={"consensus"}, colludes=True)
    takes: ClassVar[Mapping[str, str]] = {"self_weight": "cabal.self_weight"}

    self_weight: float = like(CabalSettings, "self_weight")

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Self-weight on the cabal, the rest in proportion to the public consensus of the others."""
        consensus, cabal = view.public.consensus, view.cabal
        members = cabal.sum(axis=-1, keepdims=True)
        others = np.where(cabal, 0.0, consensus)
        unknown = ~others.any(axis=-1, keepdims=True)
        others = shares(np.where(unknown & ~cabal, 1.0, others))
        alone = members == cabal.shape[-1]
        favour = np.where(members == 0, 0.0, np.where(alone, 1.0, self.self_weight))
        by_world = np.where(cabal, favour / np.maximum(members, 1), (1.0 - favour) * others)
        return by_world[view.world]


def _power(scores: np.ndarray, exponent: float) -> np.ndarray:
    """Scores^exponent, scaled by the row's largest first so that no power overflows."""
    largest = scores.max(axis=-1, keepdims=True)
    return np.divide(scores, largest, out=np.zeros_like(scores), where=largest > 0) ** exponent


def _exp(log_scores: np.ndarray) -> np.ndarray:
    """exp of log scores after taking each row's largest to 1; rows of nothing but -inf become 0."""
    largest = log_scores.max(axis=-1, keepdims=True)
    return np.exp(log_scores - np.where(np.isfinite(largest), largest, 0.0))
