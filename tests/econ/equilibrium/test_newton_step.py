"""Newton's step drops cells only where no game of the band has a root."""

import numpy as np
import pytest

from econ.equilibrium import solve_nash
from econ.equilibrium.cells import Cells
from econ.equilibrium.face import face_of
from econ.equilibrium.newton_step import reachable
from econ.games import Roles, RoleSymmetric
from econ.games.empirical import Gains

TWO = Roles(names=("x", "y"), players=(3, 2), strategies=(("a", "b", "c"), ("u", "v")))


def random_gains(seed, half):
    rng = np.random.default_rng(seed)
    game = RoleSymmetric.from_function(TWO, lambda counts: rng.normal(size=counts.shape) + counts * rng.normal(size=5))
    gains = game.gains()
    return Gains(
        roles=TWO, mean=gains.mean, half_width=tuple(half * (1 - np.eye(m.shape[1])) + 0 * m for m in gains.mean)
    )


@pytest.mark.parametrize("half", [0.0, 0.05])
@pytest.mark.parametrize("seed", range(6))
def test_no_root_of_the_band_is_dropped(seed, half):
    every = tuple(tuple(range(size)) for size in TWO.sizes)
    gains = random_gains(seed, half)
    rng = np.random.default_rng(seed)
    cells = Cells.of(face_of(gains, every, every), tuple(np.eye(s) for s in TWO.sizes), challenges=False, rounds=8)
    keep = reachable(cells)
    assert not keep.all()
    low, high, _ = cells.points()
    for _ in range(5):  # other games of the band
        shifts = [half * rng.uniform(-1, 1, size=m.shape[:2]) for m in gains.mean]
        mean = tuple(m + s[:, :, None] / 2 - s[:, None, :] / 2 for m, s in zip(gains.mean, shifts, strict=True))
        other = face_of(Gains(roles=TWO, mean=mean, half_width=tuple(0 * m for m in mean)), every, every)
        roots = other.newton(
            rng.dirichlet(np.ones(3), 200) @ np.eye(3, 5) + rng.dirichlet(np.ones(2), 200) @ np.eye(5)[3:]
        )
        for root in roots[np.isfinite(roots[:, 0]) & (roots.min(axis=1) > 1e-9)]:
            holds = ((low <= root + 1e-9) & (root - 1e-9 <= high)).all(axis=1)
            assert keep[holds].any()


def test_eight_seats_in_two_roles_of_five_and_three_strategies_are_solved_whole():
    """Players who meet in pairs, and a congested market: every face up to six dimensions is proved."""
    roles = Roles(names=("x", "y"), players=(4, 4), strategies=(tuple("abcde"), tuple("uvw")))
    rng = np.random.default_rng(7)
    meets, cost = rng.normal(size=(8, 8)), rng.random(8)
    for payoff in (lambda c: c @ meets.T - np.diag(meets), lambda c: -c * cost - 0.3 * np.roll(c, 3, axis=1)):
        game = RoleSymmetric.from_function(roles, payoff)
        answer = solve_nash(game.to_empirical())
        assert (answer.complete, answer.unsearched) == (True, 0)
        assert answer.equilibria
        for found in answer.equilibria:
            shares = np.array([x for role in found.strategy.values() for x in role.values()])
            if found.counts is None:
                assert float(game.regret(shares)) <= 1e-9
