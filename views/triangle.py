"""The triangle of three strategies, from a solution."""

from __future__ import annotations

import altair as alt
import numpy as np

from charts.simplex import MIXED, FlowPoint, RestPoint, simplex_chart
from econ.equilibrium.replicator import flow_ends, velocity
from experiments import Solution

__all__ = ["has_triangle", "triangle"]

_FINE = 18
_ARRIVED = 0.98


def has_triangle(solution: Solution) -> bool:
    """Whether one role chooses among three strategies and nobody else chooses."""
    return sorted(solution.game.roles.sizes)[-2:] in ([1, 3], [3])


def triangle(solution: Solution) -> alt.LayerChart:
    """The chart: the replicator's flow in the estimated game, with the rest points of the answer."""
    roles = solution.game.roles
    role = roles.sizes.index(3)
    part = list(roles.slices())[role]
    names = roles.strategies[role]
    gains = solution.game.gains(solution.scenario.answer.level)
    grid = np.array([(a, b, _FINE - a - b) for a in range(_FINE + 1) for b in range(_FINE + 1 - a)]) / _FINE
    inside = np.clip(grid, 0.004, None)
    points = np.ones((len(grid), len(roles.axis)))
    points[:, part] = inside / inside.sum(axis=1, keepdims=True)
    moved = velocity(gains, points)[:, part]
    ends = flow_ends(gains, points)[:, part]
    flow = [
        FlowPoint(
            shares=_three(shares),
            motion=_three(motion) if (number % 2 == 0) else (0.0, 0.0, 0.0),
            ends=names[int(end.argmax())] if end.max() > _ARRIVED else MIXED,
        )
        for number, (shares, motion, end) in enumerate(zip(grid, moved, ends, strict=True))
    ]
    rests, seen = [], set()
    for found in solution.answer.equilibria:
        if found.counts is None:
            shares = tuple(float(found.strategy[roles.names[role]][name]) for name in names)
            rests.append(RestPoint(shares=_three(np.array(shares)), stable=found.stable))
            seen.add(tuple(round(share, 3) for share in shares))
    for corner in np.eye(3):
        if tuple(corner.tolist()) not in seen:
            rests.append(RestPoint(shares=_three(corner), stable=False))
    return simplex_chart(flow, rests, (names[0], names[1], names[2]), noun=roles.names[role])


def _three(values: np.ndarray) -> tuple[float, float, float]:
    a, b, c = values.tolist()
    return a, b, c
