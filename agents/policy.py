"""What a policy is, and what it may see.

A policy never loops over agents. It is asked once an epoch for all (world, seat) pairs that play it, its rows, and
answers one row a pair. Policies are frozen dataclasses: hashable, comparable, without state of their own; what a seat
must remember between epochs the subnet keeps for it in `memory[row, k]`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from econ.errors import InputError

__all__ = [
    "MinerPolicy",
    "MinerView",
    "Outcome",
    "Policy",
    "PolicyError",
    "PublicView",
    "Traits",
    "ValidatorPolicy",
    "ValidatorView",
]

PUBLIC_NAMES = ("consensus", "weights", "incentive", "dividends", "validator_trust")
"""What `Traits.sees` may name: what the chain made public last, by world."""


class PolicyError(InputError):
    """A policy answered, or asked, what it may not; the message names it, its seat, world and epoch."""


@dataclass(frozen=True, slots=True, init=False)
class Traits:
    """What kind of policy this is: it decides what the policy is shown, when it moves and what it is charged.

    `evaluates`: draws scores of the miners and pays for them. `sees`: public arrays it reads. `colludes`: belongs to
    the cabal. `moves`: "first", or "second" for those who at reveal period 0 react to the first movers' weights;
    unless given, evaluators move first and all others second.

    >>> Traits(sees={"consensus"}).moves
    'second'
    """

    evaluates: bool
    sees: frozenset[str]
    colludes: bool
    moves: str

    def __init__(
        self,
        *,
        evaluates: bool = False,
        sees: Iterable[str] = (),
        colludes: bool = False,
        moves: str | None = None,
    ) -> None:
        seen = frozenset((sees,) if isinstance(sees, str) else sees)
        unknown = sorted(seen - set(PUBLIC_NAMES))
        if unknown:
            raise ValueError(f"traits see {unknown[0]!r}; a policy may see {', '.join(PUBLIC_NAMES)}")
        order = moves or ("first" if evaluates else "second")
        if order not in ("first", "second"):
            raise ValueError(f"traits move {order!r}; a policy moves first or second")
        for name, value in (
            ("evaluates", evaluates),
            ("sees", seen),
            ("colludes", colludes),
            ("moves", order),
        ):
            object.__setattr__(self, name, value)


class PublicView:
    """The public arrays that a policy's traits name, indexed by world and read-only; anything else raises.

    `consensus[world, miner]` sums to 1; `weights[world, validator, miner]` are the last revealed rows;
    `incentive[world, miner]`, `dividends[world, validator]` and `validator_trust[world, validator]` are the last paid.
    """

    __slots__ = ("_arrays", "_policy", "_sees")

    def __init__(self, policy: Policy, arrays: Mapping[str, np.ndarray]) -> None:
        self._policy, self._sees, self._arrays = policy, policy.traits.sees, arrays

    def __getattr__(self, name: str) -> np.ndarray:
        if name in self._sees:
            return self._arrays[name]
        if name in PUBLIC_NAMES:
            raise PolicyError(f"{self._policy.name} read public.{name}; name it in traits.sees to see it")
        raise AttributeError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatorView:
    """What the validators that play one policy see in one epoch, a row for each of them.

    `world[row]`, `seat[row]` and `stake[row]` (share of the world's stake) say who they are; `memory[row, k]` is what
    they remembered (NaN: nothing yet); `cabal[world, miner]` marks the cabal's miners, for those who collude; `scores`
    needs the trait `evaluates`. All arrays are read-only.
    """

    epoch: int
    world: np.ndarray
    seat: np.ndarray
    stake: np.ndarray
    memory: np.ndarray
    public: PublicView
    miners: int
    _policy: Policy = field(repr=False)
    _cabal: np.ndarray | None = field(default=None, repr=False)
    _scores: np.ndarray | None = field(default=None, repr=False)

    @property
    def scores(self) -> np.ndarray:
        """The row's own noisy measurements of quality, scores[row, miner], at least 0."""
        if self._scores is None:
            raise PolicyError(f"{self._policy.name} read scores; its traits need evaluates=True")
        return self._scores

    @property
    def cabal(self) -> np.ndarray:
        """Which miners belong to the cabal, cabal[world, miner], indexed as public arrays are."""
        if self._cabal is None:
            raise PolicyError(f"{self._policy.name} read cabal; its traits need colludes=True")
        return self._cabal


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerView:
    """What the miners that play one policy see in one epoch: `world[row]`, `seat[row]` (the miner's column)."""

    epoch: int
    world: np.ndarray
    seat: np.ndarray
    public: PublicView


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a policy's rows did: the normalised weights[row, miner] it decided in this epoch."""

    weights: np.ndarray


class Policy(ABC):
    """Base of all policies. `name` is what scenarios and tables call it.

    `takes` names the scenario keys that a field is filled from, `{"memory": "validators.memory"}`; other fields keep
    their defaults.
    """

    name: ClassVar[str]
    traits: ClassVar[Traits]
    takes: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if not getattr(cls, "__abstractmethods__", None) and "name" in cls.__dict__:
            name = cls.__dict__["name"]
            if not isinstance(name, str) or name != name.lower() or " " in name:
                raise TypeError(f"policy name {name!r}: it must be lower case with hyphens")


class ValidatorPolicy(Policy):
    """A way to set weights."""

    @abstractmethod
    def weights(self, view: ValidatorView) -> np.ndarray:
        """Weights[row, miner], at least 0, no row all zero; rows are normalised afterwards."""

    def memory_size(self, miners: int) -> int:
        """How many numbers a seat remembers between epochs."""
        return 0

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """The new memory[row, k], asked after all weights of the epoch are decided."""
        return view.memory


class MinerPolicy(Policy):
    """A way to work. `utility` multiplies the quality of what its miners make."""

    utility: float = 1.0

    @abstractmethod
    def effort(self, view: MinerView) -> np.ndarray:
        """Effort[row] in [0, 1]."""
