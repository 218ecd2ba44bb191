"""One epoch of a real subnet: what the rule pays each validator and miner of a metagraph."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from econ.measures import gini, herfindahl, nakamoto_coefficient
from econ.yuma import Hyperparameters, epoch
from econ.yuma.bonds import shares
from econ.yuma.median import stake_weighted_median
from experiments.errors import BadInput
from experiments.files.metagraph import Metagraph

__all__ = ["ChainComparison", "Measures", "MetagraphEpoch", "distance_to_others", "run_metagraph"]

_U16 = 65535


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainComparison:
    """One quantity at the UIDs where either side is above 0: `chain[k]` and `computed[k]` of `uids[k]`."""

    name: str
    uids: np.ndarray
    chain: np.ndarray
    computed: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The subnet in five numbers; incentive is over all UIDs, stake over the admitted validators."""

    incentive_gini: float
    incentive_earners: int
    stake_hhi: float
    nakamoto_coefficient: int
    consensus_sum: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetagraphEpoch:
    """What one epoch pays; arrays over the admitted validators `uids[validator]` unless they say [uid].

    `dividends_per_stake` is dividend share over stake share; `distance_to_consensus` the L1 distance of a row to
    the consensus of the other admitted validators, NaN where they have none. `consensus` and `incentive` are
    [uid]. `notes` say what was assumed; `with_weights` counts the UIDs with weights on others.
    """

    metagraph: Metagraph
    rules: Hyperparameters
    min_stake: float
    notes: tuple[str, ...]
    with_weights: int
    uids: np.ndarray
    stake_share: np.ndarray
    validator_trust: np.ndarray
    dividends: np.ndarray
    dividends_per_stake: np.ndarray
    distance_to_consensus: np.ndarray
    consensus: np.ndarray
    incentive: np.ndarray
    measures: Measures
    chain: tuple[ChainComparison, ...]


def run_metagraph(metagraph: Metagraph, rules: Hyperparameters, min_stake: float = 1000.0) -> MetagraphEpoch:
    """Pay one epoch to a metagraph under the given rules.

    Admitted are the UIDs with `min_stake`, some stake, a weight on another UID that still counts and, where
    permits are known, a permit. `BadInput` where there is none, or where bonds are of no known scale.

    >>> from experiments.files.metagraph import synthetic_metagraph
    >>> result = run_metagraph(synthetic_metagraph(0), Hyperparameters())
    >>> len(result.uids), round(float(result.dividends.sum()), 9)
    (8, 1.0)
    """
    if not (math.isfinite(min_stake) and min_stake >= 0):
        raise BadInput(f"min-stake is {min_stake:g}; it is an amount of stake and must be finite and at least 0")
    weights, notes = _counted_weights(metagraph)
    has_weights = np.any(weights > 0, axis=1)
    uids = _admitted(metagraph, has_weights, min_stake)
    bonds, bond_notes = _bonds(metagraph, uids, rules)
    rows, stake_share = shares(weights[uids]), shares(metagraph.stake[uids])
    result = epoch(rows, stake_share, bonds, rules)
    per_stake = np.full(len(uids), np.nan)  # stays so where a share is too small for a float
    np.divide(result.dividends, stake_share, out=per_stake, where=stake_share > 0)
    dividends = _by_uid(metagraph, uids, result.dividends)
    trust = _by_uid(metagraph, uids, result.validator_trust)
    compared = {"dividends": dividends, "incentive": result.incentive, "validator_trust": trust}
    chain = tuple(
        _compared(name, getattr(metagraph, name), computed)
        for name, computed in compared.items()
        if getattr(metagraph, name) is not None
    )
    return MetagraphEpoch(
        metagraph=metagraph,
        rules=rules,
        min_stake=min_stake,
        notes=(*bond_notes, *notes),
        with_weights=int(_without_diagonal(metagraph.weights).any(axis=1).sum()),
        uids=uids,
        stake_share=stake_share,
        validator_trust=result.validator_trust,
        dividends=result.dividends,
        dividends_per_stake=per_stake,
        distance_to_consensus=distance_to_others(rows, stake_share, rules.kappa),
        consensus=result.consensus,
        incentive=result.incentive,
        measures=Measures(
            incentive_gini=float(gini(result.incentive)),
            incentive_earners=int((result.incentive > 0).sum()),
            stake_hhi=float(herfindahl(stake_share)),
            nakamoto_coefficient=int(nakamoto_coefficient(stake_share)),
            consensus_sum=float(result.consensus.sum()),
        ),
        chain=chain,
    )


