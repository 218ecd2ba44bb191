"""Fewer players for many: exact where payoffs are linear in counts, wrong across a threshold, and that is measured."""

import numpy as np
import pytest

from econ.equilibrium.direct import direct_regret
from econ.games import Roles, RoleSymmetric
from econ.games.reduction import Reduction

MANY = Roles(names=("r",), players=(13,), strategies=(("a", "b", "c"),))
MATRIX = np.array([[0.0, 2.0, -1.0], [1.0, 0.0, 3.0], [-2.0, 1.0, 1.0]])


def paired(roles):
    return RoleSymmetric.from_function(
        roles, lambda c: (c @ MATRIX.T - np.diag(MATRIX)) / (c.sum(axis=1, keepdims=True) - 1)
    )


def majority(roles, share=0.5):
    """Whoever is with more than a share of all earns 1 more: a cliff in the counts."""
    return RoleSymmetric.from_function(roles, lambda c: (c > share * c.sum(axis=1, keepdims=True)) * 1.0)


def test_deviation_preserving_is_exact_for_pairs():
    for players in (4, 5, 7):  # 12 / 3, 12 / 4, 12 / 6 opponents each
        reduction = Reduction(full=MANY, players=(players,))
        small = reduction.game(paired(MANY))
        for point in np.random.default_rng(0).dirichlet(np.ones(3), 5):
            assert small.deviation_payoffs(point) == pytest.approx(paired(MANY).deviation_payoffs(point))
            assert reduction.error_at(paired(MANY), small, point) == pytest.approx(0.0, abs=1e-12)


def test_hierarchical_moves_whole_groups_and_errs_even_there():
    twelve = Roles(names=("r",), players=(12,), strategies=MANY.strategies)
    reduction = Reduction(full=twelve, players=(4,), kind="hierarchical")
    assert reduction.profiles().tolist() == [[3 * x for x in row] for row in reduction.reduced.profiles()]
    point = np.array([0.2, 0.3, 0.5])
    kept = Reduction(full=twelve, players=(12,), kind="hierarchical")
    assert kept.error_at(paired(twelve), kept.game(paired(twelve)), point) == 0.0
    assert reduction.error_at(paired(twelve), reduction.game(paired(twelve)), point) > 0.01


def test_across_a_threshold_the_error_is_large_and_direct_sampling_is_right():
    roles = Roles(names=("r",), players=(41,), strategies=(("a", "b"),))
    game, point = majority(roles), np.array([0.6, 0.4])
    reduction = Reduction(full=roles, players=(5,))
    assert reduction.error_at(game, reduction.game(game), point) > 0.05
    found = direct_regret(roles, lambda p, w: game.payoffs[roles.index(p)][..., None], point, draws=400, epsilon=0.1)
    truth = float(game.regret(point))
    assert found.regret_interval[0] <= truth <= found.regret_interval[1]
    assert found.verdict == "rejected"
    assert found.runs == 800


def test_direct_intervals_cover_and_pair_their_worlds():
    game = paired(MANY)
    point = np.array([0.2, 0.3, 0.5])

    def sample(profiles, worlds):
        luck = np.array([np.random.default_rng(w).normal() for w in worlds]) * 50.0  # of the world: it cancels
        return game.payoffs[MANY.index(profiles)][..., None] + luck

    truth, missed = float(game.regret(point)), 0
    for seed in range(40):
        found = direct_regret(MANY, sample, point, seed=seed, first_world=1000 * seed)
        missed += not found.regret_interval[0] <= truth <= found.regret_interval[1]
        assert found.half_width.max() < 5.0
    assert missed <= 4
    assert direct_regret(MANY, sample, point, draws=63).verdict == "undecided"


@pytest.mark.parametrize(("few", "many"), [(3, 10), (4, 11), (2, 7)])
@pytest.mark.parametrize("kind", ["deviation-preserving", "hierarchical"])
def test_odd_numbers_still_add_up(few, many, kind):
    roles = Roles(names=("x", "y"), players=(many, 3), strategies=(("a", "b", "c"), ("u", "v")))
    profiles = Reduction(full=roles, players=(few, 2), kind=kind).profiles()
    assert (profiles >= 0).all()
    assert (profiles[:, :3].sum(axis=1) == many).all()
    assert (profiles[:, 3:].sum(axis=1) == 3).all()
    assert len(np.unique(profiles, axis=0)) == len(profiles)


@pytest.mark.parametrize(
    ("players", "kind", "message"),
    [
        ((1,), "deviation-preserving", "role 'r' is reduced to 1 of its 13 players; it must be 2 to 13"),
        ((14,), "deviation-preserving", "reduced to 14 of its 13"),
        ((4, 4), "deviation-preserving", "players has 2 numbers"),
        ((4,), "twins", "kind is 'twins'"),
    ],
)
def test_bad_reductions_are_refused(players, kind, message):
    with pytest.raises(ValueError, match=message):
        Reduction(full=MANY, players=players, kind=kind)
    with pytest.raises(ValueError, match="it must begin with"):
        Reduction(full=MANY, players=(4,)).reduce(np.zeros((2, 3)))
