import numpy as np
import pytest

from econ.equilibrium import solve_bimatrix
from econ.games import NormalForm


def game(first, second=None):
    first = np.array(first, dtype=float)
    return NormalForm([first, -first if second is None else np.array(second, dtype=float)])


def mixtures(equilibrium):
    return [np.array(list(shares.values())) for shares in equilibrium.strategy.values()]


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ([[3, 0], [5, 1]], [[3, 5], [0, 1]], 1),  # prisoners
        ([[2, 0], [0, 1]], [[1, 0], [0, 2]], 3),  # battle of the sexes
        ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], None, 1),
        (np.eye(4), np.eye(4), 15),
        ([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]], 3),  # von Stengel 2007, page 58, with b31 = 3
    ],
)
def test_textbook_games(first, second, number):
    g = game(first, second)
    answer = solve_bimatrix(g)
    assert len(answer.equilibria) == number
    assert all(g.regret(mixtures(e)) <= 1e-9 for e in answer.equilibria)


def test_von_stengels_game_is_finite():
    answer = solve_bimatrix(game([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]))
    assert answer.equilibria[0].strategy["player 1"]["1"] == 1.0


def test_a_continuum_is_said_to_be_one():
    answer = solve_bimatrix(game(np.ones((2, 2)), np.ones((2, 2))))
    assert answer.complete is False
    assert [e.component for e in answer.equilibria] == [1] * 4
    mixed = solve_bimatrix(game([[1, 0], [1, 3]], [[2, 0], [1, 3]]))
    assert mixed.complete is False
    assert [e.component for e in mixed.equilibria] == [1, 1, None]


@pytest.mark.parametrize("seed", range(10))
def test_generic_games_have_an_odd_number_and_all_by_supports(seed):
    rng = np.random.default_rng(seed)
    g = NormalForm([rng.normal(size=(3, 4)), rng.normal(size=(3, 4))])
    answer = solve_bimatrix(g)
    assert answer.complete is True
    assert len(answer.equilibria) % 2 == 1
    found = sorted(tuple(np.concatenate(mixtures(e)).round(7)) for e in answer.equilibria)
    assert found == sorted(tuple(np.concatenate(pair).round(7)) for pair in by_supports(*g.payoffs))


def by_supports(first, second):
    """Independent: equal supports, indifference, no better reply."""
    from itertools import combinations

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


def test_eight_by_eight_and_limits():
    rng = np.random.default_rng(0)
    g = NormalForm([rng.normal(size=(8, 8)) * 1e6, rng.normal(size=(8, 8)) * 1e-6])
    answer = solve_bimatrix(g, epsilon=1e-3)
    assert len(answer.equilibria) % 2 == 1
    assert all(e.verdict == "certified" for e in answer.equilibria)
    with pytest.raises(ValueError, match="the game has 1 players"):
        solve_bimatrix(NormalForm([np.ones(2)]))
