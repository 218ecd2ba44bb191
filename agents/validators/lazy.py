"""Validators who do little, and do not even copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import Outcome, Traits, ValidatorPolicy
from agents.scores import legal, power
from agents.settings import ValidatorSettings
from agents.views import ValidatorView
from econ.quantity import Settings, like, quantity

__all__ = ["LazyValidator", "StaleValidator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyValidator(ValidatorPolicy):
    """Give every miner the same weight.

    It loses to clipping what it gives to miners below the average: the more alike miners are, the less. Without the
    bonds penalty it is paid nearly as much as those who measure.
    """

    name: ClassVar[str] = "lazy"
    traits: ClassVar[Traits] = Traits()
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, docs/consensus.md",)

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Ones."""
        return np.ones((view.world.size, view.miners))


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleValidator(Settings, ValidatorPolicy):
    """Measure once, or every so many epochs, and repeat those weights in between.

    It pays for one evaluation and lives on it until miners have changed; a newly registered miner is given nothing
    until it measures again.
    """

    name: ClassVar[str] = "stale"
    traits: ClassVar[Traits] = Traits(evaluates=True)
    takes: ClassVar[Mapping[str, str]] = {"sharpness": "validators.sharpness"}
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    every: int = quantity(
        10,
        "epochs between two evaluations",
        "[0, 100_000]",
        "player",
        "How long it lives on one evaluation; 0: it measures once and never again.",
    )
    sharpness: float = like(ValidatorSettings, "sharpness")

    @property
    def evaluation_share(self) -> float:  # type: ignore[override]
        """One evaluation in so many epochs."""
        return 1.0 / self.every if self.every else 0.0

    def weights(self, view: ValidatorView) -> np.ndarray:
        """What it measured last."""
        return legal(self._known(view))

    def memory_size(self, miners: int) -> int:
        """The weights it measured last."""
        return miners

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """The same."""
        return self._known(view)

    def _known(self, view: ValidatorView) -> np.ndarray:
        new = view.scores if self.sharpness == 1.0 else power(view.scores, self.sharpness)
        if self.every and view.epoch % self.every == 0:
            return new
        old = np.where(view.fresh[view.world], 0.0, view.memory) if view.fresh.any() else view.memory
        return np.where(np.isnan(view.memory), new, old)
