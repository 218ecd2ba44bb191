import numpy as np
import pytest

from econ.equilibrium.exclusion import all_roots
from econ.equilibrium.face import face_of
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.search import proved, roots_inside
from econ.games import Roles, RoleSymmetric

TWO_ROLES = Roles(names=("x", "y"), players=(3, 2), strategies=(("a", "b", "c"), ("u", "v")))


def at_random(roles, seed):
    rng = np.random.default_rng(seed)
    return RoleSymmetric.from_function(roles, lambda counts: rng.normal(size=counts.shape)).to_empirical()


def face(game, *supports):
    every = tuple(tuple(range(size)) for size in game.roles.sizes)
    return face_of(game.gains(0.95), supports or every, every)


@pytest.mark.parametrize("seed", range(12))
def test_finds_the_roots_that_the_slower_search_finds_and_proves(seed):
    game = at_random(TWO_ROLES, seed)
    inside = face(game)
    roots, whole, _ = all_roots(inside, 1e9)
    slow = roots_inside(inside)[0]
    assert whole
    assert proved(inside, slow)[1]
    assert len(roots) == len(slow)
    assert all(np.abs(a - b).max() < 1e-6 for a, b in zip(roots, slow, strict=True))


def test_where_somebody_outside_gains_only_roots_that_are_no_equilibria_are_left_out():
    def regret(game, x):
        return game.regret(np.array([x[0], x[1], 0.0, x[2], x[3]]))

    for seed in range(12):
        game = at_random(TWO_ROLES, seed)
        part = face(game, (0, 1), (0, 1))
        kept = [x for x in all_roots(part, 1e9)[0] if regret(game, x) < 1e-9]
        every = [x for x in roots_inside(part)[0] if regret(game, x) < 1e-9]
        assert len(kept) == len(every)
        assert all(np.abs(a - b).max() < 1e-6 for a, b in zip(kept, every, strict=True))


def test_without_work_nothing_is_claimed():
    game = at_random(TWO_ROLES, 0)
    assert all_roots(face(game), 0.0)[1] is False


def test_a_continuum_is_not_claimed_to_be_points():
    """With gains that are multiples of one number roots fill a line: work ends, nothing is proved."""
    roles = Roles(names=("r",), players=(3,), strategies=(("a", "b", "c"),))
    gains = np.array([-1.0, 0.0, 1.0])
    game = RoleSymmetric.from_function(roles, lambda counts: (counts @ gains)[:, None] * gains - gains**2)
    assert all_roots(face(game.to_empirical()), 1e7)[1] is False


def test_a_game_of_many_faces_is_proved_with_the_compiled_loop():
    roles = Roles(names=("x", "y"), players=(4, 4), strategies=(("a", "b", "c", "d"), ("u", "v")))
    game = at_random(roles, 5)
    answer = solve_nash(game, budget=1e11)
    assert answer.complete is True
    assert answer.unsearched == 0
    assert max(one.regret for one in answer.equilibria) < 1e-9
