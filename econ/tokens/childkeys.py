"""Stake lent to other hotkeys: parents give proportions of theirs to children, who validate with it for a take.

`given[..., parent, child]` are proportions of the parent's stake; rows sum to at most 1, at most 5 children a parent.
Source: subtensor, `staking/set_children.rs`, `staking/stake_utils.rs`, `coinbase/run_coinbase.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import portion, positive, rao

__all__ = ["COOLDOWN", "MOST_CHILDREN", "FamilyPay", "checked_proportions", "family_pay", "inherited"]

MOST_CHILDREN = 5
"""Children that one parent may have on a subnet."""

COOLDOWN = 7_200
"""Blocks after which a change of children takes effect, at the next epoch."""

_EXACT = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FamilyPay:
    """Rao of dividends[..., hotkey] after parents had theirs, what was recycled, and what rounding left."""

    paid: Any
    recycled: Any
    rest: Any


def checked_proportions(given: Any) -> np.ndarray:
    """given[..., parent, child] as floats, or what is wrong with it.

    >>> checked_proportions([[0.0, 0.7], [0.4, 0.0]])
    Traceback (most recent call last):
    econ.errors.InputError: hotkeys [0, 1] are each other's parent and child; one of the two links must go
    """
    array = portion("a proportion", given)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise InputError(f"given has shape {array.shape}; give a proportion for every pair of hotkeys")
    links = array > 0
    if np.einsum("...kk->...k", links).any():
        raise InputError("a hotkey is its own child; leave that stake with it: its diagonal must be 0")
    if (array.sum(axis=-1) > 1 + _EXACT).any():
        raise InputError(f"a parent gives away {array.sum(axis=-1).max():g} of its stake; it has 1 to give")
    most = int(np.max(links.sum(axis=-1), initial=0))
    if most > MOST_CHILDREN:
        raise InputError(f"a parent has {most} children; at most {MOST_CHILDREN} are allowed")
    mutual = links & np.swapaxes(links, -1, -2)
    if mutual.any():
        pair = [int(k) for k in np.argwhere(mutual)[0][-2:]]
        raise InputError(f"hotkeys {pair} are each other's parent and child; one of the two links must go")
    return array


def inherited(stake: Any, given: Any) -> np.ndarray:
    """stake[..., hotkey] after the transfers: own less what went to children, plus what parents gave.

    >>> inherited([1000, 500], [[0.0, 0.25], [0.0, 0.0]])
    array([750., 750.])
    """
    own, lent = _of_each("stake", stake, checked_proportions(given))
    return own * (1 - lent.sum(axis=-1)) + np.einsum("...p,...pc->...c", own, lent)


def family_pay(
    dividends: Any, weight: Any, given: Any, *, takes: Any = 0.0, coldkey: Any = None, burn: float = 0.0
) -> FamilyPay:
    """Pass dividends[..., hotkey] on to the parents whose stake earned them.

    A parent is due d * its part of the child's stake weight, `weight[..., hotkey]` being each hotkey's own A + w R
    before transfers. If it has another coldkey[..., hotkey] the child keeps takes[..., hotkey] of that and `burn` of
    it is recycled. The child keeps the rest. Where no coldkeys are given all differ.

    >>> pay = family_pay([1_000_000_000, 0], [0, 1000], [[0.0, 0.0], [1.0, 0.0]], takes=0.1)
    >>> pay.paid.tolist()
    [100000000, 900000000]
    """
    held, lent = _of_each("weight", weight, checked_proportions(given))
    earned, kept = rao("dividends", dividends), portion("a take", takes)
    if earned.shape[-1:] != held.shape[-1:]:
        raise InputError(f"dividends has shape {earned.shape}; give one for each of {held.shape[-1]} hotkeys")
    part = held[..., np.newaxis] * lent  # [parent, child]
    total = held * (1 - lent.sum(axis=-1)) + part.sum(axis=-2)
    share = np.divide(part, total[..., np.newaxis, :], out=np.zeros(part.shape), where=total[..., np.newaxis, :] > 0)
    due = share * earned[..., np.newaxis, :]
    names = np.arange(held.shape[-1]) if coldkey is None else np.asarray(coldkey)
    strangers = names[..., :, np.newaxis] != names[..., np.newaxis, :]
    taken = np.where(strangers, due * np.broadcast_to(kept, earned.shape)[..., np.newaxis, :], 0.0)
    burned = np.floor(np.where(strangers, due * float(portion("burn", burn)), 0.0))
    to_parents = np.floor(np.maximum(due - taken - burned, 0.0)).astype(np.int64)
    over = np.maximum(to_parents.sum(axis=-2) - earned, 0)  # float may have given away a rao more than there is
    largest = to_parents.argmax(axis=-2)[..., np.newaxis, :]
    bears = np.take_along_axis(to_parents, largest, axis=-2) - over[..., np.newaxis, :]
    np.put_along_axis(to_parents, largest, bears, axis=-2)
    left = earned - to_parents.sum(axis=-2)
    recycled = np.minimum(burned.astype(np.int64).sum(axis=-2), left)
    own = np.floor(np.maximum(earned - due.sum(axis=-2), 0.0) + taken.sum(axis=-2)).astype(np.int64)
    own = np.minimum(own, left - recycled)
    paid = own + to_parents.sum(axis=-1)
    rest = earned.sum(axis=-1) - paid.sum(axis=-1) - recycled.sum(axis=-1)
    return FamilyPay(paid=paid, recycled=recycled.sum(axis=-1)[()], rest=rest[()])


def _of_each(name: str, values: Any, lent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """values[..., hotkey] of at least 0 beside the proportions of as many hotkeys."""
    array = positive(name, values, "rao of each hotkey")
    if array.shape[-1:] != lent.shape[-1:]:
        raise InputError(f"{name} has shape {array.shape}; given holds {lent.shape[-1]} hotkeys: give one for each")
    return array, lent
