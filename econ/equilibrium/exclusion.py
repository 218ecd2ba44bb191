"""All roots inside a face whose gains are known, with the proof: cells are excluded until none but theirs is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import comb, prod

import numpy as np

from econ.equilibrium.bernstein import restriction
from econ.equilibrium.face import Face, face_of
from econ.equilibrium.newton_step import linear_tables
from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles, compositions, profile_counts, rank

__all__ = ["all_roots", "expected_work", "warm_up"]

Shape = tuple[int, ...]

COARSE, FINE = 1.0 / 512.0, 1e-6
"""A cell with no longer edge that nothing excludes is given back: while roots are looked for, and once they are known.
"""
MOST_LEFT = 400
"""Cells that are given back at most."""
PRICE = 20.0
"""Multiplications that a look at a cell takes for each of its coefficients."""
FEWEST = 20.0
"""Cells that a face of two dimensions takes."""
BORDER, SAME = 1e-9, 1e-7


@lru_cache(maxsize=1024)
def _price(players: Shape, sizes: Shape, widths: Shape) -> float:
    entries = 0
    for role, width in enumerate(widths):
        others = (n - (r == role) for r, n in enumerate(players))
        entries += width * prod(comb(n + k - 1, k - 1) for n, k in zip(others, sizes, strict=True))
    return PRICE * entries


def look_price(players: Shape, supports: tuple[Shape, ...], listed: tuple[Shape, ...]) -> float:
    """About how many multiplications a look at one cell of a face takes."""
    return _price(players, tuple(map(len, supports)), tuple(map(len, listed)))


def expected_work(players: Shape, supports: tuple[Shape, ...], listed: tuple[Shape, ...]) -> float:
    """About how many multiplications a face of random payoffs takes; others take fewer.

    The cells measured grow so with each dimension beyond two, the faster the more often opponents' shares multiply.
    """
    dimension = sum(map(len, supports)) - len(supports)
    return look_price(players, supports, listed) * FEWEST * (2.0 + 1.4 * (sum(players) - 1)) ** (dimension - 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Corners [cell, corners] of the cells that nothing excludes, how many were looked at, and whether work ran out."""

    corners: np.ndarray
    cells: int
    spent: bool


class Excluding:
    """A face of known gains, and what can be said of its cells.

    A cell goes if a pair of a support differs in one sign on it, or one outside is better; if a mixture of a role's
    gains is positive on all of it; if Newton's step leads out of it; or if the equations are one to one on it and a
    known root lies in it. Otherwise it is cut in two.
    """

    def __init__(self, face: Face) -> None:
        self._face = face
        self.price = look_price(
            face.players,
            face.supports,
            tuple((*own, *more) for own, more in zip(face.supports, face.outside, strict=True)),
        )
        self._tables = _tables(face.players, face.sizes, tuple(map(len, face.outside)))
        self._blocks = [
            face.mean[role][:, np.array((*support, *outside)), support[0]]
            for role, (support, outside) in enumerate(zip(face.supports, face.outside, strict=True))
        ]

    def left(self, roots: list[np.ndarray], most: int, *, guess: bool, within: np.ndarray | None = None) -> Left:
        """What is left of the face, or of one cell, after at most so many looks; nothing is a proof.

        With `guess` also cells in which Newton's method will find a root, the only one there.
        """
        from econ.equilibrium.exclusion_loop import exclude  # here: to load compiled code takes longer than small games

        face, tables, blocks = self._face, self._tables, self._blocks
        corners = tables.corners if within is None else within
        if within is not None:
            cut = self._of(within[None])
            blocks = [
                restriction(face.degrees(r), face.sizes, tuple(own[0] for own in cut)) @ block
                for r, block in enumerate(blocks)
            ]
        left = np.zeros((MOST_LEFT, len(corners)))
        seen, kept = exclude(
            np.concatenate([block.ravel() for block in blocks]),
            corners,
            tables.shape,
            tables.cuts,
            tables.lines,
            tables.lengths,
            tables.edges,
            tables.slopes,
            tables.places,
            tables.starts,
            tables.pairs,
            np.array(roots).reshape(-1, sum(face.sizes)),
            guess,
            most,
            COARSE if guess else FINE,
            left,
        )
        return Left(corners=left[: min(max(kept, 0), MOST_LEFT)], cells=seen, spent=kept < 0 or kept > MOST_LEFT)

    def centres(self, corners: np.ndarray) -> np.ndarray:
        """The middle [cell, axis] of cells."""
        return np.concatenate([own.mean(axis=1) for own in self._of(corners)], axis=1)

    def _of(self, corners: np.ndarray) -> list[np.ndarray]:
        """The corners by role [cell, corner, share]."""
        stops = np.cumsum([size * size for size in self._face.sizes])[:-1]
        parts = np.split(corners, stops, axis=1)
        return [own.reshape(-1, size, size) for own, size in zip(parts, self._face.sizes, strict=True)]


def all_roots(face: Face, most: float) -> tuple[list[np.ndarray], bool, float]:
    """The roots inside a face of known gains, whether these are proved to be all, and the multiplications it took.

    Cells are excluded until in each that is left Newton's method can find its only root; what it does not find there is
    looked at again, with the roots known.
    """
    cells = Excluding(face)
    looks = int(most / cells.price)
    found = cells.left([], looks, guess=True)
    spent, open_ones = found.cells, found.spent
    roots = _roots_of(face, cells.centres(found.corners))
    for corners in found.corners if not open_ones else ():
        again = cells.left(roots, looks - spent, guess=False, within=corners)
        spent += again.cells
        if not again.spent and len(again.corners):
            roots = _merged(roots, _roots_of(face, cells.centres(again.corners)))
            again = cells.left(roots, looks - spent, guess=False, within=corners)
            spent += again.cells
        open_ones |= again.spent or bool(len(again.corners))
    return sorted(roots, key=lambda root: tuple(-root.round(9))), not open_ones, spent * cells.price


