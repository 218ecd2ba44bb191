"""What miners read from public incentive."""

from __future__ import annotations

import numpy as np

from agents.views import MinerView

__all__ = ["incentive_of", "lowest_of_others"]


def incentive_of(view: MinerView) -> np.ndarray:
    """Each row's own incentive[row] in the last paid epoch."""
    return view.public.incentive[view.world, view.uid]


def lowest_of_others(view: MinerView) -> np.ndarray:
    """The lowest incentive[row] of any UID but the row's own; 0 where there is no other."""
    incentive = view.public.incentive
    if incentive.shape[1] == 1:
        return np.zeros(view.world.size)
    lowest = np.partition(incentive, 1, axis=-1)[:, :2]
    own = incentive[view.world, view.uid]
    return np.where(own <= lowest[view.world, 0], lowest[view.world, 1], lowest[view.world, 0])
