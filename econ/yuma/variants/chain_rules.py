"""The chain's Yuma 3 and Yuma 2 in plain NumPy, the form to read, and rules that change one thing in Yuma 3."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

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
from econ.yuma.median import stake_weighted_median
from econ.yuma.result import Epoch
from econ.yuma.variants.means import stake_weighted_mean, stake_weighted_trimmed_mean
from econ.yuma.variants.rule import Rule, incentive_of, liquid_reference

if TYPE_CHECKING:
    from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["Mean", "SymmetricClip", "TrimmedMean", "Yuma2", "Yuma3"]


class Yuma3(Rule):
    """The chain's Yuma 3: weights are cut at the stake-weighted median, and each pair has a bond of its own.

    Source: subtensor, `epoch/run_epoch.rs` (June 2026). The compiled kernel computes the same, but for the modes
    `previous` and `mixed` of liquid alpha and for winner takes all, which the chain does not have.
    """

    name = "3"
    story = "the chain's Yuma 3: weights cut at the stake-weighted median, a bond of its own for each pair"
    largest_bond = 1.0

    def consensus(self, weights: np.ndarray, stake: np.ndarray, hyperparameters: Hyperparameters) -> np.ndarray:
        """The largest weight that kappa of the stake supports."""
        return stake_weighted_median(weights, stake, hyperparameters.kappa)

    def ranks(self, clipped: np.ndarray, stake: np.ndarray, consensus: np.ndarray) -> np.ndarray:
        """What miners are paid by: the stake-weighted sum of the weights left after clipping."""
        return (stake[..., None] * clipped).sum(axis=-2)

    def pay(
        self,
        weights: np.ndarray,
        stake: np.ndarray,
        bonds: np.ndarray,
        hyperparameters: Hyperparameters,
        previous: Epoch | None,
    ) -> Epoch:
        """One epoch; `previous` matters to liquid alpha in the modes that look back."""
        rule = hyperparameters
        consensus = self.consensus(weights, stake, rule)
        clipped = np.minimum(weights, consensus[..., None, :])
        incentive = incentive_of(self.ranks(clipped, stake, consensus), rule.winner_takes_all)
        penalised = (1.0 - rule.bonds_penalty) * weights + rule.bonds_penalty * clipped
        new_bonds, earned = self._bonds(bonds, penalised, stake, incentive, consensus, rule, previous)
        return Epoch(
            consensus=consensus,
            incentive=incentive,
            dividends=shares(earned),
            validator_trust=clipped.sum(axis=-1),
            bonds=new_bonds,
        )

    def _bonds(
        self,
        bonds: np.ndarray,
        weights: np.ndarray,
        stake: np.ndarray,
        incentive: np.ndarray,
        consensus: np.ndarray,
        rule: Hyperparameters,
        previous: Epoch | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The new bonds as they are stored, and what they earn each validator before it is shared out."""
        held = yuma3_bonds(bonds, weights, rule.bonds_moving_average)
        if rule.liquid_alpha_on:
            reference = liquid_reference(rule.liquid_alpha_consensus, consensus, previous)
            alpha = liquid_alpha(
                weights, bonds, reference, rule.alpha_low, rule.alpha_high, rule.alpha_sigmoid_steepness
            )
            agreed = (reference.max(axis=-1) > 0)[..., None, None]
            held = np.where(agreed, liquid_bonds(bonds, weights, alpha), held)
        return held, stake * (column_shares(held) * incentive[..., None, :]).sum(axis=-1)


class Yuma2(Yuma3):
    """The chain's Yuma 2: bonds are shares of each miner, bought by stake; liquid alpha does not act on them."""

    name = "2"
    story = "the chain's Yuma 2: weights cut at the stake-weighted median, bonds are shares of each miner"
    largest_bond = math.inf  # their scale cancels

    def _bonds(
        self,
        bonds: np.ndarray,
        weights: np.ndarray,
        stake: np.ndarray,
        incentive: np.ndarray,
        consensus: np.ndarray,
        rule: Hyperparameters,
        previous: Epoch | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        held = yuma2_bonds(bonds, weights, stake, rule.bonds_moving_average)
        return max_upscaled(held), (held * incentive[..., None, :]).sum(axis=-1)


class Mean(Yuma3):
    """Yuma 3 with the stake-weighted mean as consensus; all else (clip, bonds, penalty, liquid alpha) is Yuma 3's.

    `kappa` has no effect. The smallest stake moves the mean, so a lie pays in proportion to the stake behind it.
    """

    name = "mean"
    story = "Yuma 3 with weights cut at the stake-weighted mean; kappa has no effect"

    def consensus(self, weights: np.ndarray, stake: np.ndarray, hyperparameters: Hyperparameters) -> np.ndarray:
        """The mean of each miner's weights."""
        return stake_weighted_mean(weights, stake)


class TrimmedMean(Yuma3):
    """Yuma 3 with a trimmed mean as consensus: `trimmed_share` of the stake is left out at either end of each column.

    All else is Yuma 3's; `kappa` has no effect. At 0 it is `mean`, towards 1/2 it nears the median.
    """

    name = "trimmed-mean"
    story = "Yuma 3 with weights cut at a mean that leaves out trimmed_share of the stake at either end"

    def consensus(self, weights: np.ndarray, stake: np.ndarray, hyperparameters: Hyperparameters) -> np.ndarray:
        """The trimmed mean of each miner's weights."""
        return stake_weighted_trimmed_mean(weights, stake, hyperparameters.trimmed_share)


class SymmetricClip(Yuma3):
    """Yuma 3 in which undervaluing is clipped too: for miners' pay every weight is cut, or raised, to consensus.

    So incentive is consensus as shares, I_j = C_j / sum of C, and no minority can lower a miner's pay any more than
    it can raise it. Bonds and validator trust stay Yuma 3's, cut from above only: a validator earns nothing from
    weight that it did not give. (Were bonds raised too, then at bonds_penalty 1 all validators would hold the same,
    whatever they say.)
    """

    name = "symmetric-clip"
    story = "Yuma 3 in which miners are paid as if every weight, above or below, were at consensus"

    def ranks(self, clipped: np.ndarray, stake: np.ndarray, consensus: np.ndarray) -> np.ndarray:
        """The stake-weighted sum of weights that all are at consensus."""
        return stake.sum(axis=-1)[..., None] * consensus
