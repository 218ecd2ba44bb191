"""Whether the replicator dynamic comes back to a mixture."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.bernstein import basis, gradient
from econ.games.empirical import Gains

__all__ = ["is_stable"]


def is_stable(gains: Gains, point: np.ndarray) -> bool | None:
    """True if every eigenvalue of the replicator's Jacobian at point[axis] is negative, False if one is positive.

    dx_i/dt = x_i sum_j x_j (u_i - u_j) in every role, on all listed strategies (Taylor and Jonker 1978). None where
    the largest real part is 0 to rounding.
    """
    roles = gains.roles
    axis = roles.starts[-1]
    slope = np.zeros((axis, axis))
    for role, part in enumerate(roles.slices()):
        degrees = roles.without_one(role).players
        own = point[part]
        weights = basis(degrees, roles.sizes, point)
        partial = gradient(degrees, roles.sizes, point)
        value = np.tensordot(weights, gains.mean[role], 1)  # [i, j]: what i gains over j
        slope[part] = own[:, None] * np.einsum("j,ax,aij->ix", own, partial, gains.mean[role])
        slope[part, part] += np.diag(value @ own) + own[:, None] * value
    free = [k for start, size in zip(roles.starts, roles.sizes, strict=False) for k in range(start + 1, start + size)]
    first = [start for start, size in zip(roles.starts, roles.sizes, strict=False) for _ in range(1, size)]
    if not free:
        return True
    values = np.linalg.eigvals(slope[np.ix_(free, free)] - slope[np.ix_(free, first)])
    largest = float(values.real.max())
    scale = max(float(np.abs(values).max()), max(float(np.abs(m).max(initial=0.0)) for m in gains.mean))
    if abs(largest) <= 1e-9 * scale:
        return None
    return largest < 0.0
