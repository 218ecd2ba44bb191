"""The compiled loop of the registration price: a multiplication a block, each rounded down."""

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["decayed"]


@compiled
def decayed(price, blocks, factor, lowest, highest, out):  # type: ignore[no-untyped-def]
    """price[k] after blocks[k] blocks of floor(price * factor / 2^32) kept in [lowest, highest]; int64, flat.

    A price at its limit that does not move any more ends its loop at once. Products are in two limbs, exact for
    prices up to 2^55.
    """
    for k in range(len(price)):
        now = price[k]
        for _ in range(blocks[k]):
            low = np.uint64(now & 0xFFFFFFFF) * np.uint64(factor) >> np.uint64(32)
            later = min(max((now >> 32) * factor + np.int64(low), lowest), highest)
            if later == now:
                break
            now = later
        out[k] = now
