"""Retention lines for a screen: what keeps 60% honest stake its share, from a few maps of the consensus guarantee."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.inference import mean_interval
from econ.retention import retention_line, worst_case
from experiments.intervals import Interval
from experiments.simulation import Progress
from experiments.studies.consensus_map import KEPT, UTILITY, task

__all__ = ["RetentionLine", "retention_lines"]

_STAKE = 0.6
_SEEDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionLine:
    """For each utility that a cabal gives itself the honest utility that keeps 60% of stake its share, over seeds.

    `needed` is what keeps it whatever the cabal does.
    """

    noise: float
    cabal_utility: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    needed: float
    needed_interval: Interval


def retention_lines(
    noises: tuple[float, ...] = (0.0, 0.2, 0.4), seeds: int = _SEEDS, *, progress: Progress | None = None
) -> list[RetentionLine]:
    """The lines at these noises of weights; Yuma 2, kappa 0.5, as the published figures.

    `experiments.studies.consensus_map` holds the study and its sources.
    """
    found = []
    for number, noise in enumerate(noises):
        lines, needed = [], []
        for seed in range(seeds):
            row = {
                "kappa": 0.5,
                "honest_stake": _STAKE,
                "weight_deviation": noise,
                "bonds_penalty": 1.0,
                "version": "2",
                "seed": seed,
            }
            result = task(row)
            shape = len(UTILITY), len(UTILITY)
            earned = (result["incentive"].to_numpy() + result["dividends"].to_numpy()).reshape(shape) / 2.0
            line = retention_line(earned, UTILITY, _STAKE - KEPT)
            lines.append(line)
            needed.append(worst_case(line))
            if progress:
                progress((number * seeds + seed + 1) / (len(noises) * seeds))
        mean, low, high = mean_interval(np.array(lines).T) if seeds > 1 else (lines[0],) * 3
        known = np.isfinite(mean)
        all_of = tuple(float(v) for v in mean_interval(np.array(needed))) if seeds > 1 else (needed[0],) * 3
        found.append(
            RetentionLine(
                noise=noise,
                cabal_utility=tuple(UTILITY[known].tolist()),
                mean=tuple(mean[known].tolist()),
                low=tuple(np.maximum(low[known], 0.0).tolist()),
                high=tuple(np.minimum(high[known], 1.0).tolist()),
                needed=float(all_of[0]),
                needed_interval=(float(all_of[0]), float(all_of[1]), float(all_of[2])),
            )
        )
    return found
