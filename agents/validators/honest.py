"""Validators who say what they measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import Outcome, Traits, ValidatorPolicy
from agents.scores import averaged_log_scores, exponential, legal, power
from agents.settings import ValidatorSettings
from agents.views import ValidatorView
from econ.quantity import Settings, like, quantity

__all__ = ["AveragingValidator", "HonestValidator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestValidator(Settings, ValidatorPolicy):
    """Measure every miner and weigh it by its score.

    Weights are proportional to score^sharpness; with `memory` below 1 the score is the exponential average of the
    seat's own log scores, in which a new score has that gain. What it measures by chance above consensus is clipped,
    and with the bonds penalty that part earns nothing: this is why it can lose to those who copy.
    """

    name: ClassVar[str] = "honest"
    traits: ClassVar[Traits] = Traits(evaluates=True)
    takes: ClassVar[Mapping[str, str]] = {"memory": "validators.memory", "sharpness": "validators.sharpness"}
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, docs/consensus.md",)

    memory: float = like(ValidatorSettings, "memory")
    sharpness: float = like(ValidatorSettings, "sharpness")

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Scores (or their average) to the power of sharpness; uniform where all are zero."""
        scores = view.scores if self.memory == 1.0 else exponential(averaged_log_scores(view, self.memory))
        if self.sharpness != 1.0:
            scores = power(scores, self.sharpness)
        return legal(scores)

    def memory_size(self, miners: int) -> int:
        """One averaged log score a miner, if it averages at all."""
        return miners if self.memory != 1.0 else 0

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """The averaged log scores."""
        return view.memory if self.memory == 1.0 else averaged_log_scores(view, self.memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragingValidator(HonestValidator):
    """Measure every miner and weigh it by the average of one's own scores over the last epochs.

    An honest validator that forgets slowly: noise cancels, so it stands nearer to the median and loses less to
    clipping, at the price of being late where miners change fast. It is the honest answer to copying.
    """

    name: ClassVar[str] = "averaging"
    traits: ClassVar[Traits] = Traits(evaluates=True)
    takes: ClassVar[Mapping[str, str]] = {"sharpness": "validators.sharpness"}
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    memory: float = quantity(
        0.5,
        "the gain of a new log score in the validator's own average",
        "(0, 1]",
        "player",
        "1: only the new score counts; lower values average over about 1 / memory epochs.",
    )
