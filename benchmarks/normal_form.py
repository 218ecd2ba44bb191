"""Games in normal form against the libraries that solve them: ratios in one process, the rounds taken in turn.

Peers that are not installed (the extra `check`) are left out, and the row says so.
"""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from econ import NormalForm, solve
from econ.equilibrium.correlated import correlated_range, possible_gains
from econ.equilibrium.lemke_howson import lemke_howson
from econ.equilibrium.zero_sum import solve_zero_sum

__all__ = ["rows"]

GAMES = 8
Row = tuple[str, str]


def rows() -> Iterator[Row]:
    """What is measured and the figure."""
    yield from all_equilibria()
    yield from one_equilibrium()
    yield from zero_sum()
    yield from correlated()
    yield first_answer()


def all_equilibria() -> Iterator[Row]:
    """All equilibria of random 8 x 8 games; the time to build the peer's game is not counted."""
    games = [_random(seed, 8) for seed in range(GAMES)]
    gambit, nashpy = _peer("pygambit"), _peer("nashpy")
    works: dict[str, list[Callable[[], object]]] = {"ours": [lambda g=g: solve(g) for g in games]}
    if gambit:
        trees = [gambit.StrategicGame.from_arrays(*g.payoffs) for g in games]
        works["Gambit, doubles"] = [lambda t=t: gambit.nash.enummixed_solve(t, rational=False) for t in trees]
    yield from _compared("all equilibria, 8 x 8, sum over games", works, rounds=3)
    if nashpy:
        peer = nashpy.Game(*games[0].payoffs)
        lone = {"ours": works["ours"][:1], "Nashpy's supports": [lambda: _quietly(list, peer.support_enumeration())]}
        yield from _compared("all equilibria, one 8 x 8 game", lone, rounds=1)


def one_equilibrium() -> Iterator[Row]:
    """One equilibrium of random 20 x 20 games, every one of ours verified by its regret."""
    games = [_random(seed, 20) for seed in range(2 * GAMES)]
    verified = sum(one is not None and one.regret < 1e-9 for one in map(lemke_howson, games))
    yield "one equilibrium, 20 x 20: verified by regret", f"{verified} of {len(games)}"
    works: dict[str, list[Callable[[], object]]] = {"ours": [lambda g=g: lemke_howson(g) for g in games]}
    gambit = _peer("pygambit")
    if gambit:
        trees = [gambit.StrategicGame.from_arrays(*g.payoffs) for g in games]
        works["Gambit's lcp, doubles"] = [
            lambda t=t: gambit.nash.lcp_solve(t, rational=False, stop_after=1) for t in trees
        ]
    yield from _compared("one equilibrium, 20 x 20, sum over games", works, rounds=5)


def zero_sum() -> Iterator[Row]:
    """Zero-sum games against HiGHS called directly, and against a cvxpy problem built for every game."""
    for size in (5, 20, 200):
        table = np.random.default_rng(size).random((size, size))
        game = NormalForm([table, -table])
        works: dict[str, list[Callable[[], object]]] = {"ours": [lambda g=game: solve_zero_sum(g)]}
        if _peer("highspy"):
            works["HiGHS directly"] = [lambda t=table: _highs_zero_sum(t)]
        if size <= 20:
            works["cvxpy rebuilt"] = [lambda t=table: _cvxpy_zero_sum(t)]
        yield from _compared(f"zero-sum, {size} x {size}", works, rounds=5)


def correlated() -> Iterator[Row]:
    """One end of the range of welfare at 20 x 20, program and all, against HiGHS given the finished matrix."""
    game = _random(0, 20)
    total = game.payoffs[0] + game.payoffs[1]
    works: dict[str, list[Callable[[], object]]] = {"both ends, ours": [lambda: correlated_range(game, total)]}
    if _peer("highspy"):
        gains = possible_gains(game, "correlated")
        works["both ends, HiGHS directly"] = [
            lambda: (_highs_correlated(gains, total.ravel()), _highs_correlated(gains, -total.ravel()))
        ]
    yield from _compared("correlated equilibria, 20 x 20", works, rounds=5)


def first_answer() -> Row:
    """The first 8 x 8 game of a fresh process, after the import."""
    code = (
        "import time, numpy as np; from econ import NormalForm, solve; began = time.perf_counter();"
        "rng = np.random.default_rng(0); solve(NormalForm([rng.random((8, 8)) for _ in range(2)]));"
        "print(time.perf_counter() - began)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return "first answer of a process after import, 8 x 8", f"{1e3 * float(done.stdout):.0f} ms (goal: 500)"


def _random(seed: int, size: int) -> NormalForm:
    rng = np.random.default_rng(seed)
    return NormalForm([rng.random((size, size)) for _ in range(2)])


def _peer(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _compared(what: str, works: dict[str, list[Callable[[], object]]], *, rounds: int) -> Iterator[Row]:
    """The median time of all calls of each work, after a round that does not count; ours alone if there is no peer."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + (rounds > 1)):
        for name, calls in works.items():
            began = time.perf_counter()
            for call in calls:
                call()
            if number or rounds == 1:
                taken[name].append(time.perf_counter() - began)
    ours, *others = (statistics.median(times) for times in taken.values())
    if not others:
        yield what, f"{1e3 * ours:.2f} ms (no peer installed)"
    for name, theirs in zip(list(taken)[1:], others, strict=True):
        yield f"{what}: {name}", f"{theirs / ours:7.2f} times ours  ({1e3 * theirs:.2f} against {1e3 * ours:.2f} ms)"


def _quietly(work: Callable[[Any], object], argument: Any) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return work(argument)


def _highs_zero_sum(table: np.ndarray) -> float:
    """max v subject to A'x >= v, sum x = 1."""
    rows_, columns = table.shape
    matrix = np.vstack((np.hstack((table.T, -np.ones((columns, 1)))), np.append(np.ones(rows_), 0.0)))
    low, high = np.append(np.zeros(columns), 1.0), np.append(np.full(columns, np.inf), 1.0)
    return _highs(np.append(np.zeros(rows_), -1.0), matrix, low, high, free=1)


def _highs_correlated(gains: Any, objective: np.ndarray) -> float:
    from scipy.sparse import csc_array, vstack

    matrix = csc_array(vstack([gains, csc_array(np.ones((1, gains.shape[1])))]))
    low, high = np.append(np.full(gains.shape[0], -np.inf), 1.0), np.append(np.zeros(gains.shape[0]), 1.0)
    return _highs(-objective, matrix, low, high, free=0)


def _highs(cost: np.ndarray, matrix: Any, low: np.ndarray, high: np.ndarray, *, free: int) -> float:
    import highspy
    from scipy.sparse import csc_array

    columns = csc_array(matrix)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns.shape[1], columns.shape[0]
    program.col_cost_ = cost
    program.col_lower_ = np.append(np.zeros(len(cost) - free), np.full(free, -np.inf))
    program.col_upper_ = np.full(len(cost), np.inf)
    program.row_lower_, program.row_upper_ = low, high
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = columns.indptr
    program.a_matrix_.index_ = columns.indices
    program.a_matrix_.value_ = columns.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(program)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def _cvxpy_zero_sum(table: np.ndarray) -> float:
    import cvxpy

    mixture, value = cvxpy.Variable(len(table), nonneg=True), cvxpy.Variable()
    problem = cvxpy.Problem(cvxpy.Maximize(value), [table.T @ mixture >= value, cvxpy.sum(mixture) == 1.0])
    problem.solve(solver=cvxpy.HIGHS)
    return float(value.value)


if __name__ == "__main__":
    for label, figure in rows():
        print(f"{label:<72}{figure}")
