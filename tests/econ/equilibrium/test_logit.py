import numpy as np
import pytest
from scipy.optimize import brentq

from econ.equilibrium import solve_logit
from econ.games import NormalForm


def mixtures(equilibrium):
    return [np.array(list(shares.values())) for shares in equilibrium.strategy.values()]


def off(game, equilibrium):
    """Independent: how far each mixture is from the logit response to the others."""
    lam = equilibrium.figures["lambda"]
    most = 0.0
    for earned, mixture in zip(game.deviation_payoffs(mixtures(equilibrium)), mixtures(equilibrium), strict=True):
        response = np.exp(lam * (earned - earned.max()))
        most = max(most, np.abs(response / response.sum() - mixture).max())
    return most


@pytest.mark.parametrize(
    "sizes", [(2, 2), (3, 4), (2, 2, 2), (3, 3, 3), (4,), (2, 3, 2, 2)], ids=lambda sizes: "x".join(map(str, sizes))
)
@pytest.mark.parametrize("seed", [0, 3])
def test_every_point_is_a_logit_response_to_itself(sizes, seed):
    rng = np.random.default_rng(seed)
    game = NormalForm([10 * rng.normal(size=sizes) for _ in sizes])
    answer = solve_logit(game)
    assert answer.unsearched == 0
    assert answer.complete is None
    for one in answer.equilibria:
        assert off(game, one) <= 1e-7
    assert answer.equilibria[0].figures["lambda"] == 0.0
    assert answer.equilibria[-1].regret <= 0.02 * 10


def test_a_symmetric_game_by_one_equation():
    """Pennies against a row that pays nine: the row player's share solves one equation in lambda."""
    game = NormalForm([np.array([[9.0, 0], [0, 1]]), np.array([[0.0, 1], [1, 0]])])
    for one in solve_logit(game).equilibria:
        lam = one.figures["lambda"]

        def gap(q, lam=lam):
            p = 1 / (1 + np.exp(-lam * (10 * q - 1)))
            return 1 / (1 + np.exp(-lam * (1 - 2 * p))) - q

        assert one.strategy["player 2"]["1"] == pytest.approx(brentq(gap, 0, 1, xtol=1e-14), abs=1e-8)


def test_branches_that_meet_are_passed_straight_on_and_told():
    """Two who want the same: the even branch splits at lambda 2, where the response's slope is 1."""
    answer = solve_logit(NormalForm([np.eye(2), np.eye(2)]))
    assert len(answer.steps) == 1
    near = float(answer.steps[0].split("lambda ")[1].split(";")[0])
    assert near == pytest.approx(2.0, abs=1e-3)
    assert all(one.strategy["player 1"]["1"] == pytest.approx(0.5) for one in answer.equilibria)


def test_noise_breaks_the_tie_towards_the_safer_equilibrium():
    stag = np.array([[4.0, 0], [3, 3]])
    answer = solve_logit(NormalForm([stag, stag.T]))
    assert answer.equilibria[-1].strategy["player 1"]["2"] == pytest.approx(1.0)
    assert answer.steps == ()


def test_payoffs_in_other_units_scale_lambda():
    rng = np.random.default_rng(7)
    tables = [rng.normal(size=(3, 3)) for _ in range(2)]
    small, large = solve_logit(NormalForm(tables)), solve_logit(NormalForm([1e9 * t + 5e9 for t in tables]))
    for one, other in zip(small.equilibria, large.equilibria, strict=True):
        assert other.figures["lambda"] * 1e9 == pytest.approx(one.figures["lambda"])
        np.testing.assert_allclose(np.concatenate(mixtures(one)), np.concatenate(mixtures(other)), atol=1e-6)


def test_a_spent_budget_is_said():
    rng = np.random.default_rng(8)
    answer = solve_logit(NormalForm([rng.normal(size=(3, 3)) for _ in range(2)]), budget=5)
    assert answer.unsearched == 1
    assert answer.steps[-1].startswith("the branch was left at lambda")
    assert 0.0 < answer.equilibria[-1].figures["lambda"] == answer.figures["lambda"]


def test_equal_payoffs_and_payoffs_too_large():
    answer = solve_logit(NormalForm([np.ones((2, 3))] * 2))
    assert answer.equilibria[-1].strategy["player 2"] == pytest.approx(dict.fromkeys("123", 1 / 3))
    with pytest.raises(ValueError, match=r"payoffs reach 1e\+200; .* scale the game down"):
        solve_logit(NormalForm([np.full((2, 2), 1e200)] * 2))
