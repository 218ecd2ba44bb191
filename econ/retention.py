"""The consensus guarantee: how much utility honest stake must put in itself to keep its share of the emission.

Two camps share a subnet: honest validators hold the stake share S and rate their own miners with the honest utility,
the rest of their weight going to the cabal's miners; the cabal does the mirror image. Both rate with noise. After one
epoch from no bonds, honest stake either grows (its camp earns at least S) or shrinks.

Source: opentensor, docs/consensus.md and `tests/consensus.rs`, map_consensus_guarantees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import InputError
from econ.yuma.epoch import epoch_of_shares
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["Camps", "camps", "honest_earnings", "retention_line", "worst_case"]

_U16 = 65535
_STAKE_STEPS = 2.0**32
"""The chain holds shares of stake in 32 fractional bits, cut off below: a tie of stake with kappa turns on it."""
_CELLS = 2**18
"""Weights computed at a time: few enough to stay in the cache of a core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camps:
    """The subnet before anyone says how much utility he gives: honest validators and miners first.

    Shapes: stake[validator] shares as the chain holds them; ratings[validator, miner], each row's two halves (honest
    miners, the cabal's) summing to 1.
    """

    stake: np.ndarray
    ratings: np.ndarray
    honest_validators: int
    honest_miners: int


def camps(
    honest_stake: float,
    stake_noise: np.ndarray,
    rating_noise: np.ndarray,
    *,
    stake_deviation: float = 0.3,
    rating_deviation: float = 0.4,
) -> Camps:
    """The camps at one draw of noise.

    Shapes: stake_noise[validator] and rating_noise[validator, miner], standard normal. Honest stake, a share, also is
    the honest share of validators and of miners, rounded down but never none or all. Stake is max(0, 1 + deviation *
    noise) scaled to each camp's share, and ratings likewise within each camp. Raises `InputError` for shapes that do
    not fit and for stake outside (0, 1).

    >>> made = camps(0.6, np.zeros(64), np.zeros((64, 448)))
    >>> made.honest_validators, made.honest_miners, round(float(made.stake[:38].sum()), 6)
    (38, 268, 0.6)
    """
    validators, miners = rating_noise.shape
    if stake_noise.shape != (validators,) or min(validators, miners) < 2:
        raise InputError(
            f"stake_noise has shape {stake_noise.shape}, rating_noise {rating_noise.shape}; they must be "
            "[validator] and [validator, miner], two or more of each"
        )
    if not 0.0 < honest_stake < 1.0:
        raise InputError(f"honest_stake is {honest_stake}; it is a share of stake and must lie in (0, 1)")
    split = [min(max(int(count * honest_stake), 1), count - 1) for count in (validators, miners)]
    stake = np.maximum(0.0, 1.0 + stake_deviation * stake_noise)
    ratings = np.maximum(0.0, 1.0 + rating_deviation * rating_noise)
    for part, share in ((slice(None, split[0]), honest_stake), (slice(split[0], None), 1.0 - honest_stake)):
        stake[part] *= share / stake[part].sum()
    for part in (slice(None, split[1]), slice(split[1], None)):
        ratings[:, part] /= ratings[:, part].sum(axis=1, keepdims=True)
    return Camps(
        stake=np.floor(stake / stake.sum() * _STAKE_STEPS) / _STAKE_STEPS,
        ratings=ratings,
        honest_validators=split[0],
        honest_miners=split[1],
    )


