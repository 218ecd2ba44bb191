"""The compiled loops of registration: the price, a multiplication a block, each rounded down; and whom it replaces."""

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["decayed", "pruned"]


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


@compiled
def pruned(earned, born, mortal, block, immunity_period, least_old, out):  # type: ignore[no-untyped-def]
    """Fill out[k] with the UID that is replaced of earned, born and mortal[k, uid]; -1 where none may be.

    The least paid of those past immunity, if they are more than `least_old`, else of the immune; then the least.
    """
    for k in range(earned.shape[0]):
        old, least, young = 0, -1, -1
        for uid in range(earned.shape[1]):
            if not mortal[k, uid]:
                continue
            pay, at = earned[k, uid], born[k, uid]
            if block[k] - at >= immunity_period:
                old += 1
                if least < 0 or pay < earned[k, least] or (pay == earned[k, least] and at < born[k, least]):
                    least = uid
            elif young < 0 or pay < earned[k, young] or (pay == earned[k, young] and at < born[k, young]):
                young = uid
        out[k] = least if old > least_old else young