def warm_up() -> None:
    """Compile the loop, or load it, on the inside of a game of two roles."""
    roles = Roles(names=("a", "b"), players=(2, 1), strategies=(("x", "y", "z"), ("u", "v")))
    counts = roles.profiles()
    payoffs = np.where(counts > 0, np.cos(np.arange(counts.size)).reshape(counts.shape), np.nan)
    every = tuple(tuple(range(size)) for size in roles.sizes)
    all_roots(face_of(EmpiricalGame.exact(roles, payoffs).gains(), every, every), 1e6)


def _roots_of(face: Face, starts: np.ndarray) -> list[np.ndarray]:
    """The roots inside the face that Newton's method reaches, each once."""
    return _merged([], [x for x in face.newton(starts) if np.isfinite(x).all() and x.min() > BORDER])


def _merged(known: list[np.ndarray], more: list[np.ndarray]) -> list[np.ndarray]:
    merged = list(known)
    for x in more:
        if all(np.abs(x - other).max() > SAME for other in merged):
            merged.append(x)
    return merged


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tables:
    shape: tuple[np.ndarray, ...]
    corners: np.ndarray
    cuts: np.ndarray
    lines: np.ndarray
    lengths: np.ndarray
    edges: np.ndarray
    slopes: np.ndarray
    places: np.ndarray
    starts: np.ndarray
    pairs: np.ndarray


@lru_cache(maxsize=64)
def _tables(players: Shape, sizes: Shape, outside: Shape) -> _Tables:
    """All numbers that the loop needs of faces of one form."""
    roles = range(len(players))
    degrees = [tuple(n - (r == role) for r, n in enumerate(players)) for role in roles]
    by_role = [[len(compositions(n, k)) for n, k in zip(own, sizes, strict=True)] for own in degrees]
    counts = [prod(own) for own in by_role]
    widths = [k + more for k, more in zip(sizes, outside, strict=True)]
    starts = [0, *accumulate(n * w for n, w in zip(counts, widths, strict=True))][:-1]
    corner = [0, *accumulate(k * k for k in sizes)][:-1]
    unknowns = sum(sizes) - len(sizes)
    slope_start = [0, *accumulate(n * unknowns for n in counts)][:-1]
    tables = [linear_tables(own, sizes) for own in degrees]
    edges = [(r, a, b) for r in roles for b in range(sizes[r]) for a in range(b)]
    every = [[_lines(degrees[p][r], sizes[r], a, b) for r, a, b in edges] for p in roles]
    most = max(len(own) for row in every for own in row)
    longest = max(players) + 1
    lines = np.zeros((len(roles), len(edges), most, longest), dtype=np.int64)
    lengths = np.zeros((len(roles), len(edges), most), dtype=np.int64)
    for p, row in enumerate(every):
        for e, own in enumerate(row):
            for number, line in enumerate(own):
                lines[p, e, number, : len(line)], lengths[p, e, number] = line, len(line)
    cuts = np.array(
        [
            [(prod(own[:r]), own[r], prod(own[r + 1 :]) * w) for r in roles]
            for own, w in zip(by_role, widths, strict=True)
        ]
    )
    pairs, pair_start, begin = [], [], 0
    for p in roles:
        for role, place in ((r, place) for r in roles for place in range(1, sizes[r])):
            rises = _rises(degrees[p], sizes, role, place)
            pairs.append(rises)
            pair_start.append((begin, begin + len(rises), degrees[p][role]))
            begin += len(rises)
    integers = (starts, counts, widths, sizes, corner, slope_start, pair_start)
    return _Tables(
        shape=tuple(np.array(own, dtype=np.int64) for own in integers),
        corners=np.concatenate([np.eye(k).ravel() for k in sizes]),
        cuts=cuts.astype(np.int64),
        lines=lines,
        lengths=lengths,
        edges=np.array(edges, dtype=np.int64),
        slopes=np.concatenate([slopes.T.ravel() for slopes, _ in tables]),
        places=np.concatenate([places.T.ravel() for _, places in tables]),
        starts=np.array([0, *accumulate(sizes)][:-1], dtype=np.int64),
        pairs=np.concatenate(pairs).astype(np.int64),
    )


def _lines(degree: int, size: int, a: int, b: int) -> list[list[int]]:
    """The coefficients that differ only in how many of a and b there are, from all of a to all of b."""
    found: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for number, counts in enumerate(compositions(degree, size).tolist()):
        rest = tuple(n for s, n in enumerate(counts) if s not in (a, b))
        found.setdefault(rest, []).append((counts[b], number))
    return [[number for _, number in sorted(own)] for own in found.values()]


def _rises(degrees: Shape, sizes: Shape, role: int, to: int) -> np.ndarray:
    """The numbers [beta, 2] of the coefficients whose differences make the slope along one share of a role."""
    if degrees[role] == 0:
        return np.zeros((0, 2), dtype=np.int64)
    lower = tuple(n - (r == role) for r, n in enumerate(degrees))
    counts, start = profile_counts(lower, sizes), sum(sizes[:role])
    numbers = []
    for strategy in (to, 0):
        raised = counts.copy()
        raised[:, start + strategy] += 1
        number, begin = np.zeros(len(counts), dtype=np.int64), 0
        for degree, size in zip(degrees, sizes, strict=True):
            number = number * len(compositions(degree, size)) + rank(raised[:, begin : begin + size])
            begin += size
        numbers.append(number)
    return np.stack(numbers, axis=1)
