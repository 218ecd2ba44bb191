"""What a rule is: something with a name that pays an epoch."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

import numpy as np

from econ.yuma.bonds import shares
from econ.yuma.result import Epoch

if TYPE_CHECKING:
    from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["Rule", "incentive_of", "liquid_reference"]


class Rule(ABC):
    """A rule: `name` is what `rules.version` calls it, `story` says in one line what it does.

    Rules are small frozen objects. The state from epoch to epoch is the arrays they are handed: bonds, and the
    `Epoch` before. A rule of one's own is a subclass; it plays in `epoch` and in a `Subnet` as `Hyperparameters(rule=
    Mine())` or `Rules(rule=Mine())`, and its own parameters are its own fields. `largest_bond` is what bonds given
    from outside may reach.

    Here everybody is paid by stake and miners alike, whatever the weights:

    >>> from econ import Hyperparameters, epoch
    >>> class Flat(Rule):
    ...     name, story = "flat", "Nobody's weights count."
    ...     def consensus(self, weights, stake, hyperparameters):
    ...         return np.full_like(weights[..., 0, :], 1.0 / weights.shape[-1])
    ...     def pay(self, weights, stake, bonds, hyperparameters, previous):
    ...         agreed = self.consensus(weights, stake, hyperparameters)
    ...         trust = np.ones_like(stake)
    ...         return Epoch(consensus=agreed, incentive=agreed, dividends=stake, validator_trust=trust, bonds=bonds)
    >>> epoch(np.array([[9.0, 1.0]]), np.array([3.0]), hyperparameters=Hyperparameters(rule=Flat())).incentive
    array([0.5, 0.5])
    """

    name: str
    story: str
    largest_bond: float = math.inf

    @abstractmethod
    def consensus(self, weights: np.ndarray, stake: np.ndarray, hyperparameters: Hyperparameters) -> np.ndarray:
        """The consensus [..., miner] of weights[..., validator, miner] and stake[..., validator].

        Rows and stake sum to 1 or 0.
        """

    @abstractmethod
    def pay(
        self,
        weights: np.ndarray,
        stake: np.ndarray,
        bonds: np.ndarray,
        hyperparameters: Hyperparameters,
        previous: Epoch | None,
    ) -> Epoch:
        """One epoch. Shapes as in `consensus`, bonds like weights; `previous` is the epoch before, None if unknown."""


def incentive_of(ranks: np.ndarray, winner_takes_all: bool) -> np.ndarray:
    """Ranks[..., miner] as shares; winner takes all: the same for each miner of the highest rank, 0 for the others.

    >>> incentive_of(np.array([0.4, 0.4, 0.2]), True)
    array([0.5, 0.5, 0. ])
    """
    if winner_takes_all:
        highest = ranks.max(axis=-1, keepdims=True)
        ranks = ((ranks == highest) & (highest > 0)).astype(np.float64)
    return shares(ranks)


class _Agreed(Protocol):
    """Anything that knows the consensus of an epoch."""

    @property
    def consensus(self) -> np.ndarray: ...


def liquid_reference(mode: str, consensus: np.ndarray, previous: _Agreed | None) -> np.ndarray:
    """What liquid alpha measures weights by: this epoch's consensus, that of the epoch before, or the larger of both.

    An unknown consensus before counts as 0. The chain knows the mode `current` only.
    """
    if mode == "current":
        return consensus
    before = np.zeros_like(consensus) if previous is None else previous.consensus
    return before if mode == "previous" else np.maximum(consensus, before)
