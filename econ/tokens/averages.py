"""What the split of emission remembers: the moving average of a subnet's price, and of the TAO that flows into it.

Both are exponential averages updated once a block, after the block's emission was split by the old value. Arrays of
any shape, floats; the chain's fixed point is 2^-32 (prices) and 2^-64 (flows), so figures agree to about 1e-9.
Source: subtensor, `staking/stake_utils.rs` and `coinbase/subnet_emissions.rs`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import portion, positive, whole

__all__ = ["FLOW_GAIN", "PRICE_CAP", "PRICE_GAIN", "PRICE_HALVING", "moving_flow", "moving_price", "price_gain"]

PRICE_GAIN = 3e-6
"""Gain a block of a mature subnet's moving price: a half-life of 231,049 blocks, 32 days."""

PRICE_HALVING = 201_600
"""Blocks after its start at which a subnet's gain is half the mature one: 28 days."""

PRICE_CAP = 1.0
"""TAO an alpha at most, as the moving price sees it."""

FLOW_GAIN = 29_597_889_189_277 / 2**63
"""Gain a block of the moving flow: a half-life of 216,000 blocks, 30 days."""


def price_gain(age: Any, gain: float = PRICE_GAIN, halving: float = PRICE_HALVING) -> Any:
    """The weight of the new price at so many blocks after the start call: gain * age / (age + halving).

    >>> float(price_gain(201_600))
    1.5e-06
    """
    blocks = positive("age", age, "blocks since the start call")
    return gain * blocks / (blocks + halving)


def moving_price(
    price: Any, spot: Any, age: Any, *, blocks: int = 1, gain: float = PRICE_GAIN, halving: float = PRICE_HALVING
) -> Any:
    """The moving price after `blocks` blocks at one spot price, from `age` blocks after the start call on.

    Each block P <- a min(spot, 1) + (1 - a) P with a = `price_gain`; the a of many blocks is taken in their middle,
    which is exact for one and off by less than 1e-8 of the spot for a tempo.

    >>> round(float(moving_price(0.0, 1.0, 11, gain=0.5)), 12)
    2.7280258e-05
    """
    old, new = positive("price", price, "TAO an alpha"), np.minimum(positive("spot", spot, "TAO an alpha"), PRICE_CAP)
    if blocks < 1:
        raise InputError(f"blocks is {blocks}; an average moves by at least one block")
    middle = np.asarray(age, dtype=float) + (blocks - 1) / 2
    moved = _moved(portion("gain", price_gain(middle, gain, halving)), blocks)
    return old * (1 - moved) + new * moved


def moving_flow(flow: Any, tao: Any, *, blocks: int = 1, gain: float = FLOW_GAIN) -> Any:
    """The moving flow after `blocks` blocks into which `tao` rao came, less what left, in equal parts.

    Each block S <- (1 - f) S + f * (TAO in less TAO out).

    >>> float(moving_flow(0.0, 1000, gain=0.5)), float(moving_flow(0.0, 2000, blocks=2, gain=0.5))
    (500.0, 750.0)
    """
    count = int(whole("blocks", blocks))
    if count < 1:
        raise InputError(f"blocks is {blocks}; an average moves by at least one block")
    moved = _moved(portion("gain", gain), count)
    old, came = np.asarray(flow, dtype=float), np.asarray(tao, dtype=float)
    if not (np.isfinite(old).all() and np.isfinite(came).all()):
        raise InputError(f"flow is {old} and tao {came}; both are rao and must be finite")
    return old * (1 - moved) + came / count * moved


def _moved(gain: np.ndarray, blocks: int) -> Any:
    """1 - (1 - gain)^blocks, to full precision for gains as small as these."""
    with np.errstate(divide="ignore"):
        return -np.expm1(blocks * np.log1p(-gain))
