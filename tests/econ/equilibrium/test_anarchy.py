import numpy as np
import pytest

from econ.equilibrium import solve_anarchy
from econ.games import NormalForm


def pigou(drivers):
    """Drivers choose a road whose hours are the share of drivers on it, or one that always takes an hour."""
    cells = np.indices((2,) * drivers)
    narrow = (cells == 0).sum(axis=0) / drivers
    return NormalForm([np.where(cells[k] == 0, -narrow, -1.0) for k in range(drivers)])


@pytest.mark.parametrize("drivers", [2, 4])
def test_pigou_costs_four_thirds(drivers):
    """Everybody on the narrow road is an equilibrium; half on it would cost three quarters."""
    answer = solve_anarchy(pigou(drivers))
    assert answer.figures["anarchy, pure"] == pytest.approx(4 / 3)
    assert answer.figures["anarchy, coarse"] == pytest.approx(4 / 3)
    assert answer.figures["optimum"] == pytest.approx(-0.75 * drivers)


def test_prisoners_lose_two_thirds():
    game = NormalForm([np.array([[3.0, 0], [5, 1]]), np.array([[3.0, 5], [0, 1]])])
    figures = solve_anarchy(game).figures
    assert {figures[f"{word}, {kind}"] for word in ("anarchy", "stability") for kind in ("pure", "nash")} == {3.0}


def test_wider_sets_have_wider_ranges():
    rng = np.random.default_rng(0)
    for _ in range(10):
        game = NormalForm([rng.random((3, 3)) for _ in range(2)])
        answer = solve_anarchy(game)
        nash, correlated, coarse = (
            answer.figures[f"worst welfare, {kind}"] for kind in ("nash", "correlated", "coarse")
        )
        assert coarse - 1e-9 <= correlated <= nash + 1e-7
        assert answer.figures["anarchy, coarse"] >= answer.figures["anarchy, nash"] - 1e-7
        assert answer.figures["stability, nash"] >= 1.0 - 1e-12
        assert answer.complete is True


def test_no_ratio_where_welfare_has_both_signs_or_there_is_no_equilibrium():
    pennies = np.array([[1.0, -1], [-1, 1]])
    answer = solve_anarchy(NormalForm([pennies, -pennies]))
    assert answer.figures["anarchy, pure"] is None
    assert answer.figures["worst welfare, pure"] is None
    assert answer.figures["anarchy, nash"] is None  # 0 of 0
    mixed = solve_anarchy(NormalForm([np.array([[1.0, -3], [0, 0]])] * 2))
    assert mixed.figures["anarchy, nash"] is None
    assert mixed.figures["best welfare, nash"] == pytest.approx(2.0)


def test_the_optimum_shows_what_leaving_it_pays():
    game = NormalForm([np.array([[3.0, 0], [5, 1]]), np.array([[3.0, 5], [0, 1]])])
    best = solve_anarchy(game).equilibria[0]
    assert (best.kind, best.regret, best.verdict) == ("optimum", 2.0, "rejected")
    assert best.payoffs == {"player 1": 3.0, "player 2": 3.0}


def test_a_search_for_equilibria_that_was_cut_short_is_told():
    game = NormalForm(list(np.random.default_rng(0).normal(size=(2, 6, 6))))
    assert solve_anarchy(game).unsearched == 0
    cut = solve_anarchy(game, budget=1)
    assert cut.complete is None
    assert cut.unsearched > 0
