"""Every solver is called alike, and out of budget it answers with what it has."""

import inspect

import numpy as np
import pytest

from econ import equilibrium
from econ.equilibrium import solve
from econ.equilibrium.solve import OF_EMPIRICAL_GAMES, OF_NORMAL_FORMS
from econ.games import EmpiricalGame, NormalForm, Roles

SOLVERS = {name: getattr(equilibrium, name) for name in equilibrium.__all__ if name.startswith("solve_")}
HAWK = np.array([[-1.0, 4.0], [0.0, 2.0]])


@pytest.mark.parametrize("name", sorted(set(SOLVERS) - {"solve_by_growing"}))
def test_every_solver_takes_a_game_a_budget_and_a_seed(name):
    taken = inspect.signature(SOLVERS[name]).parameters
    assert next(iter(taken)) == "game"
    for word in ("epsilon", "level", "budget", "seed"):
        assert taken[word].kind is inspect.Parameter.KEYWORD_ONLY
        assert taken[word].default is not inspect.Parameter.empty


@pytest.mark.parametrize("concept", OF_NORMAL_FORMS)
def test_by_one_door_in_normal_form(concept):
    table = HAWK if concept != "zero-sum" else np.array([[1.0, -1.0], [-1.0, 1.0]])
    game = NormalForm([table, table.T if concept != "zero-sum" else -table])
    answer = solve(game, concept, seed=3)
    assert answer == solve(game, concept, seed=4)
    assert answer.concept == concept
    assert answer.equilibria or answer.survivors
    assert answer.checked or concept == "alpha-rank"


@pytest.mark.parametrize("concept", OF_EMPIRICAL_GAMES)
def test_by_one_door_of_roles(concept, matched, sampled):
    game = matched(np.array([[1.0, 0.0], [0.0, 2.0]]), 5)
    for some in (game, sampled(game, 64, 0.01)):
        answer = solve(some, concept)
        assert answer.concept == concept
        assert answer.equilibria
        assert all(e.regret <= e.regret_interval[1] for e in answer.equilibria)


@pytest.mark.parametrize("concept", ["correlated", "coarse"])
def test_a_program_out_of_budget_lists_what_it_has(concept):
    rng = np.random.default_rng(0)
    game = NormalForm([rng.normal(size=(6, 6)) for _ in range(2)])
    cut = solve(game, concept, budget=1)
    assert cut.unsearched == 1
    assert cut.equilibria
    assert cut.complete is None
    for one in cut.equilibria:
        assert one.regret == pytest.approx(game.regret([list(s.values()) for s in one.strategy.values()]))


def test_other_budgets_end_and_say_so():
    rng = np.random.default_rng(1)
    game = NormalForm([rng.normal(size=(5, 5)) for _ in range(2)])
    assert solve(game, "pure", budget=3).unsearched == 22
    assert solve(game, "stackelberg", budget=2).unsearched == 3
    chain = np.add.outer(np.arange(5.0), np.zeros(5))
    cut = solve(NormalForm([chain - 9.0 * np.eye(5)[::-1], chain.T]), "dominance", budget=1)
    assert cut.unsearched == 1
    assert "after 1 rounds" in " ".join(cut.steps)


def test_a_continuum_of_three_players_is_judged_at_its_corners():
    """Two who cannot do anything about it, and one who chooses: every mixture of theirs is an equilibrium."""
    tables = [np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), np.broadcast_to(np.array([1.0, 0.0]), (2, 2, 2)).copy()]
    answer = solve(NormalForm(tables))
    assert any(one.kind == "component" for one in answer.equilibria)
    assert "corners of continua" in answer.checked
    assert all(one.regret == 0.0 for one in answer.equilibria)


def test_no_concept_of_one_kind_alone_is_offered_for_the_other():
    roles = Roles(names=("r",), players=(2,), strategies=(("a", "b"),))
    game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [0.0, 0.0], [np.nan, 1.0]]))
    with pytest.raises(ValueError, match="'anarchy' is for games in normal form; for others there are nash, pure"):
        solve(game, "anarchy")


FORM = NormalForm([HAWK, HAWK.T])
EACH = sorted(set(SOLVERS) - {"solve_by_growing"})


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("given", [None, "prisoners", HAWK, [[1, 2], [3, 4]]])
def test_what_is_no_game_is_refused_in_one_line(name, given):
    with pytest.raises(TypeError, match=f"{name} is for games of econ.games .* of type {type(given).__name__}$"):
        SOLVERS[name](given)


@pytest.mark.parametrize("name", EACH)
def test_a_solver_answers_or_says_which_kind_it_is_for(name):
    """None of them takes no kind, and each that a concept stands for takes the kinds of its tables."""
    form = FORM if name != "solve_zero_sum" else NormalForm([HAWK, -HAWK])
    answered = 0
    for game, solvers in ((form, OF_NORMAL_FORMS), (form.to_empirical(), OF_EMPIRICAL_GAMES)):
        if SOLVERS[name] in solvers.values() or (name == "solve_bimatrix" and game is form):
            answer = SOLVERS[name](game)
            answered += bool(answer.equilibria or answer.survivors)
        else:
            with pytest.raises(ValueError, match=rf"{name} is for .*econ\.equilibrium\.solve\(game, concept\)"):
                SOLVERS[name](game)
    assert answered


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"epsilon": -1.0}, "epsilon is -1"),
        ({"epsilon": np.nan}, "epsilon is nan"),
        ({"epsilon": np.inf}, "epsilon is inf; it is a gain and must be finite"),
        ({"epsilon": "much"}, "epsilon is 'much'"),
        ({"level": 1.0}, "level is 1"),
        ({"level": np.nan}, "level is nan"),
        ({"budget": -1}, "budget is -1"),
        ({"budget": np.inf}, "budget is inf"),
        ({"budget": "all"}, "budget is 'all'"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 0.5}, "seed is 0.5"),
    ],
)
def test_every_solver_refuses_what_it_cannot_be_asked_with(name, asked, told):
    game = FORM if name != "solve_qre" else FORM.to_empirical()
    with pytest.raises(ValueError, match=told):
        SOLVERS[name](game, **asked)


@pytest.mark.parametrize("name", EACH)
def test_payoffs_that_cannot_be_computed_with_are_refused(name):
    huge = NormalForm([np.array([[1e308, -1e308], [-1e308, 1e308]]), np.array([[-1e308, 1e308], [1e308, -1e308]])])
    with pytest.raises(ValueError, match=r"payoffs reach 1e\+308; at most 1e\+100"):
        SOLVERS[name](huge if name != "solve_qre" else huge.to_empirical())


def test_nash_is_asked_of_any_game():
    for game in (FORM, FORM.to_empirical()):
        answer = equilibrium.solve_nash(game, budget=1e8)
        assert answer.complete
        assert len(answer.equilibria) == 3


def test_alpha_rank_refuses_payoffs_that_hardly_differ():
    faint = np.full((2, 2), 5e-324)
    faint[0, 0] = 0.0
    with pytest.raises(ValueError, match=r"payoffs differ by 4\.\S+e-324 at most; .* scale the game up"):
        equilibrium.solve_alpha_rank(NormalForm([faint, faint.T]))
