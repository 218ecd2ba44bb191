"""One epoch of Yuma consensus between validators and miners, over any number of leading axes.

Convention: `weights[..., validator, miner]`, `stake[..., validator]`, `bonds` like weights. The names of the
outputs are the chain's. Permits, activity and the other masks of the UID-square state are the caller's: a row of
zeros is a validator that abstains, a stake of zero one that does not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.yuma.bonds import (
    column_shares,
    liquid_alpha,
    liquid_bonds,
    max_upscaled,
    shares,
    yuma2_bonds,
    yuma3_bonds,
)
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.median import stake_weighted_median

__all__ = ["Epoch", "emission", "epoch", "epoch_of_shares", "epoch_of_shares_numpy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What one epoch of the rule computes; fractions, with the leading axes of the inputs.

    `consensus[..., miner]` is the stake-weighted median, not rescaled; `incentive[..., miner]` and
    `dividends[..., validator]` sum to 1, or to 0 where nobody earns; `validator_trust[..., validator]` is the
    weight left after clipping; `bonds[..., validator, miner]` are as the chain stores them.
    """

    consensus: np.ndarray
    incentive: np.ndarray
    dividends: np.ndarray
    validator_trust: np.ndarray
    bonds: np.ndarray


def epoch(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray | None = None,
    hyperparameters: Hyperparameters | None = None,
) -> Epoch:
    """Pay one epoch: rows and stake are normalised, clipped at consensus, bonded and rewarded.

    Shapes: weights[..., validator, miner], stake[..., validator], bonds like weights or None (none held yet).
    Leading axes broadcast. Raises `ValueError` for negative, NaN or infinite input and for shapes that do not fit.
    Source: subtensor, `epoch/run_epoch.rs` (June 2026), in float64 instead of its fixed point.

    >>> result = epoch(np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]), np.array([1.0, 1.0, 1.0]))
    >>> result.consensus, result.validator_trust
    (array([0.5, 0.5]), array([1. , 1. , 0.5]))
    """
    rule = hyperparameters or Hyperparameters()
    weights = _checked("weights", weights)
    stake = _checked("stake", stake)
    if weights.ndim < 2 or 0 in weights.shape[-2:]:
        raise ValueError(f"weights has shape {weights.shape}; it must be [..., validator, miner], none empty")
    if stake.ndim < 1 or stake.shape[-1] != weights.shape[-2]:
        raise ValueError(
            f"stake has shape {stake.shape}; its last axis must hold the {weights.shape[-2]} validators of weights"
        )
    try:
        leading = np.broadcast_shapes(weights.shape[:-2], stake.shape[:-1])
        weights = np.broadcast_to(weights, leading + weights.shape[-2:])
        stake = np.broadcast_to(stake, leading + stake.shape[-1:])
    except ValueError:
        raise ValueError(
            f"stake has shape {stake.shape}; its leading axes must match weights {weights.shape}"
        ) from None
    if bonds is None:
        bonds = np.zeros(weights.shape)
    else:
        bonds = _checked("bonds", bonds)
        if bonds.shape != weights.shape:
            raise ValueError(f"bonds has shape {bonds.shape}; it must be that of weights, {weights.shape}")
    return epoch_of_shares(shares(weights), shares(stake), bonds, rule)


def epoch_of_shares(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray,
    hyperparameters: Hyperparameters,
    new_bonds: np.ndarray | None = None,
) -> Epoch:
    """`epoch` for inputs known to be legal: rows of weights and stake sum to 1 or 0, shapes are equal.

    Runs the compiled kernel, which equals `epoch_of_shares_numpy` to 1e-12. A contiguous array `new_bonds` of the
    shape of bonds is filled and returned as the new bonds, for loops that would otherwise allocate one every epoch.
    """
    from econ.yuma.kernel import compiled_epoch  # numba is imported and compiled only where an epoch is run

    leading, (validators, miners) = weights.shape[:-2], weights.shape[-2:]
    flat = (-1, validators, miners)
    consensus, incentive, dividends, trust, held = compiled_epoch(
        weights.reshape(flat),
        stake.reshape(-1, validators),
        bonds.reshape(flat),
        hyperparameters,
        None if new_bonds is None else new_bonds.reshape(flat),
    )
    if len(leading) == 1:
        return Epoch(consensus=consensus, incentive=incentive, dividends=dividends, validator_trust=trust, bonds=held)
    return Epoch(
        consensus=consensus.reshape(*leading, miners),
        incentive=incentive.reshape(*leading, miners),
        dividends=dividends.reshape(*leading, validators),
        validator_trust=trust.reshape(*leading, validators),
        bonds=held.reshape(weights.shape),
    )


def epoch_of_shares_numpy(
    weights: np.ndarray, stake: np.ndarray, bonds: np.ndarray, hyperparameters: Hyperparameters
) -> Epoch:
    """The same in plain NumPy: the form to read, and the reference of the kernel."""
    rule = hyperparameters
    consensus = stake_weighted_median(weights, stake, rule.kappa)
    clipped = np.minimum(weights, consensus[..., None, :])
    incentive = shares((stake[..., None] * clipped).sum(axis=-2))
    penalised = (1.0 - rule.bonds_penalty) * weights + rule.bonds_penalty * clipped
    if rule.version == "3":
        new_bonds = yuma3_bonds(bonds, penalised, rule.bonds_moving_average)
        if rule.liquid_alpha_on:
            low, high, steepness = rule.alpha_low, rule.alpha_high, rule.alpha_sigmoid_steepness
            alpha = liquid_alpha(penalised, bonds, consensus, low, high, steepness)
            agreed = (consensus.max(axis=-1) > 0)[..., None, None]
            new_bonds = np.where(agreed, liquid_bonds(bonds, penalised, alpha), new_bonds)
        earned = stake * (column_shares(new_bonds) * incentive[..., None, :]).sum(axis=-1)
    else:
        held = yuma2_bonds(bonds, penalised, stake, rule.bonds_moving_average)
        earned = (held * incentive[..., None, :]).sum(axis=-1)
        new_bonds = max_upscaled(held)
    return Epoch(
        consensus=consensus,
        incentive=incentive,
        dividends=shares(earned),
        validator_trust=clipped.sum(axis=-1),
        bonds=new_bonds,
    )


def emission(result: Epoch, stake: np.ndarray, validator_share: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """How one epoch's emission is split: (to validators[..., validator], to miners[..., miner]), sum 1 in all.

    Validators share `validator_share` of it by dividends, miners the rest by incentive. If only one side earns it
    takes everything; if neither does, validators are paid by stake[..., validator], as on the chain.
    """
    to_validators = validator_share * result.dividends
    to_miners = (1.0 - validator_share) * result.incentive
    total = (to_validators.sum(axis=-1) + to_miners.sum(axis=-1))[..., None]
    if (total > 0).all():
        return to_validators / total, to_miners / total
    earns = total > 0
    safe = np.where(earns, total, 1.0)
    by_stake = shares(np.asarray(stake, dtype=float))
    return np.where(earns, to_validators / safe, by_stake), np.where(earns, to_miners / safe, 0.0)


def _checked(name: str, values: np.ndarray) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} has dtype {array.dtype}; it must hold real numbers")
    array = array.astype(np.float64, copy=False)
    wrong = ~(np.isfinite(array) & (array >= 0))
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"{name}{list(where)} is {array[where]}; all {name} must be finite and at least 0")
    return array
