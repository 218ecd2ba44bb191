"""The replicator dynamic: its flow, and whether it comes back to a mixture, in one game or in every one of the band."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.bernstein import basis, gradient
from econ.equilibrium.face import WORSE, Face
from econ.games.empirical import Gains

__all__ = ["flow_ends", "is_stable", "settled_stability", "velocity"]

_STRIDE = 0.04
"""The largest change of a share in one step along the flow."""


def velocity(gains: Gains, points: np.ndarray) -> np.ndarray:
    """The replicator's motion at points[..., axis] in the estimated game: how fast each share grows, same shape.

    dx_i/dt = x_i sum_j x_j (u_i - u_j) in every role (Taylor and Jonker 1978).

    >>> from econ.games.empirical import EmpiricalGame
    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("hunters",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 2.0]]))
    >>> velocity(game.gains(0.95), np.array([0.25, 0.75])).tolist()
    [-0.09375, 0.09375]
    """
    roles, moved = gains.roles, np.zeros_like(points)
    for role, part in enumerate(roles.slices()):
        weights = basis(roles.without_one(role).players, roles.sizes, points)
        value = np.tensordot(weights, gains.mean[role], 1)  # [..., i, j]: what i gains over j
        own = points[..., part]
        moved[..., part] = own * np.einsum("...ij,...j->...i", value, own)
    return moved


def flow_ends(gains: Gains, points: np.ndarray, *, steps: int = 600) -> np.ndarray:
    """Where the replicator's flow leads from points[..., axis] after so many steps of at most 0.04 in any share."""
    shares = np.array(points, dtype=float)
    for _ in range(steps):
        moved = velocity(gains, shares)
        largest = np.abs(moved).max(axis=-1, keepdims=True)
        stride = np.where(largest > 0, _STRIDE / np.where(largest > 0, largest, 1.0), 0.0)
        fastest = float(largest.max())
        if fastest < 1e-12:
            break
        stride = np.minimum(stride, 20.0 * _STRIDE / fastest)  # near a rest point the flow slows down, and so do steps
        shares = np.maximum(shares + stride * moved, 0.0)
        for part in gains.roles.slices():
            shares[..., part] /= shares[..., part].sum(axis=-1, keepdims=True)
    return shares


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
        slope[part] = own[:, None] * ((gains.mean[role] @ own).T @ partial)
        slope[part, part] += np.diag(value @ own) + own[:, None] * value
    free = [k for start, size in zip(roles.starts, roles.sizes, strict=False) for k in range(start + 1, start + size)]
    first = [start for start, size in zip(roles.starts, roles.sizes, strict=False) for _ in range(1, size)]
    if not free:
        return True
    values = np.linalg.eigvals(slope[np.ix_(free, free)] - slope[np.ix_(free, first)])
    largest = float(np.max(np.real(values)))
    scale = max(float(np.abs(values).max()), max(float(np.abs(m).max(initial=0.0)) for m in gains.mean))
    if abs(largest) <= 1e-9 * scale:
        return None
    return largest < 0.0


def settled_stability(face: Face, low: np.ndarray, high: np.ndarray, status: str) -> bool | None:
    """Whether an equilibrium with shares in low..high [axis] is stable, where all games of the band agree; else None.

    1. At a mixture inside the face the replicator's Jacobian is C(x) E: C the covariance of the shares of each role, E
       the derivatives of the equations. Outside strategies add their gains as eigenvalues, negative if `status` is
       `worse`.
    2. With C E in middle -+ radius, every eigenvalue lies within the largest row sum of |V^-1| radius |V| of one of the
       middle's, V its eigenvectors (Bauer and Fike 1960). If a line Re = c >= 0 keeps clear of these discs, as many
       eigenvalues are right of it in all games. In two dimensions trace and determinant decide as well.
    """
    bottom, top = face.jacobian_range(face.hull(low))
    slope, blur = (top + bottom) / 2.0, (top - bottom) / 2.0
    spread, play = _covariance(face, low, high)
    middle = spread @ slope
    radius = np.abs(spread) @ blur + play @ (np.abs(slope) + blur)
    radius += 1e-9 * np.abs(spread) @ np.abs(slope)  # rounding
    answers = [_by_discs(middle, radius)]
    if len(middle) == 1:
        answers = [bool(top[0, 0] < 0.0) if bottom[0, 0] > 0.0 or top[0, 0] < 0.0 else None]
    elif len(middle) == 2:
        answers.append(_by_trace(middle, radius, slope, blur))
    if False in answers:
        return False
    return True if True in answers and status == WORSE else None


def _covariance(face: Face, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle and radius [unknown, unknown] of diag(x) - x x' in every role, over shares in low..high."""
    free, _ = face.places()
    role = np.array([r for r, _ in face.unknowns()])
    same = role[:, None] == role
    least, most = low[free], high[free]
    bottom, top = -np.outer(most, most) * same, -np.outer(least, least) * same
    curve = np.stack((least * (1.0 - least), most * (1.0 - most)))
    peak = (least <= 0.5) & (most >= 0.5)
    np.fill_diagonal(bottom, curve.min(axis=0))
    np.fill_diagonal(top, np.where(peak, 0.25, curve.max(axis=0)))
    return (top + bottom) / 2.0, (top - bottom) / 2.0


def _by_discs(middle: np.ndarray, radius: np.ndarray) -> bool | None:
    values, vectors = np.linalg.eig(middle)
    if np.linalg.cond(vectors) > 1e9:
        return None
    reach = float((np.abs(np.linalg.inv(vectors)) @ radius @ np.abs(vectors)).sum(axis=1).max())
    real = np.sort(values.real)[::-1]
    if real[0] + reach < 0.0:
        return True
    for value, after in zip(real, [*real[1:], -np.inf], strict=True):
        if value - reach > max(after + reach, 0.0):
            return False
    return None


def _by_trace(middle: np.ndarray, radius: np.ndarray, slope: np.ndarray, blur: np.ndarray) -> bool | None:
    """Two eigenvalues: the determinant has the sign of that of E, as C is positive definite."""
    low, high = _product(slope[0, 0], blur[0, 0], slope[1, 1], blur[1, 1])
    less, more = _product(slope[0, 1], blur[0, 1], slope[1, 0], blur[1, 0])
    trace, error = float(np.trace(middle)), float(np.trace(radius))
    if high - less < 0.0 or trace - error > 0.0:
        return False
    return True if low - more > 0.0 and trace + error < 0.0 else None


def _product(a: float, da: float, b: float, db: float) -> tuple[float, float]:
    ends = [(a + s * da) * (b + t * db) for s in (-1.0, 1.0) for t in (-1.0, 1.0)]
    return min(ends), max(ends)