def distance_to_others(weights: np.ndarray, stake: np.ndarray, kappa: float) -> np.ndarray:
    """L1 distance (0 to 2) of each row to the consensus of all other rows, their stake and it renormalised.

    NaN where the others have no consensus. Shapes: weights[validator, miner], rows sum to 1; stake[validator].

    >>> distance_to_others(np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]), np.array([0.4, 0.4, 0.2]), 0.5)
    array([0., 0., 1.])
    """
    distance = np.full(len(stake), np.nan)
    for validator in range(len(stake)) if len(stake) > 1 else ():
        others = np.arange(len(stake)) != validator
        consensus = shares(stake_weighted_median(weights[others], shares(stake[others]), kappa))
        if consensus.any():
            distance[validator] = np.abs(weights[validator] - consensus).sum()
    return distance


def _without_diagonal(weights: np.ndarray) -> np.ndarray:
    masked = weights.copy()
    np.fill_diagonal(masked, 0.0)
    return masked


def _counted_weights(metagraph: Metagraph) -> tuple[np.ndarray, tuple[str, ...]]:
    """The weights that count: self-weights and those set no later than the miner's registration are void."""
    weights = _without_diagonal(metagraph.weights)
    updated, registered = metagraph.last_update, metagraph.block_at_registration
    if updated is None or registered is None:
        return weights, ()
    void = (updated[:, None] <= registered[None, :]) & (weights > 0)
    note = f"Weights not set after the miner's registration are masked: {int(void.sum())}."
    return np.where(void, 0.0, weights), (note,)


def _admitted(metagraph: Metagraph, has_weights: np.ndarray, min_stake: float) -> np.ndarray:
    may = has_weights & (metagraph.stake > 0)
    who = "UIDs with weights on others that no mask voids"
    if metagraph.validator_permit is not None:
        may &= metagraph.validator_permit
        who = who.replace("with", "with a permit and", 1)
    if not may.any():
        raise BadInput(
            f"no validator can be admitted: 0 {who} have stake (the largest stake of any UID is "
            f"{metagraph.stake.max():g}); export the full metagraph with its weights, and look at last_update"
        )
    uids = np.flatnonzero(may & (metagraph.stake >= min_stake))
    if uids.size == 0:
        raise BadInput(
            f"no validator has the min-stake of {min_stake:g}; the largest stake among {int(may.sum())} "
            f"{who} is {metagraph.stake[may].max():g}: lower --min-stake"
        )
    return uids


def _bonds(metagraph: Metagraph, uids: np.ndarray, rules: Hyperparameters) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """The rows that admitted validators hold: fractions, or in Yuma 2, where scale cancels, any scale."""
    if metagraph.bonds is None:
        return None, ("Self-weights are masked; without earlier bonds the figures differ from the chain's own.",)
    first = "Self-weights are masked; the file's bonds are those held before this epoch."
    bonds = metagraph.bonds
    largest = float(bonds.max())
    if largest <= 1 or rules.version == "2":
        return bonds[uids], (first,)
    if largest > _U16:
        raise BadInput(
            f"bonds reach {largest:g}; Yuma {rules.version} needs fractions or u16 values, at most {_U16}: "
            "export them as the chain holds them, or use --set rules.version=2"
        )
    return bonds[uids] / _U16, (first, f"Bonds are read as the chain's u16: divided by {_U16}.")


def _by_uid(metagraph: Metagraph, uids: np.ndarray, values: np.ndarray) -> np.ndarray:
    spread = np.zeros(len(metagraph.stake))
    spread[uids] = values
    return spread


def _compared(name: str, chain: np.ndarray, computed: np.ndarray) -> ChainComparison:
    uids = np.flatnonzero((chain > 0) | (computed > 0))
    return ChainComparison(name=name, uids=uids, chain=chain[uids], computed=computed[uids])
