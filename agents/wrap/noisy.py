"""Noisy hands: a policy whose answers are multiplied by luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.policy import DelegatorPolicy, MinerPolicy, Offer, Outcome, Policy, Traits, ValidatorPolicy
from agents.views import DelegatorView, MinerView, ValidatorView, View
from agents.wrap.inside import answered, by_role, divided, traits_around
from econ.quantity import Settings, quantity

__all__ = ["Noisy"]


def Noisy(policy: Any, sd: float) -> Any:
    """The policy with every weight, effort or stake multiplied by exp(sd x normal), drawn anew each epoch and row.

    Around validators, miners and delegators. An effort does not exceed 1.

    >>> from agents import WeightCopier
    >>> Noisy(WeightCopier(), 0.1).name
    'noisy-weight-copier'
    """
    kinds = {"validators": NoisyValidator, "miners": NoisyMiner, "delegators": NoisyDelegator}
    return by_role("Noisy", [policy], kinds)(policy=policy, sd=sd)


_SD = ("the standard deviation of a log answer", "[0, 10]", "player", "How noisy its hand is.")


class _Noisy(Settings, Policy):
    """What is the same for all roles."""

    policy: Any
    sd: float

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"noisy-{self.policy.name}"

    @property
    def traits(self) -> Traits:  # type: ignore[override]
        return traits_around([self.policy])

    @property
    def acts_as_one(self) -> bool:  # type: ignore[override]
        return bool(self.policy.acts_as_one)

    def _noisy(self, view: View, answer: np.ndarray) -> np.ndarray:
        """The answer[row] or answer[row, column] times this epoch's luck."""
        columns = answer.shape[1] if answer.ndim == 2 else 1
        return answer * np.exp(self.sd * view.normal(columns)).reshape(answer.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyValidator(_Noisy, ValidatorPolicy):
    """A validator with a noisy hand."""

    policy: ValidatorPolicy
    sd: float = quantity(0.1, *_SD)

    def evaluation(self, epoch: int) -> float:
        """As inside."""
        return self.policy.evaluation(epoch)

    def weights(self, view: ValidatorView) -> np.ndarray:
        """As inside, times luck."""
        answer = self.policy.weights(view.seen_by(self.policy))
        return self._noisy(view, divided(self.policy, answer, "weights", view, view.miners))

    def take(self, view: ValidatorView) -> np.ndarray | None:
        """As inside."""
        return self.policy.take(view.seen_by(self.policy))

    def rent(self, view: ValidatorView) -> np.ndarray | None:
        """As inside."""
        return self.policy.rent(view.seen_by(self.policy))

    def memory_size(self, miners: int) -> int:
        """As inside."""
        return self.policy.memory_size(miners)

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """As inside."""
        return self.policy.remember(view.seen_by(self.policy), outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyMiner(_Noisy, MinerPolicy):
    """A miner that does not always work as much as it means to."""

    policy: MinerPolicy
    sd: float = quantity(0.1, *_SD)

    @property
    def utility(self) -> float:  # type: ignore[override]
        """As inside."""
        return self.policy.utility

    @property
    def lag(self) -> int:  # type: ignore[override]
        """As inside."""
        return self.policy.lag

    @property
    def cost_of_copying(self) -> float:  # type: ignore[override]
        """As inside."""
        return self.policy.cost_of_copying

    def effort(self, view: MinerView) -> np.ndarray:
        """As inside, times luck, at most 1."""
        effort = answered(self.policy, self.policy.effort(view.seen_by(self.policy)), "effort", view)
        return np.where(effort <= 1.0, np.minimum(self._noisy(view, effort), 1.0), effort)

    def copies(self, view: MinerView) -> np.ndarray | None:
        """As inside."""
        return self.policy.copies(view.seen_by(self.policy))

    def leave(self, view: MinerView) -> np.ndarray | None:
        """As inside."""
        return self.policy.leave(view.seen_by(self.policy))

    def register(self, view: MinerView) -> np.ndarray:
        """As inside."""
        return self.policy.register(view.seen_by(self.policy))

    def offer(self, view: MinerView) -> Offer | None:
        """As inside."""
        return self.policy.offer(view.seen_by(self.policy))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyDelegator(_Noisy, DelegatorPolicy):
    """A delegator that does not always hit its mark."""

    policy: DelegatorPolicy
    sd: float = quantity(0.1, *_SD)

    def stake(self, view: DelegatorView) -> np.ndarray:
        """As inside, times luck."""
        answer = self.policy.stake(view.seen_by(self.policy))
        return self._noisy(view, divided(self.policy, answer, "stakes", view, view.held.shape[1]))
