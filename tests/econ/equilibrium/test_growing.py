"""Growing restrictions finds the equilibria of games whose table nobody could fill."""

import numpy as np
import pytest

from econ.equilibrium import solve_nash
from econ.equilibrium.growing import solve_by_growing
from econ.games import EmpiricalGame, Roles, RoleSymmetric


class Meets:
    """Players who meet one another in pairs, by formula: no table is ever made. Counts what it is asked for."""

    def __init__(self, roles, matrix, noise=0.2, seed=0):
        self.roles, self.matrix, self.noise, self.seed = roles, np.asarray(matrix, dtype=float), noise, seed
        self.asked = {}

    def means(self, counts):
        return (counts @ self.matrix.T - np.diag(self.matrix)) / (self.roles.players[0] - 1)

    def __call__(self, profiles, worlds):
        table = np.where(profiles > 0, self.means(profiles), np.nan)[..., None]
        luck = np.empty((len(profiles), profiles.shape[1], len(worlds)))
        for k, row in enumerate(profiles):
            for w, world in enumerate(worlds):
                assert (row.tobytes(), world) not in self.asked  # nothing is played twice
                self.asked[row.tobytes(), world] = True
                luck[k, :, w] = np.random.default_rng([self.seed, world, *row]).normal(size=profiles.shape[1])
        return table + self.noise * luck


def one_role(players, strategies):
    return Roles(names=("r",), players=(players,), strategies=(tuple("abcdefgh"[:strategies]),))


def test_sixty_four_players_with_five_strategies():
    """814,385 profiles. Hawks and doves among three worse ones: half and half, found in about a thousand of them."""
    roles = one_role(64, 5)
    matrix = np.full((5, 5), -9.0)
    matrix[:2, :2] = [[-1.0, 2.0], [0.0, 1.0]]
    matrix[:2, 2:] = 5.0
    sampler = Meets(roles, matrix, noise=0.05)
    grown = solve_by_growing(roles, sampler, epsilon=0.2, most_worlds=256)
    found = grown.answer.equilibria
    assert [list(e.strategy["r"].values()) for e in found] == [pytest.approx([0.5, 0.5, 0, 0, 0], abs=0.01)]
    assert [e.verdict for e in found] == ["certified"]
    assert [e.stable for e in found] == [True]
    assert grown.answer.complete is None
    assert grown.profiles < 1500
    assert grown.runs == len(sampler.asked)
    assert grown.game.roles.strategies == (("a", "b"),)


def test_it_looks_between_two_equilibria():
    """Nobody leaves all-a or all-b, so neither grows; the mixture at 2 : 1 lies in their join."""
    grown = solve_by_growing(one_role(40, 3), Meets(one_role(40, 3), np.diag([1.0, 2.0, -9.0]), noise=0.01))
    found = [list(e.strategy["r"].values()) for e in grown.answer.equilibria]
    assert [2 / 3, 1 / 3, 0.0] in [pytest.approx(point, abs=0.01) for point in found]
    assert len(found) == 3
    assert grown.game.roles.strategies == (("a", "b"),)


@pytest.mark.parametrize("seed", range(4))
def test_what_it_lists_are_equilibria_of_the_whole_game(seed):
    """Random small games: every listed mixture is one of the whole game's, though not all need be found."""
    roles = one_role(4, 4)
    table = np.random.default_rng(seed).normal(size=(35, 4))
    truth = RoleSymmetric(roles=roles, payoffs=np.where(roles.profiles() > 0, table, np.nan))

    def sample(profiles, worlds):
        luck = np.random.default_rng(0).normal(size=(1, 1, 4096))[..., list(worlds)]  # the same for all: it cancels
        return truth.payoffs[roles.index(profiles)][..., None] + luck

    grown = solve_by_growing(roles, sample, epsilon=0.1)
    every = [
        np.array(list(e.strategy["r"].values()))
        for e in solve_nash(truth.to_empirical()).equilibria
        if e.counts is None
    ]
    assert grown.answer.equilibria
    for one in grown.answer.equilibria:
        shares = np.array(list(one.strategy["r"].values()))
        assert one.verdict == "certified"
        assert float(truth.regret(shares)) < 1e-6
        assert min(np.abs(shares - other).max() for other in every) < 1e-5


