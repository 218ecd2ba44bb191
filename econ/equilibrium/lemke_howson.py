"""One Nash equilibrium of a bimatrix game by following the path that leaves out one label (Lemke and Howson 1964)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium
from econ.equilibrium.certificate import answer_of, far_apart, from_fractions, from_mixtures, two_players
from econ.equilibrium.exact_vertices import Tableau, whole
from econ.equilibrium.pivots import Dictionary, scaled
from econ.equilibrium.pure import nearest_pure
from econ.equilibrium.solver import solver
from econ.games.normal_form import NormalForm

__all__ = ["lemke_howson", "paths", "solve_lemke_howson"]

VERIFIED = 1e-9
"""The most regret, payoffs being scaled to [1, 2], at which a path in doubles is believed."""
MOST_PIVOTS = 100_000
EXACT_WORK = 2_000_000
"""Pivots times entries of a table that are spent on whole numbers, some seconds."""


@solver(NormalForm)
def solve_lemke_howson(
    game: NormalForm,
    *,
    label: int | None = None,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int = MOST_PIVOTS,
    seed: int = 0,
) -> Answer:
    """The equilibria at the ends of the paths of all labels, or of one: rows are labels 0, 1, ..., then columns.

    There is one at least, and never a proof that these are all: `complete` is None. `unsearched` counts the labels
    whose path was given up after `budget` pivots; if all were, the pure profile of the least regret is listed.

    >>> game = NormalForm([np.array([[2, 0], [0, 1]]), np.array([[1, 0], [0, 2]])])
    >>> [e.strategy["player 1"]["1"] for e in solve_lemke_howson(game).equilibria]
    [1.0, 0.0]
    """
    rows, columns = two_players(game)
    if label is not None and not 0 <= label < rows + columns:
        raise ValueError(f"label is {label}; the game has labels 0 to {rows + columns - 1}: rows first, then columns")
    equilibria, lost = paths(game, range(rows + columns) if label is None else (label,), epsilon, budget)
    return answer_of(
        game,
        "lemke-howson",
        equilibria or [nearest_pure(game, epsilon)],
        complete=None,
        epsilon=epsilon,
        level=level,
        unsearched=lost,
        checked="the regret of every equilibrium is computed from the payoffs of the game itself",
    )


def paths(game: NormalForm, labels: Iterable[int], epsilon: float, budget: int) -> tuple[list[Equilibrium], int]:
    """The different equilibria at the ends of the paths of some labels, and how many paths were given up."""
    found: list[Equilibrium] = []
    known: list[np.ndarray] = []
    lost = 0
    for label in labels:
        equilibrium = lemke_howson(game, label, epsilon=epsilon, budget=budget)
        if equilibrium is None:
            lost += 1
            continue
        point = np.array([share for shares in equilibrium.strategy.values() for share in shares.values()])
        if not any(np.abs(point - other).max() <= VERIFIED for other in known):
            known.append(point)
            found.append(equilibrium)
    return found, lost


def lemke_howson(
    game: NormalForm, label: int | None = None, *, epsilon: float = 0.5, budget: int = MOST_PIVOTS
) -> Equilibrium | None:
    """The equilibrium at the end of the path of one label; None if it has more pivots than the budget.

    Without a label the row of a pure equilibrium is taken, from which the path has two pivots, or row 0 if there is
    none.

    1. Both players' best-response polytopes start at 0, the artificial equilibrium, where all labels are there.
    2. The label is dropped; the label that a pivot picks up is dropped in the other polytope, until it is the first.
    3. Ties are broken lexicographically, so no basis returns (Lemke 1965; von Stengel 2002, section 2.6).
    4. The end is believed if nobody gains more than rounding, and rounding hides no gain; otherwise the same path is
       followed in whole numbers.

    >>> pennies = np.array([[1, -1], [-1, 1]])
    >>> lemke_howson(NormalForm([pennies, -pennies])).strategy["player 2"]["2"]
    0.5
    """
    two_players(game)
    first, second = (scaled(table) for table in game.payoffs)
    if label is None:
        best = (first >= first.max(axis=0)) & (second >= second.max(axis=1, keepdims=True))
        label = int(np.argmax(best)) // best.shape[1]
    pair, left = _in_doubles(first, second.T, label, budget)
    if pair is not None:
        x, y = pair
        earned, its = first @ y, x @ second
        regret = max(float(earned.max() - x @ earned), float(its.max() - its @ y))
        if regret <= VERIFIED and not far_apart(game):
            return from_mixtures(game, pair, epsilon)
    exact = _exactly(game, label, min(left, EXACT_WORK // first.size))
    if exact is not None:
        return from_fractions(game, exact, epsilon)
    return None if pair is None else from_mixtures(game, pair, epsilon)  # with the regret that it has


def _in_doubles(
    first: np.ndarray, second: np.ndarray, label: int, budget: int
) -> tuple[tuple[np.ndarray, np.ndarray] | None, int]:
    """The end of the path, if doubles get there, and what is left of the budget for whole numbers."""
    rows, columns = first.shape
    own, other = list(range(rows)), list(range(rows, rows + columns))
    sides = (Dictionary(second, own, other), Dictionary(first, other, own))
    side, entering = int(label >= rows), label
    basis, seen = 0, set()  # which labels are basic on both sides, as bits
    for taken in range(budget):
        column = sides[side].outside.index(entering)
        row = sides[side].leaving(column)
        basis ^= ((1 << entering) ^ (1 << sides[side].inside[row])) << side * (rows + columns)
        if row < 0 or (basis, entering) in seen:
            return None, budget - taken  # rounding took a tie for none, or none for a tie
        seen.add((basis, entering))
        entering = sides[side].pivot(row, column)
        if entering == label:
            return (sides[0].shares(own), sides[1].shares(other)), budget - taken
        side = 1 - side
    return None, 0


def _exactly(game: NormalForm, label: int, budget: int) -> tuple[list[Fraction], list[Fraction]] | None:
    rows, columns = game.sizes
    tableaus = [Tableau.start(whole(game.payoffs[1].T)), Tableau.start(whole(game.payoffs[0]))]

    def name(side: int, constraint: int) -> int:
        return constraint if side == 0 else (constraint + rows) % (rows + columns)

    side, entering = int(label >= rows), label
    for _ in range(budget):
        tableau = tableaus[side]
        column = [name(side, constraint) for constraint in tableau.outside].index(entering)
        row = tableau.leaving(column)
        entering = name(side, tableau.inside[row])
        tableaus[side] = tableau.across(row, column)
        if entering == label:
            return tableaus[0].point(), tableaus[1].point()
        side = 1 - side
    return None
