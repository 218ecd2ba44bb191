"""Equilibria inside a face of two or more dimensions: exclusion, Newton, and a proof that nothing was missed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from econ.equilibrium.bernstein import basis
from econ.equilibrium.cells import Cells, halving_entries
from econ.equilibrium.edge import Found, gain_outside
from econ.equilibrium.face import BETTER, OPEN, WORSE, Face
from econ.equilibrium.newton_step import reachable
from econ.equilibrium.replicator import settled_stability
from econ.games.roles import compositions

__all__ = ["Purse", "equilibria_among", "on_face", "on_large_face", "proved", "roots_inside"]

WORK = 1e9
"""Multiplications that one face may cost before the search stops and proves nothing."""
OVERHEAD = 5e5
"""What one step costs whatever its size, in multiplications."""
STARTS = 120
"""Starting points of Newton's method on one face, of few dimensions."""
SPREAD = {3: 40, 4: 120, 5: 1600, 6: 2500}
"""Starting points spread over a face of more dimensions, beside the cells that are left; beyond, `MOST_SPREAD`."""
MOST_SPREAD = 600
FEW_CELLS = 32
"""On a face of more dimensions cells are cut until so many are left: more find no roots that the spread does not."""
HOPELESS = 0.5
"""Where more than this share of a face is left of its cells then, they cannot prove anything in reasonable work."""
GUESSES = 1e7
"""Powers that one round of Newton's method may take on a face too large to be cut."""
WIDTHS = (0.2, 0.1, 0.05, 0.02, 0.01, 3e-3, 1e-3, 1e-4, 1e-6)
"""Half-widths tried, from the largest, for the box around a root in which it is proved to be the only one."""


@dataclass(slots=True)
class Purse:
    """The work, in multiplications, that is left of one kind for all faces of a game together."""

    left: float = float("inf")

    def buys(self, face: Face) -> int:
        """How many cells of a face may be looked at."""
        return int(np.clip(min(WORK, self.left) / (4.0 * _cost(face)), 8, 6000))

    def pay(self, face: Face, cells: int) -> None:
        """Take the price of a step with so many cells."""
        self.left -= OVERHEAD + 4.0 * cells * _cost(face)


def on_face(face: Face, search: Purse | None = None, proof: Purse | None = None) -> tuple[list[Found], bool]:
    """The equilibria found inside a face of the estimated game, and whether every game of the band has exactly these.

    1. Cells in which a pair of the support differs in one sign, or an outsider is better, hold none.
    2. Newton's method from the centres of all cells left at a fine level of the estimated game gives the roots.
    3. A box around a root in which Krawczyk's operator, with the band in it, maps into itself holds exactly one root of
       every game of the band (Krawczyk 1969; Moore 1977). Such boxes are taken away; if the band excludes all the
       rest, and outsiders are settled in every box, the list is proved.
    """
    if face.vanishes():
        status = face.outside_status(face.whole(), rounds=1)
        if status != WORSE:
            return [], status == BETTER
        even = np.concatenate([np.full(size, 1.0 / size) for size in face.sizes])
        low = np.concatenate([np.full(size, float(size == 1)) for size in face.sizes])
        return [Found(point=even, low=low, high=np.ones(len(even)), continuum=True)], True
    return proved(face, roots_inside(face, search)[0], proof)


def roots_inside(face: Face, purse: Purse | None = None) -> tuple[list[np.ndarray], bool]:
    """The points inside a face where all of the support earn the same in the estimated game, as far as found.

    And whether there is hope of proving that these are all: that cells have excluded much of the face.
    """
    return _roots(face, face.dimension > 2, purse or Purse())


def equilibria_among(face: Face, roots: list[np.ndarray]) -> list[Found]:
    """The roots at which nobody outside gains, in a game whose payoffs are known."""
    return [Found(point=x, low=x, high=x) for x in roots if gain_outside(face, x) <= 1e-9 * face.scale]


