import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from econ.equilibrium import solve_bimatrix, solve_zero_sum
from econ.equilibrium import zero_sum as module
from econ.games import NormalForm


def zero_sum(table):
    table = np.asarray(table, dtype=float)
    return NormalForm([table, -table])


def value_by_program(table):
    """Independent: max v subject to x'A >= v, as a textbook writes it."""
    rows, columns = table.shape
    found = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.column_stack((-table.T, np.ones(columns))),
        b_ub=np.zeros(columns),
        A_eq=np.append(np.ones(rows), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    return -found.fun


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ([[1, -1], [-1, 1]], 0.0),
        ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 0.0),
        ([[3, 1], [5, 2]], 2.0),  # a saddle point
        ([[2, -1], [-3, 4]], 0.5),
        ([[7]], 7.0),
        (np.full((4, 3), 2.5), 2.5),
        (np.diag([1.0, 2.0, 4.0]), 4 / 7),
    ],
)
def test_closed_forms(table, value):
    answer = solve_zero_sum(zero_sum(table))
    assert answer.figures["value"] == pytest.approx(value, abs=1e-12)
    assert answer.figures["gap"] <= 1e-12
    assert answer.equilibria[0].regret <= 1e-12
    assert answer.complete is None


@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 10**6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_pivots_agree_with_the_library(rows, columns, seed, degenerate):
    rng = np.random.default_rng(seed)
    table = (rng.integers(-1, 2, size=(rows, columns)) if degenerate else rng.normal(size=(rows, columns))).astype(
        float
    )
    answer = solve_zero_sum(zero_sum(table))
    assert answer.figures["value"] == pytest.approx(value_by_program(table), abs=1e-9)
    assert answer.figures["low"] <= answer.figures["high"]
    assert answer.figures["gap"] <= 1e-12


def test_large_games_go_to_the_library(monkeypatch):
    table = np.random.default_rng(0).normal(size=(60, 50))
    monkeypatch.setattr(module, "_by_pivots", lambda *given: pytest.fail("60 strategies are not for pivots here"))
    answer = solve_zero_sum(zero_sum(table))
    assert answer.figures["value"] == pytest.approx(value_by_program(table), abs=1e-7)
    assert answer.figures["gap"] <= 1e-6


def test_a_spent_budget_goes_to_the_library():
    table = np.random.default_rng(1).normal(size=(8, 8))
    quick, slow = solve_zero_sum(zero_sum(table)), solve_zero_sum(zero_sum(table), budget=0)
    assert slow.figures["value"] == pytest.approx(quick.figures["value"], abs=1e-9)


def test_the_value_is_that_of_every_equilibrium():
    table = np.random.default_rng(2).integers(0, 3, size=(4, 5)).astype(float)
    value = solve_zero_sum(zero_sum(table)).figures["value"]
    for one in solve_bimatrix(zero_sum(table)).equilibria:
        x, y = (np.array(list(shares.values())) for shares in one.strategy.values())
        assert x @ table @ y == pytest.approx(value, abs=1e-12)


def test_any_constant_sum_will_do_and_no_other():
    table = np.array([[2.0, -1], [-3, 4]])
    assert solve_zero_sum(NormalForm([table, 10 - table])).figures["value"] == pytest.approx(0.5)
    with pytest.raises(
        ValueError, match=r"payoffs sum to 4 at \(0, 0\) and to -6 at \(1, 0\); a zero-sum game has one sum"
    ):
        solve_zero_sum(NormalForm([table, table]))
    with pytest.raises(ValueError, match="the game has 3 players"):
        solve_zero_sum(NormalForm([np.zeros((2, 2, 2))] * 3))


@pytest.mark.parametrize("size", [1e6, 1e12])
def test_payoffs_far_apart_keep_their_gap(size):
    answer = solve_zero_sum(zero_sum([[size, 0], [0, 1]]))
    assert answer.figures["low"] <= size / (size + 1) <= answer.figures["high"] + 1e-9
    assert answer.figures["gap"] <= 1e-11 * size
