import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium import lemke_howson as module
from econ.equilibrium import solve_bimatrix, solve_lemke_howson
from econ.equilibrium.lemke_howson import lemke_howson
from econ.games import NormalForm


def mixtures(equilibrium):
    return [np.array(list(shares.values())) for shares in equilibrium.strategy.values()]


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10**6), st.booleans())
@settings(max_examples=80, deadline=None)
def test_every_label_ends_at_an_equilibrium(rows, columns, seed, degenerate):
    rng = np.random.default_rng(seed)
    tables = rng.integers(0, 3, size=(2, rows, columns)) if degenerate else rng.normal(size=(2, rows, columns))
    game = NormalForm(list(tables))
    for label in range(rows + columns):
        found = lemke_howson(game, label)
        assert found is not None
        assert game.regret(mixtures(found)) <= 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_the_ends_are_among_all_and_odd_games_are_not_claimed_whole(seed):
    rng = np.random.default_rng(seed)
    game = NormalForm([rng.normal(size=(6, 6)) for _ in range(2)])
    every = [np.concatenate(mixtures(e)).round(7) for e in solve_bimatrix(game).equilibria]
    answer = solve_lemke_howson(game)
    assert (answer.complete, answer.unsearched) == (None, 0)
    for one in answer.equilibria:
        assert any(np.abs(np.concatenate(mixtures(one)) - other).max() < 1e-6 for other in every)


@pytest.mark.parametrize("size", [20, 50])
def test_twenty_and_fifty_strategies_are_verified(size):
    rng = np.random.default_rng(size)
    for _ in range(5):
        game = NormalForm([rng.random((size, size)) for _ in range(2)])
        assert lemke_howson(game).regret <= 1e-9


def test_degenerate_games_do_not_cycle():
    """Games in which every ratio ties: all payoffs equal, and a matrix of few values."""
    rng = np.random.default_rng(0)
    for tables in (np.ones((2, 12, 12)), rng.integers(0, 2, size=(2, 15, 15)), np.zeros((2, 6, 9))):
        answer = solve_lemke_howson(NormalForm(list(tables)))
        assert answer.unsearched == 0
        assert all(e.regret <= 1e-9 for e in answer.equilibria)


def test_whole_numbers_take_over_where_doubles_fail():
    game = NormalForm([np.array([[3e17, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]])])
    for label in range(4):
        assert lemke_howson(game, label).regret == 0.0


def test_whole_numbers_follow_the_same_path(monkeypatch):
    rng = np.random.default_rng(3)
    game = NormalForm([rng.normal(size=(5, 6)) for _ in range(2)])
    quick = [np.concatenate(mixtures(lemke_howson(game, label))) for label in range(11)]
    monkeypatch.setattr(module, "_in_doubles", lambda *given: (None, given[-1]))
    for label, point in enumerate(quick):
        found = lemke_howson(game, label)
        np.testing.assert_allclose(np.concatenate(mixtures(found)), point, atol=1e-9)
        assert found.regret == 0.0


def test_a_spent_budget_is_said():
    rng = np.random.default_rng(4)
    game = NormalForm([rng.normal(size=(10, 10)) for _ in range(2)])
    answer = solve_lemke_howson(game, budget=1)
    assert answer.unsearched == 20
    cells = [game.regret([np.eye(10)[a], np.eye(10)[b]]) for a in range(10) for b in range(10)]
    assert [e.regret for e in answer.equilibria] == [pytest.approx(min(cells))]
    assert lemke_howson(game, 5, budget=0) is None


@pytest.mark.parametrize("label", [-1, 4])
def test_a_label_beyond_the_game_is_refused(label):
    pennies = np.array([[1.0, -1], [-1, 1]])
    with pytest.raises(ValueError, match=f"label is {label}; the game has labels 0 to 3"):
        solve_lemke_howson(NormalForm([pennies, -pennies]), label=label)
