"""Who gets a subnet's alpha: owner, miners, validators and root, block by block, to the last rao.

The chain multiplies in units of 2^-32 and cuts each part to whole rao by itself; so does this, in integers. What the
cuts leave, up to 3 rao a block, is issued and belongs to nobody. Source: subtensor, `coinbase/run_coinbase.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import RAO, fraction_of_u16, portion, times_q32, whole

__all__ = ["OWNER_CUT_U16", "AlphaSplit", "split_alpha"]

OWNER_CUT_U16 = 11_796
"""The owner's cut by default, in 65535ths: 0.179995."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlphaSplit:
    """Rao of alpha for each, arrays [..., subnet]; they sum to what was minted."""

    owner: Any
    miners: Any
    validators: Any
    root: Any
    rest: Any


def split_alpha(
    alpha: Any, proportion: Any, *, owner_cut: int = OWNER_CUT_U16, owner_takes: Any = True, blocks: int = 1
) -> AlphaSplit:
    """Split the alpha that each of `blocks` equal blocks mints: owner c a; of the rest R miners R / 2, root r R / 2,
    validators what is left.

    `alpha` is rao a block, `proportion` r the root proportion, `owner_cut` c in 65535ths, `owner_takes` whether the
    subnet's owner has its cut on.

    >>> split = split_alpha(1_000_000_000, 0.25)
    >>> [int(part) for part in (split.owner, split.miners, split.validators, split.root, split.rest)]
    [179995422, 410002288, 307501716, 102500572, 2]
    """
    minted, count = whole("alpha", alpha), int(whole("blocks", blocks))
    if minted.size and minted.max() > RAO:
        raise InputError(f"alpha is {minted.max()} rao a block; a block mints at most {RAO}: give the number of blocks")
    cut = np.where(np.asarray(owner_takes, dtype=bool), fraction_of_u16("owner cut", owner_cut), 0)
    share = np.floor(portion("root proportion", proportion) * 2**32).astype(np.int64)
    owner = minted * cut  # from here on in units of 2^-32 rao
    left = (minted << 32) - owner
    miners = left >> 1
    root = times_q32(left, share) >> 1
    validators = left - miners - root
    parts = [part >> 32 for part in np.broadcast_arrays(owner, miners, validators, root)]
    rest = minted - sum(parts)
    owner, miners, validators, root, rest = (part * count for part in (*parts, rest))
    return AlphaSplit(owner=owner[()], miners=miners[()], validators=validators[()], root=root[()], rest=rest[()])
