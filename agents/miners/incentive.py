"""What miners read from public incentive."""

from __future__ import annotations

import numpy as np

from agents.views import MinerView

__all__ = ["incentive_of", "lowest_of_others"]


def incentive_of(view: MinerView) -> np.ndarray:
    """Each row's own incentive[row] in the last paid epoch."""
    return view.public.incentive[view.world, view.uid]


def lowest_of_others(view: MinerView) -> np.ndarray:
    """The lowest incentive[row] that any UID but the row's own is paid; 0 where no other is paid."""
    incentive = view.public.incentive
    if incentive.shape[1] == 1:
        return np.zeros(view.world.size)
    paid = np.where(incentive > 0, incentive, np.inf)
    lowest = np.partition(paid, 1, axis=-1)[:, :2]
    own = paid[view.world, view.uid]
    other = np.where(own <= lowest[view.world, 0], lowest[view.world, 1], lowest[view.world, 0])
    return np.where(np.isfinite(other), other, 0.0)
