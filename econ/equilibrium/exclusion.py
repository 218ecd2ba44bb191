"""All roots inside a face whose gains are known, with the proof: cells are excluded until none but theirs is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb, prod

import numpy as np

from econ.equilibrium.bernstein import restriction
from econ.equilibrium.crew import Crew
from econ.equilibrium.exclusion_form import form_of
from econ.equilibrium.face import Face, face_of
from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles

__all__ = ["all_roots", "expected_work", "look_price", "warm_up"]

Shape = tuple[int, ...]

COARSE, FINE = 1.0 / 512.0, 1e-6
"""A cell with no longer edge that nothing excludes is given back: while roots are looked for, and once they are known.
"""
MOST_LEFT = 400
"""Cells that are given back at most."""
WITH_GAINS = 16
"""Cells of one part that are given back with their coefficients; those of the others are computed anew."""
PRICE, LEAST = 4.0, 4e3
"""What a look at a cell costs for each of its coefficients, and any; a processor multiplies four numbers at once."""
FEWEST = 20.0
"""Cells that a face of two dimensions takes."""
DEEP, NO_END = 7, 1 << 40
"""Cuts after which the parts of a face are dealt to threads."""
WORTH = 3000
"""Looks from which on a face is dealt to threads in parts."""
BORDER, SAME = 1e-9, 1e-7


@lru_cache(maxsize=1024)
def _price(players: Shape, sizes: Shape, widths: Shape) -> float:
    entries = 0
    for role, width in enumerate(widths):
        others = (n - (r == role) for r, n in enumerate(players))
        entries += (width - 1) * prod(comb(n + k - 1, k - 1) for n, k in zip(others, sizes, strict=True))
    return PRICE * entries + LEAST


def look_price(players: Shape, supports: tuple[Shape, ...], listed: tuple[Shape, ...]) -> float:
    """What a look at one cell of a face costs, in multiplications that NumPy makes in the same time."""
    return _price(players, tuple(map(len, supports)), tuple(map(len, listed)))


def expected_work(players: Shape, supports: tuple[Shape, ...], listed: tuple[Shape, ...]) -> float:
    """What a face of random payoffs costs, in the same unit; others cost less.

    The cells measured grow so with each dimension beyond two, the faster the more often opponents' shares multiply.
    """
    dimension = sum(map(len, supports)) - len(supports)
    return look_price(players, supports, listed) * FEWEST * (2.0 + 0.7 * (sum(players) - 1)) ** (dimension - 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Corners [cell, corners] of the cells that nothing excludes, how many were looked at, and whether work ran out.

    `gains` are the coefficients of each, None where they were not kept.
    """

    corners: np.ndarray
    gains: list[np.ndarray | None]
    cells: int
    spent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What holds for all parts of a face: known roots, whether others are guessed, looks counted and allowed."""

    roots: np.ndarray
    guess: bool
    seen: np.ndarray
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Cells to begin with, where their looks are counted, how often they are cut, and room for what is left of them."""

    cells: np.ndarray
    placed: np.ndarray
    slot: int
    deepest: int
    left: np.ndarray
    gains: np.ndarray

    @classmethod
    def of(
        cls, cells: np.ndarray, placed: np.ndarray, *, slot: int, deepest: int, with_gains: int = WITH_GAINS
    ) -> _Part:
        left, gains = np.empty((MOST_LEFT, placed.shape[1])), np.empty((with_gains, cells.shape[1]))
        return cls(cells=cells, placed=placed, slot=slot, deepest=deepest, left=left, gains=gains)


