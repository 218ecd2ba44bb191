"""Where dividends come from: an epoch paid again with one cause undone at a time, so that the parts add up.

Five dividends of the same epoch, each with one more cause in it; a part is a difference of neighbours:

1. `stake`: shares of stake, what is paid to all at par.
2. `weights`: nothing is clipped, neither miners' pay nor bonds, and bonds are made at once from this epoch's weights.
3. `clipping`: miners are paid by weights cut at consensus; bonds are still made at once from whole weights.
4. `penalty`: bonds are made at once from weights that lose `bonds_penalty` of what lies above consensus.
5. `history`: the epoch's own dividends, with bonds carried from earlier epochs at their own speed.

The order is a convention: causes act together, and in another order the same effect counts to another part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.yuma.bonds import column_shares, shares, yuma2_bonds, yuma3_bonds
from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.state import ChainState
from econ.yuma.epoch import epoch
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.subnet_state import subnet_epoch

__all__ = ["PARTS", "Attribution", "attribute_dividends", "attribute_subnet_dividends"]

PARTS = ("stake", "weights", "clipping", "penalty", "history")
"""The parts in the order in which the causes enter."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribution:
    """The dividends of one epoch and their parts, which sum to them: all [..., validator], in fractions.

    `weights[..., validator, miner]` are the shares that count in the epoch, `clipped_weight` what of them lies above
    `consensus[..., miner]`, and `validator_trust[..., validator]` what is left.
    """

    stake: np.ndarray
    weights_part: np.ndarray
    clipping: np.ndarray
    penalty: np.ndarray
    history: np.ndarray
    dividends: np.ndarray
    weights: np.ndarray
    clipped_weight: np.ndarray
    validator_trust: np.ndarray
    consensus: np.ndarray

    def parts(self) -> np.ndarray:
        """The parts [..., validator, part], in the order of `PARTS`."""
        return np.stack([self.stake, self.weights_part, self.clipping, self.penalty, self.history], axis=-1)


def attribute_dividends(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray | None = None,
    hyperparameters: Hyperparameters | None = None,
) -> Attribution:
    """The parts of the dividends that `epoch` pays for the same arguments; shapes and errors are its own.

    Three equal validators; the last overrates miner 0, is clipped from 1 to 1/2 there, and loses by the penalty.

    >>> found = attribute_dividends(np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]), np.ones(3))
    >>> dict(zip(PARTS, (found.parts()[2].round(4) + 0.0).tolist()))
    {'stake': 0.3333, 'weights': 0.0, 'clipping': -0.0333, 'penalty': -0.1, 'history': 0.0}
    """
    rule = Hyperparameters() if hyperparameters is None else hyperparameters
    result = epoch(weights, stake, bonds, rule)
    rule.to_chain()  # refuses what is not the chain's: the causes below are those of its rule
    leading, shape = result.dividends.shape, result.bonds.shape
    return _attributed(
        np.broadcast_to(shares(np.asarray(weights, dtype=np.float64)), shape),
        np.broadcast_to(shares(np.asarray(stake, dtype=np.float64)), leading),
        result.consensus,
        result.incentive,
        result.dividends,
        rule,
    )


def attribute_subnet_dividends(state: ChainState, hyperparameters: ChainHyperparameters) -> Attribution:
    """The parts of the dividends that `subnet_epoch` pays on the same state: validators and miners are UIDs.

    `stake` is the share among those whose stake counts in the epoch. Errors are those of `subnet_epoch`.
    """
    result = subnet_epoch(state, hyperparameters)
    names = ("bonds_penalty", "yuma3_on")  # the others enter by way of the epoch's own results
    return _attributed(
        result.weights,
        result.stake,
        result.consensus,
        result.incentive,
        result.dividends,
        Hyperparameters.from_chain({name: getattr(hyperparameters, name) for name in names}),
    )


def _attributed(
    weights: np.ndarray,
    stake: np.ndarray,
    consensus: np.ndarray,
    incentive: np.ndarray,
    dividends: np.ndarray,
    rule: Hyperparameters,
) -> Attribution:
    clipped = np.minimum(weights, consensus[..., None, :])
    penalised = (1.0 - rule.bonds_penalty) * weights + rule.bonds_penalty * clipped
    unclipped_incentive = shares((stake[..., None] * weights).sum(axis=-2))
    unclipped = _paid_at_once(weights, stake, unclipped_incentive, rule.version)
    miners_clipped = _paid_at_once(weights, stake, incentive, rule.version)
    penalty_paid = _paid_at_once(penalised, stake, incentive, rule.version)
    return Attribution(
        stake=stake,
        weights_part=unclipped - stake,
        clipping=miners_clipped - unclipped,
        penalty=penalty_paid - miners_clipped,
        history=dividends - penalty_paid,
        dividends=dividends,
        weights=weights,
        clipped_weight=weights - clipped,
        validator_trust=clipped.sum(axis=-1),
        consensus=consensus,
    )


def _paid_at_once(weights: np.ndarray, stake: np.ndarray, incentive: np.ndarray, version: str) -> np.ndarray:
    """Dividends if all bonds were made in this epoch, from these weights alone: the rule with nothing kept."""
    none = np.zeros_like(weights)
    if version == "3":
        held = column_shares(yuma3_bonds(none, weights, 0.0))
        return shares(stake * (held * incentive[..., None, :]).sum(axis=-1))
    return shares((yuma2_bonds(none, weights, stake, 0.0) * incentive[..., None, :]).sum(axis=-1))
