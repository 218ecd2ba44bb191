"""What stake and mining earn a day, in closed form: the figures to compare strategies by, before slippage.

They hold while emission, prices and root proportion stand still and everyone is in consensus. Arrays [..., subnet];
derived from the split of `econ.tokens.split`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.tokens.market import BLOCKS_PER_DAY
from econ.tokens.rao import U16, fraction_of_u16, portion, positive
from econ.tokens.split import OWNER_CUT_U16

__all__ = ["alpha_yield", "miner_income", "nominator_yield", "root_yield"]


def alpha_yield(alpha: Any, proportion: Any, staked: Any, *, owner_cut: int = OWNER_CUT_U16) -> Any:
    """Alpha a day per alpha staked with validators: 7200 (1 - c) a (1 - r) / 2 / staked.

    `alpha` is what the subnet mints a block, `staked` what is staked to permitted validators, in the same unit.

    >>> round(float(alpha_yield(1.0, 0.2, 1_000_000.0)), 6)
    0.002362
    """
    held = positive("staked", staked, "the stake that earns the yield", above=True)
    return _half(alpha, owner_cut) * (1 - portion("root proportion", proportion)) / held


def nominator_yield(gross: Any, rate: Any) -> Any:
    """A yield after the validator's take, the rate in 65535ths.

    >>> float(nominator_yield(0.1, 0))
    0.1
    """
    return np.asarray(gross, dtype=float) * (1 - fraction_of_u16("take", rate) / 2**32)


def root_yield(
    alpha: Any, proportion: Any, price: Any, root_tao: Any, *, moving_price: Any, owner_cut: int = OWNER_CUT_U16
) -> Any:
    """TAO a day per TAO on root: 7200 (1 - c) / 2 sum of a r p / T; 0 while the moving prices sum to at most 1.

    >>> root_yield(1.0, 0.2, [0.5, 0.4], 1000.0, moving_price=[0.5, 0.4])
    np.float64(0.0)
    """
    held = positive("root_tao", root_tao, "the stake that earns the yield", above=True)
    sold = (_half(alpha, owner_cut) * portion("root proportion", proportion) * np.asarray(price)).sum(axis=-1)
    return np.where(np.asarray(moving_price).sum(axis=-1) > 1, sold / held, 0.0)[()]


def miner_income(alpha: Any, price: Any, *, owner_cut: int = OWNER_CUT_U16) -> Any:
    """TAO a day that all miners of a subnet earn together: 7200 (1 - c) a p / 2. It follows alpha's price, and does
    not halve with TAO.

    >>> round(float(miner_income(1.0, 0.02)), 2)
    59.04
    """
    return _half(alpha, owner_cut) * np.asarray(price, dtype=float)


def _half(alpha: Any, owner_cut: int) -> Any:
    """A half of what the owner's cut leaves of a day's alpha."""
    return BLOCKS_PER_DAY * np.asarray(alpha, dtype=float) * (1 - owner_cut / U16) / 2
