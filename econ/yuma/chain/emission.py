"""Who is paid how much of an epoch's rao."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.yuma.chain.numbers import add, amount, divide, summed

__all__ = ["Emission", "emission"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Emission:
    """Rao of each UID as miner (`server`), as validator and together (u64), and the fraction behind the last.

    Each amount is rounded down by itself, so `combined` may exceed the sum of the two by one rao.
    """

    server: np.ndarray
    validator: np.ndarray
    combined: np.ndarray
    combined_fraction: np.ndarray


def emission(
    incentive: np.ndarray, dividends: np.ndarray, stake: np.ndarray, active_stake: np.ndarray, rao: int
) -> Emission:
    """Incentive and dividends over their common sum, times rao. All arrays [uid] in I32F32.

    Where nobody earns validators are paid by active stake; where nobody has that, by all stake, the inactive
    included. Source: subtensor, `epoch/run_epoch.rs`, emission.

    >>> half = np.array([1 << 31, 1 << 31])
    >>> emission(half, half, half, half, 100).combined.tolist()
    [50, 50]
    """
    earned = add(incentive, dividends)
    total = int(summed(earned))
    if total:
        server, validator, combined = (divide(part, total) for part in (incentive, dividends, earned))
    else:
        server = np.zeros_like(incentive)
        validator = combined = active_stake if active_stake.any() else stake
    return Emission(
        server=amount(server, rao),
        validator=amount(validator, rao),
        combined=amount(combined, rao),
        combined_fraction=combined,
    )
