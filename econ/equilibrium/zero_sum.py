"""The value of a zero-sum game and optimal mixtures, by linear programming (von Neumann 1928; Dantzig 1951)."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.answer import Answer
from econ.equilibrium.certificate import answer_of, from_mixtures, two_players
from econ.equilibrium.pivots import CLOSE, Dictionary, scaled
from econ.equilibrium.solver import solver
from econ.games.empirical import ROUNDING
from econ.games.normal_form import NormalForm

__all__ = ["solve_zero_sum"]

SMALL = 48
"""Up to so many strategies of either player a few pivots are faster than the call of a linear programming library."""
MOST_PIVOTS = 1_000
GAP = 1e-11
"""The gap, as a share of the largest payoff, up to which pivots are believed."""


@solver(NormalForm)
def solve_zero_sum(
    game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_PIVOTS, seed: int = 0
) -> Answer:
    """One pair of optimal mixtures; `figures` hold the value to player 1 and what is proved of it.

    `low` is what player 1's mixture earns at least, `high` what player 2's gives away at most: the value lies between
    them whatever the solver did, and `gap` is their distance. Payoffs may also sum to another constant. Whether there
    are other optimal mixtures is not searched for: `complete` is None.

    1. With payoffs A in [1, 2], max 1'y subject to Ay <= 1, y >= 0 has the optimum 1/value.
    2. Small games take at most `budget` pivots here; large ones, or where a gap is left, go to HiGHS.

    >>> pennies = np.array([[1, -1], [-1, 1]])
    >>> answer = solve_zero_sum(NormalForm([pennies, -pennies]))
    >>> answer.figures["value"], answer.figures["gap"] < 1e-15, answer.equilibria[0].strategy["player 1"]["1"]
    (0.0, True, 0.5)
    """
    two_players(game)
    table = game.payoffs[0]
    _constant_sum(game)
    matrix = scaled(table)
    pair = _by_pivots(matrix, budget) if max(game.sizes) <= SMALL else None
    most = GAP * float(np.abs(table).max())
    if pair is None or _ends(table, pair)[1] - _ends(table, pair)[0] > most:
        other = _by_highs(matrix)
        pairs = [some for some in (pair, other) if some is not None]
        if not pairs:
            raise ValueError("the linear program found no optimum; payoffs too far apart for doubles: scale the game")
        pair = min(pairs, key=lambda some: _ends(table, some)[1] - _ends(table, some)[0])
    low, high = _ends(table, pair)
    return answer_of(
        game,
        "zero-sum",
        [from_mixtures(game, pair, epsilon)],
        complete=None,
        epsilon=epsilon,
        level=level,
        figures={"value": (low + high) / 2, "low": low, "high": high, "gap": high - low},
        checked="the value lies between what one mixture guarantees and what the other gives away, on the payoffs",
    )


def _constant_sum(game: NormalForm) -> None:
    first, second = game.payoffs
    total = first + second
    size = max(float(np.abs(first).max()), float(np.abs(second).max()))
    off = np.abs(total - total.flat[0])
    if float(off.max()) > ROUNDING * size:
        where = tuple(int(k) for k in np.unravel_index(int(off.argmax()), off.shape))
        raise ValueError(
            f"payoffs sum to {total.flat[0]:g} at (0, 0) and to {total[where]:g} at {where}; a zero-sum game has one "
            "sum: ask for nash"
        )


def _ends(table: np.ndarray, pair: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    """What the first mixture earns at least and the second gives away at most."""
    x, y = pair
    low, high = float((x @ table).min()), float((table @ y).max())
    return min(low, high), max(low, high)


def _by_pivots(matrix: np.ndarray, budget: int) -> tuple[np.ndarray, np.ndarray] | None:
    rows, columns = matrix.shape
    own, slacks = list(range(columns)), list(range(columns, columns + rows))
    basis = Dictionary(matrix, own, slacks, below=-np.ones(columns))
    for _ in range(budget):
        prices = basis.table[-1, :-1]
        column = int(np.argmin(prices))
        if prices[column] >= -CLOSE * 1e-3:
            x = np.zeros(rows)
            for name, price in zip(basis.outside, prices.tolist(), strict=True):
                if name >= columns:
                    x[name - columns] = max(price, 0.0)
            return x / x.sum(), basis.shares(own)
        row = basis.leaving(column)
        if row < 0:
            return None
        basis.pivot(row, column)
    return None


def _by_highs(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    from scipy.optimize import linprog  # a third of a second to import

    rows, columns = matrix.shape
    found = linprog(-np.ones(columns), A_ub=matrix, b_ub=np.ones(rows), method="highs")
    if found.status != 0:
        return None
    y, x = np.maximum(found.x, 0.0), np.maximum(-found.ineqlin.marginals, 0.0)
    return x / x.sum(), y / y.sum()
