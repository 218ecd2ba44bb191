from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium import solve_bimatrix
from econ.equilibrium.bimatrix import _in_doubles, _in_whole_numbers
from econ.games import NormalForm


def game(first, second=None):
    first = np.array(first, dtype=float)
    return NormalForm([first, -first if second is None else np.array(second, dtype=float)])


def mixtures(equilibrium):
    return [np.array(list(shares.values())) for shares in equilibrium.strategy.values()]


def points(equilibria):
    return sorted(tuple(np.concatenate(mixtures(e)).round(7)) for e in equilibria)


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ([[3, 0], [5, 1]], [[3, 5], [0, 1]], 1),  # prisoners
        ([[2, 0], [0, 1]], [[1, 0], [0, 2]], 3),  # battle of the sexes
        ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], None, 1),
        (np.eye(4), np.eye(4), 15),
        ([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]], 3),  # von Stengel 2007, page 58, with b31 = 3
        ([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]], 3),  # its first row has two best replies
        ([[5]], [[7]], 1),
        ([[1, 2, 2]], [[0, 1, 1]], 2),
    ],
)
def test_textbook_games(first, second, number):
    g = game(first, second)
    answer = solve_bimatrix(g)
    assert len(answer.equilibria) == number
    assert all(g.regret(mixtures(e)) <= 1e-9 for e in answer.equilibria)


def test_closed_forms():
    """Rock-paper-scissors 1/3; hawk-dove with value 4 and cost 6: hawks 4/6; stag hunt: stag with 3/4."""
    (rps,) = solve_bimatrix(game([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])).equilibria
    np.testing.assert_allclose(np.concatenate(mixtures(rps)), 1 / 3)
    hawk = np.array([[-1.0, 4], [0, 2]])
    shares = sorted(e.strategy["player 1"]["1"] for e in solve_bimatrix(game(hawk, hawk.T)).equilibria)
    assert shares == pytest.approx([0, 2 / 3, 1])
    stag = np.array([[4.0, 0], [3, 3]])
    shares = sorted(e.strategy["player 1"]["1"] for e in solve_bimatrix(game(stag, stag.T)).equilibria)
    assert shares == pytest.approx([0, 3 / 4, 1])


DEGENERATE = (
    -np.array([[0.0, 0, 6, 0, 0], [0, 0, 3, 2, 1], [4, 3, 0, 0, 1]]),
    -np.array([[3.0, 0, 2, 1, 0], [0, 2, 0, 0, 4], [4, 0, 2, 4, 4]]),
)
"""Costs of Nashpy's issue 82, by A. Lezana: eight extreme equilibria, of which others return three or five."""


def test_the_degenerate_game_with_eight_extreme_equilibria():
    answer = solve_bimatrix(game(*DEGENERATE))
    expected = [
        (1, 0, 0, 0, 1, 0, 0, 0),
        (1, 0, 0, 0, 0, 0, 0, 1),
        (2 / 3, 1 / 3, 0, 0, 1, 0, 0, 0),
        (1 / 3, 1 / 2, 1 / 6, 0, 4 / 9, 2 / 9, 1 / 3, 0),
        (0, 1 / 2, 1 / 2, 0, 1 / 2, 1 / 2, 0, 0),
        (0, 1, 0, 3 / 7, 0, 4 / 7, 0, 0),
        (0, 1, 0, 1, 0, 0, 0, 0),
        (0, 1, 0, 3 / 8, 0, 1 / 4, 3 / 8, 0),
    ]
    assert points(answer.equilibria) == sorted(tuple(np.round(row, 7)) for row in expected)
    assert answer.complete is False
    assert [e.component for e in answer.equilibria] == [1, 1, 1, None, 2, 2, 2, None]
    assert answer.subsets == ((0, 1), (0, 2), (3,), (4, 5, 6), (7,))


