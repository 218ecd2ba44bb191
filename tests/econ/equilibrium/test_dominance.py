import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium import solve_bimatrix, solve_dominance, solve_rationalisable, solve_weak_dominance
from econ.games import NormalForm


def test_a_strategy_that_only_a_mixture_beats():
    """The third row loses to half and half of the others, and to neither alone."""
    table = np.array([[4.0, 0], [0, 4], [1, 1]])
    game = NormalForm([table, np.array([[0.0, 1], [1, 0], [0, 0]])])
    answer = solve_dominance(game)
    assert answer.survivors == {"player 1": ("1", "2"), "player 2": ("1", "2")}
    assert "0.5 1 + 0.5 2 is better by at least 1" in answer.steps[0]
    assert solve_dominance(game, mixed=False).survivors["player 1"] == ("1", "2", "3")
    assert solve_rationalisable(game).survivors == answer.survivors


def test_a_mixture_that_only_ties_does_not_beat_strictly():
    game = NormalForm([np.array([[2.0, 0], [0, 2], [1, 1]]), np.zeros((3, 2))])
    assert solve_dominance(game).survivors["player 1"] == ("1", "2", "3")
    assert solve_weak_dominance(game).survivors["player 1"] == ("1", "2", "3")


def test_a_guessing_game_is_solved_in_rounds():
    """Guess half of the other's number, 0 to 4: everybody ends at 0 or 1."""
    numbers = np.arange(5.0)
    paid = -np.abs(numbers[:, None] - numbers[None] / 2) * 4 - 0.01 * numbers[:, None]
    answer = solve_dominance(NormalForm([paid, paid.T]))
    assert answer.survivors["player 1"] == ("1",)
    assert answer.complete is True
    assert answer.equilibria[0].strict
    assert max(int(step.split(":")[0].removeprefix("round ")) for step in answer.steps[:-1]) > 1


def test_the_order_of_weak_dominance_matters_and_is_told():
    """Myerson's example: what goes first decides what is left."""
    game = NormalForm([np.array([[3.0, 2], [1, 1], [0, 3]]), np.array([[2.0, 2], [1, 0], [0, 0]])])
    one = NormalForm([np.array([[1.0, 0], [1, 2], [0, 2]]), np.array([[1.0, 0], [1, 1], [0, 1]])])
    many = solve_weak_dominance(one)
    assert many.figures["ends"] > 1
    assert any(step.startswith("another order leaves") for step in many.steps)
    assert solve_dominance(one).survivors["player 1"] == ("1", "2", "3")
    cut = solve_weak_dominance(one, budget=2)
    assert cut.figures["ends"] is None
    assert any("not every order was followed" in step for step in cut.steps)
    assert solve_weak_dominance(game).complete is None


def test_three_players():
    rng = np.random.default_rng(0)
    tables = [rng.random((3, 2, 2)) for _ in range(3)]
    tables[0][2] = tables[0][:2].min(axis=0) - 0.1
    answer = solve_dominance(NormalForm(tables))
    assert "3" not in answer.survivors["player 1"]
    assert "correlate the other players" in solve_rationalisable(NormalForm(tables)).steps[-1]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_no_equilibrium_uses_what_strict_dominance_removes(rows, columns, seed):
    rng = np.random.default_rng(seed)
    game = NormalForm([rng.integers(0, 4, size=(rows, columns)) for _ in range(2)])
    left = solve_dominance(game).survivors
    for one in solve_bimatrix(game).equilibria:
        for player, shares in one.strategy.items():
            assert {name for name, share in shares.items() if share > 0} <= set(left[player])


@given(st.integers(2, 4), st.integers(2, 4), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_mixtures_remove_at_least_what_single_strategies_do_and_weak_more(rows, columns, seed):
    rng = np.random.default_rng(seed)
    game = NormalForm([rng.integers(0, 4, size=(rows, columns)) for _ in range(2)])
    single, mixed = (solve_dominance(game, mixed=m).survivors for m in (False, True))
    weak = solve_weak_dominance(game).survivors
    for player in game.players:
        assert set(weak[player]) <= set(mixed[player]) <= set(single[player])
        assert weak[player]


def test_a_preference_in_the_last_place_is_one():
    game = NormalForm([np.array([[1.0, 1.0], [np.nextafter(1.0, 2.0)] * 2]), np.array([[1e12, 0], [1e12, 0]])])
    assert solve_dominance(game).survivors == {"player 1": ("2",), "player 2": ("1",)}


def test_one_player_and_equal_payoffs():
    assert solve_dominance(NormalForm([np.array([1.0, 3, 3])])).survivors == {"player 1": ("2", "3")}
    answer = solve_weak_dominance(NormalForm([np.ones((3, 3))] * 2))
    assert answer.figures == {"left": 6.0, "removed": 0.0, "ends": 1.0}
    with pytest.raises(ValueError, match="epsilon is -1"):
        solve_dominance(NormalForm([np.ones((2, 2))] * 2), epsilon=-1)


@pytest.mark.parametrize("ratio", [1.0, 1e10, 1e12, 1e15])
@pytest.mark.parametrize(("share", "left"), [(0.45, ("1", "2", "3")), (0.35, ("1", "2"))])
def test_a_small_loss_is_no_rounding_beside_large_payoffs_elsewhere(ratio, share, left):
    """A mixture that beats the third needs 0.6 of the second for the last column, and at most 1 - share of it."""
    large = 10.0 * ratio
    table = np.array([[large, 0.0, 0.0], [0.0, large, 1.0], [share * large, share * large, 0.6]])
    assert solve_weak_dominance(NormalForm([table, np.zeros((3, 3))])).survivors["player 1"] == left
