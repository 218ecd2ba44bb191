"""The epoch compiled: world after world, each with its passes fused and a lane to every miner.

Equal to `epoch_of_shares_numpy` to 1e-12. Inner loops run over rows held in local names and have no branch, so that
the compiler sees that they do not overlap and vectorises them.
"""

from __future__ import annotations

import math

import numpy as np

from econ.compiled import compiled
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.kernel_median import median
from econ.yuma.median import SUPPORT_TOLERANCE

__all__ = ["compiled_epoch", "warm_up"]


@compiled
def _inverse(values, numerator):  # type: ignore[no-untyped-def]
    """numerator / values in place, 0 where the value is 0."""
    for j in range(values.size):
        values[j] = numerator / values[j] if values[j] > 0.0 else 0.0


@compiled
def _share_out(values):  # type: ignore[no-untyped-def]
    """Divide by the sum in place; zeros stay."""
    total = 0.0
    for j in range(values.size):
        total += values[j]
    if total > 0.0:
        for j in range(values.size):
            values[j] /= total


@compiled
def _liquid(weights, bonds, consensus, penalty, low, high, steepness, new_bonds, column):  # type: ignore[no-untyped-def]
    """New bonds of Yuma 3 that move by liquid alpha, and their column sums, in place of those of the constant alpha."""
    column[:] = 0.0
    for i in range(weights.shape[0]):
        row, held, bought = weights[i], bonds[i], new_bonds[i]
        for j in range(column.size):
            weight = (1.0 - penalty) * row[j] + penalty * min(row[j], consensus[j])
            away = weight - consensus[j] if weight >= held[j] else held[j] - weight
            turn = -steepness * (min(max(away, 0.0), 1.0) - 0.5)
            alpha = low + (high - low) / (1.0 + math.exp(min(max(turn, -20.0), 20.0)))
            bought[j] = min((1.0 - alpha) * held[j] + alpha * weight, 1.0) if weight > 0.0 else 0.0
            column[j] += bought[j]


@compiled
def _one_world(  # type: ignore[no-untyped-def]
    weights,
    stake,
    bonds,
    needed,
    penalty,
    kept,
    yuma2,
    liquid,
    consensus,
    incentive,
    dividends,
    trust,
    new_bonds,
    scratch,
):
    validators, miners = weights.shape
    column, factor = scratch[0], scratch[1]
    median(weights, stake, needed, consensus, scratch)

    incentive[:] = 0.0
    column[:] = 0.0
    for i in range(validators):
        row, held, bought, share = weights[i], bonds[i], new_bonds[i], stake[i]
        scale = share if yuma2 else 1.0 - kept
        keep = 0.0 if yuma2 else kept
        for j in range(miners):
            clipped = min(row[j], consensus[j])
            incentive[j] += share * clipped
            bought[j] = scale * ((1.0 - penalty) * row[j] + penalty * clipped) + keep * held[j]
            column[j] += bought[j]
        left = 0.0
        for j in range(miners):
            left += min(row[j], consensus[j])
        trust[i] = left
    if liquid[0] > 0.0 and not yuma2 and consensus.max() > 0.0:
        _liquid(weights, bonds, consensus, penalty, liquid[1], liquid[2], liquid[3], new_bonds, column)
    _share_out(incentive)

    if yuma2:
        _inverse(column, 1.0 - kept)
        factor[:] = 0.0
        for i in range(validators):
            held = bonds[i]
            for j in range(miners):
                factor[j] += held[j]
        _inverse(factor, kept)
        for i in range(validators):
            held, bought = bonds[i], new_bonds[i]
            for j in range(miners):
                bought[j] = column[j] * bought[j] + factor[j] * held[j]
        column[:] = 0.0
        for i in range(validators):
            bought = new_bonds[i]
            for j in range(miners):
                column[j] += bought[j]

    _inverse(column, 1.0)
    for j in range(miners):
        factor[j] = column[j] * incentive[j]
    for i in range(validators):
        bought = new_bonds[i]
        earned = 0.0
        for j in range(miners):
            earned += bought[j] * factor[j]
        dividends[i] = earned if yuma2 else stake[i] * earned
    _share_out(dividends)

    if yuma2:  # the chain stores each column divided by its largest entry
        column[:] = 0.0
        for i in range(validators):
            bought = new_bonds[i]
            for j in range(miners):
                column[j] = max(column[j], bought[j])
        _inverse(column, 1.0)
        for i in range(validators):
            bought = new_bonds[i]
            for j in range(miners):
                bought[j] *= column[j]


@compiled
def _all_worlds(  # type: ignore[no-untyped-def]
    weights, stake, bonds, needed, penalty, kept, yuma2, liquid, consensus, incentive, dividends, trust, new_bonds
):
    scratch = np.empty((3, weights.shape[2]))
    for world in range(weights.shape[0]):
        _one_world(
            weights[world],
            stake[world],
            bonds[world],
            needed,
            penalty,
            kept,
            yuma2,
            liquid,
            consensus[world],
            incentive[world],
            dividends[world],
            trust[world],
            new_bonds[world],
            scratch,
        )


def compiled_epoch(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray,
    rule: Hyperparameters,
    new_bonds: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Run the kernel on contiguous float64 arrays weights[world, validator, miner] and stake[world, validator].

    Returns consensus, incentive, dividends, validator trust and bonds, each with the leading world axis; the bonds
    are written into `new_bonds` if that is given, another array than `bonds`.
    """
    worlds, validators, miners = weights.shape
    outputs = (
        np.empty((worlds, miners)),
        np.empty((worlds, miners)),
        np.empty((worlds, validators)),
        np.empty((worlds, validators)),
        np.empty((worlds, validators, miners)) if new_bonds is None else new_bonds,
    )
    needed = max(rule.kappa - SUPPORT_TOLERANCE, 0.0)
    kept = rule.bonds_moving_average
    slope = (rule.liquid_alpha_on, rule.alpha_low, rule.alpha_high, rule.alpha_sigmoid_steepness)
    liquid = np.array(slope, dtype=np.float64)
    _all_worlds(weights, stake, bonds, needed, rule.bonds_penalty, kept, rule.version == "2", liquid, *outputs)
    return outputs


def warm_up() -> None:
    """Compile now (some seconds on a first start, a fraction of one later), so that no one waits for it mid-way."""
    one = np.ones((1, 1, 1))
    compiled_epoch(one, one[0], one, Hyperparameters())
