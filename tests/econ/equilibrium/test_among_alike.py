"""Correlated equilibria, commitment and evolutionary stability, where players are alike, against other routes."""

import numpy as np
import pytest

from econ.equilibrium import solve
from econ.equilibrium.ess_of_two import is_evolutionarily_stable
from econ.games import EmpiricalGame, NormalForm, Roles

HAWK = np.array([[-1.0, 4.0], [0.0, 2.0]])


def two_alike(table):
    """The symmetric game of two with this table, as one role of two seats and in normal form."""
    size = len(table)
    roles = Roles(names=("r",), players=(2,), strategies=(tuple("abcdef"[:size]),))
    payoffs = np.full((roles.profile_count, size), np.nan)
    for number, counts in enumerate(roles.profiles()):
        for k in np.flatnonzero(counts):
            other = counts - np.eye(size, dtype=int)[k]
            payoffs[number, k] = table[k] @ other
    return EmpiricalGame.exact(roles, payoffs), NormalForm([table, table.T])


@pytest.mark.parametrize("concept", ["correlated", "coarse"])
@pytest.mark.parametrize("seed", range(12))
def test_the_best_sum_is_that_of_the_game_of_all_seats(concept, seed):
    """Averaged over seats a correlated equilibrium stays one, so ranges of the sum agree by two programs."""
    rng = np.random.default_rng(seed)
    table = rng.integers(-4, 5, size=(int(rng.integers(2, 5)),) * 2).astype(float)
    alike, seats = two_alike(table)
    ours, theirs = solve(alike, concept), solve(seats, concept)
    for end in ("welfare low", "welfare high"):
        assert ours.figures[end] == pytest.approx(theirs.figures[end], abs=1e-7)
    assert all(one.regret <= 1e-7 for one in ours.equilibria)
    assert all(sum(share for _, share in one.joint) == pytest.approx(1.0) for one in ours.equilibria)


def test_three_seats_two_roles_agree_with_normal_form():
    """Two alike who meet one of another kind."""
    rng = np.random.default_rng(5)
    roles = Roles(names=("x", "y"), players=(2, 1), strategies=(("a", "b"), ("u", "v")))
    table = rng.normal(size=(3, 2, 4))  # [a's among x, y's strategy, axis]
    counts = roles.profiles()
    payoffs = np.array([table[c[0], c[3]] for c in counts])
    game = EmpiricalGame.exact(roles, np.where(counts > 0, payoffs, np.nan))
    cells = np.indices((2, 2, 2))
    first = (cells[0] == 0).astype(int) + (cells[1] == 0)
    tables = [table[first, cells[2], cells[0]], table[first, cells[2], cells[1]], table[first, cells[2], 2 + cells[2]]]
    for concept in ("correlated", "coarse"):
        ours, theirs = solve(game, concept), solve(NormalForm(tables), concept)
        assert ours.figures["welfare high"] == pytest.approx(theirs.figures["welfare high"], abs=1e-7)
        assert ours.figures["y low"] == pytest.approx(theirs.figures["player 3 low"], abs=1e-7)


def test_a_sampled_game_has_the_interval_of_its_regret(sampled):
    alike, _ = two_alike(HAWK)
    few, many = (solve(sampled(alike, worlds, 2.0), "correlated").equilibria[0] for worlds in (64, 4096))
    assert few.regret_interval[0] <= 0.0 <= few.regret_interval[1]
    assert many.regret_interval[1] < few.regret_interval[1]
    assert (few.verdict, many.verdict) == ("consistent", "certified")


def test_a_leading_seat_of_two_is_the_pure_leader_of_the_table():
    for seed in range(10):
        table = np.random.default_rng(seed).normal(size=(3, 3))
        alike, seats = two_alike(table)
        led = solve(alike, "stackelberg")
        pure = solve(seats, "stackelberg").figures["player 1 leads, pure"]
        assert led.figures["r lead, strong"] == pytest.approx(pure)
        assert led.figures["r lead, weak"] <= led.figures["r lead, strong"] + 1e-12
        assert all(one.regret <= 1e-9 for one in led.equilibria)


def test_a_leader_of_many_moves_them(sampled):
    """Stag hunters who need all of three: one who commits to stag leaves the others a game with both equilibria."""
    roles = Roles(names=("hunters",), players=(3,), strategies=(("hare", "stag"),))
    game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [1.0, 0.0], [np.nan, 3.0]]))
    led = solve(sampled(game, 64, 0.01), "stackelberg")
    assert led.figures["hunters lead, strong"] == pytest.approx(3.0, abs=0.05)
    assert led.figures["hunters lead, weak"] == pytest.approx(1.0, abs=0.05)
    assert {one.verdict for one in led.equilibria} == {"certified"}


@pytest.mark.parametrize(
    ("table", "stable"),
    [
        (HAWK, [[2 / 3, 1 / 3]]),
        (np.array([[4.0, 0.0], [3.0, 3.0]]), [[1, 0], [0, 1]]),  # stag hunt: both conventions, not the mixture
        (np.array([[3.0, 0.0], [5.0, 1.0]]), [[0, 1]]),
        (np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]), []),  # rock-paper-scissors: neutrally stable only
        (np.array([[0.0, -1, 2], [2, 0, -1], [-1, 2, 0]]), [[1 / 3, 1 / 3, 1 / 3]]),  # winning pays more than losing
        (np.array([[0.0, -2, 1], [1, 0, -2], [-2, 1, 0]]), []),
        (np.ones((3, 3)), []),
        (-np.eye(3), [[1 / 3, 1 / 3, 1 / 3]]),
    ],
)
def test_closed_forms_of_evolutionary_stability(table, stable):
    answer = solve(NormalForm([table, table.T]), "ess")
    found = [list(one.strategy["player 1"].values()) for one in answer.equilibria]
    assert sorted(found) == [pytest.approx(point) for point in sorted(stable)]
    assert answer.complete is True


def test_stability_by_a_quadratic_form_and_by_trying_mutants():
    """Against its definition: mutants at random, close to the equilibrium and far, in small numbers."""
    rng = np.random.default_rng(7)
    tried = 0
    for _ in range(60):
        table = rng.integers(-3, 4, size=(3, 3)).astype(float)
        for one in solve(NormalForm([table, table.T])).equilibria:
            x, y = (np.array(list(shares.values())) for shares in one.strategy.values())
            if np.abs(x - y).max() > 1e-9:
                continue
            mutants = rng.dirichlet(np.full(3, 0.3), 400)
            edges = np.array([a + t * (b - a) for a in np.eye(3) for b in np.eye(3) for t in np.linspace(0, 1, 33)])
            mutants = np.concatenate((mutants, x + 0.02 * (mutants - x), edges))
            mutants = mutants[np.abs(mutants - x).max(axis=1) > 1e-4]
            met = x + 1e-7 * (mutants - x)
            ahead = ((x - mutants) * (met @ table.T)).sum(axis=1)
            stable = is_evolutionarily_stable(table, x)
            if stable:
                assert (ahead > -1e-15).all()
                tried += 1
            elif one.component is None:
                assert (ahead <= 1e-9).any()
    assert tried > 20


def test_two_populations_know_only_strict_ones():
    battle = NormalForm([np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])])
    assert len(solve(battle, "ess").equilibria) == 2
    assert all(one.strict for one in solve(battle, "ess").equilibria)


def test_bad_leaders():
    alike, _ = two_alike(HAWK)
    from econ.equilibrium import solve_stackelberg

    with pytest.raises(ValueError, match="leader is 1; it is the number of a role, 0 to 0"):
        solve_stackelberg(alike, leader=1)
