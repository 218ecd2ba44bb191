"""Miners who hand in what another one made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import MinerPolicy, Traits
from agents.views import MinerView
from econ.quantity import Settings, quantity

__all__ = ["ModelCopier", "SplittingSybil", "Sybil"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sybil(MinerPolicy):
    """Work once and hand it in from many UIDs: all seats of this policy in a world are one miner.

    The first seat with a UID does the work and the others hand in its output. Validators who score each UID alone pay
    n such seats about n times one (beside 63 others 1.9, 3.6 and 7.5 times for 2, 4 and 10 UIDs); what that costs is
    the registrations. Only validators who look for duplicates, or a market whose work is divided among UIDs, stop it.
    """

    name: ClassVar[str] = "sybil"
    traits: ClassVar[Traits] = Traits()
    acts_as_one: ClassVar[bool] = True
    sources: ClassVar[tuple[str, ...]] = ("J. Douceur, The Sybil attack, 2002",)

    def effort(self, view: MinerView) -> np.ndarray:
        """One for every row: what is copied is handed in whole, and only the first seat bears the cost."""
        return np.ones(view.world.size)

    def copies(self, view: MinerView) -> np.ndarray:
        """The first seat's column for the others."""
        backend = _backend(view)
        return np.where(backend == view.uid, -1, backend)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplittingSybil(MinerPolicy):
    """Divide one miner's work among many UIDs: each of n seats in a world hands in work of effort 1/n.

    Where quality is proportional to effort and weight to quality, all seats together earn about what one would: the
    registrations are wasted.
    """

    name: ClassVar[str] = "splitting-sybil"
    traits: ClassVar[Traits] = Traits()
    acts_as_one: ClassVar[bool] = True
    sources: ClassVar[tuple[str, ...]] = ("J. Douceur, The Sybil attack, 2002",)
    cost_of_copying = 1.0

    def effort(self, view: MinerView) -> np.ndarray:
        """One shared out among the seats that have a UID."""
        return 1.0 / np.bincount(view.world)[view.world]

    def copies(self, view: MinerView) -> np.ndarray:
        """The first seat's column for the others: they share one way to work."""
        backend = _backend(view)
        return np.where(backend == view.uid, -1, backend)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCopier(Settings, MinerPolicy):
    """Do no work of its own and hand in what the best paid miner handed in `lag` epochs ago.

    It takes the miner with the highest public incentive among those who do not copy themselves (time stamps tell an
    original from its copy). From a lag of one epoch on, the older its copies, the further the best have moved on; at
    lag 0 it earns less than at 1, for who was paid best was good some epochs ago.
    """

    name: ClassVar[str] = "model-copier"
    traits: ClassVar[Traits] = Traits(sees={"incentive"})
    acts_as_one: ClassVar[bool] = True
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    lag: int = quantity(1, "epochs", "[0, 1000]", "player", "How old what it hands in is.")

    def effort(self, view: MinerView) -> np.ndarray:
        """One for every row: a copy is handed in whole, at no cost."""
        return np.ones(view.world.size)

    def copies(self, view: MinerView) -> np.ndarray:
        """The column of the best paid miner that does not play this; -1 where there is none."""
        originals = np.array(view.public.incentive)
        originals[view.world, view.uid] = -1.0
        best = originals.argmax(axis=-1)
        found = originals[np.arange(len(best)), best] >= 0.0
        return np.where(found, best, -1)[view.world]


def _backend(view: MinerView) -> np.ndarray:
    """The column[row] of the lowest seat that plays this in the row's world."""
    worlds = int(view.world.max()) + 1
    first = np.full(worlds, np.iinfo(np.int64).max)
    np.minimum.at(first, view.world, view.seat)
    leads = view.seat == first[view.world]
    backend = np.zeros(worlds, dtype=np.int64)
    backend[view.world[leads]] = view.uid[leads]
    return backend[view.world]
