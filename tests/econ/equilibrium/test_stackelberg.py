import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium import solve_bimatrix, solve_stackelberg, solve_zero_sum
from econ.games import NormalForm, Roles, RoleSymmetric


def payoff(game, equilibrium, player):
    x, y = (np.array(list(shares.values())) for shares in equilibrium.strategy.values())
    return x @ game.payoffs[player] @ y


def by_grid(own, its, *, weak, steps=60):
    """Independent: all mixtures of two rows on a grid, the follower's ties broken for or against the leader."""
    best = -np.inf
    for share in np.linspace(0, 1, steps + 1):
        mixture = np.array([share, 1 - share])
        earned, paid = mixture @ its, mixture @ own
        replies = paid[earned >= earned.max() - 1e-12]
        best = max(best, replies.min() if weak else replies.max())
    return best


def test_committing_to_a_mixture_pays():
    """Conitzer and Sandholm 2006, section 1: 2 in the only equilibrium, 3 pure, 3.5 by an even mixture."""
    game = NormalForm([np.array([[2.0, 4], [1, 3]]), np.array([[1.0, 0], [0, 1]])])
    answer = solve_stackelberg(game, leader=0)
    assert payoff(game, solve_bimatrix(game).equilibria[0], 0) == pytest.approx(2.0)
    assert answer.figures["player 1 leads, pure"] == 3.0
    assert answer.figures["player 1 leads, strong"] == pytest.approx(3.5)
    assert answer.figures["player 1 leads, weak"] == pytest.approx(3.5)  # as near as the leader likes
    assert answer.equilibria[0].strategy["player 1"] == pytest.approx({"1": 0.5, "2": 0.5})
    assert answer.equilibria[0].payoffs == pytest.approx({"player 1": 3.5, "player 2": 0.5})


def test_a_follower_that_never_prefers_can_be_against_the_leader():
    """Both columns pay the follower the same: strong gives 5, weak the best guarantee against either column."""
    game = NormalForm([np.array([[5.0, 0], [1, 2]]), np.zeros((2, 2))])
    answer = solve_stackelberg(game, leader=0)
    assert answer.figures["player 1 leads, strong"] == pytest.approx(5.0)
    assert answer.figures["player 1 leads, weak"] == pytest.approx(10 / 6)


def test_a_reply_that_is_best_only_in_a_tie_is_no_weak_one():
    """Column 2 ties with column 1 at the first row alone, where the leader would like it."""
    game = NormalForm([np.array([[1.0, 9], [0, 0]]), np.array([[1.0, 1], [1, 0]])])
    answer = solve_stackelberg(game, leader=0)
    assert answer.figures["player 1 leads, strong"] == pytest.approx(9.0)
    assert answer.figures["player 1 leads, weak"] == pytest.approx(1.0)


@given(st.integers(2, 4), st.integers(2, 4), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_a_leader_gets_at_least_any_equilibrium(rows, columns, seed):
    rng = np.random.default_rng(seed)
    game = NormalForm([rng.normal(size=(rows, columns)) for _ in range(2)])
    answer = solve_stackelberg(game)
    for player, name in enumerate(game.players):
        best = max(payoff(game, one, player) for one in solve_bimatrix(game).equilibria)
        strong, weak, pure = (answer.figures[f"{name} leads, {kind}"] for kind in ("strong", "weak", "pure"))
        assert strong >= best - 1e-7
        assert strong == pytest.approx(weak, abs=1e-6)  # random payoffs have no ties that last
        assert strong >= pure - 1e-9
    assert all(one.regret <= 1e-6 for one in answer.equilibria)


@pytest.mark.parametrize("seed", range(8))
def test_a_grid_finds_nothing_better(seed):
    rng = np.random.default_rng(seed)
    game = NormalForm([rng.integers(0, 5, size=(2, 3)).astype(float) for _ in range(2)])
    figures = solve_stackelberg(game, leader=0).figures
    strong, weak = (by_grid(*game.payoffs, weak=w) for w in (False, True))
    assert figures["player 1 leads, strong"] >= strong - 1e-9
    assert figures["player 1 leads, weak"] >= weak - 1e-9
    assert figures["player 1 leads, weak"] <= figures["player 1 leads, strong"] + 1e-9


def test_in_a_zero_sum_game_leading_is_worth_the_value():
    table = np.random.default_rng(1).normal(size=(4, 5))
    game = NormalForm([table, -table])
    value = solve_zero_sum(game).figures["value"]
    figures = solve_stackelberg(game).figures
    assert figures["player 1 leads, strong"] == pytest.approx(value, abs=1e-7)
    assert figures["player 2 leads, strong"] == pytest.approx(-value, abs=1e-7)


def test_bad_input_is_told():
    with pytest.raises(ValueError, match="leader is 2; it is player 0 or 1"):
        solve_stackelberg(NormalForm([np.eye(2)] * 2), leader=2)
    with pytest.raises(ValueError, match="the game has 1 player;"):
        solve_stackelberg(NormalForm([np.ones(3)]))


def test_where_nobody_has_a_choice_the_leader_takes_what_there_is():
    roles = Roles(names=("x", "y"), players=(2, 1), strategies=(("a",), ("u",)))
    answer = solve_stackelberg(RoleSymmetric(roles=roles, payoffs=np.array([[3.0, 1.0]])))
    assert [one.payoffs for one in answer.equilibria] == [{"leader": 3.0}] * 2 + [{"leader": 1.0}] * 2
    assert {one.regret for one in answer.equilibria} == {0.0}
