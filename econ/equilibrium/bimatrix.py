"""All Nash equilibria of a game of two players: extreme ones, components, and whether the list is proved whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium
from econ.equilibrium.certificate import answer_of, from_fractions, from_mixtures, two_players
from econ.equilibrium.components import components, maximal_subsets
from econ.equilibrium.dominance import undominated
from econ.equilibrium.exact_vertices import exact_vertices, whole
from econ.equilibrium.lemke_howson import paths
from econ.equilibrium.pivots import scaled
from econ.equilibrium.pure import nearest_pure, solve_pure
from econ.equilibrium.solver import solver
from econ.equilibrium.vertices import vertices
from econ.games.normal_form import NormalForm

__all__ = ["MOST_BASES", "solve_bimatrix"]

MOST_BASES = 80_000
WORK, EXACT_WORK = 20_000_000, 2_000_000
"""Bases times entries of a table: what is spent at most in doubles and on whole numbers, some seconds each."""
MOST_PATHS, PATH_PIVOTS, LONGEST_PATH = 40, 500, 100_000
"""Where the bases are too many: paths followed, their pivots, and the pivots of one where none of them arrived."""


@solver(NormalForm)
def solve_bimatrix(
    game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_BASES, seed: int = 0
) -> Answer:
    """All extreme equilibria; `complete` is False where some of them span a continuum, whose number they then carry.

    1. With payoffs made positive, P = {x >= 0, x'B <= 1} and Q = {y >= 0, Ay <= 1}; all vertices, by walking along
       their edges in doubles where that proves itself, else in whole numbers.
    2. A pair of vertices is an equilibrium if every strategy is unplayed or a best response (von Stengel 2002).
    3. Extreme equilibria that share a mixture belong together; more than one makes a continuum: all mixtures within a
       maximal Nash subset, `subsets`. Where none does, the list holds all equilibria, also of a degenerate game.

    With more than `budget` bases of a polytope strictly dominated strategies are left out; if there are none, the
    equilibria at the ends of Lemke and Howson's paths and the pure ones are listed: `complete` is None and `unsearched`
    not 0.

    >>> game = NormalForm([np.array([[2, 0], [0, 1]]), np.array([[1, 0], [0, 2]])])
    >>> answer = solve_bimatrix(game)
    >>> len(answer.equilibria), answer.complete
    (3, True)
    """
    two_players(game)
    found = _in_doubles(game, epsilon, budget) or _in_whole_numbers(game, epsilon, budget)
    equilibria, pairs, whole_list = found
    if not whole_list:
        kept = undominated(game)
        if tuple(map(len, kept)) != game.sizes:
            rest = solve_bimatrix(game.restricted(kept), epsilon=epsilon, level=level, budget=budget)
            return _with_all_strategies(game, rest)
        return _cut_short(game, epsilon, level)
    group = components(pairs)
    size = Counter(group)
    numbers = {g: k for k, g in enumerate(dict.fromkeys(g for g in group if size[g] > 1), 1)}
    listed = [
        replace(one, component=numbers.get(g)) if numbers else one for one, g in zip(equilibria, group, strict=True)
    ]
    return answer_of(
        game,
        "nash",
        listed,
        complete=not numbers,
        epsilon=epsilon,
        level=level,
        subsets=tuple(maximal_subsets(pairs) or ()) if numbers else (),
        checked="the vertices are proved, and the regret of every equilibrium is computed from the payoffs themselves",
    )


Found = tuple[list[Equilibrium], list[tuple[int, int]], bool]


def _in_doubles(game: NormalForm, epsilon: float, budget: int) -> Found | None:
    """The equilibria of a game that doubles prove to be nondegenerate: the labels of x are those that y lacks."""
    first, second = (scaled(table) for table in game.payoffs)
    budget = min(budget, WORK // first.size)
    x = vertices(np.ascontiguousarray(second.T), budget)
    if x is not None and not x.all:
        return [], [], False
    y = None if x is None else vertices(first, budget)
    if x is None or y is None:
        return None
    columns = game.sizes[1]
    lacking = np.concatenate((~y.tight[:, columns:], ~y.tight[:, :columns]), axis=1)
    place = {row.tobytes(): number for number, row in enumerate(lacking)}
    met = [(one, place.get(row.tobytes())) for one, row in enumerate(x.tight)]
    pairs = [(one, other) for one, other in met if other is not None]
    pairs.sort(key=lambda pair: (*(-x.shares[pair[0]]).tolist(), *(-y.shares[pair[1]]).tolist()))
    equilibria = [from_mixtures(game, [x.shares[one], y.shares[other]], epsilon) for one, other in pairs]
    return equilibria, pairs, y.all


def _in_whole_numbers(game: NormalForm, epsilon: float, budget: int) -> Found:
    """The extreme equilibria of any game, without rounding."""
    budget = min(budget, EXACT_WORK // game.payoffs[0].size)
    x = exact_vertices(whole(game.payoffs[1].T), budget)
    if not x.all:
        return [], [], False
    y = exact_vertices(whole(game.payoffs[0]), budget)
    columns = game.sizes[1]
    labels = np.concatenate((y.tight[:, columns:], y.tight[:, :columns]), axis=1)
    lacking = (~labels).astype(np.float32).T
    pairs = []
    for begin in range(0, len(x.tight), 1_000):
        missing = (~x.tight[begin : begin + 1_000]).astype(np.float32) @ lacking
        pairs += [(begin + int(one), int(other)) for one, other in np.argwhere(missing < 0.5)]
    pairs.sort(key=lambda pair: (_descending(x.shares[pair[0]]), _descending(y.shares[pair[1]])))
    equilibria = [from_fractions(game, [x.shares[one], y.shares[other]], epsilon) for one, other in pairs]
    return equilibria, pairs, y.all


def _descending(shares: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(-share for share in shares)


def _with_all_strategies(game: NormalForm, answer: Answer) -> Answer:
    """The answer of a restricted game as one of the whole, in which nobody plays the strategies left out."""
    covers = dict(zip(game.players, map(tuple, game.strategies), strict=True))
    equilibria = tuple(
        replace(
            one,
            strategy={p: {s: one.strategy[p].get(s, 0.0) for s in listed} for p, listed in covers.items()},
            strategy_interval={
                p: {s: one.strategy_interval[p].get(s, (0.0, 0.0)) for s in listed} for p, listed in covers.items()
            },
        )
        for one in answer.equilibria
    )
    return replace(answer, equilibria=equilibria, covers=covers)


def _cut_short(game: NormalForm, epsilon: float, level: float) -> Answer:
    """What paths lead to and what is pure; no claim that these are all."""
    ends, lost = paths(game, range(min(sum(game.sizes), MOST_PATHS)), epsilon, PATH_PIVOTS)
    if not ends:
        ends, _ = paths(game, [0], epsilon, LONGEST_PATH)
    pure = solve_pure(game, epsilon=epsilon, level=level).equilibria
    listed: dict[tuple[float, ...], Equilibrium] = {}
    for one in (*pure, *ends):
        point = tuple(round(share, 9) for shares in one.strategy.values() for share in shares.values())
        listed.setdefault(tuple(-share for share in point), one)
    return answer_of(
        game,
        "nash",
        [one for _, one in sorted(listed.items(), key=lambda pair: pair[0])] or [nearest_pure(game, epsilon)],
        complete=None,
        epsilon=epsilon,
        level=level,
        unsearched=1 + lost,
        checked="the regret of every equilibrium is computed from the payoffs themselves",
    )
