"""The pure profiles: those that all players of a role share, and those of named seats."""

from __future__ import annotations

from itertools import product

import numpy as np

from econ.equilibrium.face import Face, face_of
from econ.equilibrium.listing import Listing
from econ.equilibrium.regret import profile_gains

__all__ = ["list_corners", "list_nearest", "list_profiles"]

Shape = tuple[int, ...]


def list_corners(found: Listing, listed: tuple[Shape, ...]) -> None:
    """Judge all pure profiles that the players of each role share."""
    roles = found.game.roles
    supports = np.array(list(product(*listed)))
    if len(supports) > 1:
        counts = np.zeros((len(supports), roles.starts[-1]), dtype=np.int64)
        for start, players, chosen in zip(roles.starts, roles.players, supports.T, strict=False):
            counts[np.arange(len(counts)), start + chosen] = players
        mean, half = profile_gains(found.gains, counts)
        supports = supports[~(mean - half > 0.0).any(axis=1)]
    for row in supports.tolist():
        own = tuple((s,) for s in row)
        if not found.knows(own):
            _corner(found, own, face_of(found.gains, own, found.listed))


def list_profiles(found: Listing, budget: int | None = None) -> None:
    """List the count profiles, of unlike players, in which nobody wants to switch."""
    roles = found.game.roles
    counts = roles.profiles()
    if budget is not None and len(counts) > budget:
        found.unsearched += len(counts) - budget
        counts = counts[:budget]
    used = np.zeros(len(counts), dtype=bool)
    hidden = np.ones(roles.starts[-1], dtype=bool)
    for part, listed in zip(roles.slices(), found.listed, strict=True):
        used |= (counts[:, part] > 0).sum(axis=1) > 1
        hidden[part.start + np.array(listed)] = False
    counts = counts[used & (counts[:, hidden] == 0).all(axis=1)]
    if not len(counts):
        return
    mean, half = profile_gains(found.gains, counts)
    low, high = (mean - half).max(axis=1), (mean + half).max(axis=1)
    if ((high > 0.0) & (low <= 0.0)).any():
        found.settled = False
    seats = np.repeat(roles.players, roles.sizes)
    for k in np.flatnonzero((mean <= 0.0).all(axis=1)):
        shares = counts[k] / seats
        if not any(_within(shares, part) for part in found.continua):
            strict = found.bounded and not found.expands(shares) and bool(high[k] < 0.0)
            found.add("asymmetric-pure", shares, shares, shares, strict=strict, counts=counts[k])


def list_nearest(found: Listing, most: int) -> None:
    """List the count profile of the least regret among the first so many: the best where nobody looked further."""
    roles = found.game.roles
    counts = roles.profiles()[:most]
    mean, _ = profile_gains(found.gains, counts)
    best = counts[int(mean.max(axis=1).argmin())]
    shares = best / np.repeat(roles.players, roles.sizes)
    alike = bool((shares == shares.round()).all())
    kind = "symmetric-pure" if alike else "asymmetric-pure"
    found.add(kind, shares, shares, shares, counts=None if alike else best)


def _corner(found: Listing, supports: tuple[Shape, ...], face: Face) -> None:
    """Judge a pure profile that all players of a role share."""
    mean, half = (
        np.array([table[r][0, j, i] for r in range(len(supports)) for j, i in face.challenges(r)])
        for table in (face.mean, face.half)
    )
    if ((mean + half > 0.0) & (mean - half <= 0.0)).any() and not (mean - half > 0.0).any():
        found.settled = False
    if (mean > 0.0).any():
        return
    point = np.zeros(found.game.roles.starts[-1])
    point[found.places(supports)] = 1.0
    strict = found.bounded and not found.expands(point) and bool((mean + half < 0.0).all())
    found.add("symmetric-pure", point, point, point, strict=strict, stable=strict or None)


def _within(point: np.ndarray, part: tuple[np.ndarray, np.ndarray]) -> bool:
    return bool((point >= part[0] - 1e-9).all() and (point <= part[1] + 1e-9).all())
