"""Stake moves: what counts for each validator, who placed it there, and how what it earns is divided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.placing import plain
from econ.compiled import compiled
from econ.quantity import QuantityError
from econ.yuma.bonds import shares

__all__ = ["Childkey", "Staking"]

MOST_CHILDREN = 5
"""The chain's limit to the children of one parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Childkey:
    """A share of one validator's own stake that counts for another, which keeps `take` of what it earns there.

    As on the chain a parent has at most five children, each once, and nobody lends to whom it borrows from, at whatever
    distance.
    """

    parent: int
    child: int
    proportion: float
    take: float = 0.18


class Staking:
    """All stake of all worlds, in units of a world's stake at the start.

    `own[world, validator]` is the validators' own; `placed[world, holder, validator]` what delegators (and last the
    owner) placed with them; `rented[world, validator]` what validators rent from outside for an epoch. Each validator
    keeps its `take[world, validator]` of what nominators' stake earns. With `compounding` above 0 all holders restake
    what they earn.
    """

    def __init__(
        self,
        own: np.ndarray,
        *,
        delegators: int,
        delegated: float,
        take: float,
        compounding: float,
        childkeys: Sequence[Childkey] = (),
    ) -> None:
        worlds, validators = own.shape
        self.compounding = compounding
        held = delegated if delegators else 0.0
        self.own = (1.0 - held) * own
        self.placed = np.zeros((worlds, delegators + 1, validators))
        if delegators:
            self.placed[:, :-1] = held / delegators * own[:, None, :]
        self.rented = np.zeros((worlds, validators))
        self.take = np.full((worlds, validators), take)
        self._lent, self._fee = _matrices(childkeys, validators)
        self.moves = bool(delegators or compounding or self._lent.any())

    def go_on_from(self, other: Staking, world: np.ndarray) -> None:
        """Take over all stake and takes from the other's worlds[k]."""
        self.own, self.placed = other.own[world], other.placed[world]
        self.rented, self.take = other.rented[world], other.take[world]

    @property
    def total(self) -> np.ndarray:
        """Stake that counts for each validator, total[world, validator]."""
        own = self.own
        if not self.moves:
            return own + self.rented
        if self._lent.any():
            counts = np.diag(1.0 - self._lent.sum(axis=1)) + self._lent
            own = (own[:, :, None] * counts).sum(axis=1)  # no product of matrices: its sums may hang on the slice
        return own + self.placed.sum(axis=1) + self.rented

    @property
    def shares(self) -> np.ndarray:
        """The same as shares of each world's stake."""
        return shares(self.total)

    def divide(self, emission: np.ndarray, *, grow: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """What validators keep of emission[world, validator], and what holders[world, holder] of placed stake receive.

        Emission on own and rented stake is the validator's, on lent stake the parent's less the child's take.
        If stake is to `grow` it is all restaked at the rate of `compounding`.
        """
        total = self.total
        rate = np.divide(emission, total, out=np.zeros_like(emission), where=total > 0)
        on_own = self.own * rate
        if self._lent.any():
            at_home = 1.0 - self._lent.sum(axis=1)
            earned = self.own[:, :, None] * self._lent * rate[:, None, :]
            on_own = self.own * at_home * rate + ((1.0 - self._fee) * earned).sum(axis=2)
            on_own += (self._fee * earned).sum(axis=1)
        on_placed = self.placed * rate[:, None, :]
        taken = self.take * on_placed.sum(axis=1)
        kept = on_own + self.rented * rate + taken
        given = on_placed * (1.0 - self.take)[:, None, :]
        # An empty validator (or one whose stake does not count) is paid by rule all the same: it keeps that, and what
        # the stake that it lends earns. Where all stake is the validators' own they keep everything, to the bit,
        # whatever is done in worlds beside theirs.
        shared = self.placed.any(axis=(1, 2)) | self.rented.any(axis=1) | np.full(len(kept), self._lent.any())
        kept = np.where(shared[:, None], np.where(total > 0, kept, kept + emission), emission)
        if self.compounding and grow:
            self.own += self.compounding * kept
            self.placed += self.compounding * given
        return kept, given.sum(axis=2)

    def kept(self, emission: np.ndarray) -> np.ndarray:
        """What validators keep of emission[world, validator] where no stake moves but what they rent: all of it.

        What rented stake earns is told apart as `divide` does, so that it is the same to the bit.
        """
        kept = np.empty(emission.shape)
        _keep(plain(emission), plain(self.own), plain(self.rented), kept)
        return kept

    def place(self, world: np.ndarray, holder: np.ndarray, division: np.ndarray) -> None:
        """Holders divide all they have anew, division[row, validator] with sum 1."""
        self.placed[world, holder] = self.placed[world, holder].sum(axis=1, keepdims=True) * division

    def yields(self, emission: np.ndarray) -> np.ndarray:
        """What nominators earn, after the take, per unit of stake relative to the mean, yields[world, validator]."""
        total = self.total
        per_stake = np.divide(emission, total, out=np.zeros_like(emission), where=total > 0)
        paid = emission.sum(axis=1, keepdims=True)
        mean = np.where(paid > 0, paid / total.sum(axis=1, keepdims=True), 1.0)
        return (1.0 - self.take) * per_stake / mean


@compiled
def _keep(emission, own, rented, kept):  # type: ignore[no-untyped-def]
    for world in range(kept.shape[0]):
        rents = False
        for validator in range(kept.shape[1]):
            rents |= rented[world, validator] != 0.0
        for validator in range(kept.shape[1]):
            earned, mine, more = emission[world, validator], own[world, validator], rented[world, validator]
            if rents and mine + more > 0.0:
                rate = earned / (mine + more)
                kept[world, validator] = mine * rate + more * rate
            else:
                kept[world, validator] = earned


def _matrices(childkeys: Sequence[Childkey], validators: int) -> tuple[np.ndarray, np.ndarray]:
    """lent[parent, child] as shares of the parent's own stake, and the child's take[parent, child]."""
    lent, fee = np.zeros((validators, validators)), np.zeros((validators, validators))
    lends = np.zeros((validators, validators), dtype=bool)
    for key in childkeys:
        seats = key.parent, key.child
        if (
            not all(isinstance(seat, int | np.integer) and 0 <= seat < validators for seat in seats)
            or len({*seats}) == 1
        ):
            raise QuantityError(
                f"childkey {key.parent} -> {key.child}: both must be different seats from 0 to {validators - 1}"
            )
        if not (0 <= key.proportion <= 1 and 0 <= key.take <= 1):
            raise QuantityError(
                f"childkey {key.parent} -> {key.child} has proportion {key.proportion:g} and take {key.take:g}; "
                "both must lie in [0, 1]"
            )
        if lends[key.parent, key.child]:
            raise QuantityError(f"childkey {key.parent} -> {key.child} is given twice; give it once")
        lends[key.parent, key.child] = True
        lent[key.parent, key.child] = key.proportion
        fee[key.parent, key.child] = key.take
    if (lent.sum(axis=1) > 1.0 + 1e-12).any():
        parent = int(np.argmax(lent.sum(axis=1)))
        raise QuantityError(f"validator {parent} lends {lent[parent].sum():g} of its stake; at most all of it, 1")
    if (lends.sum(axis=1) > MOST_CHILDREN).any():
        parent = int(np.argmax(lends.sum(axis=1)))
        raise QuantityError(f"validator {parent} has {lends[parent].sum()} children; at most {MOST_CHILDREN}")
    reached = lends
    for _ in range(len(childkeys)):
        reached = reached | reached @ lends
    if reached.diagonal().any():
        parent = int(np.argmax(reached.diagonal()))
        raise QuantityError(
            f"validator {parent} lends stake to one that lends to it; a parent is no child of its child"
        )
    return lent, fee