def test_the_regret_is_that_of_the_whole_game():
    """Bounds are those the whole table would give: the same comparisons, split over as many."""
    roles = one_role(4, 3)
    sampler = Meets(roles, np.diag([1.0, 2.0, 3.0]), noise=0.3)
    grown = solve_by_growing(roles, sampler, most_worlds=64)
    game = EmpiricalGame(
        roles=roles, payoffs=Meets(roles, np.diag([1.0, 2.0, 3.0]), noise=0.3)(roles.profiles(), range(64))
    )
    whole = {tuple(e.strategy["r"].values()): e for e in solve_nash(game).equilibria if e.kind == "symmetric-pure"}
    pure = [e for e in grown.answer.equilibria if e.kind == "symmetric-pure"]
    assert len(pure) == 3
    for one in pure:
        same = whole[tuple(one.strategy["r"].values())]
        assert one.regret_interval == pytest.approx(same.regret_interval, abs=1e-9)
        assert one.strict == same.strict


def test_out_of_budget_it_gives_the_best_so_far():
    roles = one_role(64, 5)
    matrix = np.array(
        [[0.0, -1.0, 1.0, -2, -2], [1.0, 0.0, -1.0, -2, -2], [-1.0, 1.0, 0.0, -2, -2], [-3.0] * 5, [-3.0] * 5]
    )
    grown = solve_by_growing(roles, Meets(roles, matrix, noise=0.1), budget=64 * 40)
    assert grown.spent
    assert grown.answer.unsearched >= 1
    best = grown.answer.equilibria[0]
    assert best.regret > 0.5
    assert best.verdict == "rejected"
    for budget, regret_known in ((10, True), (4, False), (1, False)):  # one state and four deviations take 5 runs
        short = solve_by_growing(roles, Meets(roles, matrix, noise=0.1), budget=budget)
        assert short.spent
        assert short.runs <= budget
        (one,) = short.answer.equilibria
        assert one.verdict == "undecided"
        assert (one.regret > 0.5) is regret_known
        assert short.answer.unsearched >= 1
        assert short.game.roles.profile_count == 1


def test_two_roles_grow_apart():
    roles = Roles(names=("x", "y"), players=(6, 5), strategies=(("a", "b", "c"), ("u", "v", "w")))

    def sample(profiles, worlds):
        x, y = profiles[:, :3], profiles[:, 3:]
        mean = np.concatenate(
            (np.stack([2 * y[:, 0], y[:, 1], y[:, 2] - 9], 1), np.stack([x[:, 0], 2 * x[:, 1], x[:, 2] - 9], 1)), 1
        )
        luck = 0.01 * np.random.default_rng(0).normal(size=(1, 1, 4096))[..., list(worlds)]
        return np.where(profiles > 0, mean, np.nan)[..., None] + luck

    grown = solve_by_growing(roles, sample, epsilon=0.2)
    pure = [(e.strategy["x"], e.strategy["y"]) for e in grown.answer.equilibria if e.kind == "symmetric-pure"]
    assert ({"a": 1.0, "b": 0.0, "c": 0.0}, {"u": 1.0, "v": 0.0, "w": 0.0}) in pure
    assert ({"a": 0.0, "b": 1.0, "c": 0.0}, {"u": 0.0, "v": 1.0, "w": 0.0}) in pure


def test_few_worlds_give_no_verdict_and_bad_samplers_are_named():
    roles = one_role(3, 2)
    few = solve_by_growing(roles, Meets(roles, np.eye(2)), worlds=1, most_worlds=1)
    assert {e.verdict for e in few.answer.equilibria} == {"undecided"}
    with pytest.raises(ValueError, match=r"the sampler gave payoffs of shape \(1, 1\)"):
        solve_by_growing(roles, lambda profiles, worlds: np.zeros((1, 1)))


def test_finite_bounds_are_wider():
    roles = one_role(3, 2)

    def sample(profiles, worlds):
        return np.clip(Meets(roles, 0.1 * np.eye(2), noise=0.01)(profiles, worlds), -1.0, 2.0)

    plain = solve_by_growing(roles, sample, most_worlds=64).answer.equilibria
    wide = solve_by_growing(
        roles, sample, most_worlds=64, ranges=lambda p: np.tile([-1.0, 2.0], (*p.shape, 1))
    ).answer.equilibria
    plain, wide = ([e for e in found if e.kind == "symmetric-pure"] for found in (plain, wide))
    assert len(plain) == len(wide) == 2
    assert [e.verdict for e in plain] == ["certified"] * 2
    assert all(e.regret_interval[1] > 0.5 and e.verdict == "consistent" for e in wide)
