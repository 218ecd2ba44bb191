"""All extreme Nash equilibria of a game of two players, by the vertices of the best-response polytopes."""

from __future__ import annotations

from itertools import combinations, islice
from math import comb

import numpy as np

from econ.equilibrium.answer import Answer
from econ.equilibrium.pure import from_mixtures
from econ.games.normal_form import NormalForm

__all__ = ["solve_bimatrix"]

MOST_BASES = 200_000
TOLERANCE = 1e-9
"""A constraint counts as tight within this distance, payoffs being scaled to [1, 2]."""


MOST_PAYOFF = 1e100
"""Beyond this differences and products of payoffs would overflow."""


def solve_bimatrix(game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95) -> Answer:
    """All extreme equilibria; `complete` is False where some of them span a continuum, whose number they then carry.

    Where payoffs lie so far apart that a vertex fails its own check, it is left out and `complete` is None.

    1. With payoffs made positive, P = {x >= 0, x'B <= 1} and Q = {y >= 0, Ay <= 1}; all vertices, from all bases.
    2. A pair of vertices is an equilibrium if every strategy is unplayed or a best response (von Stengel 2007).
    3. Extreme equilibria that share a mixture belong together; more than one makes a continuum. Where none does, the
       list holds all equilibria, also of a degenerate game.

    >>> game = NormalForm([np.array([[2, 0], [0, 1]]), np.array([[1, 0], [0, 2]])])
    >>> answer = solve_bimatrix(game)
    >>> len(answer.equilibria), answer.complete
    (3, True)
    """
    if len(game.sizes) != 2:
        raise ValueError(f"the game has {len(game.sizes)} players; the polytopes are those of a game of 2")
    rows, columns = game.sizes
    if comb(rows + columns, rows) > MOST_BASES:
        raise ValueError(
            f"the game has {rows} x {columns} strategies and so {comb(rows + columns, rows)} bases; at most "
            f"{MOST_BASES} are enumerated: remove dominated strategies, or ask for the pure equilibria alone"
        )
    largest = max(float(np.abs(table).max()) for table in game.payoffs)
    if largest > MOST_PAYOFF:
        raise ValueError(
            f"payoffs reach {largest:g}; at most {MOST_PAYOFF:g} are solved in double precision: scale the game down"
        )
    first, second = (_positive(table) for table in game.payoffs)
    x, x_tight = _vertices(second.T)  # tight: own strategies unplayed, then the other's best responses
    y, y_tight = _vertices(first)
    y_labels = np.concatenate((y_tight[:, columns:], y_tight[:, :columns]), axis=1)
    missing = (~x_tight).astype(float) @ (~y_labels).astype(float).T
    pairs = [(int(a), int(b)) for a, b in np.argwhere(missing < 0.5)]
    pairs.sort(key=lambda pair: (tuple(-x[pair[0]].round(9)), tuple(-y[pair[1]].round(9))))
    group = _joined(pairs)
    size = {g: list(group).count(g) for g in group}
    numbers = {g: k for k, g in enumerate(dict.fromkeys(g for g in group if size[g] > 1), 1)}
    found = [from_mixtures(game, [x[a], y[b]], epsilon, numbers.get(g)) for (a, b), g in zip(pairs, group, strict=True)]
    equilibria = tuple(one for one in found if one.verdict != "rejected")  # payoffs too far apart for doubles
    doubtful = len(found) - len(equilibria)
    return Answer(
        concept="nash",
        equilibria=equilibria,
        complete=None if doubtful or not equilibria else not numbers,
        unsearched=doubtful,
        epsilon=epsilon,
        level=level,
        covers=dict(zip(game.players, map(tuple, game.strategies), strict=True)),
        worlds=None,
    )


def _positive(table: np.ndarray) -> np.ndarray:
    spread = float(table.max() - table.min())
    return (table - table.min()) / (spread or 1.0) + 1.0


def _vertices(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices of {z >= 0, matrix z <= 1} but 0 as shares [vertex, strategy], and the constraints tight at each.

    Tight[vertex, constraint]: the own strategies unplayed, then the rows of the matrix that are best responses.
    """
    size = matrix.shape[1]
    left = np.concatenate((-np.eye(size), matrix))
    right = np.concatenate((np.zeros(size), np.ones(len(matrix))))
    found = []
    bases = combinations(range(len(left)), size)
    while chunk := list(islice(bases, 20_000)):
        chosen = np.array(chunk)
        systems, values = left[chosen], right[chosen]
        regular = np.abs(np.linalg.det(systems)) > 1e-12
        points = np.linalg.solve(systems[regular], values[regular][..., None])[..., 0]
        feasible = (points @ left.T <= right + TOLERANCE).all(axis=1) & (points.sum(axis=1) > TOLERANCE)
        found.append(points[feasible])
    points = np.concatenate(found)
    tight = points @ left.T >= right - TOLERANCE
    points = np.where(tight[:, :size], 0.0, points)
    points /= points.sum(axis=1, keepdims=True)
    keep = np.unique(points.round(8), axis=0, return_index=True)[1]
    return points[keep], tight[keep]


def _joined(pairs: list[tuple[int, int]]) -> list[int]:
    """A number for each pair, equal where pairs are linked by a shared member."""
    group = list(range(len(pairs)))
    changed = True
    while changed:
        changed = False
        for side in (0, 1):
            least: dict[int, int] = {}
            for pair, g in zip(pairs, group, strict=True):
                least[pair[side]] = min(least.get(pair[side], g), g)
            new = [least[pair[side]] for pair in pairs]
            changed |= new != group
            group = new
    return group
