"""Late hands: a validator that submits what it decided some epochs ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.answers import are_legal
from agents.policy import Outcome, Traits, ValidatorPolicy
from agents.scores import legal
from agents.views import ValidatorView
from agents.wrap.inside import by_role, divided, traits_around
from econ.quantity import Settings, quantity

__all__ = ["Lagged"]


def Lagged(policy: Any, epochs: int) -> Any:
    """The validators' policy, `epochs` epochs late: until that many have passed it repeats its first decision.

    To a miner whose UID was registered since it gives what it would decide now.

    >>> from agents import HonestValidator
    >>> Lagged(HonestValidator(), 3).memory_size(10)
    30
    """
    return by_role("Lagged", [policy], {"validators": LaggedValidator})(policy=policy, epochs=epochs)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaggedValidator(Settings, ValidatorPolicy):
    """A validator that is late. Memory[row] is what is inside remembers and then the decisions, oldest first."""

    policy: ValidatorPolicy
    epochs: int = quantity(1, "epochs", "[1, 1000]", "player", "How late what it decides is submitted.")

    @property
    def name(self) -> str:  # type: ignore[override]
        """lagged- and the name inside."""
        return f"lagged-{self.policy.name}"

    @property
    def traits(self) -> Traits:  # type: ignore[override]
        """As inside."""
        return traits_around([self.policy])

    @property
    def acts_as_one(self) -> bool:  # type: ignore[override]
        """As inside."""
        return bool(self.policy.acts_as_one)

    def evaluation(self, epoch: int) -> float:
        """As inside."""
        return self.policy.evaluation(epoch)

    def weights(self, view: ValidatorView) -> np.ndarray:
        """The oldest decision."""
        now, waiting = self._decided(view), self._waiting(view)
        oldest = np.where(np.isnan(waiting[:, 0]), now, waiting[:, 0])
        if view.fresh.any():
            oldest = np.where(view.fresh[view.world], now, oldest)
        return np.where(are_legal(now)[:, None], legal(oldest), now)  # what is not legal is refused at once

    def take(self, view: ValidatorView) -> np.ndarray | None:
        """As inside, at once."""
        return self.policy.take(self._inner(view))

    def rent(self, view: ValidatorView) -> np.ndarray | None:
        """As inside, at once."""
        return self.policy.rent(self._inner(view))

    def memory_size(self, miners: int) -> int:
        """As inside, and the decisions that wait."""
        return self.policy.memory_size(miners) + self.epochs * miners

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """The decision of this epoch behind those that wait."""
        now, waiting = self._decided(view), self._waiting(view)
        started = np.where(np.isnan(waiting), now[:, None, :], waiting)
        queue = np.concatenate([started[:, 1:], now[:, None, :]], axis=1).reshape(len(now), -1)
        inner = self._inner(view)
        if not inner.memory.shape[1]:
            return queue
        return np.concatenate([self.policy.remember(inner, Outcome(now)), queue], axis=1)

    def _inner(self, view: ValidatorView) -> ValidatorView:
        return view.seen_by(self.policy, memory=view.memory[:, : self.policy.memory_size(view.miners)])

    def _decided(self, view: ValidatorView) -> np.ndarray:
        return divided(self.policy, self.policy.weights(self._inner(view)), "weights", view, view.miners)

    def _waiting(self, view: ValidatorView) -> np.ndarray:
        """The decisions that wait, [row, age, miner], oldest first; NaN where there is none yet."""
        waiting = view.memory[:, self.policy.memory_size(view.miners) :]
        return waiting.reshape(-1, self.epochs, view.miners)
