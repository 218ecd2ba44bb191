"""What one epoch of a rule computes."""

from __future__ import annotations

from collections.abc import Sequence
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

    def at(self, index: int) -> Epoch:
        """That number of the first axis: of several epochs one, or of several worlds one."""
        return Epoch(
            consensus=self.consensus[index],
            incentive=self.incentive[index],
            dividends=self.dividends[index],
            validator_trust=self.validator_trust[index],
            bonds=self.bonds[index],
            weights=None if self.weights is None else self.weights[index],
        )

    @classmethod
    def of(cls, parts: Sequence[Epoch]) -> Epoch:
        """Several of one shape as one, with a new first axis."""
        weights = [part.weights for part in parts if part.weights is not None]
        return cls(
            consensus=np.array([part.consensus for part in parts]),
            incentive=np.array([part.incentive for part in parts]),
            dividends=np.array([part.dividends for part in parts]),
            validator_trust=np.array([part.validator_trust for part in parts]),
            bonds=np.array([part.bonds for part in parts]),
            weights=np.array(weights) if weights else None,
        )
