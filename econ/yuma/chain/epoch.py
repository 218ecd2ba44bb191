"""One epoch of the chain, bit for bit: the order of its steps, each of them in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.yuma.chain.bonds import weights_for_bonds, yuma2, yuma3
from econ.yuma.chain.emission import emission
from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.masks import active, active_stake_mask, counted_stake, kept_bonds, kept_weights, new_permits
from econ.yuma.chain.masks import stake_shares as shares_of_stake
from econ.yuma.chain.matrix import SparseMatrix
from econ.yuma.chain.median import consensus as median
from econ.yuma.chain.numbers import ONE, fraction_of_u16, multiply, normalised, to_u16
from econ.yuma.chain.state import ChainState

__all__ = ["ChainEpoch", "EpochBits", "chain_epoch"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EpochBits:
    """The same quantities before they are stored: I32F32 integers, value times 2^32, all [uid] but the bonds.

    `emission` is the fraction of the epoch's rao; `bonds` are in the form that is stored, [rater, target].
    """

    stake: np.ndarray
    active_stake: np.ndarray
    consensus: np.ndarray
    validator_trust: np.ndarray
    incentive: np.ndarray
    dividends: np.ndarray
    emission: np.ndarray
    bonds: SparseMatrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainEpoch:
    """What an epoch stores: u16 fractions of 65535, rao as u64, flags; all [uid], and bonds u16 [rater, target].

    `permits` rule the next epoch. Only their holders keep bonds.
    """

    permits: np.ndarray
    active: np.ndarray
    consensus: np.ndarray
    incentive: np.ndarray
    dividends: np.ndarray
    validator_trust: np.ndarray
    stake_weight: np.ndarray
    server_emission: np.ndarray
    validator_emission: np.ndarray
    emission: np.ndarray
    bonds: SparseMatrix
    bits: EpochBits


def chain_epoch(state: ChainState, hyperparameters: ChainHyperparameters) -> ChainEpoch:
    """Run the epoch of one mechanism of a subnet as the chain does, to the last bit.

    Source: subtensor (June 2026), `epoch/run_epoch.rs`, epoch_mechanism, the sparse path that runs in production.

    >>> state = ChainState(
    ...     block=9, stake=[5, 0], last_update=[8, 0], block_at_registration=[1, 1], permits=[True, False],
    ...     weights=SparseMatrix.from_rows({0: [(1, 65535)]}, 2), bonds=SparseMatrix.empty(2))
    >>> result = chain_epoch(state, ChainHyperparameters(yuma3_on=True))
    >>> result.incentive.tolist(), result.dividends.tolist(), result.bonds.rows()
    ([0, 65535], [65535, 0], {0: [(1, 6553)]})
    """
    rule = hyperparameters
    stake = shares_of_stake(counted_stake(state, rule.stake_threshold))
    permits = new_permits(stake, rule.max_validators, state.owner_uid)
    active_stake = normalised(np.where(active_stake_mask(state, rule), stake, 0))

    kept = state.weights.kept(kept_weights(state, rule))
    old = state.bonds.kept(kept_bonds(state, rule.tempo))
    rows = np.flatnonzero((active_stake > 0) | kept.present.any(axis=1) | old.present.any(axis=1))
    kept, old, votes = kept.taken(rows), old.taken(rows), active_stake[rows]  # all other rows hold nothing

    weights = SparseMatrix(values=kept.values * ONE, present=kept.present).row_normalised()
    consensus = median(weights, votes, int(fraction_of_u16(rule.kappa)))
    clipped = weights.column_clipped(consensus)
    incentive = normalised(multiply(clipped.values, votes[:, None]).sum(axis=0))

    bonded = weights_for_bonds(weights, clipped, int(fraction_of_u16(rule.bonds_penalty)))
    if rule.yuma3_on:
        bonds = yuma3(bonded, old, consensus, incentive, votes, rule)
    else:
        bonds = yuma2(bonded, old, incentive, votes, rule)

    trust, dividends = np.zeros_like(stake), np.zeros_like(stake)
    trust[rows], dividends[rows] = clipped.values.sum(axis=1), bonds.dividends
    paid = emission(incentive, dividends, stake, active_stake, rule.rao_emission)
    new_bonds = bonds.stored.spread(rows, state.size)
    stored = new_bonds.kept(permits[:, None])
    return ChainEpoch(
        permits=permits,
        active=active(state, rule.activity_cutoff),
        consensus=to_u16(consensus),
        incentive=to_u16(incentive),
        dividends=to_u16(dividends),
        validator_trust=to_u16(trust),
        stake_weight=to_u16(stake),
        server_emission=paid.server,
        validator_emission=paid.validator,
        emission=paid.combined,
        bonds=SparseMatrix(values=to_u16(stored.values).astype(np.int64), present=stored.present),
        bits=EpochBits(
            stake=stake,
            active_stake=active_stake,
            consensus=consensus,
            validator_trust=trust,
            incentive=incentive,
            dividends=dividends,
            emission=paid.combined_fraction,
            bonds=new_bonds,
        ),
    )