def proved(face: Face, roots: list[np.ndarray], purse: Purse | None = None) -> tuple[list[Found], bool]:
    """The equilibria among some roots, how far each may lie away, and whether every game of the band has just these."""
    boxes = [_box(face, root) for root in roots]
    known = [(root, box[0]) for root, box in zip(roots, boxes, strict=True) if box]
    settled, rest = all(boxes) or not face.is_exact, None
    if settled and (purse is None or purse.left > 0.0):
        rest = _uncovered(face, known, face.dimension > 2, purse or Purse())
        settled = rest.count == 0
    else:
        settled = False
    found = []
    for root, box in zip(roots, boxes, strict=True):
        if box:
            low, high = root - box[1], root + box[1]
        else:
            settled = False
            low, high = np.zeros(len(root)), np.ones(len(root))
            if rest is not None and rest.count:
                low, high = rest.points()[0].min(axis=0), rest.points()[1].max(axis=0)
                low, high = np.minimum(low, root), np.maximum(high, root)
        status = face.outside_status(face.hull(low))
        gains = gain_outside(face, root) > 1e-9 * face.scale
        if status == OPEN or (status == BETTER) != gains:
            settled = False
        if not gains:
            stable = settled_stability(face, low, high, status) if box else None
            found.append(Found(point=root, low=low, high=high, stable=stable))
    return found, settled


def on_large_face(face: Face) -> list[Found]:
    """Equilibria of the estimated game inside a face too large to be cut into cells; there may be others.

    Newton's method from the mixtures of a grid. Nothing is proved: in another game of the band each may lie anywhere.
    """
    powers = max(len(mean) for mean in face.mean) * sum(face.sizes)
    most = int(np.clip(GUESSES / powers, 1, 60))
    parts = [_grid(size, most) for size in face.sizes]
    rows = min(max(map(len, parts)), most)
    starts = np.concatenate([part[np.arange(rows) % len(part)] for part in parts], axis=1)
    even = np.concatenate([np.full(size, 1.0 / size) for size in face.sizes])
    low = np.concatenate([np.full(size, float(size == 1)) for size in face.sizes])
    return [
        Found(point=root, low=low, high=np.ones(len(low)))
        for root in _distinct(face.newton(np.concatenate((even[None], starts))))
        if gain_outside(face, root) <= 1e-9 * face.scale
    ]


def _grid(size: int, most: int) -> np.ndarray:
    """Mixtures [number, share] inside the simplex, evenly apart, `most` or more."""
    if size == 1:
        return np.ones((1, 1))
    steps = 1
    while len(compositions(steps, size)) < most:
        steps += 1
    return (compositions(steps, size) + 1.0 / size) / (steps + 1.0)


def _cost(face: Face) -> float:
    """Multiplications that halving one cell takes."""
    return float(sum(halving_entries(len(mean)) * max(len(face.pairs(r)), 1) for r, mean in enumerate(face.mean)))


def _roots(face: Face, challenges: bool, purse: Purse) -> tuple[list[np.ndarray], bool]:
    """The roots of the mean equations inside the face, each once, in order, and whether to hope for a proof."""
    cells = Cells.of(face, face.whole(), challenges=challenges, band=False)
    budget = purse.buys(face)
    left = 1.0
    for _ in range(4 * face.dimension if challenges else 14):
        before = cells.count
        cells = cells.kept(cells.possible())
        left *= cells.count / before
        if cells.count == 0:
            return [], True
        if 2 * cells.count > budget or (cells.count > FEW_CELLS and challenges):
            break
        cells = cells.halved()
        budget -= cells.count
        purse.pay(face, cells.count)
    starts = cells.kept(cells.possible()).points()[2]
    if not len(starts):
        return [], True
    if len(starts) > STARTS:
        starts = starts[np.linspace(0, len(starts) - 1, STARTS).astype(int)]
    if not challenges:
        return _distinct(face.newton(starts)), True
    spread = _spread(face.sizes, SPREAD.get(face.dimension, MOST_SPREAD))
    return _distinct(face.newton(np.concatenate((starts, spread)))), left <= HOPELESS


@lru_cache(maxsize=64)
def _spread(sizes: tuple[int, ...], count: int) -> np.ndarray:
    """So many mixtures [number, share] of a face: a sequence of low discrepancy, sorted into its simplices."""
    parts, start = [], 0
    for size in sizes:
        digits = [_digits_after(base, count) for base in _primes(start + size - 1)[start:]]
        cuts = np.sort(np.array(digits).reshape(size - 1, count).T, axis=1)
        parts.append(np.diff(cuts, axis=1, prepend=0.0, append=1.0))
        start += size - 1
    return np.concatenate(parts, axis=1)


