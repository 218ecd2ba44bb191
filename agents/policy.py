"""What a policy is: its traits, and the acts of each role.

A policy never loops over agents. It is asked once an epoch for all (world, seat) pairs that play it, its rows, and
answers one row a pair. Policies are frozen dataclasses: hashable, comparable, without state of their own; what a seat
must remember between epochs the subnet keeps for it in `memory[row, k]`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from agents.views import PUBLIC, DelegatorView, MinerView, OwnerView, ValidatorView

__all__ = [
    "DelegatorPolicy",
    "MinerPolicy",
    "Offer",
    "Outcome",
    "OwnerPolicy",
    "Policy",
    "Traits",
    "ValidatorPolicy",
    "WorldPolicy",
]


@dataclass(frozen=True, slots=True, init=False)
class Traits:
    """What kind of policy this is: it decides what the policy is shown, when it moves and what it is charged.

    `evaluates`: draws scores of the miners and pays for them. `sees`: public arrays it reads (`agents.views.PUBLIC`).
    `colludes`: belongs to the cabal. `adapts`: what it does depends on what it, or its kind, earned. `moves`: "first",
    or "second" for those who at reveal period 0 react to the first movers' weights; unless given, evaluators move
    first and all others second. `role` is filled in by the policy's base class.

    >>> Traits(sees={"consensus"}).moves
    'second'
    """

    evaluates: bool
    sees: frozenset[str]
    colludes: bool
    adapts: bool
    moves: str
    role: str

    def __init__(
        self,
        *,
        evaluates: bool = False,
        sees: Iterable[str] = (),
        colludes: bool = False,
        adapts: bool = False,
        moves: str | None = None,
        role: str = "",
    ) -> None:
        seen = frozenset((sees,) if isinstance(sees, str) else sees)
        unknown = sorted(seen - set(PUBLIC))
        if unknown:
            raise ValueError(f"traits see {unknown[0]!r}; a policy may see {', '.join(PUBLIC)}")
        order = moves or ("first" if evaluates else "second")
        if order not in ("first", "second"):
            raise ValueError(f"traits move {order!r}; a policy moves first or second")
        for name, value in (
            ("evaluates", evaluates),
            ("sees", seen),
            ("colludes", colludes),
            ("adapts", adapts),
            ("moves", order),
            ("role", role),
        ):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a policy's rows did in this epoch."""

    _rows: np.ndarray
    _summed: np.ndarray | None = None
    _world: np.ndarray | None = None
    """What each row sums to, unless to 1; where rows[world] are one a world, the world of each."""

    @property
    def weights(self) -> np.ndarray:
        """The rows' own normalised weights[row, miner]."""
        rows = self._rows if self._world is None else self._rows.take(self._world, axis=0)
        return rows if self._summed is None else rows / self._summed[:, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What miners offer validators for weight, a number a row.

    Each validator whose paid row puts at least `weight[row]` on the miner is paid `payment[row]` thousandths in that
    epoch; where `contract[row]` is true only if those who do hold at least kappa of the stake.
    """

    payment: np.ndarray
    weight: np.ndarray
    contract: np.ndarray


class Policy(ABC):
    """Base of all policies. `name` is what scenarios and tables call it.

    `takes` names the scenario keys that a field is filled from, `{"memory": "validators.memory"}`; other fields keep
    their defaults. `sources` say where the behaviour is described or was seen. Where its seats in a world act as one
    player (`acts_as_one`) they are asked together; all other rows are answered each by itself.
    """

    name: ClassVar[str]
    role: ClassVar[str]
    traits: ClassVar[Traits]
    takes: ClassVar[Mapping[str, str]] = {}
    sources: ClassVar[tuple[str, ...]] = ()
    acts_as_one: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        traits = cls.__dict__.get("traits")
        if isinstance(traits, Traits):
            cls.traits = replace(traits, role=cls.role)
        name = cls.__dict__.get("name")
        if name is not None and not isinstance(name, property) and (not isinstance(name, str) or not _is_name(name)):
            raise TypeError(f"policy name {name!r}: it must be lower case with hyphens")


def _is_name(name: str) -> bool:
    return name == name.lower() and name.replace("-", "").isalnum()


class ValidatorPolicy(Policy):
    """A way to set weights; `evaluation_share` is the share of the miners it measures, and pays for, an epoch."""

    role: ClassVar[str] = "validators"
    evaluation_share: float = 1.0

    def evaluation(self, epoch: int) -> float:
        """The share of the miners that it pays for measuring in an epoch: 0 unless its traits say that it evaluates."""
        return self.evaluation_share if self.traits.evaluates else 0.0

    @abstractmethod
    def weights(self, view: ValidatorView) -> np.ndarray:
        """Weights[row, miner], at least 0, no row all zero; rows are normalised afterwards."""

    def take(self, view: ValidatorView) -> np.ndarray | None:
        """Take[row], the share of its nominators' dividends it keeps, in [0, 1]; None: the scenario's."""
        return None

    def rent(self, view: ValidatorView) -> np.ndarray | None:
        """Stake[row] to rent from outside for this epoch, in [0, 1e15], as a share of the world's stake; None: none."""
        return None

    def memory_size(self, miners: int) -> int:
        """How many numbers a seat remembers between epochs."""
        return 0

    def remember(self, view: ValidatorView, outcome: Outcome) -> np.ndarray:
        """The new memory[row, k], asked after all weights of the epoch are decided."""
        return view.memory


class WorldPolicy(ValidatorPolicy):
    """A way to set weights in which all seats of a world do the same: one row a world is asked for, not one a seat.

    Public arrays are by world already, so such a policy hardly costs more with many seats than with one.
    """

    @abstractmethod
    def world_weights(self, view: ValidatorView) -> np.ndarray:
        """Weights[world, miner] of all worlds, those where nobody plays it too; only the others' must be legal."""

    def weights(self, view: ValidatorView) -> np.ndarray:
        """The row of each seat's world."""
        return self.world_weights(view).take(view.world, axis=0)


class MinerPolicy(Policy):
    """A way to work.

    `utility` multiplies the quality of what its miners make. `lag` is the age in epochs of what they copy, and
    `cost_of_copying` the share of the cost of effort that they bear while they hand in what another made.
    """

    role: ClassVar[str] = "miners"
    utility: float = 1.0
    lag: int = 0
    cost_of_copying: float = 0.0

    @abstractmethod
    def effort(self, view: MinerView) -> np.ndarray:
        """Effort[row] in [0, 1]."""

    def copies(self, view: MinerView) -> np.ndarray | None:
        """The column[row] of the miner whose output it hands in, `lag` epochs old; -1 for its own; None: all own."""
        return None

    def leave(self, view: MinerView) -> np.ndarray | None:
        """Whether each row walks away from its UID, which makes nothing until it is taken; None: nobody."""
        return None

    def register(self, view: MinerView) -> np.ndarray:
        """The most that each row, a player without a UID, pays for one, in thousandths of an epoch's emission."""
        return view.prize

    def offer(self, view: MinerView) -> Offer | None:
        """What each row offers validators for weight; None: nothing."""
        return None


class DelegatorPolicy(Policy):
    """A way to place stake with validators."""

    role: ClassVar[str] = "delegators"

    @abstractmethod
    def stake(self, view: DelegatorView) -> np.ndarray:
        """How stake is divided, share[row, validator], at least 0, no row all zero; rows are normalised afterwards."""


class OwnerPolicy(Policy):
    """A way to own a subnet."""

    role: ClassVar[str] = "owner"

    def burn(self, view: OwnerView) -> np.ndarray | None:
        """The share[row] of the miners' emission that is directed to the owner's UID and burned; None: nothing."""
        return None

    def invest(self, view: OwnerView) -> np.ndarray | None:
        """How much of its cut the owner stakes in each validator, share[row, validator], sum at most 1; None: none."""
        return None
