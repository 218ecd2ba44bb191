from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.optimize import root
from scipy.stats import multinomial

from econ.equilibrium import solve_nash
from econ.equilibrium.regret import mixture_regret
from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles

RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
MIXED, PURE, ASYMMETRIC, COMPONENT = "symmetric-mixed", "symmetric-pure", "asymmetric-pure", "component"


def symmetric(answer):
    return [e for e in answer.equilibria if e.kind != ASYMMETRIC]


def shares(equilibrium, role="r"):
    return list(equilibrium.strategy[role].values())


def seconds(answer, role="r"):
    return [shares(e, role)[1] for e in symmetric(answer)]


def vector(equilibrium):
    return np.array([x for role in equilibrium.strategy.values() for x in role.values()])


def test_hawks_and_doves_with_ten_players(matched):
    """V = 2, C = 4: against nine others, matched with one of them, half are hawks (Maynard Smith 1982)."""
    answer = solve_nash(matched([[-1.0, 2.0], [0.0, 1.0]]))
    assert answer.complete is True
    assert [(e.kind, e.stable) for e in symmetric(answer)] == [(MIXED, True)]
    assert seconds(answer) == pytest.approx([0.5])
    assert [e.counts["r"] for e in answer.equilibria if e.kind == ASYMMETRIC] == [{"a": 5, "b": 5}]


def test_volunteers_dilemma_by_the_binomial(exact):
    """One volunteer serves all at cost c: the share that does not is c^(1/(n-1)) (Diekmann 1985)."""
    roles = Roles(names=("r",), players=(6,), strategies=(("volunteer", "wait"),))
    answer = solve_nash(exact(roles, lambda counts, a: 0.7 if a == 0 else float(counts[0] > 0)))
    assert answer.complete is True
    assert seconds(answer) == pytest.approx([0.3 ** (1 / 5)])
    assert [e.counts["r"]["volunteer"] for e in answer.equilibria if e.kind == ASYMMETRIC] == [1]
    assert answer.equilibria[-1].strict


def test_coordination_has_three_and_no_other(matched):
    answer = solve_nash(matched(np.diag([1.0, 2.0])))
    assert answer.complete is True
    assert [e.kind for e in answer.equilibria] == [PURE, MIXED, PURE]
    assert seconds(answer) == pytest.approx([0.0, 1 / 3, 1.0])
    assert [e.stable for e in answer.equilibria] == [True, False, True]
    assert [e.strict for e in answer.equilibria] == [True, False, True]
    assert [e.verdict for e in answer.equilibria] == ["certified"] * 3


def test_stag_hunt_that_needs_everybody(exact):
    """The stag takes all ten and pays 2, a hare pays 1: all must come with chance 1/2, so p^9 = 1/2."""
    roles = Roles(names=("r",), players=(10,), strategies=(("hare", "stag"),))
    answer = solve_nash(exact(roles, lambda counts, a: 1.0 if a == 0 else 2.0 * (counts[1] == 10)))
    assert answer.complete is True
    assert seconds(answer) == pytest.approx([0.0, 0.5 ** (1 / 9), 1.0])


def test_rock_paper_scissors_circles(matched):
    answer = solve_nash(matched(RPS))
    assert answer.complete is True
    assert [e.kind for e in symmetric(answer)] == [MIXED]
    assert shares(answer.equilibria[0]) == pytest.approx([1 / 3] * 3)
    assert answer.equilibria[0].stable is None


@pytest.mark.parametrize(("win", "stable"), [(1.5, True), (0.5, False)])
def test_rock_paper_scissors_with_stakes_goes_in_or_out(matched, win, stable):
    answer = solve_nash(matched(np.where(RPS > 0, win, RPS)))
    assert answer.complete is True
    assert [e.stable for e in symmetric(answer)] == [stable]


def test_three_strategy_coordination_has_seven(matched):
    answer = solve_nash(matched(np.diag([1.0, 2.0, 3.0])))
    assert answer.complete is True
    assert [e.kind for e in answer.equilibria].count(PURE) == 3
    assert [e.kind for e in answer.equilibria].count(MIXED) == 4
    inner = next(e for e in answer.equilibria if min(shares(e)) > 0)
    assert shares(inner) == pytest.approx([6 / 11, 3 / 11, 2 / 11])
    assert all(e.regret <= 1e-12 for e in answer.equilibria)


