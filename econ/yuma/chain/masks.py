"""What counts in an epoch: who is active, whose stake, who may rate, and which weights and bonds are void.

All of it compares integers and is the same in the chain's arithmetic and in float. Masks remove entries; they never
write zeros. Source: subtensor, `epoch/run_epoch.rs`, and `epoch/math.rs` (is_topk_nonzero).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.numbers import narrowed
from econ.yuma.chain.state import ChainState

__all__ = [
    "active",
    "active_stake_mask",
    "counted_stake",
    "kept_bonds",
    "kept_weights",
    "new_permits",
    "permitted",
    "stake_shares",
    "top",
]


def active(state: ChainState, cutoff: int) -> np.ndarray:
    """Whether each UID set weights within `cutoff` blocks; exactly at the cutoff still counts."""
    updated = _aligned(state.last_update, state.size, -1)
    return (updated >= 0) & (updated >= state.block - cutoff)


def counted_stake(state: ChainState, threshold: int) -> list[int]:
    """Stakes at or above the threshold, 0 for the others; the owner is exempt."""
    return [
        int(stake) if int(stake) >= threshold or uid == state.owner_uid else 0 for uid, stake in enumerate(state.stake)
    ]


def stake_shares(stakes: list[int]) -> np.ndarray:
    """Shares of all stake as I32F32: divided in I64F64, then cut, so that a share below 2^-32 becomes 0.

    >>> stake_shares([1, 3]).tolist()
    [1073741824, 3221225472]
    """
    total = sum(stakes)
    return np.array([narrowed((stake << 64) // total if total else stake << 64) for stake in stakes], dtype=np.int64)


def top(shares: np.ndarray, count: int) -> np.ndarray:
    """The `count` largest; among equal ones the higher UID wins. All, where there are fewer than `count`.

    >>> top(np.array([7, 5, 5]), 2).tolist()
    [True, False, True]
    """
    chosen = np.ones(shares.size, dtype=bool)
    if shares.size >= count:
        chosen[np.argsort(shares, kind="stable")[: shares.size - count]] = False
    return chosen


def new_permits(shares: np.ndarray, count: int, owner_uid: int | None) -> np.ndarray:
    """Who may rate from the next epoch on: the `count` largest shares above 0, and the owner."""
    permits = (shares != 0) & top(shares, count)
    if owner_uid is not None:
        permits[owner_uid] = True
    return permits


def permitted(state: ChainState) -> np.ndarray:
    """Who may rate in this epoch: the permits of the epoch before, and the owner."""
    permits = _aligned(state.permits, state.size, False)
    if state.owner_uid is not None:
        permits[state.owner_uid] = True
    return permits


def active_stake_mask(state: ChainState, hyperparameters: ChainHyperparameters) -> np.ndarray:
    """Whose stake decides in this epoch: active UIDs with a permit."""
    return active(state, hyperparameters.activity_cutoff) & permitted(state)


def kept_weights(state: ChainState, hyperparameters: ChainHyperparameters) -> np.ndarray:
    """Which weights count, [rater, target].

    Not those of UIDs without permit, of a UID on itself (but the owner's), those set no later than the target's
    registration and, under commit-reveal, those on targets registered after the rater's earliest live commit.
    """
    size = state.size
    registered = np.asarray(state.block_at_registration, dtype=np.int64)
    kept = np.broadcast_to(permitted(state)[:, None], (size, size)).copy()
    own = np.zeros(size, dtype=bool)
    if state.owner_uid is not None:
        own[state.owner_uid] = kept[state.owner_uid, state.owner_uid]
    np.fill_diagonal(kept, own)
    kept &= _aligned(state.last_update, size, -1)[:, None] > registered
    if hyperparameters.commit_reveal_on and state.commit_blocks is not None:
        for uid, commit in enumerate(state.commit_blocks):
            if commit is not None:
                kept[uid] &= registered <= commit
    return kept


def kept_bonds(state: ChainState, tempo: int) -> np.ndarray:
    """On which UIDs old bonds still count, [target]: those registered before the last epoch."""
    step = state.last_mechanism_step
    last_tempo = step + 1 if step else max(state.block - tempo, 0)
    return np.asarray(state.block_at_registration, dtype=np.int64) < last_tempo


def _aligned(values: Any, size: int, missing: Any) -> np.ndarray:
    """The first `size` values, filled up with `missing`."""
    given = np.asarray(values)[:size]
    aligned = np.full(size, missing, dtype=bool if missing is False else np.int64)
    aligned[: given.size] = given
    return aligned
