"""The scripted situations of a public simulator, as data: what three validators do over 40 epochs.

Validators A, B and C put all weight on one of two miners and change it now and then, unless a situation says
otherwise. Source: yuma-simulation 0.1.1, its 22 cases; the last four draw from its generator, here from ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from econ.errors import InputError
from econ.yuma.epoch import epochs
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["EPOCHS", "SITUATIONS", "Noisy", "Scripted", "Situation", "dividends_per_stake"]

EPOCHS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What happens: `stake` (A, B, C), and a column of bonds that some rules reset, as (epoch, miner)."""

    name: str
    stake: tuple[float, float, float] = (0.8, 0.1, 0.1)
    reset: tuple[int, int] | None = None
    winner_takes_all: bool = False

    def stakes(self, number: int) -> np.ndarray:
        """Stake[validator] in an epoch."""
        return np.array(self.stake)

    def weights(self, noise: np.ndarray | None = None) -> np.ndarray:
        """Weights[epoch, validator, miner]; `noise` of that shape is standard normal, where a situation has any."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted(Situation):
    """Everyone begins on the first miner; `moves` are the epochs in which each validator changes to the other.

    `anchor` is a constant part of every row for a third miner; `rows` sets rows[validator] from an epoch on instead;
    `merges` is the epoch from which C's stake belongs to B.
    """

    moves: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]] = ((), (), ())
    anchor: float = 0.0
    rows: Mapping[int, tuple[tuple[float, float], ...]] | None = None
    merges: int | None = None

    def stakes(self, number: int) -> np.ndarray:
        """Stake[validator] in an epoch."""
        a, b, c = self.stake
        return np.array([a, b + c, 0.0] if self.merges is not None and number >= self.merges else [a, b, c])

    def weights(self, noise: np.ndarray | None = None) -> np.ndarray:
        """Weights[epoch, validator, miner], without noise."""
        made = np.zeros((EPOCHS, 3, 3 if self.anchor else 2))
        for number in range(EPOCHS):
            on_second = [sum(move <= number for move in moves) % 2 for moves in self.moves]
            made[number, range(3), on_second] = 1.0 - self.anchor
            for start, rows in (self.rows or {}).items():
                if number >= start:
                    made[number] = rows
        if self.anchor:
            made[:, :, 2] = self.anchor
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Noisy(Situation):
    """Validators measure `qualities` with normal noise and put all weight on the best seen, or share it out."""

    qualities: tuple[float, ...] = (0.6, 0.55)
    noise: tuple[float, float, float] = (0.05, 0.15, 0.15)
    best_only: bool = True

    def weights(self, noise: np.ndarray | None = None) -> np.ndarray:
        """Weights[epoch, validator, miner] at noise of that shape; `InputError` without it."""
        shape = (EPOCHS, 3, len(self.qualities))
        if noise is None or noise.shape != shape:
            raise InputError(f"{self.name} is measured with noise; give standard normal numbers of shape {shape}")
        seen = np.clip(np.array(self.qualities) + np.array(self.noise)[:, None] * noise, 0.0, 1.0)
        return (seen == seen.max(axis=2, keepdims=True)).astype(float) if self.best_only else seen


_HALVES = (0.49, 0.49, 0.02)
_SCOUT = ((2,), (1,), (3,))
_ON_SECOND = {0: ((0.0, 1.0),) * 3}
_BET_OUT, _BET_HOME = ((0.0, 1.0), (0.001, 0.999), (0.0, 1.0)), ((1.0, 0.0), (0.999, 0.001), (1.0, 0.0))
_THREE = {"stake": (0.34, 0.33, 0.33), "qualities": (0.3, 0.35, 0.4), "noise": (0.05, 0.1, 0.1)}

SITUATIONS: Mapping[int, Situation] = {
    1: Scripted(name="the majority leads", moves=((1,), (2,), (3,))),
    2: Scripted(name="a small scout", moves=_SCOUT),
    3: Scripted(name="the majority last", moves=((3,), (1,), (2,))),
    4: Scripted(name="together", moves=((1,), (1,), (1,))),
    5: Scripted(name="two trips, staggered return", moves=((2, 23), (1, 21), (1, 22)), reset=(20, 1)),
    6: Scripted(name="a scout, joint return", moves=((2, 21), (1, 21), (3, 21)), reset=(21, 0)),
    7: Scripted(name="one scout on return", moves=((2, 22), (1, 22), (1, 21)), reset=(21, 0)),
    8: Scripted(name="the majority follows twice", moves=((2, 22), (1, 21), (1, 21)), reset=(20, 1)),
    9: Scripted(name="stake merges", rows=_ON_SECOND, merges=6),
    10: Scripted(name="a long wait", moves=((10,), (1,), (11,))),
    11: Scripted(
        name="a pivot of two halves",
        stake=_HALVES,
        rows={0: ((0.3, 0.7), (0.6, 0.4), (0.61, 0.39)), 20: ((0.3, 0.7), (0.6, 0.4), (0.3, 0.61))},
    ),
    12: Scripted(name="a side bet", rows={0: _BET_HOME, 1: _BET_OUT, 21: _BET_HOME}, reset=(20, 1)),
    13: Scripted(
        name="a half-hearted minority",
        rows={0: ((0.0, 1.0), (0.5, 0.5), (0.0, 1.0)), 21: ((0.0, 1.0), (0.5, 0.5), (0.5, 0.5))},
        reset=(20, 0),
    ),
    14: Scripted(name="a slip of one epoch", stake=(0.33, 0.33, 0.34), moves=((), (), (20, 21))),
    **{
        number: Scripted(name=f"a small scout, anchor {anchor:g}", moves=_SCOUT, anchor=anchor)
        for number, anchor in zip(range(15, 19), (0.25, 0.5, 0.75, 0.9), strict=True)
    },
    19: Noisy(name="noisy, all on the best seen", stake=_HALVES),
    20: Noisy(name="noisy, shared out, winner takes all", stake=_HALVES, best_only=False, winner_takes_all=True),
    21: Noisy(name="three miners, all on the best seen", winner_takes_all=True, **_THREE),  # type: ignore[arg-type]
    22: Noisy(name="three miners, shared out", best_only=False, winner_takes_all=True, **_THREE),  # type: ignore[arg-type]
}
"""By the simulator's number."""


def dividends_per_stake(
    situation: Situation, weights: np.ndarray, rule: Hyperparameters, *, resets: bool = False
) -> np.ndarray:
    """What a unit of stake of A, B and C earns, 1 is par: the mean over epochs; an epoch without stake counts as 0.

    Shapes: weights[epoch, validator, miner]; returns [validator]. `resets` honours the situation's reset.

    >>> scout = SITUATIONS[2]
    >>> dividends_per_stake(scout, scout.weights(), Hyperparameters()).round(2)
    array([1.01, 1.  , 0.93])
    """
    stake = np.array([situation.stakes(number) for number in range(EPOCHS)])
    cut, miner = situation.reset if resets and situation.reset else (EPOCHS, -1)
    paid = epochs(weights[:cut], stake[:cut], hyperparameters=rule)
    dividends = paid.dividends
    if cut < EPOCHS:
        held = paid.bonds[-1] * (np.arange(weights.shape[-1]) != miner)
        paid = epochs(weights[cut:], stake[cut:], held, rule, previous=paid.at(-1))
        dividends = np.concatenate([dividends, paid.dividends])
    return np.divide(dividends, stake, out=np.zeros_like(stake), where=stake > 0).mean(axis=0)
