"""Moran's process: the chance that one mutant's strategy takes over, in logarithms so that nothing overflows."""

from __future__ import annotations

import numpy as np

__all__ = ["log_fixation", "log_stationary"]


def log_fixation(ahead: np.ndarray, intensity: float) -> np.ndarray:
    """The logarithm [...] of the chance that a lone mutant takes over, from its advantage ahead[..., k].

    ahead[..., k - 1] is what k mutants earn more than the other n - k, k = 1..n - 1. Under pairwise comparison with
    fitness exp(intensity x payoff) it is 1 / (1 + sum over l of exp(-intensity x sum of the first l)) (Traulsen, Nowak
    and Pacheco 2006). Neutral: 1 / n. Strong selection gives 0 (a chance of 1) or minus what it must climb.

    >>> np.exp(log_fixation(np.zeros(9), 5.0)).round(12).tolist()
    0.1
    >>> log_fixation(np.full(9, -1.0), 1e6).tolist()
    -9000000.0
    """
    if not 0.0 <= intensity < np.inf:
        raise ValueError(f"intensity is {intensity}; it is a strength of selection, a finite number of at least 0")
    ahead = np.asarray(ahead, dtype=float)
    climbs = -intensity * np.cumsum(ahead, axis=-1)
    return -_log_sum(np.concatenate((np.zeros((*climbs.shape[:-1], 1)), climbs), axis=-1))


def log_stationary(log_rates: np.ndarray) -> np.ndarray:
    """The logarithm [state] of the stationary chances of a chain with log rates [from, to]; the diagonal is not read.

    States are eliminated one by one without a subtraction (Grassmann, Taksar and Heyman 1985), so rates of any size
    ratio keep their relative precision. The chain must be irreducible: -inf is a rate of 0.

    >>> np.exp(log_stationary(np.log([[1.0, 3.0], [1.0, 1.0]]))).round(12).tolist()
    [0.25, 0.75]
    """
    rates = np.array(log_rates, dtype=float)
    if rates.ndim != 2 or rates.shape[0] != rates.shape[1] or not rates.size:
        raise ValueError(f"rates have shape {rates.shape}; they must be [from, to], square")
    np.fill_diagonal(rates, -np.inf)
    size = len(rates)
    with np.errstate(invalid="ignore"):
        for last in range(size - 1, 0, -1):
            leaves = _log_sum(rates[last, :last])
            if not np.isfinite(leaves):
                raise ValueError(f"state {last} is never left for those before it; the chain must be irreducible")
            rates[:last, last] -= leaves
            rates[:last, :last] = np.logaddexp(rates[:last, :last], rates[:last, last, None] + rates[last, :last])
        mass = np.zeros(size)
        for state in range(1, size):
            mass[state] = _log_sum(mass[:state] + rates[:state, state])
    return np.asarray(mass - _log_sum(mass))


def _log_sum(logs: np.ndarray) -> np.ndarray:
    """The logarithm [...] of the sum of exp(logs[..., k]); -inf where all are."""
    top = logs.max(axis=-1)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(top + np.log(np.exp(logs - top[..., None]).sum(axis=-1)))