def honest_earnings(
    made: Camps, honest_utility: np.ndarray, cabal_utility: np.ndarray, rule: Hyperparameters
) -> tuple[np.ndarray, np.ndarray]:
    """The honest camp's share of incentive and of dividends after one epoch from no bonds.

    Shapes: honest_utility[h], the share of weight that honest validators give honest miners, and cabal_utility[c], the
    cabal's to the cabal's; returns two [h, c]. Weights go through the chain's 16 bits: cut off, then scaled so that a
    row's largest is 65535. Where consensus pays nobody, the chain pays by stake.

    >>> noise = np.random.default_rng(1)
    >>> made = camps(0.6, noise.normal(size=64), noise.normal(size=(64, 448)), rating_deviation=0.0)
    >>> incentive, dividends = honest_earnings(made, np.array([0.55, 0.65]), np.array([0.4]), Hyperparameters())
    >>> bool(incentive[0, 0] < 0.6 < incentive[1, 0])
    True
    """
    own, mine = made.honest_validators, made.honest_miners
    honest_rows = _stored(made.ratings[:own], mine, np.asarray(honest_utility, dtype=float))
    cabal_rows = _stored(made.ratings[own:], mine, 1.0 - np.asarray(cabal_utility, dtype=float))
    shape = len(honest_rows), len(cabal_rows)
    validators, miners = made.ratings.shape
    step = max(1, min(_CELLS // (validators * miners), shape[1]))
    weights = np.empty((step, validators, miners))
    none, held = np.zeros_like(weights), np.empty_like(weights)
    stake = np.broadcast_to(made.stake, (step, validators)).copy()
    incentive, dividends = np.empty(shape), np.empty(shape)
    for h in range(shape[0]):
        weights[:, :own] = honest_rows[h]
        for c in range(0, shape[1], step):
            count = min(step, shape[1] - c)
            weights[:count, own:] = cabal_rows[c : c + count]
            paid = epoch_of_shares(weights[:count], stake[:count], none[:count], rule, held[:count])
            incentive[h, c : c + count] = paid.incentive[:, :mine].sum(axis=1)
            dividends[h, c : c + count] = paid.dividends[:, :own].sum(axis=1)
            nobody = ~(paid.incentive.any(axis=1) | paid.dividends.any(axis=1))
            for share in (incentive, dividends):
                share[h, c : c + count][nobody] = made.stake[:own].sum() / made.stake.sum()
    return incentive, dividends


def _stored(ratings: np.ndarray, honest_miners: int, to_honest: np.ndarray) -> np.ndarray:
    """Rows of weight [utility, validator, miner] as shares of what the chain stores, for each share to the honest."""
    toward = np.repeat(to_honest[:, None, None], ratings.shape[1], axis=2)
    toward[:, :, honest_miners:] = 1.0 - toward[:, :, honest_miners:]
    stored = np.floor(_U16 * (toward * ratings))
    largest = stored.max(axis=2, keepdims=True)
    np.divide(_U16, largest, out=largest, where=largest > 0)
    stored = np.rint(stored * largest)
    total = stored.sum(axis=2, keepdims=True)
    return np.divide(stored, total, out=np.zeros_like(stored), where=total > 0)


def retention_line(earnings: np.ndarray, utility: np.ndarray, level: float) -> np.ndarray:
    """The utility from which on honest earnings[h, ...] stay at or above a level, along the first axis.

    `utility[h]` rises; between two of its values the line is straight. NaN where even the highest does not reach it.

    >>> retention_line(np.array([[0.2, 0.2], [0.5, 0.3], [0.7, 0.4]]), np.array([0.0, 0.5, 1.0]), 0.6)
    array([0.75,  nan])
    """
    below = earnings < level
    last = len(utility) - 1 - np.argmax(below[::-1], axis=0)  # the highest utility that does not reach it
    last = np.minimum(last, len(utility) - 2)
    low, high = (np.take_along_axis(earnings, place[None], axis=0)[0] for place in (last, last + 1))
    rise = np.where(high > low, high - low, 1.0)
    line = utility[last] + (utility[last + 1] - utility[last]) * (level - low) / rise
    line = np.where(below.any(axis=0), line, utility[0])
    return np.where(below[-1], np.nan, line)


def worst_case(line: np.ndarray) -> float:
    """The utility that keeps the level whatever the cabal does: the largest of a line; inf if none suffices."""
    return float(np.inf) if np.isnan(line).any() else float(line.max())
