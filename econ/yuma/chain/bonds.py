"""Bonds and dividends in the chain's numbers: Yuma 2, Yuma 3, and Yuma 3 with liquid alpha.

Source: subtensor, `epoch/run_epoch.rs` (bonds, dividends, liquid alpha) and `epoch/math.rs` (interpolation, averages).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.kernel import alphas
from econ.yuma.chain.matrix import SparseMatrix
from econ.yuma.chain.numbers import (
    ONE,
    add,
    divide,
    fraction_of_u16,
    multiply,
    normalised,
    summed,
)

__all__ = ["Bonds", "liquid_alpha", "liquid_average", "moving_average", "weights_for_bonds", "yuma2", "yuma3"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bonds:
    """`dividends[uid]`, sum 1 or 0, and the new bonds in the form that is stored, both I32F32."""

    dividends: np.ndarray
    stored: SparseMatrix


def weights_for_bonds(weights: SparseMatrix, clipped: SparseMatrix, penalty: int) -> SparseMatrix:
    """Between the weights (penalty 0) and the clipped weights (penalty 1).

    At 0 and at 1 the entries are those of the one or the other, explicit zeros included; between, only what is above
    0 stays. The product of the negative difference is rounded down, as on the chain.
    """
    if penalty == 0:
        return weights
    if penalty == ONE:
        return clipped
    return SparseMatrix.positive(add(weights.values, multiply(penalty, clipped.values - weights.values)))


def moving_average(new: SparseMatrix, old: SparseMatrix, alpha: int) -> SparseMatrix:
    """alpha * new + (1 - alpha) * old over the entries of either, both products rounded down; what is above 0 stays."""
    kept = int(add(ONE, -alpha))
    return SparseMatrix.positive(add(multiply(alpha, new.values), multiply(kept, old.values)))


def liquid_average(new: SparseMatrix, old: SparseMatrix, alpha: np.ndarray) -> SparseMatrix:
    """The same with one alpha a pair, at most 1, and only for pairs present in `new`: other bonds vanish."""
    bought = np.maximum(multiply(alpha, new.values), 0)
    held = np.minimum(add(multiply(ONE - alpha, old.values), bought), ONE)
    return SparseMatrix.of(held, new.present & (held > 0))


def liquid_alpha(
    weights: np.ndarray, bonds: np.ndarray, consensus: np.ndarray, low: int, high: int, steepness: int
) -> np.ndarray:
    """How fast each pair's bond moves: a logistic curve of the distance between weight, consensus and bond.

    Buying, the distance is weight less consensus; selling, bond less weight; both within [0, 1].
    Shapes: weights and bonds[..., uid], consensus[uid], all I32F32; `low` and `high` are u16, `steepness` the
    chain's integer, 100 for a slope of 1.
    """
    shape = np.broadcast_shapes(np.shape(weights), np.shape(bonds), np.shape(consensus))
    given = [np.array(np.broadcast_to(values, shape), dtype=np.int64) for values in (weights, bonds, consensus)]
    alpha = np.empty(shape, dtype=np.int64)
    alphas(
        *(values.reshape(-1) for values in given),
        int(divide(steepness * ONE, -100 * ONE)),
        int(fraction_of_u16(low)),
        int(fraction_of_u16(high)),
        alpha.reshape(-1),
    )
    return alpha


def yuma3(
    weights: SparseMatrix,
    old: SparseMatrix,
    consensus: np.ndarray,
    incentive: np.ndarray,
    active_stake: np.ndarray,
    hyperparameters: ChainHyperparameters,
) -> Bonds:
    """A bond a pair, which moves towards the weight itself; stake enters when it is paid.

    `old` holds the stored u16; `weights` are those of `weights_for_bonds`, and `active_stake` is that of their rows.
    """
    held = SparseMatrix(values=fraction_of_u16(old.values), present=old.present)
    rule = hyperparameters
    if rule.liquid_alpha_on and consensus.any():
        pairs = np.flatnonzero(weights.present)
        alpha = np.zeros(weights.values.shape, dtype=np.int64)
        alpha.reshape(-1)[pairs] = liquid_alpha(
            weights.values.reshape(-1)[pairs],
            held.values.reshape(-1)[pairs],
            consensus[pairs % consensus.size],
            rule.alpha_low,
            rule.alpha_high,
            rule.alpha_sigmoid_steepness,
        )
        bonds = liquid_average(weights, held, alpha)
    else:
        bonds = moving_average(weights, held, rule.bond_alpha)
    earned = summed(multiply(bonds.column_normalised().values, incentive))
    return Bonds(dividends=normalised(multiply(earned, active_stake)), stored=bonds)


def yuma2(
    weights: SparseMatrix,
    old: SparseMatrix,
    incentive: np.ndarray,
    active_stake: np.ndarray,
    hyperparameters: ChainHyperparameters,
) -> Bonds:
    """Shares of each miner's bonds, bought by stake; stored so that each miner's largest holder has 1.

    `old` holds the stored u16, whose scale cancels.
    """
    held = SparseMatrix(values=old.values * ONE, present=old.present).column_normalised()
    instant = multiply(weights.values, active_stake[:, None])
    bought = SparseMatrix(values=instant, present=weights.present).column_normalised()
    shares = moving_average(bought, held, hyperparameters.bond_alpha).column_normalised()
    earned = summed(multiply(shares.values, incentive))
    return Bonds(dividends=normalised(earned), stored=shares.column_max_upscaled())