def test_every_mixture_within_a_maximal_nash_subset_is_an_equilibrium():
    g = game(*DEGENERATE)
    answer = solve_bimatrix(g)
    rng = np.random.default_rng(0)
    for subset in answer.subsets:
        x, y = zip(*(mixtures(answer.equilibria[place]) for place in subset), strict=True)
        weights = rng.dirichlet(np.ones(len(subset)), size=2)
        assert g.regret([weights[0] @ np.array(x), weights[1] @ np.array(y)]) <= 1e-12


def test_a_continuum_is_said_to_be_one():
    answer = solve_bimatrix(game(np.ones((2, 2)), np.ones((2, 2))))
    assert answer.complete is False
    assert [e.component for e in answer.equilibria] == [1] * 4
    assert answer.subsets == ((0, 1, 2, 3),)
    mixed = solve_bimatrix(game([[1, 0], [1, 3]], [[2, 0], [1, 3]]))
    assert mixed.complete is False
    assert [e.component for e in mixed.equilibria] == [1, 1, None]


def test_a_degenerate_game_may_have_a_finite_number():
    """The second row has two best replies, and nobody plays it."""
    answer = solve_bimatrix(game([[2, 2], [1, 1]], [[1, 0], [5, 5]]))
    assert answer.complete is True
    assert len(answer.equilibria) == 1
    assert answer.subsets == ()


@pytest.mark.parametrize("gap", [1e-2, 1e-9, 1e-13])
def test_two_interior_equilibria_close_together(gap):
    """Three rows and three columns; row 1 is mixed with row 2 at 1/2 and with row 3 at 1/2 + gap."""
    first = np.array([[0.0, 2, 0], [2, 0, 0], [2 - 4 * gap, 4 * gap, 0]])
    answer = solve_bimatrix(game(first, np.array([[2.0, 0, 0], [0, 2, 0], [0, 2, 0]])))
    g = game(first, np.array([[2.0, 0, 0], [0, 2, 0], [0, 2, 0]]))
    assert all(g.regret(mixtures(e)) <= 1e-12 for e in answer.equilibria)
    assert points(answer.equilibria) == points(_in_whole_numbers(g, 0.5, 10**4)[0])


@pytest.mark.parametrize("seed", range(10))
def test_generic_games_have_an_odd_number_and_all_by_supports(seed):
    rng = np.random.default_rng(seed)
    g = NormalForm([rng.normal(size=(3, 4)), rng.normal(size=(3, 4))])
    answer = solve_bimatrix(g)
    assert answer.complete is True
    assert len(answer.equilibria) % 2 == 1
    assert points(answer.equilibria) == sorted(tuple(np.concatenate(pair).round(7)) for pair in by_supports(*g.payoffs))


def by_supports(first, second):
    """Independent: equal supports, indifference, no better reply."""
    for size in range(1, min(first.shape) + 1):
        for own in combinations(range(first.shape[0]), size):
            for other in combinations(range(first.shape[1]), size):
                y = indifferent(first[np.ix_(own, other)])
                x = indifferent(second[np.ix_(own, other)].T)
                if x is None or y is None:
                    continue
                p, q = np.zeros(first.shape[0]), np.zeros(first.shape[1])
                p[list(own)], q[list(other)] = x, y
                if (first @ q).max() <= p @ first @ q + 1e-9 and (p @ second).max() <= p @ second @ q + 1e-9:
                    yield p, q


