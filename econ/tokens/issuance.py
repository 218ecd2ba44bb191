"""How much a block mints: TAO by the issuance of TAO, each subnet's alpha by its own, on one curve.

Halvings follow issuance and not height, so whatever is recycled delays them. Source: subtensor,
`coinbase/block_emission.rs`; the chain's fixed point gives the same integers, since its resolution of 2^-32 of the
supply falls on the thresholds themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import MAX_SUPPLY, RAO, rao, whole

__all__ = ["BLOCKS_PER_YEAR", "block_emission", "blocks_to_halving", "halvings", "minted", "threshold"]

BLOCKS_PER_YEAR = 2_629_800
"""Blocks of 12 seconds in 365.25 days."""

_LAST = 30  # 10^9 rao have been halved to nothing


def halvings(issuance: Any) -> Any:
    """How often the block's emission has been halved at this issuance: floor of log2(1 / (1 - issuance / supply)).

    >>> halvings([0, 10_500_000 * RAO - 1, 10_500_000 * RAO, MAX_SUPPLY])
    array([ 0,  0,  1, 30])
    """
    left = np.maximum(MAX_SUPPLY - whole("issuance", issuance), 0)
    ratio = np.minimum(MAX_SUPPLY // np.maximum(left, 1), 1 << _LAST)
    return (np.frexp(ratio.astype(float))[1].astype(np.int64) - 1)[()]


def block_emission(issuance: Any) -> Any:
    """Rao that the next block mints: 10^9 halved, rounded down; 0 once all is issued, and above.

    >>> block_emission([0, 10_500_000 * RAO, 20_999_999 * RAO, MAX_SUPPLY])
    array([1000000000,  500000000,         59,          0])
    """
    return RAO >> halvings(issuance)


def threshold(halving: Any) -> Any:
    """The issuance, in rao, from which emission has been halved so many times: supply * (1 - 2^-halving), rounded up.

    >>> threshold([1, 2, 5])
    array([10500000000000000, 15750000000000000, 20343750000000000])
    """
    order = whole("halving", halving)
    if order.size and order.max() > _LAST:
        raise InputError(f"halving is {order.max()}; after {_LAST} nothing is minted")
    return (MAX_SUPPLY - (MAX_SUPPLY >> order))[()]


def blocks_to_halving(issuance: Any, recycled: Any = 0) -> Any:
    """Blocks until the next halving if each block recycles so many rao; infinite if it is never reached.

    >>> blocks_to_halving(10_000_000 * RAO, [0, RAO // 2, RAO])
    array([ 500000., 1000000.,      inf])
    """
    now = rao("issuance", issuance)
    net = np.asarray(block_emission(now) - whole("recycled", recycled), dtype=float)
    missing = np.asarray(threshold(np.minimum(np.asarray(halvings(now)) + 1, _LAST)) - now, dtype=float)
    reached = (net > 0) & (missing > 0)
    return np.ceil(np.divide(missing, net, out=np.full(np.broadcast(missing, net).shape, np.inf), where=reached))[()]


def minted(issuance: Any, blocks: Any) -> Any:
    """Rao that so many blocks mint from here on, nothing being recycled: exact through any number of halvings.

    >>> minted([0, 10_500_000 * RAO - RAO], 3)
    array([3000000000, 2000000000])
    """
    start, left = np.broadcast_arrays(rao("issuance", issuance), whole("blocks", blocks))
    now, left = np.array(start), np.array(left)
    while left.any():
        each = np.asarray(block_emission(now))
        left = np.where(each == 0, 0, left)
        until = np.ceil(np.minimum(np.asarray(blocks_to_halving(now)), 2.0**52)).astype(np.int64)
        taken = np.minimum(left, np.maximum(until, 1))
        now, left = now + taken * each, left - taken
    return (now - start)[()]
