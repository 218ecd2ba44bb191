"""Selfish mining: keeping found blocks secret so that others work in vain. The first strategic policy in Bitcoin.

Eyal and Sirer ("Majority is not enough: Bitcoin mining is vulnerable", 2014). A pool with the share a of all hashing
hides what it finds. Whenever the others find a block it publishes just enough: at a lead of one it shows its block
and both branches have the same length, where a part gamma of the others' hashing works on the pool's; at a lead of
two it publishes all and takes everything; at a longer lead it stays ahead. Its relative revenue is its part of the
blocks that count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from econ.errors import InputError
from econ.inference.intervals import ratio_interval

__all__ = ["SelfishMining", "selfish_gain", "selfish_revenue", "selfish_threshold", "simulate_selfish_mining"]

MOST_BLOCKS = 10_000_000


def selfish_revenue(share: float, gamma: float) -> float:
    """The pool's part of all blocks that count, at its `share` of hashing in [0, 1/2) and `gamma` in [0, 1].

    Equation: (a (1 - a)^2 (4 a + gamma (1 - 2 a)) - a^3) / (1 - a (1 + (2 - a) a)). From a half on the pool could
    outrun all others together, and the strategy's revenue is 1.

    >>> round(selfish_revenue(0.4, 0.0), 5), round(selfish_revenue(1 / 3, 0.0), 5)
    (0.48372, 0.33333)
    """
    a, gamma = _checked("share", share), _checked("gamma", gamma)
    if a >= 0.5:
        return 1.0
    return (a * (1 - a) ** 2 * (4 * a + gamma * (1 - 2 * a)) - a**3) / (1 - a * (1 + (2 - a) * a))


def selfish_gain(share: float, gamma: float) -> float:
    """What the pool gains over honest mining, as a part of all blocks that count; below 0 where it loses.

    An honest pool's part is its share of hashing, at any gamma.

    >>> round(selfish_gain(0.2, 0.0), 3), round(selfish_gain(0.2, 1.0), 3)
    (-0.07, 0.035)
    """
    return selfish_revenue(share, gamma) - share


def selfish_threshold(gamma: float) -> float:
    """The share of hashing above which selfish mining pays: (1 - gamma) / (3 - 2 gamma).

    >>> [round(selfish_threshold(g), 4) for g in (0.0, 0.5, 1.0)]
    [0.3333, 0.25, 0.0]
    """
    gamma = _checked("gamma", gamma)
    return (1 - gamma) / (3 - 2 * gamma)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfishMining:
    """A simulation: the pool's relative revenue over all worlds with its interval (NaN for one world).

    `orphaned` is the part of all blocks found, whoever found them, that in the end did not count.
    """

    share: float
    gamma: float
    revenue: float
    low: float
    high: float
    orphaned: float
    worlds: int
    blocks: int


def simulate_selfish_mining(
    share: float, gamma: float, *, blocks: int = 10_000, worlds: int = 64, seed: int = 0, level: float = 0.95
) -> SelfishMining:
    """Play `blocks` found blocks in each of `worlds` independent histories, from no lead.

    A world's luck depends on (seed, world) alone, so its history is the same among any number of worlds. At the end the
    pool publishes what it kept secret; an open tie counts for nobody. Near one half leads grow long, and so many blocks
    are far from the long run that the closed form is about. The interval is Student's over worlds.

    >>> game = simulate_selfish_mining(0.4, 0.0)
    >>> game.low < selfish_revenue(0.4, 0.0) < game.high
    True
    """
    share, gamma = _checked("share", share), _checked("gamma", gamma)
    for name, count in (("blocks", blocks), ("worlds", worlds)):
        if not 1 <= count <= MOST_BLOCKS:
            raise InputError(f"{name} is {count}; it must lie in [1, {MOST_BLOCKS}]")
    if blocks * worlds > MOST_BLOCKS * 10:
        raise InputError(
            f"{worlds} worlds of {blocks} blocks are {worlds * blocks}; at most {MOST_BLOCKS * 10}: take fewer"
        )
    streams = [
        np.random.Generator(np.random.Philox(key=np.array([seed, world], dtype=np.uint64))) for world in range(worlds)
    ]
    luck = np.stack([stream.random((blocks, 2)) for stream in streams])
    pool, others = _histories(luck[:, :, 0] < share, luck[:, :, 1] < gamma)
    revenue, low, high = ratio_interval(pool, pool + others, level)
    return SelfishMining(
        share=share,
        gamma=gamma,
        revenue=float(revenue),
        low=float(low),
        high=float(high),
        orphaned=1.0 - float((pool + others).sum()) / (blocks * worlds),
        worlds=worlds,
        blocks=blocks,
    )


def _histories(pool_finds: np.ndarray, others_help: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Blocks that count [world] of the pool and of the others, for pool_finds and others_help [world, block].

    `lead` is how many secret blocks the pool is ahead; `tied` means that two branches of one block each are public.
    """
    worlds = len(pool_finds)
    lead, tied = np.zeros(worlds, dtype=int), np.zeros(worlds, dtype=bool)
    pool, others = np.zeros(worlds), np.zeros(worlds)
    for block in range(pool_finds.shape[1]):
        mine, helped = pool_finds[:, block], others_help[:, block]
        theirs = ~mine
        ends = tied  # the next block decides a tie, whoever finds it
        pool += np.where(ends, np.where(mine, 2, np.where(helped, 1, 0)), 0)
        others += np.where(ends & theirs, np.where(helped, 1, 2), 0)
        others += ~ends & theirs & (lead == 0)
        pool += np.where(~ends & theirs, np.where(lead == 2, 2, np.where(lead > 2, 1, 0)), 0)
        tied = ~ends & theirs & (lead == 1)
        lead = np.where(ends, 0, np.where(mine, lead + 1, np.where(lead > 2, lead - 1, 0)))
    return pool + lead, others


def _checked(name: str, value: float) -> float:
    if not (isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1):
        raise InputError(f"{name} is {value}; it is a part of hashing and must lie in [0, 1]")
    return float(value)