@pytest.mark.parametrize("strategies", [2, 3, 4])
def test_where_all_is_the_same_there_is_one_component(exact, strategies):
    roles = Roles(names=("r",), players=(5,), strategies=(tuple("abcd"[:strategies]),))
    answer = solve_nash(exact(roles, lambda counts, a: 1.0))
    assert [e.kind for e in answer.equilibria] == [COMPONENT]
    assert set(answer.equilibria[0].strategy_interval["r"].values()) == {(0.0, 1.0)}
    assert answer.complete is True


def test_twins_span_components(matched):
    """b copies a: the mixture of a and c becomes a segment, all-a and all-b one edge."""
    answer = solve_nash(matched([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 2.0]]))
    assert answer.complete is True
    assert [e.kind for e in answer.equilibria] == [COMPONENT, COMPONENT, PURE]
    edge, segment, _ = answer.equilibria
    assert edge.strategy_interval["r"] == {"a": (0.0, 1.0), "b": (0.0, 1.0), "c": (0.0, 0.0)}
    assert segment.strategy_interval["r"]["b"] == pytest.approx((0.0, 2 / 3))
    assert shares(segment) == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert all(e.regret <= 1e-12 for e in answer.equilibria)


def test_an_edge_of_ties_is_cut_where_an_outsider_gains(matched):
    """a and b tie with each other, c gains against b's: only mixtures with at least half a are stable."""
    answer = solve_nash(matched([[0.0, 0.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 1.0, -3.0]]))
    parts = [e for e in answer.equilibria if e.kind == COMPONENT]
    assert len(parts) == 1
    assert parts[0].strategy_interval["r"]["a"] == pytest.approx((0.5, 1.0))
    assert not any(e.kind == PURE for e in answer.equilibria)  # all-a is the end of it
    assert answer.complete is None


def test_those_who_tie_but_matter_to_others_are_no_twins(matched):
    """a and b earn the same against everybody, but c gains against b's and not against a's."""
    answer = solve_nash(matched([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [-1.0, 1.0, -3.0]]))
    assert [e.strategy_interval["r"]["a"] for e in answer.equilibria if e.kind == COMPONENT] == [
        pytest.approx((0.5, 1.0))
    ]
    assert answer.complete is None


def test_two_roots_a_hundredth_apart(from_gains):
    coefficients = np.linspace(-0.5, 0.5, 9)  # x - 1/2, in degree 8
    x = np.arange(9) / 8
    squares = (x * (8 * x - 1)) / 7  # the coefficients of x^2
    gains = squares - x * 1.01 + 0.5 * 0.51
    answer = solve_nash(from_gains(gains))
    assert seconds(answer) == pytest.approx([0.0 + 0.5, 0.51, 1.0], abs=1e-9)
    assert [e.stable for e in symmetric(answer)] == [True, False, True]
    assert answer.complete is True
    assert seconds(solve_nash(from_gains(coefficients))) == pytest.approx([0.0, 0.5, 1.0])


def test_a_double_root_is_never_called_complete(from_gains):
    x = np.arange(9) / 8
    gains = (x * (8 * x - 1)) / 7 - 2 * 0.3 * x + 0.09
    answer = solve_nash(from_gains(gains))
    assert answer.complete is None


def test_matching_pennies_between_two_roles(exact):
    roles = Roles(names=("x", "y"), players=(1, 1), strategies=(("h", "t"), ("h", "t")))
    answer = solve_nash(exact(roles, lambda counts, a: (1.0 if counts[0] == counts[2] else -1.0) * (1 - 2 * (a > 1))))
    assert answer.complete is True
    assert [e.kind for e in answer.equilibria] == [MIXED]
    assert vector(answer.equilibria[0]) == pytest.approx([0.5] * 4)
    assert answer.equilibria[0].stable is None


def test_battle_of_the_sexes_between_two_crowds(exact):
    roles = Roles(names=("x", "y"), players=(3, 4), strategies=(("h", "t"), ("h", "t")))
    answer = solve_nash(exact(roles, lambda counts, a: float([2 * counts[2], counts[3], counts[0], 2 * counts[1]][a])))
    assert answer.complete is True
    assert [e.kind for e in answer.equilibria] == [PURE, MIXED, PURE]
    assert vector(answer.equilibria[1]) == pytest.approx([2 / 3, 1 / 3, 1 / 3, 2 / 3])
    assert answer.equilibria[1].stable is False


def test_a_role_with_one_strategy_is_listed_with_one(exact):
    roles = Roles(names=("v", "m"), players=(3, 64), strategies=(("a", "b"), ("honest",)))
    answer = solve_nash(exact(roles, lambda counts, a: float(counts[1]) if a == 1 else 2.0 if a == 0 else 5.0))
    assert answer.equilibria[0].strategy["m"] == {"honest": 1.0}
    assert answer.complete is True
    assert seconds(answer, "v") == pytest.approx([0.0, 0.5, 1.0])


