"""The rules of a public simulator of Yuma consensus, by its own definitions, so that its figures can be compared.

They differ from the chain's rule of the same number: see docs/explanation/public-simulators.md. Common to all, with a
small constant e = 1e-6: rows are divided by their sum plus e; consensus is rescaled to sum 1 and cut down to multiples
of 1/65535; dividends are divided by their sum plus e. Its "moving average" is our `bonds_moving_average`, the share of
the old bond that is kept. Where nobody agrees on anything the simulator's figures depend on its machine; here, as on
the chain, nobody then earns.

Source: yuma-simulation 0.1.1, the equations of its rules, computed in float64 instead of its float32.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from econ.yuma.bonds import liquid_alpha, shares
from econ.yuma.median import stake_weighted_median
from econ.yuma.result import Epoch
from econ.yuma.variants.rule import Rule, incentive_of, liquid_reference

if TYPE_CHECKING:
    from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["PublicYuma1", "PublicYuma2", "PublicYuma2B", "PublicYuma2C", "PublicYuma3"]

_E = 1e-6
_U16 = 65535


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Front:
    """What bonds are made from. `present` weights are this epoch's, `bonded` those that become bonds, in whole or cut.

    `first` [..., 1, 1] marks the worlds in their first epoch.
    """

    present: np.ndarray
    bonded: np.ndarray
    clipped: np.ndarray
    stake: np.ndarray
    consensus: np.ndarray
    incentive: np.ndarray
    bonds: np.ndarray
    first: np.ndarray
    previous: Epoch | None

    def alpha(self, rule: Hyperparameters, plain: float, mode: str) -> np.ndarray | float:
        """The share of the new bond: `plain`, or from the second epoch on, if liquid alpha is on, one for each pair."""
        if not rule.liquid_alpha_on or (mode == "previous" and self.previous is None):
            return plain
        reference = liquid_reference(mode, self.consensus, self.previous)
        slope = rule.alpha_low, rule.alpha_high, rule.alpha_sigmoid_steepness
        return np.where(self.first, plain, liquid_alpha(self.present, self.bonds, reference, *slope))


class _Public(Rule):
    """What is common to the rules; they differ in `_bonds`, the new bonds and what these earn."""

    largest_bond = 1.0
    lagged = False

    def consensus(self, weights: np.ndarray, stake: np.ndarray, hyperparameters: Hyperparameters) -> np.ndarray:
        """The stake-weighted median, rescaled to sum 1 and cut down to multiples of 1/65535."""
        median = stake_weighted_median(_divided(weights, -1), stake, hyperparameters.kappa)
        return np.trunc(_U16 * shares(median)) / _U16

    def pay(
        self,
        weights: np.ndarray,
        stake: np.ndarray,
        bonds: np.ndarray,
        hyperparameters: Hyperparameters,
        previous: Epoch | None,
    ) -> Epoch:
        """One epoch; without `previous` it is the first in worlds that hold no bonds."""
        rule = hyperparameters
        consensus = self.consensus(weights, stake, rule)
        before = previous.weights if self.lagged and previous is not None else None
        present = _divided(weights, -1)
        bonded = present if before is None else _divided(before, -1)
        clipped = np.minimum(bonded, consensus[..., None, :])
        ranks = (stake[..., None] * clipped).sum(axis=-2)
        nothing_held: np.ndarray = np.equal(bonds.max(axis=(-2, -1), keepdims=True), 0.0)
        front = _Front(
            present=present,
            bonded=bonded,
            clipped=clipped,
            stake=stake,
            consensus=consensus,
            incentive=incentive_of(ranks, rule.winner_takes_all),
            bonds=bonds,
            first=nothing_held if previous is None else np.zeros_like(nothing_held),
            previous=previous,
        )
        new_bonds, earned = self._bonds(front, rule)
        return Epoch(
            consensus=consensus,
            incentive=front.incentive,
            dividends=_divided(earned, -1),
            validator_trust=clipped.sum(axis=-1),
            bonds=new_bonds,
            weights=weights if self.lagged else None,
        )

    @abstractmethod
    def _bonds(self, front: _Front, rule: Hyperparameters) -> tuple[np.ndarray, np.ndarray]:
        """New bonds[..., validator, miner] and what they earn[..., validator], before it is shared out."""


class PublicYuma1(_Public):
    """N_ij = s_i ((1 - penalty) w_ij + penalty min(w_ij, c_j)); bonds are the columns of N divided by their sum plus e.

    There is no memory: `bonds_moving_average` has no effect, only liquid alpha, from the second epoch on, makes an
    average of old and new, whose columns are again divided by their sum plus e. D_i = sum over j of I_j B_ij.
    """

    name = "public-1"
    story = "the public simulator's Yuma 1: bonds are this epoch's shares of each miner, without memory"

    def _bonds(self, front: _Front, rule: Hyperparameters) -> tuple[np.ndarray, np.ndarray]:
        instant = _divided(_stake_on_miners(front, rule), -2)
        alpha = front.alpha(rule, 1.0, "current")
        held = _divided(alpha * instant + (1.0 - alpha) * front.bonds, -2)
        return held, (front.incentive[..., None, :] * held).sum(axis=-1)


class PublicYuma2(_Public):
    """Yuma 1's shares (without e) averaged with the old ones, B = (1 - kept) b + kept B', and not shared out again.

    In the first epoch B = b. So bonds on a miner without weight fade, and a new miner's carry only 1 - kept of mass
    at first; on the chain neither is so. Liquid alpha acts from the second epoch on, always by the present consensus.
    """

    name = "public-2"
    story = "the public simulator's Yuma 2: shares of each miner averaged, never shared out again"

    def _bonds(self, front: _Front, rule: Hyperparameters) -> tuple[np.ndarray, np.ndarray]:
        instant = shares(_stake_on_miners(front, rule), -2)
        alpha = np.where(front.first, 1.0, front.alpha(rule, 1.0 - rule.bonds_moving_average, "current"))
        held = alpha * instant + (1.0 - alpha) * front.bonds
        return held, (front.incentive[..., None, :] * held).sum(axis=-1)


class PublicYuma2B(PublicYuma2):
    """Yuma 2 with the weights of the epoch before, cut at the present consensus, for bonds and miners' pay alike.

    Pay lags one epoch behind, and if all who count move at once nobody earns in that epoch.
    """

    name = "public-2b"
    story = "the public simulator's Yuma 2B: the weights of the epoch before, cut at the present consensus"
    lagged = True


class PublicYuma2C(_Public):
    """Bonds in units of stake, bought at `capacity_alpha` and worn off at `decay_rate`; whole weights, no penalty.

    u_ij = min(capacity_alpha s_i, max(0, s_i - B'_ij)), B_ij = min(s_i, (1 - decay_rate) B'_ij + u_ij w_ij) and
    D_i = sum over j of I_j B_ij / (sum of B_.j). Neither `bonds_penalty`, `bonds_moving_average` nor liquid alpha has
    an effect.
    """

    name = "public-2c"
    story = "the public simulator's Yuma 2C: bonds in units of stake, bought at a rate and worn off at another"

    def _bonds(self, front: _Front, rule: Hyperparameters) -> tuple[np.ndarray, np.ndarray]:
        capacity = front.stake[..., None]
        bought = np.minimum(rule.capacity_alpha * capacity, np.maximum(0.0, capacity - front.bonds))
        held = np.minimum(capacity, (1.0 - rule.decay_rate) * front.bonds + bought * front.bonded)
        return held, (front.incentive[..., None, :] * shares(held, -2)).sum(axis=-1)


class PublicYuma3(_Public):
    """A bond a pair, B = kept B' + (1 - kept) w with the whole weight w: `bonds_penalty` has no effect.

    D_i = s_i sum over j of I_j B_ij / (sum of B_.j + e). Liquid alpha acts from the second epoch on, by the present
    consensus, the one before, or the larger of both (`liquid_alpha_consensus`); bonds without weight fade by it.
    """

    name = "public-3"
    story = "the public simulator's Yuma 3: a bond for each pair from whole weights, without the bonds penalty"

    def _bonds(self, front: _Front, rule: Hyperparameters) -> tuple[np.ndarray, np.ndarray]:
        alpha = front.alpha(rule, 1.0 - rule.bonds_moving_average, rule.liquid_alpha_consensus)
        faded = (1.0 - alpha) * front.bonds
        held = np.minimum(1.0, faded + np.minimum(alpha * front.bonded, np.maximum(0.0, 1.0 - faded)))
        return held, front.stake * (front.incentive[..., None, :] * _divided(held, -2)).sum(axis=-1)


def _stake_on_miners(front: _Front, rule: Hyperparameters) -> np.ndarray:
    penalty = rule.bonds_penalty
    return front.stake[..., None] * ((1.0 - penalty) * front.bonded + penalty * front.clipped)


def _divided(values: np.ndarray, axis: int) -> np.ndarray:
    """Values over their sum plus e."""
    return values / (values.sum(axis=axis, keepdims=True) + _E)
