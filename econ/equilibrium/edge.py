"""Equilibria on an edge: one role mixes two strategies, all others are pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from econ.equilibrium.face import BETTER, OPEN, WORSE, Face
from econ.equilibrium.replicator import settled_stability
from econ.equilibrium.roots import band_regions, roots, value

__all__ = ["Found", "gain_outside", "on_edge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A mixed equilibrium (or a continuum) of a face: shares and their range [axis of the face].

    `stable` is what all games of the band agree on.
    """

    point: np.ndarray
    low: np.ndarray
    high: np.ndarray
    continuum: bool = False
    stable: bool | None = None


def on_edge(face: Face) -> tuple[list[Found], bool]:
    """The equilibria inside an edge of the estimated game, and whether every game of the band has exactly these.

    1. The gain of the second strategy is a polynomial in its share x; its roots are candidates.
    2. Where the band has room for a root lies a region. It holds exactly one in every game if the gain has opposite
       signs beside it and is monotone in it, whatever the game.
    3. A root is an equilibrium if nobody outside gains; a region is settled if the band says so throughout.
    """
    role = next(r for r, size in enumerate(face.sizes) if size == 2)
    second, first = face.supports[role][1], face.supports[role][0]
    mean, half = face.mean[role][:, second, first], face.half[role][:, second, first]
    if face.vanishes():
        return _continuum(face, role)
    candidates, settled = roots(mean)
    regions = band_regions(mean, half)
    if regions is None:
        regions, settled = [(0.0, 1.0, 0, 0)], False
    ranges: list[tuple[float, float, bool | None]] = []
    for start, end, before, after in regions:
        if start == end and (start == 0.0 or end == 1.0):
            continue  # a tie at a corner only: the corner itself is judged as a pure profile
        corners = face.hull(_shares(face, role, start, end)[0])
        status = face.outside_status(corners)
        if status == BETTER:
            continue
        ranges.append((start, end, settled_stability(face, *_shares(face, role, start, end), status)))
        if status == OPEN or before * after >= 0 or not _monotone(face, corners):
            settled = False
    found = []
    for x in candidates:
        point = _shares(face, role, x, x)[0]
        if abs(value(mean, x)) > 1e-9 * face.scale or gain_outside(face, point) > 1e-9 * face.scale:
            continue
        inside = (region for region in ranges if region[0] - 1e-12 <= x <= region[1] + 1e-12)
        start, end, stable = next(inside, (x, x, None))
        low, high = _shares(face, role, start, end)
        found.append(Found(point=point, low=low, high=high, stable=stable))
    if settled and len(found) != len(ranges):
        settled = False
    return found, settled


def _monotone(face: Face, corners: tuple[np.ndarray, ...]) -> bool:
    low, high = face.jacobian_range(corners)
    return bool(low[0, 0] > 0.0 or high[0, 0] < 0.0)


def _continuum(face: Face, role: int) -> tuple[list[Found], bool]:
    """The parts of an edge of ties on which nobody outside gains."""
    status = face.outside_status(face.whole())
    if status == BETTER:
        return [], True
    if status == WORSE:
        return [_part(face, role, 0.0, 1.0)], True
    ends = {0.0, 1.0}
    for r in range(len(face.players)):
        for j, i in face.challenges(r):
            ends.update(roots(face.mean[r][:, j, i])[0])
    parts: list[list[float]] = []
    marks = sorted(ends)
    for a, b in pairwise(marks):
        middle = _shares(face, role, (a + b) / 2.0, (a + b) / 2.0)[0]
        if gain_outside(face, middle) > 1e-12 * face.scale:
            continue
        if parts and parts[-1][1] == a:
            parts[-1][1] = b
        else:
            parts.append([a, b])
    return [_part(face, role, a, b) for a, b in parts], False


def _part(face: Face, role: int, start: float, end: float) -> Found:
    low, high = _shares(face, role, start, end)
    return Found(point=(low + high) / 2.0, low=low, high=high, continuum=True)


def _shares(face: Face, role: int, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest shares [axis] when that of the second strategy lies between start and end."""
    low, high = np.ones((2, sum(face.sizes)))
    place = sum(face.sizes[:role])
    low[place : place + 2] = (1.0 - end, start)
    high[place : place + 2] = (1.0 - start, end)
    return low, high


def gain_outside(face: Face, point: np.ndarray) -> float:
    """The largest mean gain of a strategy outside the support against opponents at a point."""
    largest = -np.inf
    parts = np.split(point, np.cumsum(face.sizes)[:-1])
    for role, outside in enumerate(face.outside):
        if outside:
            gains = face.gains_at(point, role)[0]
            largest = max(largest, float((gains[np.ix_(outside, face.supports[role])] @ parts[role]).max()))
    return largest