def test_a_game_without_choice(exact):
    roles = Roles(names=("r",), players=(3,), strategies=(("only",),))
    answer = solve_nash(exact(roles, lambda counts, a: 1.0))
    assert [e.kind for e in answer.equilibria] == [PURE]
    assert answer.complete is True


def random_game(seed, players, strategies):
    roles = Roles(names=("r",), players=(players,), strategies=(tuple("abcd"[:strategies]),))
    profiles = roles.profiles()
    table = np.where(profiles > 0, np.random.default_rng(seed).normal(size=profiles.shape), np.nan)
    return EmpiricalGame.exact(roles, table)


def by_multistart(game, steps):
    """Independent: on every support, a root finder from every point of a grid; what nobody gains at, once each."""
    table, roles = game.mean, game.roles
    players, size = roles.players[0], roles.sizes[0]
    others = Roles(names=("r",), players=(players - 1,), strategies=roles.strategies)
    counts = others.profiles()
    earned = np.stack([table[roles.index(counts + np.eye(size, dtype=int)[j]), j] for j in range(size)], axis=1)

    def payoffs(point):
        return multinomial.pmf(counts, players - 1, point) @ earned

    found = []
    for number in range(1, size + 1):
        for support in map(list, combinations(range(size), number)):

            def indifference(free, support=support):
                point = np.zeros(size)
                point[support] = np.append(free, 1 - free.sum())
                if point.min() < 0 or point.max() > 1:
                    return np.full(len(free), 10.0 + np.abs(point).sum())
                return payoffs(point)[support[1:]] - payoffs(point)[support[0]]

            grid = Roles(names=("r",), players=(steps,), strategies=(tuple("abcd"[:number]),)).profiles()
            for start in (grid[(grid > 0).all(axis=1)] / steps)[:, :-1]:
                free = root(indifference, start).x if number > 1 else start
                point = np.zeros(size)
                point[support] = np.append(free, 1 - free.sum())
                if (point[support] <= 1e-7).any() or np.abs(indifference(free)).max(initial=0.0) > 1e-9:
                    continue
                if payoffs(point).max() - payoffs(point) @ point > 1e-9:
                    continue
                if all(np.abs(point - other).max() > 1e-6 for other in found):
                    found.append(point)
    return np.array(found)


@pytest.mark.parametrize(("strategies", "players", "steps"), [(2, 7, 60), (3, 4, 12)])
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("ignore:The iteration is not making good progress:RuntimeWarning")
def test_random_games_against_another_solver(seed, strategies, players, steps):
    game = random_game(seed, players, strategies)
    answer = solve_nash(game)
    listed = np.array([vector(e) for e in symmetric(answer)])
    assert answer.complete is True
    assert len(listed) % 2 == 1  # generic games have an odd number
    assert all(mixture_regret(game.gains(), point)[0] <= 1e-9 for point in listed)
    found = by_multistart(game, steps)
    assert len(found) == len(listed)
    for point in found:
        assert np.abs(listed - point).max(axis=1).min() < 1e-6


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
def test_relabelling_strategies_permutes_the_answer(matched, order):
    matrix = np.array([[2.0, -1.0, 0.5], [0.0, 1.0, 0.2], [1.0, 0.7, 0.4]])
    plain, turned = solve_nash(matched(matrix)), solve_nash(matched(matrix[np.ix_(order, order)]))
    expected = sorted(tuple(vector(e)[list(order)].round(8)) for e in plain.equilibria)
    assert sorted(tuple(vector(e).round(8)) for e in turned.equilibria) == expected
    assert plain.complete == turned.complete


@pytest.mark.parametrize("seed", range(8))
def test_asymmetric_profiles_by_hand(seed):
    game = random_game(seed, 5, 3)
    table, roles = game.mean, game.roles
    expected = set()
    for counts in roles.profiles():
        if (counts > 0).sum() < 2:
            continue
        here = table[roles.index(counts)]
        stays = True
        for i in np.flatnonzero(counts):
            for j in range(3):
                after = counts.copy()
                after[i] -= 1
                after[j] += 1
                stays &= j == i or table[roles.index(after), j] <= here[i]
        if stays:
            expected.add(tuple(counts.tolist()))
    found = {tuple(e.counts["r"].values()) for e in solve_nash(game).equilibria if e.kind == ASYMMETRIC}
    assert found == expected
