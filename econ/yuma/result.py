"""What one epoch of a rule computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Epoch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What one epoch of the rule computes; fractions, with the leading axes of the inputs.

    `consensus[..., miner]` is the stake-weighted median, not rescaled (or what a variant puts in its place);
    `incentive[..., miner]` and `dividends[..., validator]` sum to 1, or to 0 where nobody earns;
    `validator_trust[..., validator]` is the weight left after clipping; `bonds[..., validator, miner]` are as the
    chain stores them. `weights`, the shares that were paid, are kept by rules that look back at them, else None.
    """

    consensus: np.ndarray
    incentive: np.ndarray
    dividends: np.ndarray
    validator_trust: np.ndarray
    bonds: np.ndarray
    weights: np.ndarray | None = None
