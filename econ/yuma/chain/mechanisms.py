"""Several mechanisms of one subnet: one epoch each on its part of the emission, and what is stored of all.

Source: subtensor, `subnets/mechanism.rs`, split_emissions and epoch_with_mechanisms.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from econ.errors import InputError
from econ.yuma.chain.epoch import ChainEpoch, chain_epoch
from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.numbers import U16, is_whole
from econ.yuma.chain.state import ChainState

__all__ = ["MechanismsEpoch", "mechanisms_epoch", "split_emission"]

_ONE = 1 << 64
_U64 = _ONE - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MechanismsEpoch:
    """What the subnet stores: sums and weighted sums over its mechanisms, [uid], and each mechanism's own epoch.

    Server and validator emission are added up. The weighted sums round down at every mechanism; that of `emission`
    weighs amounts that are parts already, as the chain does.
    """

    permits: np.ndarray
    active: np.ndarray
    consensus: np.ndarray
    dividends: np.ndarray
    validator_trust: np.ndarray
    stake_weight: np.ndarray
    server_emission: np.ndarray
    validator_emission: np.ndarray
    emission: np.ndarray
    mechanisms: tuple[ChainEpoch, ...]


def split_emission(rao: int, count: int, split: Sequence[int] | None = None) -> list[int]:
    """The emission of each of `count` mechanisms: by `split` (u16 of 65535) or in equal parts.

    What rounding leaves over goes to the first, and so does what the split does not name. Raises `InputError` for
    fewer than one mechanism, an emission below 0, and parts that are no u16 or more than 65535 together.

    >>> split_emission(100, 3), split_emission(100, 2, [16384, 49151])
    ([34, 33, 33], [26, 74])
    """
    if not (is_whole(count) and is_whole(rao) and count >= 1 and rao >= 0):
        raise InputError(
            f"{rao!r:.60} rao are split among {count!r:.60} mechanisms; whole numbers from 0 and from 1 are needed"
        )
    if split is not None:
        split = list(split)
        if not all(is_whole(part) and 0 <= part <= U16 for part in split) or sum(split) > U16:
            raise InputError(
                f"split is {split!r:.60}; its parts are u16, from 0 to {U16}, and no more than that in all"
            )
    parts = [rao // count] * count if split is None else [rao * part // U16 for part in split]
    parts = (parts + [0] * count)[:count]
    parts[0] += max(rao - sum(parts), 0)
    return parts


def mechanisms_epoch(
    states: Sequence[ChainState], hyperparameters: ChainHyperparameters, split: Sequence[int] | None = None
) -> MechanismsEpoch:
    """One epoch of all mechanisms of a subnet; `states` share stake and permits and differ in the rest.

    Raises `ValueError` without a mechanism, or where they are not of one subnet.
    """
    if not states or len({state.size for state in states}) != 1:
        sizes = [state.size for state in states]
        raise InputError(f"the mechanisms have {sizes} UIDs; at least one is needed, and all are of one subnet")
    for name in ("stake", "permits"):
        if any(list(getattr(state, name)) != list(getattr(states[0], name)) for state in states):
            raise InputError(f"the mechanisms differ in {name}; those of one subnet share it")
    rao = hyperparameters.rao_emission
    parts = split_emission(rao, len(states), split)
    epochs = tuple(
        chain_epoch(state, dataclasses.replace(hyperparameters, rao_emission=part))
        for state, part in zip(states, parts, strict=True)
    )
    shares = [part * _ONE // rao if rao else _ONE * (k == 0) for k, part in enumerate(parts)]

    def weighted(name: str, top: int) -> np.ndarray:
        totals = [0] * states[0].size
        for epoch, share in zip(epochs, shares, strict=True):
            added = getattr(epoch, name).tolist()
            totals = [min(total + (value * share >> 64), top) for total, value in zip(totals, added, strict=True)]
        return np.array(totals, dtype=getattr(epochs[0], name).dtype)

    def summed(name: str) -> np.ndarray:
        return np.array(
            [min(sum(of), _U64) for of in zip(*(getattr(e, name).tolist() for e in epochs), strict=True)], np.uint64
        )

    return MechanismsEpoch(
        permits=np.any([epoch.permits for epoch in epochs], axis=0),
        active=np.any([epoch.active for epoch in epochs], axis=0),
        consensus=weighted("consensus", U16),
        dividends=weighted("dividends", U16),
        validator_trust=weighted("validator_trust", U16),
        stake_weight=weighted("stake_weight", U16),
        server_emission=summed("server_emission"),
        validator_emission=summed("validator_emission"),
        emission=weighted("emission", _U64),
        mechanisms=epochs,
    )