class Excluding:
    """A face of known gains, and what can be said of its cells.

    A cell goes if a pair of a support differs in one sign on it, or one outside is better; if anything separates 0 from
    what all gains together can be on it; or if the equations are one to one on it and a known root lies in it.
    Otherwise it is cut in two.
    """

    def __init__(self, face: Face) -> None:
        self._face = face
        self.listed = tuple((*own, *more) for own, more in zip(face.supports, face.outside, strict=True))
        self.price = look_price(face.players, face.supports, self.listed)
        self._form = form_of(face.players, face.sizes, tuple(map(len, face.outside)))
        self._blocks: list[np.ndarray] = []
        for role, (support, outside) in enumerate(zip(face.supports, face.outside, strict=True)):
            block = face.mean[role][:, np.array((*support[1:], *outside), dtype=np.int64), support[0]]
            self._blocks.append(block / max(float(np.abs(block).max(initial=0.0)), 1e-300))

    def left(
        self,
        roots: list[np.ndarray],
        most: int,
        crew: Crew,
        *,
        guess: bool,
        within: tuple[np.ndarray, np.ndarray | None] | None = None,
        parts: bool = False,
    ) -> Left:
        """What is left of the face, or of one cell, after at most so many looks; nothing is a proof.

        With `guess` also cells in which Newton's method will find a root, the only one there. In `parts` a large face
        is dealt to the crew; the answer is the same for any number of threads.
        """
        corners, cell = within or (self._form.corners, np.concatenate([block.T.ravel() for block in self._blocks]))
        cells, placed = (self._gains(corners) if cell is None else cell)[None], corners[None]
        known = np.array(roots).reshape(-1, sum(self._face.sizes))
        most_parts = 2**DEEP if parts else 0
        with crew.counter(1 + most_parts) as seen:
            search = _Search(roots=known, guess=guess, seen=seen, most=most)
            deepest = DEEP if parts else NO_END
            whole = _Part.of(cells, placed, slot=1, deepest=deepest, with_gains=most_parts or WITH_GAINS)
            kept = self._exclude(search, whole)
            if not parts or kept <= 0:
                return _left([whole], [kept], search)
            every = [
                _Part.of(whole.gains[one : one + 1], whole.left[one : one + 1], slot=2 + one, deepest=NO_END)
                for one in range(kept)
            ]
            return _left(every, crew.each(lambda one: self._exclude(search, every[one]), kept), search)

    def _exclude(self, search: _Search, part: _Part) -> int:
        from econ.equilibrium.exclusion_loop import exclude  # here: to load compiled code takes longer than small games

        form = self._form
        return int(
            exclude(
                *(part.cells, part.placed, form.form, form.cut, form.newton, form.one),
                *(search.roots, search.guess, search.seen, part.slot, search.most),
                *(COARSE if search.guess else FINE, part.deepest, part.left, part.gains),
            )
        )

    def _gains(self, corners: np.ndarray) -> np.ndarray:
        """The coefficients on a cell."""
        cut = tuple(own[0] for own in self._of(corners[None]))
        blocks = enumerate(self._blocks)
        on = (restriction(self._face.degrees(r), self._face.sizes, cut) @ block for r, block in blocks)
        return np.concatenate([block.T.ravel() for block in on])

    def centres(self, corners: np.ndarray) -> np.ndarray:
        """The middle [cell, axis] of cells."""
        return np.concatenate([own.mean(axis=1) for own in self._of(corners)], axis=1)

    def _of(self, corners: np.ndarray) -> list[np.ndarray]:
        """The corners by role [cell, corner, share]."""
        stops = np.cumsum([size * size for size in self._face.sizes])[:-1]
        parts = np.split(corners, stops, axis=1)
        return [own.reshape(-1, size, size) for own, size in zip(parts, self._face.sizes, strict=True)]


def _left(parts: list[_Part], counts: list[int], search: _Search) -> Left:
    """The cells left of all parts; whoever stopped early did so since all together had looked at the most allowed."""
    looks = int(search.seen.sum())
    spent = looks >= search.most or min(counts) < 0 or sum(counts) > MOST_LEFT
    if spent:
        return Left(corners=parts[0].left[:0], gains=[], cells=min(looks, search.most), spent=True)
    corners = np.concatenate([part.left[:count] for part, count in zip(parts, counts, strict=True)])
    kept: list[np.ndarray | None] = []
    for part, count in zip(parts, counts, strict=True):
        kept += [*part.gains[:count], *[None] * (count - len(part.gains))]
    return Left(corners=corners, gains=kept, cells=looks, spent=False)


def all_roots(face: Face, most: float, crew: Crew | None = None) -> tuple[list[np.ndarray], bool, float]:
    """The roots inside a face of known gains, whether these are proved to be all, and the multiplications it took.

    Cells are excluded until in each that is left Newton's method can find its only root; what it does not find there is
    looked at again, with the roots known. Who has a crew asks from one of its threads.
    """
    if crew is None:
        with Crew() as own:
            return own.submit(lambda: all_roots(face, most, own)).result()
    cells = Excluding(face)
    looks = int(most / cells.price)
    large = expected_work(face.players, face.supports, cells.listed) > WORTH * cells.price
    found = cells.left([], looks, crew, guess=True, parts=large)
    spent, open_ones = found.cells, found.spent
    roots = _roots_of(face, cells.centres(found.corners))
    for within in zip(found.corners, found.gains, strict=True):
        again = cells.left(roots, looks - spent, crew, guess=False, within=within)
        spent += again.cells
        if not again.spent and len(again.corners):
            roots = _merged(roots, _roots_of(face, cells.centres(again.corners)))
            again = cells.left(roots, looks - spent, crew, guess=False, within=within)
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
