import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium import correlated_range, solve, solve_bimatrix, solve_coarse, solve_correlated
from econ.equilibrium.correlated import correlated_regret
from econ.games import NormalForm

CHICKEN = np.array([[0.0, 7], [2, 6]])


def joint(equilibrium, game):
    table = np.zeros(game.sizes)
    for profile, share in equilibrium.joint:
        table[tuple(listed.index(name) for listed, name in zip(game.strategies, profile, strict=True))] = share
    return table


def by_hand(game, table, coarse):
    """Independent: the gain of every switch, told by told, in plain loops."""
    most = 0.0
    for player, size in enumerate(game.sizes):
        gain = np.zeros((size, size))
        for cell in np.ndindex(*game.sizes):
            for other in range(size):
                there = list(cell)
                there[player] = other
                paid = game.payoffs[player]
                gain[cell[player], other] += table[cell] * (paid[tuple(there)] - paid[cell])
        most = max(most, gain.sum(axis=0).max() if coarse else gain.max(axis=1).sum())
    return most


def test_chicken_by_hand():
    """Aumann's numbers: the best sum is 10.5 with 1/4, 1/4, 1/2, the worst 7.2 with a fifth on the crash."""
    game = NormalForm([CHICKEN, CHICKEN.T])
    answer = solve_correlated(game)
    kinds = {e.kind: e for e in answer.equilibria}
    assert sorted(kinds) == ["entropy", "fair", "welfare"]
    np.testing.assert_allclose(joint(kinds["welfare"], game), [[0, 0.25], [0.25, 0.5]], atol=1e-9)
    assert answer.figures["welfare low"] == pytest.approx(7.2)
    assert min(kinds["fair"].payoffs.values()) == pytest.approx(5.25)
    assert answer.figures["player 1 high"] == pytest.approx(7.0)
    assert answer.complete is False


def test_coarse_is_wider_than_correlated():
    first = -np.array([[0.0, 0, 6, 0, 0], [0, 0, 3, 2, 1], [4, 3, 0, 0, 1]])
    second = -np.array([[3.0, 0, 2, 1, 0], [0, 2, 0, 0, 4], [4, 0, 2, 4, 4]])
    game = NormalForm([first, second])
    narrow, wide = (correlated_range(game, first + second, concept=concept) for concept in ("correlated", "coarse"))
    assert narrow == pytest.approx((-2.5, 0.0), abs=1e-9)
    assert wide[0] < narrow[0] - 0.2
    assert wide[1] >= narrow[1] - 1e-9


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_regret_agrees_with_loops(sizes, seed):
    rng = np.random.default_rng(seed)
    game = NormalForm([rng.normal(size=sizes) for _ in sizes])
    table = rng.dirichlet(np.ones(np.prod(sizes))).reshape(sizes)
    assert correlated_regret(game, table) == pytest.approx(max(0.0, by_hand(game, table, False)), abs=1e-12)
    assert correlated_regret(game, table, concept="coarse") == pytest.approx(
        max(0.0, by_hand(game, table, True)), abs=1e-12
    )


@pytest.mark.parametrize("sizes", [(3, 4), (2, 2, 2), (5,)])
def test_answers_are_equilibria_and_the_ranges_hold_every_nash(sizes):
    rng = np.random.default_rng(len(sizes))
    game = NormalForm([rng.normal(size=sizes) for _ in sizes])
    for solver, coarse in ((solve_correlated, False), (solve_coarse, True)):
        answer = solver(game)
        for one in answer.equilibria:
            assert by_hand(game, joint(one, game), coarse) <= 1e-6
            assert one.regret <= 1e-6
            assert sum(share for _, share in one.joint) == pytest.approx(1.0)
        if len(sizes) == 2:
            for nash in solve_bimatrix(game).equilibria:
                x, y = (np.array(list(s.values())) for s in nash.strategy.values())
                for player, table in zip(game.players, game.payoffs, strict=True):
                    low, high = (answer.figures[f"{player} {end}"] for end in ("low", "high"))
                    assert low - 1e-9 <= x @ table @ y <= high + 1e-9


def test_the_largest_entropy_is_not_beaten():
    rng = np.random.default_rng(5)
    game = NormalForm([rng.normal(size=(3, 3)) for _ in range(2)])
    kinds = {e.kind: joint(e, game) for e in solve_correlated(game).equilibria}

    def entropy(table):
        return -sum(p * np.log(p) for p in table.ravel() if p > 0)

    assert all(entropy(kinds["entropy"]) >= entropy(mix) - 1e-6 for mix in kinds.values())
    for share in (0.01, 0.1):
        near = (1 - share) * kinds["entropy"] + share * kinds["welfare"]
        assert entropy(near) <= entropy(kinds["entropy"]) + 1e-7


def test_bad_input_is_told():
    game = NormalForm([CHICKEN, CHICKEN.T])
    with pytest.raises(ValueError, match=r"objective has shape \(2,\); it must be one finite number a profile"):
        correlated_range(game, np.zeros(2))
    with pytest.raises(ValueError, match=r"objective has shape \(2, 2\)"):
        correlated_range(game, np.full((2, 2), np.nan))
    with pytest.raises(ValueError, match=r"payoffs reach 1e\+200"):
        solve_coarse(NormalForm([CHICKEN * 1e200 / 7, CHICKEN]))
    with pytest.raises(ValueError, match="concept is 'wide'; it is correlated or coarse"):
        correlated_range(game, CHICKEN, concept="wide")
    with pytest.raises(ValueError, match=r"possible gains; at most 20000000 are solved: remove dominated"):
        solve_correlated(NormalForm([np.zeros((300, 300))] * 2))


@pytest.mark.parametrize(
    ("seed", "concept"), [(2, "correlated"), (59, "correlated"), (282, "coarse"), (1062, "correlated")]
)
def test_payoffs_twelve_digits_apart_are_solved_another_way(seed, concept):
    """The simplex method first tried stops at these, or takes them for empty."""
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(2, 6, size=2))
    digits = 10.0 ** rng.uniform(-6, 6, size=(2, *shape))
    game = NormalForm([rng.normal(size=shape) * digits[0], rng.normal(size=shape) * digits[1]])
    answer = solve(game, concept)
    largest = max(float(np.abs(table).max()) for table in game.payoffs)
    assert answer.equilibria
    assert answer.unsearched == 0
    for one in answer.equilibria:
        assert one.regret <= 1e-6 * largest
