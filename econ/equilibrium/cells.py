"""Cells of a face: where equilibria may lie, halved again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from econ.equilibrium.bernstein import halving, restriction, sparse_halving

if TYPE_CHECKING:
    from econ.equilibrium.face import Face

__all__ = ["Cells", "halved_restrictions", "halving_entries"]

Shape = tuple[int, ...]

SPARSE = 60
"""Coefficients from which on the matrices that cut a cell, mostly zeros, are held sparse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Many cells of a face at once, with the coefficients of the gains on each.

    `corners[role][cell, corner, share]`; `mean[role][cell, pair, alpha]` and `half` like it, the pairs within the
    support first, then the challenges from outside if asked for.
    """

    face: Face
    corners: tuple[np.ndarray, ...]
    mean: tuple[np.ndarray, ...]
    half: tuple[np.ndarray, ...]

    @classmethod
    def of(
        cls, face: Face, corners: tuple[np.ndarray, ...], *, challenges: bool, rounds: int = 0, band: bool = True
    ) -> Cells:
        """One cell, halved so many times along its longest edges; without the band the half-widths are 0."""
        means, halves = [], []
        for role in range(len(face.players)):
            pairs = face.pairs(role) + (face.challenges(role) if challenges else [])
            matrix = restriction(face.degrees(role), face.sizes, corners)
            j, i = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1))
            means.append((matrix @ face.mean[role][:, j, i]).T[None])
            half = face.half[role][:, j, i] * float(band)
            halves.append((matrix @ half).T[None] if half.any() else np.zeros((1, len(pairs), 1)))  # broadcasts
        cells = cls(face=face, corners=tuple(c[None] for c in corners), mean=tuple(means), half=tuple(halves))
        for _ in range(rounds):
            cells = cells.halved()
        return cells

    @property
    def count(self) -> int:
        """The number of cells."""
        return len(self.corners[0])

    def points(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lowest, highest and central shares [cell, axis]."""
        stacked = [np.concatenate([f(c, 1) for c in self.corners], axis=1) for f in (np.min, np.max, np.mean)]
        return stacked[0], stacked[1], stacked[2]

    def kept(self, mask: np.ndarray) -> Cells:
        """The cells that a mask [cell] selects."""
        return Cells(
            face=self.face,
            corners=tuple(c[mask] for c in self.corners),
            mean=tuple(m[mask] for m in self.mean),
            half=tuple(h[mask] for h in self.half),
        )

    def possible(self) -> np.ndarray:
        """Which cells [cell] may hold an equilibrium: no pair of one sign, no challenger better everywhere."""
        keep = np.ones(self.count, dtype=bool)
        for role, (mean, half) in enumerate(zip(self.mean, self.half, strict=True)):
            low, high = (mean - half).min(axis=2, initial=np.inf), (mean + half).max(axis=2, initial=-np.inf)
            inside = len(self.face.pairs(role))
            keep &= ~((low[:, :inside] > 0.0) | (high[:, :inside] < 0.0)).any(axis=1)
            keep &= ~(low[:, inside:] > 0.0).any(axis=1)
        return keep

    def halved(self) -> Cells:
        """Every cell cut in two at the middle of its longest edge."""
        edges, lengths = _edges(self.corners)
        chosen = np.argmax(lengths > lengths.max(axis=0) * (1 - 1e-9), axis=0)
        parts = []
        for edge in np.unique(chosen):
            role, a, b = edges[edge]
            part = self.kept(chosen == edge)
            for kept, moved in ((a, b), (b, a)):
                cut = part.corners[role].copy()
                cut[:, moved] = (cut[:, a] + cut[:, b]) / 2.0
                cuts = [(self.face.degrees(r), self.face.sizes, role, kept, moved) for r in range(len(self.mean))]
                parts.append(
                    Cells(
                        face=self.face,
                        corners=(*part.corners[:role], cut, *part.corners[role + 1 :]),
                        mean=tuple(_cut(m, *how) for m, how in zip(part.mean, cuts, strict=True)),
                        half=tuple(_cut(h, *how) for h, how in zip(part.half, cuts, strict=True)),
                    )
                )
        return Cells(
            face=self.face,
            corners=tuple(np.concatenate(arrays) for arrays in zip(*(p.corners for p in parts), strict=True)),
            mean=tuple(np.concatenate(arrays) for arrays in zip(*(p.mean for p in parts), strict=True)),
            half=tuple(np.concatenate(arrays) for arrays in zip(*(p.half for p in parts), strict=True)),
        )


def halving_entries(coefficients: int) -> int:
    """How many entries, about, the matrix has that cuts a cell with so many coefficients."""
    return coefficients**2 if coefficients < SPARSE else 12 * coefficients


def _cut(values: np.ndarray, degrees: Shape, sizes: Shape, role: int, kept: int, moved: int) -> np.ndarray:
    """Coefficients[cell, pair, alpha] on the half of the cell whose corner `moved` goes halfway to `kept`."""
    if values.shape[2] == 1 or values.size == 0:  # constants, as no band is
        return values
    if values.shape[2] < SPARSE:
        return values @ halving(degrees, sizes, role, kept, moved).T
    rows = values.reshape(-1, values.shape[2])
    return (sparse_halving(degrees, sizes, role, kept, moved) @ rows.T).T.reshape(values.shape)


def _edges(corners: tuple[np.ndarray, ...]) -> tuple[list[tuple[int, int, int]], np.ndarray]:
    """The edges (role, corner, corner) of cells and their lengths [edge, cell]."""
    edges, lengths = [], []
    for role, c in enumerate(corners):
        for b in range(c.shape[1]):
            for a in range(b):
                edges.append((role, a, b))
                lengths.append(np.abs(c[:, a] - c[:, b]).max(axis=1))
    return edges, np.array(lengths)


def halved_restrictions(
    matrices: np.ndarray, corners: tuple[np.ndarray, ...], degrees: Shape, sizes: Shape, rounds: int
) -> np.ndarray:
    """Restriction matrices [cell, alpha on the cell, alpha] to the parts of a cell, cut so many times in two."""
    current = [c.copy() for c in corners]
    for _ in range(rounds):  # all parts are cut at the same edge: they stay comparable in size
        edges, lengths = _edges(tuple(c[None] for c in current))
        role, a, b = edges[int(np.argmax(lengths[:, 0] > lengths.max() * (1 - 1e-9)))]
        if lengths.max() == 0.0:
            break
        matrices = np.concatenate([halving(degrees, sizes, role, *ends) @ matrices for ends in ((a, b), (b, a))])
        current[role][b] = (current[role][a] + current[role][b]) / 2.0
    return matrices