def _digits_after(base: int, count: int) -> np.ndarray:
    """Halton's sequence in one base: the numbers 1 to count with their digits mirrored at the point."""
    rest, unit, mirrored = np.arange(1, count + 1), 1.0, np.zeros(count)
    while rest.any():
        rest, digit = np.divmod(rest, base)
        unit /= base
        mirrored += unit * digit
    return mirrored


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _distinct(points: np.ndarray) -> list[np.ndarray]:
    """The points inside the face, each once, in order."""
    found: list[np.ndarray] = []
    for point in points:
        if not np.isfinite(point).all() or point.min() <= 1e-9:
            continue
        if all(np.abs(point - other).max() > 1e-7 for other in found):
            found.append(point)
    return sorted(found, key=lambda point: tuple(-point.round(9)))


def _box(face: Face, root: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Half-widths [axis] of a box with exactly one root in every game, and of a smaller one that holds it."""
    turn = _turn(face)
    free, _ = face.places()
    _, slope = face.linearised(root[None])
    if np.linalg.cond(slope[0]) > 1e9:
        return None
    inverse = np.linalg.inv(slope[0])
    error = np.array([basis(face.degrees(r), face.sizes, root) @ half for _, half, r in face.equations()])
    error += 1e-12 * face.scale
    floor = np.abs(inverse) @ error
    for width in WIDTHS if face.dimension <= 2 else WIDTHS[3:]:
        box = np.abs(turn) @ (1.5 * floor + width)
        image = _krawczyk(face, root, box, inverse, error)
        if image is None or (image[free] >= box[free]).any():
            continue
        inner = np.minimum(image, box)
        for _ in range(2):  # the root lies in the image: look again there
            again = _krawczyk(face, root, inner, inverse, error)
            inner = inner if again is None else np.minimum(inner, again)
        return box, inner
    return None


def _krawczyk(
    face: Face, root: np.ndarray, box: np.ndarray, inverse: np.ndarray, error: np.ndarray
) -> np.ndarray | None:
    """Half-widths [axis] of the image of a box under Krawczyk's operator; None if the box leaves the face's inside."""
    low = root - box
    if (low[box > 0.0] <= 0.0).any():
        return None
    turn, (free, _) = _turn(face), face.places()
    bottom, top = face.jacobian_range(face.hull(low), rounds=4 if face.dimension <= 2 else 1)
    middle, radius = (top + bottom) / 2.0, (top - bottom) / 2.0
    turned = turn @ inverse
    contraction = np.abs(turn - turned @ middle) + np.abs(turned) @ radius
    return np.abs(turned) @ error + contraction @ box[free]


def _turn(face: Face) -> np.ndarray:
    """The matrix [axis, unknown] from changes of the free shares to those of all: the first falls as others rise."""
    matrix = np.zeros((sum(face.sizes), len(face.unknowns())))
    for column, (free, first) in enumerate(zip(*face.places(), strict=True)):
        matrix[free, column], matrix[first, column] = 1.0, -1.0
    return matrix


def _uncovered(face: Face, boxes: list[tuple[np.ndarray, np.ndarray]], challenges: bool, purse: Purse) -> Cells:
    """The cells outside the boxes that the band cannot exclude when the work is spent; no cells is a proof."""
    free, _ = face.places()
    cells = Cells.of(face, face.whole(), challenges=challenges)
    budget = purse.buys(face)
    while True:
        keep = cells.possible()
        low, high, _ = cells.points()
        for root, box in boxes:
            inside = (low[:, free] >= (root - box)[free]) & (high[:, free] <= (root + box)[free])
            keep &= ~inside.all(axis=1)
        cells = cells.kept(keep)
        cells = cells.kept(reachable(cells))
        budget -= 2 * cells.count
        purse.pay(face, 2 * cells.count)
        if cells.count == 0 or budget < 0:
            return cells
        cells = cells.halved()