def indifferent(table):
    size = len(table)
    system = np.block([[table, -np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
    shares = np.linalg.solve(system, np.append(np.zeros(size), 1.0))[:size]
    return shares if (shares > 0).all() else None


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_both_routes_agree_where_doubles_decide(rows, columns, seed):
    rng = np.random.default_rng(seed)
    g = NormalForm([rng.normal(size=(rows, columns)) for _ in range(2)])
    quick = _in_doubles(g, 0.5, 10**5)
    assert quick is not None
    assert points(quick[0]) == points(_in_whole_numbers(g, 0.5, 10**5)[0])


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_degenerate_games_renamed_and_rescaled_have_the_same_equilibria(rows, columns, seed):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 3, size=(2, rows, columns)).astype(float)
    answer = solve_bimatrix(game(first, second))
    assert answer.equilibria
    assert all(e.regret == 0.0 or e.regret < 1e-12 for e in answer.equilibria)
    a, b = rng.permutation(rows), rng.permutation(columns)
    other = solve_bimatrix(game(8 * first[a][:, b] - 3, second[a][:, b] / 4 + 1))
    back = [(np.concatenate((x[np.argsort(a)], y[np.argsort(b)]))) for x, y in map(mixtures, other.equilibria)]
    assert points(answer.equilibria) == sorted(tuple(point.round(7)) for point in back)
    assert other.complete == answer.complete
    assert sorted(map(len, other.subsets)) == sorted(map(len, answer.subsets))


def test_eight_by_eight_and_limits():
    rng = np.random.default_rng(0)
    g = NormalForm([rng.normal(size=(8, 8)) * 1e6, rng.normal(size=(8, 8)) * 1e-6])
    answer = solve_bimatrix(g, epsilon=1e-3)
    assert answer.complete is True
    assert len(answer.equilibria) % 2 == 1
    assert all(e.verdict == "certified" for e in answer.equilibria)
    with pytest.raises(ValueError, match="the game has 1 player;"):
        solve_bimatrix(NormalForm([np.ones(2)]))
    assert all(e.verdict == "certified" for e in solve_bimatrix(g, epsilon=0.0).equilibria)
    with pytest.raises(ValueError, match="epsilon is -1"):
        solve_bimatrix(game(np.eye(2)), epsilon=-1)


def test_ten_coordinate_in_all_ways():
    answer = solve_bimatrix(game(np.eye(10), np.eye(10)))
    assert (len(answer.equilibria), answer.complete) == (2**10 - 1, True)


def test_out_of_budget_lists_the_best_so_far():
    rng = np.random.default_rng(1)
    g = NormalForm([rng.random((9, 9)), rng.random((9, 9))])
    whole, cut = solve_bimatrix(g), solve_bimatrix(g, budget=30)
    assert (whole.complete, whole.unsearched) == (True, 0)
    assert cut.complete is None
    assert cut.unsearched > 0
    assert 0 < len(cut.equilibria) <= len(whole.equilibria)
    assert set(points(cut.equilibria)) <= set(points(whole.equilibria))
    large = solve_bimatrix(NormalForm([rng.random((40, 40)), rng.random((40, 40))]), budget=200)
    assert large.equilibria
    assert all(e.regret <= 1e-9 for e in large.equilibria)


def test_dominated_strategies_are_left_out_where_the_game_is_too_large():
    """A 4 x 4 game within one of 24 x 24, whose other rows and columns are worse than the first."""
    rng = np.random.default_rng(2)
    small = [rng.random((4, 4)) for _ in range(2)]
    large = [rng.random((24, 24)) for _ in range(2)]
    for table, inner in zip(large, small, strict=True):
        table[:4, :4] = inner
    large[0][4:] = large[0][:4].min(axis=0) - 1 - rng.random((20, 24))
    large[1][:, 4:] = large[1][:, :4].min(axis=1, keepdims=True) - 1 - rng.random((24, 20))
    whole, part = solve_bimatrix(NormalForm(large), budget=500), solve_bimatrix(NormalForm(small))
    assert (whole.complete, whole.unsearched) == (True, 0)
    assert [np.concatenate([m[:4] for m in mixtures(e)]).tolist() for e in whole.equilibria] == [
        np.concatenate(mixtures(e)).tolist() for e in part.equilibria
    ]
    assert all(len(shares) == 24 for e in whole.equilibria for shares in e.strategy.values())
    assert all(NormalForm(large).regret(mixtures(e)) <= 1e-9 for e in whole.equilibria)
