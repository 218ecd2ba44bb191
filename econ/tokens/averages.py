"""What the split of emission remembers: the moving average of a subnet's price, and of the TAO that flows into it.

Both are exponential averages updated once a block, after the block's emission was split by the old value. Arrays of
any shape, floats; the chain's fixed point is 2^-32 (prices) and 2^-64 (flows), so figures agree to about 1e-9.
Source: subtensor, `staking/stake_utils.rs` and `coinbase/subnet_emissions.rs`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.rao import portion, whole

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
    blocks = np.asarray(age, dtype=float)
    if (blocks < 0).any():
        raise InputError(f"age is {blocks.min():g} blocks; a subnet has a moving price from its start call on")
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
    old, new = _positive("price", price), np.minimum(_positive("spot", spot), PRICE_CAP)
    if blocks < 1:
        raise InputError(f"blocks is {blocks}; an average moves by at least one block")
    middle = np.asarray(age, dtype=float) + (blocks - 1) / 2
    kept = (1 - portion("gain", price_gain(middle, gain, halving))) ** blocks
    return old * kept + new * (1 - kept)


def moving_flow(flow: Any, tao: Any, *, blocks: int = 1, gain: float = FLOW_GAIN) -> Any:
    """The moving flow after `blocks` blocks into which `tao` rao came, less what left, in equal parts.

    Each block S <- (1 - f) S + f * (TAO in less TAO out).

    >>> float(moving_flow(0.0, 1000, gain=0.5)), float(moving_flow(0.0, 2000, blocks=2, gain=0.5))
    (500.0, 750.0)
    """
    count = int(whole("blocks", blocks))
    if count < 1:
        raise InputError(f"blocks is {blocks}; an average moves by at least one block")
    kept = (1 - float(portion("gain", gain))) ** count
    return np.asarray(flow, dtype=float) * kept + np.asarray(tao, dtype=float) / count * (1 - kept)


def _positive(name: str, values: Any) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    wrong = ~(array >= 0)
    if wrong.any():
        raise InputError(f"{name} is {array[wrong].flat[0]:g}; prices are TAO an alpha and at least 0")
    return array
