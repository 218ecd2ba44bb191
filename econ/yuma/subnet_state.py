"""A subnet's epoch in float: the chain's masks around `econ.yuma.epoch`, one row and one column a UID.

Permits, activity and every mask are the chain's own (`econ.yuma.chain.masks`: they compare integers). Stake, weights
and bonds are float64, rows that hold nothing are dropped, and the results are set back to their UIDs. Bonds are
handed on as the chain stores them, in u16, since what is lost there adds up from epoch to epoch.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from econ.errors import InputError
from econ.quantity import QuantityError
from econ.yuma.bonds import column_shares, liquid_alpha, shares
from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.masks import (
    active_stake_mask,
    counted_stake,
    kept_bonds,
    kept_weights,
    new_permits,
    stake_shares,
)
from econ.yuma.chain.matrix import SparseMatrix
from econ.yuma.chain.numbers import ONE, U16, fraction_of_u16
from econ.yuma.chain.state import ChainState
from econ.yuma.epoch import Epoch, epoch_of_shares
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.variants.rule import liquid_reference

__all__ = ["SubnetEpoch", "stored_units", "subnet_epoch"]

_NOISE = 1e-9  # of a unit: what is a whole number of units but for the noise of float is that number


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubnetEpoch:
    """One epoch in fractions: consensus, incentive, dividends and validator trust [uid], bonds [rater, target].

    `permits[uid]` rule the next epoch; `stored_bonds` are its old bonds, u16. `stake[uid]` and `weights[rater, target]`
    are the shares that counted in this one, after all masks.
    """

    stake: np.ndarray
    weights: np.ndarray

    consensus: np.ndarray
    incentive: np.ndarray
    dividends: np.ndarray
    validator_trust: np.ndarray
    bonds: np.ndarray
    permits: np.ndarray
    stored_bonds: SparseMatrix


def subnet_epoch(
    state: ChainState,
    hyperparameters: ChainHyperparameters,
    *,
    liquid_alpha_consensus: str = "current",
    previous: SubnetEpoch | None = None,
) -> SubnetEpoch:
    """Run one epoch of a subnet in float64.

    Within 2 units of u16 of `chain_epoch`, but for ties lost in rounding, bonds of Yuma 2 on miners whose weights are
    a few units of 65535, and stakes of a few millionths (docs/explanation/float-and-chain.md has the measured gaps).

    In the modes `previous` and `mixed` of `liquid_alpha_consensus`, which the chain does not have, liquid alpha looks
    back at the consensus of `previous`, what the epoch before returned; without it that counts as 0.

    Raises `QuantityError` where a raw parameter lies outside what the rule in fractions allows, or the mode is
    unknown, and `InputError` where `previous` is no such result or of another size.

    >>> state = ChainState(
    ...     block=9, stake=[5, 0], last_update=[8, 0], block_at_registration=[1, 1], permits=[True, False],
    ...     weights=SparseMatrix.from_rows({0: [(1, 65535)]}, 2), bonds=SparseMatrix.empty(2))
    >>> subnet_epoch(state, ChainHyperparameters(yuma3_on=True)).incentive
    array([0., 1.])
    """
    liquid = hyperparameters.yuma3_on and hyperparameters.liquid_alpha_on
    rule = dataclasses.replace(_rule(hyperparameters), liquid_alpha_consensus=liquid_alpha_consensus)
    size = state.size
    if previous is not None and not isinstance(previous, SubnetEpoch):
        raise InputError(f"previous is a {type(previous).__name__}; it must be what the epoch before returned")
    if previous is not None and previous.consensus.size != size:
        raise InputError(f"previous has {previous.consensus.size} UIDs; the state has {size}")
    counted = counted_stake(state, hyperparameters.stake_threshold)
    chain_shares = stake_shares(counted)
    permits = new_permits(chain_shares, hyperparameters.max_validators, state.owner_uid)
    votes = active_stake_mask(state, hyperparameters) & (chain_shares > 0)  # below 2^-32 a share is none
    stake = shares(np.where(votes, np.array(counted, dtype=np.float64), 0.0))

    kept = state.weights.kept(kept_weights(state, hyperparameters))
    old = state.bonds.kept(kept_bonds(state, hyperparameters.tempo))
    weights = shares(kept.values.astype(np.float64))
    held = fraction_of_u16(old.values) / ONE  # as the chain reads it: cut to 2^-32

    rows = np.flatnonzero((stake > 0) | kept.values.any(axis=1) | old.values.any(axis=1))
    if rows.size == 0:
        rows = np.array([0])
    result = epoch_of_shares(weights[rows], stake[rows], held[rows], rule)
    reference = liquid_reference(liquid_alpha_consensus, result.consensus, previous)
    if liquid and reference.any():
        result = _with_liquid_alpha(result, reference, weights[rows], kept.present[rows], stake[rows], held[rows], rule)
    bonds = np.where(permits[:, None], _by_uid(result.bonds, rows, size), 0.0)
    return SubnetEpoch(
        stake=stake,
        weights=weights,
        consensus=result.consensus,
        incentive=result.incentive,
        dividends=_by_uid(result.dividends, rows, size),
        validator_trust=_by_uid(result.validator_trust, rows, size),
        bonds=bonds,
        permits=permits,
        stored_bonds=SparseMatrix.positive(stored_units(bonds)),
    )


def stored_units(fractions: np.ndarray) -> np.ndarray:
    """Fractions as the chain stores them: whole units of u16, rounded down.

    >>> stored_units(np.array([0.5, 1.0])).tolist()
    [32767, 65535]
    """
    return np.floor(np.minimum(fractions, 1.0) * U16 + _NOISE).astype(np.int64)


def _with_liquid_alpha(
    result: Epoch,
    reference: np.ndarray,
    weights: np.ndarray,
    present: np.ndarray,
    stake: np.ndarray,
    held: np.ndarray,
    rule: Hyperparameters,
) -> Epoch:
    """The epoch with bonds that move by liquid alpha; a pair absent from the weights loses its bond (rule Z)."""
    clipped = np.minimum(weights, result.consensus)
    penalty = rule.bonds_penalty
    bonded = (1.0 - penalty) * weights + penalty * clipped
    if 0.0 < penalty < 1.0:
        present = bonded > 0
    elif penalty == 1.0:
        present = present & ((weights <= result.consensus) | (result.consensus > 0))
    alpha = liquid_alpha(bonded, held, reference, rule.alpha_low, rule.alpha_high, rule.alpha_sigmoid_steepness)
    bonds = np.where(present, np.minimum((1.0 - alpha) * held + alpha * bonded, 1.0), 0.0)
    earned = stake * (column_shares(bonds) * result.incentive).sum(axis=-1)
    return Epoch(
        consensus=result.consensus,
        incentive=result.incentive,
        dividends=shares(earned),
        validator_trust=result.validator_trust,
        bonds=bonds,
    )


def _rule(hyperparameters: ChainHyperparameters) -> Hyperparameters:
    """The rule in fractions; liquid alpha stays off in it, since this layer moves those bonds itself."""
    names = ["kappa", "bonds_penalty", "bonds_moving_average", "yuma3_on"]
    if hyperparameters.liquid_alpha_on and hyperparameters.yuma3_on:
        names += ["alpha_low", "alpha_high", "alpha_sigmoid_steepness"]
    try:
        return Hyperparameters.from_chain({name: getattr(hyperparameters, name) for name in names})
    except QuantityError as error:
        raise QuantityError(f"{error}; the chain's arithmetic takes it") from None


def _by_uid(values: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray:
    """Values of `rows` set back to their UIDs, 0 elsewhere."""
    spread = np.zeros((size, *values.shape[1:]))
    spread[rows] = values
    return spread
