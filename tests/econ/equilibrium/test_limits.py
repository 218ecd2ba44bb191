"""Games too large to search all of: what is found, and that the rest is said to be open."""

import json

import numpy as np
import pytest

from econ.equilibrium import face_search, solve, solve_nash
from econ.equilibrium.supports import Dominance, face_count, faces
from econ.games import EmpiricalGame, NormalForm, Roles

RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


def random_form(seed, *sizes):
    rng = np.random.default_rng(seed)
    return NormalForm([rng.normal(size=sizes) for _ in sizes])


def mixtures(equilibrium):
    return [list(shares.values()) for shares in equilibrium.strategy.values()]


@pytest.mark.parametrize("size", [1, 24, 1200, 20_000])
def test_one_player_takes_the_best(size):
    earned = np.random.default_rng(0).normal(size=size)
    answer = solve(NormalForm([earned]))
    assert [np.argmax(mixtures(e)[0]) for e in answer.equilibria] == [np.argmax(earned)]
    assert (answer.complete, answer.unsearched) == (True, 0)
    assert answer.equilibria[0].strict
    assert answer.equilibria[0].stable


def test_one_player_with_ties_mixes_them():
    one = solve(NormalForm([np.array([1.0, 3.0, 3.0])])).equilibria[0]
    assert one.kind == "component"
    assert one.strategy_interval["player 1"] == {"1": (0.0, 0.0), "2": (0.0, 1.0), "3": (0.0, 1.0)}
    both = solve_nash(NormalForm([np.array([1.0, 3.0, 3.0])]).to_empirical()).equilibria[0]
    assert (both.kind, both.strategy, both.strategy_interval) == (one.kind, one.strategy, one.strategy_interval)


def test_one_sampled_player_with_many_strategies():
    """2^300 supports, and noise over them all: the largest mean is listed, and nothing is claimed."""
    roles = Roles(names=("r",), players=(1,), strategies=(tuple(map(str, range(300))),))
    noise = np.random.default_rng(0).normal(size=(300, 300, 4))
    game = EmpiricalGame(roles=roles, payoffs=np.where(np.eye(300)[..., None] > 0, noise, np.nan))
    answer = solve_nash(game)
    assert [np.argmax(mixtures(e)[0]) for e in answer.equilibria] == [np.nanargmax(np.diag(game.mean))]
    assert answer.complete is None


def test_many_strategies_of_one_player_in_a_table():
    game = NormalForm([np.arange(1200.0)]).to_empirical()
    assert solve_nash(game).equilibria[0].strategy["player 1"]["1200"] == 1.0


@pytest.mark.parametrize("seed", range(4))
def test_three_by_three_by_three_is_searched_whole(seed):
    game = random_form(seed, 3, 3, 3)
    answer = solve(game)
    assert (answer.complete, answer.unsearched) == (True, 0)
    assert len(answer.equilibria) % 2 == 1
    assert all(game.regret(mixtures(e)) <= 1e-9 for e in answer.equilibria)


def test_dominated_strategies_cost_nothing():
    """Three players of eight strategies, 16.6 million supports, of which six each are dominated."""
    small = random_form(3, 2, 2, 2)
    payoffs = []
    for player, table in enumerate(small.payoffs):
        large = np.full((8, 8, 8), 0.0)
        large[:2, :2, :2] = table
        rank = np.arange(8).reshape([-1 if axis == player else 1 for axis in range(3)])
        payoffs.append(np.where(rank < 2, large, large - 100.0 * rank))
    answer, expected = solve(NormalForm(payoffs)), solve(small)
    assert (answer.complete, answer.unsearched) == (True, 0)
    assert [[m[:2] for m in mixtures(e)] for e in answer.equilibria] == [mixtures(e) for e in expected.equilibria]


def test_a_large_game_stops_and_says_what_is_left(monkeypatch):
    monkeypatch.setattr(face_search, "MOST_FACES", 2_000)
    game = random_form(0, 5, 5, 5)
    answer = solve(game, budget=10**5)
    assert answer.complete is None
    assert 31**3 - 5**3 - 2_000 < answer.unsearched < 31**3 - 5**3
    assert json.loads(json.dumps(answer.to_json()))["unsearched"] == answer.unsearched
    assert answer.equilibria
    assert all(game.regret(mixtures(e)) <= 1e-9 for e in answer.equilibria)


def test_pure_equilibria_are_found_however_little_is_searched(monkeypatch):
    monkeypatch.setattr(face_search, "MOST_FACES", 0)
    tables = np.zeros((3, 4, 4, 4))
    tables[:, range(4), range(4), range(4)] = 1.0
    found = solve(NormalForm(list(tables)), budget=0)
    assert [e.kind for e in found.equilibria].count("symmetric-pure") >= 4
    assert (found.complete, found.unsearched) == (None, 15**3 - 4**3)


def test_an_empty_list_never_looks_like_an_answer(monkeypatch):
    monkeypatch.setattr(face_search, "roots_inside", lambda face, purse: ([], True))
    cells = np.indices((2, 2))
    pennies = np.where(cells[0] == cells[1], 1.0, -1.0)
    answer = solve_nash(NormalForm([pennies, -pennies]).to_empirical())
    assert (answer.equilibria, answer.complete, answer.unsearched) == ((), None, 1)


@pytest.mark.parametrize("players", [46, 100])
def test_a_face_too_large_to_be_cut_is_guessed(matched, players):
    answer = solve_nash(matched(RPS, players))
    inner = [e for e in answer.equilibria if e.counts is None]
    assert [mixtures(e)[0] for e in inner] == [pytest.approx([1 / 3] * 3)]
    assert inner[0].strategy_interval["r"]["a"] == (0.0, 1.0)
    assert (answer.complete, answer.unsearched) == (None, 1)


def test_the_guess_is_not_only_the_middle(matched):
    answer = solve_nash(matched(np.diag([1.0, 2.0, 6.0]), 50))
    inner = [mixtures(e)[0] for e in answer.equilibria if e.counts is None and min(mixtures(e)[0]) > 0]
    assert inner == [pytest.approx([0.6, 0.3, 0.1])]
    assert answer.unsearched == 1


def test_a_guess_from_noise_settles_no_stability(matched, sampled):
    answer = solve_nash(sampled(matched(np.where(RPS > 0, 1.5, RPS), 46), 64, 0.01))
    assert [e.stable for e in answer.equilibria if e.kind == "symmetric-mixed"] == [None]


def test_all_faces_come_once_and_the_smallest_first():
    listed = ((0, 1, 2), (0, 2), (1,))
    every = list(faces(listed))
    assert len(set(every)) == len(every) == face_count(listed)
    dimensions = [sum(map(len, supports)) for supports in every]
    assert dimensions == sorted(dimensions)


def test_ties_are_found_before_their_parts(exact):
    roles = Roles(names=("x", "y"), players=(2, 2), strategies=(("a", "b"), ("a", "b", "c")))
    answer = solve_nash(exact(roles, lambda counts, a: float(counts[2] > 0) if a > 1 else 1.0))
    gains = exact(roles, lambda counts, a: 1.0).gains()
    assert Dominance(gains, band=True).ties(((0, 1), (0, 1, 2)))
    assert all(e.regret <= 1e-12 for e in answer.equilibria)


def test_more_players_than_can_be_computed_with_are_refused(from_gains):
    game = from_gains(np.linspace(-1.0, 1.0, 1100))
    with pytest.raises(ValueError, match=r"\(1100,\) opponents .* at most 10\^300 .*: list fewer"):
        solve_nash(game)
