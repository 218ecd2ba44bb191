"""Policies that choose among policies, row by row: by lot in every epoch, or by the calendar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from agents.errors import PolicyError
from agents.policy import DelegatorPolicy, MinerPolicy, Offer, Outcome, Policy, Traits, ValidatorPolicy
from agents.views import DelegatorView, MinerView, ValidatorView, View
from agents.wrap.inside import answered, by_role, divided, traits_around
from econ.errors import InputError

__all__ = ["Mixed", "Switching"]


def Mixed(policies: Sequence[Any], shares: Sequence[float]) -> Any:
    """In every epoch each row plays one of the policies, drawn with these probabilities.

    It pays for evaluating what its parts do on average. Around validators, miners and delegators.

    >>> from agents import LazyMiner, HonestMiner
    >>> Mixed((HonestMiner(), LazyMiner()), (0.5, 0.5)).name
    'mixed-honest-lazy'
    """
    parts, chances = tuple(policies), tuple(float(share) for share in shares)
    if len(parts) != len(chances) or not all(0 <= chance <= 1 for chance in chances) or abs(sum(chances) - 1) > 1e-9:
        raise InputError(
            f"Mixed is given {len(parts)} policies and the shares {chances}; they must be probabilities, one a policy, "
            "with sum 1"
        )
    return _choosing("Mixed", parts, Draw(chances))


def Switching(before: Any, after: Any, at: int) -> Any:
    """One policy until epoch `at`, another one from then on. Around validators, miners and delegators.

    >>> from agents import HonestValidator, WeightCopier
    >>> turning = Switching(HonestValidator(), WeightCopier(), 50)
    >>> turning.evaluation(49), turning.evaluation(50)
    (1.0, 0.0)
    """
    if not isinstance(at, Integral) or isinstance(at, bool):
        raise InputError(f"Switching is given the epoch {at!r}; it must be a whole number")
    return _choosing("Switching", (before, after), Calendar(int(at)))


def _choosing(wrapper: str, parts: tuple[Any, ...], choice: Draw | Calendar) -> Any:
    kinds = {"validators": ChoosingValidator, "miners": ChoosingMiner, "delegators": ChoosingDelegator}
    return by_role(wrapper, parts, kinds)(policies=parts, choice=choice)


@dataclass(frozen=True, slots=True)
class Draw:
    """A part by lot, anew in every epoch."""

    chances: tuple[float, ...]
    word = "mixed"

    def of(self, view: View) -> np.ndarray:
        """The number[row] of the part that is played."""
        steps = np.cumsum(self.chances)[:-1]
        return np.searchsorted(steps, view.uniform()[:, 0], side="right")

    def chance(self, epoch: int) -> tuple[float, ...]:
        """How likely each part is played."""
        return self.chances


@dataclass(frozen=True, slots=True)
class Calendar:
    """The first part until an epoch, then the second."""

    at: int
    word = "switching"

    def of(self, view: View) -> np.ndarray:
        """The number[row] of the part that is played."""
        return np.full(view.world.size, int(view.epoch >= self.at))

    def chance(self, epoch: int) -> tuple[float, ...]:
        """How likely each part is played."""
        return (0.0, 1.0) if epoch >= self.at else (1.0, 0.0)


class _Choosing(Policy):
    """What is the same for all roles."""

    policies: tuple[Any, ...]
    choice: Draw | Calendar

    @property
    def name(self) -> str:  # type: ignore[override]
        return "-".join([self.choice.word, *(policy.name for policy in self.policies)])

    @property
    def traits(self) -> Traits:  # type: ignore[override]
        return traits_around(self.policies)

    @property
    def acts_as_one(self) -> bool:  # type: ignore[override]
        return any(policy.acts_as_one for policy in self.policies)

    def _inner(self, view: Any, number: int) -> Any:
        """The rows as a part sees them."""
        return view.seen_by(self.policies[number])

    def _asked(self, view: Any, act: Callable[[Any, Any], Any], default: np.ndarray) -> np.ndarray:
        """What the chosen parts answer, laid out by row; where one answers None, the default."""
        chosen = self.choice.of(view)
        laid = np.array(default, dtype=float)
        for number, policy in enumerate(self.policies):
            rows = np.flatnonzero(chosen == number)
            if rows.size:
                answer = act(policy, self._inner(view.rows(rows), number))
                if answer is not None:
                    laid[rows] = answer
        return laid


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingValidator(_Choosing, ValidatorPolicy):
    """A validator of several minds. Memory[row] holds what each part remembers, side by side."""

    policies: tuple[ValidatorPolicy, ...]
    choice: Draw | Calendar

    @property
    def traits(self) -> Traits:  # type: ignore[override]
        """As all parts together; where one sets its take, the others must see what it was to leave it."""
        takes = any(type(policy).take is not ValidatorPolicy.take for policy in self.policies)
        return traits_around(self.policies, ("take",) if takes else ())

    def evaluation(self, epoch: int) -> float:
        """As the parts, each as often as it is played."""
        chances = self.choice.chance(epoch)
        return sum(
            chance * policy.evaluation(epoch) for chance, policy in zip(chances, self.policies, strict=True) if chance
        )

    def weights(self, view: ValidatorView) -> np.ndarray:
        """As the chosen parts."""
        nothing = np.zeros((view.world.size, view.miners))

        def weights(policy: Any, inner: Any) -> np.ndarray:
            return divided(policy, policy.weights(inner), "weights", inner, view.miners)

        return self._asked(view, weights, nothing)

    def take(self, view: ValidatorView) -> np.ndarray | None:
        """As the chosen parts; where one sets none it stays as it is."""
        if "take" not in self.traits.sees:
            return None
        stays = view.public.take[view.world, view.seat]
        return self._asked(view, _numbers("take", "takes"), stays)

    def rent(self, view: ValidatorView) -> np.ndarray:
        """As the chosen parts."""
        return self._asked(view, _numbers("rent", "rented stakes"), np.zeros(view.world.size))

    def memory_size(self, miners: int) -> int:
        """As all parts together."""
        return sum(policy.memory_size(miners) for policy in self.policies)

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """As all parts: those that were not chosen watch."""
        parts = [policy.remember(self._inner(view, n), outcome) for n, policy in enumerate(self.policies)]
        return np.concatenate(parts, axis=1)

    def _inner(self, view: ValidatorView, number: int) -> ValidatorView:
        sizes = [policy.memory_size(view.miners) for policy in self.policies]
        first = sum(sizes[:number])
        memory = view.memory[:, first : first + sizes[number]]
        return view.seen_by(self.policies[number], memory=memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingMiner(_Choosing, MinerPolicy):
    """A miner of several minds; what it makes must be worth the same whichever part made it."""

    policies: tuple[MinerPolicy, ...]
    choice: Draw | Calendar

    def __post_init__(self) -> None:
        for name in ("utility", "lag", "cost_of_copying"):
            values = {getattr(policy, name) for policy in self.policies}
            if len(values) > 1:
                raise InputError(
                    f"{self.name}: its parts differ in {name} ({', '.join(map(str, sorted(values)))}); "
                    "give it miners with the same"
                )

    @property
    def utility(self) -> float:  # type: ignore[override]
        """As the parts."""
        return self.policies[0].utility

    @property
    def lag(self) -> int:  # type: ignore[override]
        """As the parts."""
        return self.policies[0].lag

    @property
    def cost_of_copying(self) -> float:  # type: ignore[override]
        """As the parts."""
        return self.policies[0].cost_of_copying

    def effort(self, view: MinerView) -> np.ndarray:
        """As the chosen parts."""
        return self._asked(view, _numbers("effort", "effort", needed=True), np.zeros(view.world.size))

    def copies(self, view: MinerView) -> np.ndarray:
        """As the chosen parts."""
        own = np.full(view.world.size, -1)
        return self._asked(view, _numbers("copies", "copied columns"), own)

    def leave(self, view: MinerView) -> np.ndarray:
        """As the chosen parts."""
        return self._asked(view, _numbers("leave", "leaves"), np.zeros(view.world.size))

    def register(self, view: MinerView) -> np.ndarray:
        """As the chosen parts."""
        return self._asked(view, _numbers("register", "bids", needed=True), np.zeros(view.world.size))

    def offer(self, view: MinerView) -> Offer:
        """As the chosen parts."""

        def side_by_side(policy: Any, inner: Any) -> np.ndarray | None:
            offer = policy.offer(inner)
            if offer is None:
                return None
            if not isinstance(offer, Offer):
                raise PolicyError(f"{policy.name} offers a {type(offer).__name__}; give an agents.Offer, or None")
            given = ("payments", offer.payment), ("asked weights", offer.weight), ("contracts", offer.contract)
            return np.stack([answered(policy, values, what, inner) for what, values in given], axis=1)

        offers = self._asked(view, side_by_side, np.zeros((view.world.size, 3)))
        return Offer(payment=offers[:, 0], weight=offers[:, 1], contract=offers[:, 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingDelegator(_Choosing, DelegatorPolicy):
    """A delegator of several minds."""

    policies: tuple[DelegatorPolicy, ...]
    choice: Draw | Calendar

    def stake(self, view: DelegatorView) -> np.ndarray:
        """As the chosen parts."""
        nothing = np.zeros_like(view.held)

        def stake(policy: Any, inner: Any) -> np.ndarray:
            return divided(policy, policy.stake(inner), "stakes", inner, view.held.shape[1])

        return self._asked(view, stake, nothing)


def _numbers(act: str, what: str, *, needed: bool = False) -> Callable[[Any, Any], np.ndarray | None]:
    """How a part is asked for an act that is a number a row, which it may leave out (None) unless it is `needed`."""

    def asked(policy: Any, inner: Any) -> np.ndarray | None:
        answer = getattr(policy, act)(inner)
        return None if answer is None and not needed else answered(policy, answer, what, inner)

    return asked
