"""What the band of a sample proves, and what it leaves open."""

import numpy as np
import pytest

from econ.equilibrium import solve_nash, solve_pure
from econ.equilibrium.edge import on_edge
from econ.equilibrium.face import face_of
from econ.equilibrium.roots import roots
from econ.equilibrium.search import on_face
from econ.games import EmpiricalGame, Gains, Roles


def vector(equilibrium):
    return np.array([x for role in equilibrium.strategy.values() for x in role.values()])


def ranges(equilibrium):
    return np.array([x for role in equilibrium.strategy_interval.values() for x in role.values()])


GAMES = {
    "coordination": np.diag([10.0, 20.0]),
    "three ways": np.diag([10.0, 20.0, 30.0]),
    "circle": 10.0 * np.array([[0.0, -1.0, 1.5], [1.5, 0.0, -1.0], [-1.0, 1.5, 0.0]]),
    "mixed bag": np.array([[2.0, -1.0, 0.5], [0.0, 1.0, 0.2], [1.0, 0.7, 0.4]]) * 10,
}


@pytest.mark.parametrize("name", GAMES)
def test_a_sharp_sample_finds_and_proves_the_same_as_the_truth(matched, sampled, name):
    truth = matched(GAMES[name])
    exact, answer = solve_nash(truth), solve_nash(sampled(truth, 256, 0.1))
    assert exact.complete is True
    assert answer.complete is True
    assert [e.kind for e in answer.equilibria] == [e.kind for e in exact.equilibria]
    for true, seen in zip(exact.equilibria, answer.equilibria, strict=True):
        assert (ranges(seen)[:, 0] - 1e-9 <= vector(true)).all()
        assert (vector(true) <= ranges(seen)[:, 1] + 1e-9).all()
        assert seen.verdict == "certified"
        assert seen.regret_interval[0] == 0.0
        assert seen.regret_interval[1] >= seen.regret


@pytest.mark.parametrize("name", [*GAMES, *range(6)])
def test_every_game_of_a_proved_band_has_these_equilibria(matched, sampled, name):
    """From sharp to blurred: whatever is proved holds for other payoffs in the band, up to its edge."""
    if isinstance(name, int):
        truth = matched(np.random.default_rng(name).normal(size=(3, 3)) * 10, players=5)
    else:
        truth = matched(GAMES[name], players=6)
    noise = sampled(truth, 64, 1.0, seed=3).payoffs - truth.payoffs
    noise = (noise - noise.mean(axis=2, keepdims=True)) / noise.std(axis=2, keepdims=True)
    rng = np.random.default_rng(5)
    proved = 0
    for blur in np.geomspace(0.03, 300.0, 13):
        game = EmpiricalGame(roles=truth.roles, payoffs=truth.payoffs + blur * noise)
        answer = solve_nash(game)
        if answer.complete is None:
            continue
        proved += 1
        width = min(half[half > 0].min() for half in game.gains().half_width) / 2
        for _ in range(8):
            shift = rng.choice([-1.0, 1.0], size=game.mean.shape) * width * 0.999
            other = solve_nash(EmpiricalGame.exact(game.roles, truth.mean + shift))
            assert [e.kind for e in other.equilibria] == [e.kind for e in answer.equilibria]
            for there, here in zip(other.equilibria, answer.equilibria, strict=True):
                assert (ranges(here)[:, 0] - 1e-9 <= vector(there)).all()
                assert (vector(there) <= ranges(here)[:, 1] + 1e-9).all()
    assert proved >= 1


def edge(mean, half):
    """The edge between two strategies with these gains of the second, by opponents that play it."""
    roles = Roles(names=("r",), players=(len(mean),), strategies=(("a", "b"),))
    tables = np.zeros((2, len(mean), 2, 2))
    tables[0, :, 1, 0], tables[0, :, 0, 1] = mean, -mean
    tables[1, :, 1, 0] = tables[1, :, 0, 1] = half
    gains = Gains(roles=roles, mean=(tables[0],), half_width=(tables[1],))
    return face_of(gains, ((0, 1),), ((0, 1),))


def test_an_edge_is_proved_only_if_all_its_games_agree():
    """Random bands: where corners of the band differ in their number of roots, nothing may be proved."""
    rng = np.random.default_rng(0)
    proved, refuted = 0, 0
    for _ in range(250):
        size = int(rng.integers(3, 8))
        mean = np.sort(rng.normal(size=size)) + rng.normal(size=size) * rng.choice([0.0, 0.5, 2.0])
        half = rng.uniform(0, 1, size=size) * rng.choice([0.03, 0.3, 1.0])
        found, settled = on_edge(edge(mean, half))
        signs = rng.choice([-1.0, 1.0], size=(40, size))
        signs[:2] = (-1.0) ** np.arange(size), -((-1.0) ** np.arange(size))
        numbers = {len(roots(mean + sign * half)[0]) for sign in signs}
        assert len(found) == len(roots(mean)[0])
        if settled:
            assert numbers == {len(found)}
            proved += 1
        refuted += numbers != {len(found)}
    assert proved > 60
    assert refuted > 30


def triangle(game, half):
    """The face of three strategies of a game, with one half-width for all gains."""
    gains = game.gains()
    wide = np.full_like(gains.mean[0], half) * (1 - np.eye(3))
    every = ((0, 1, 2),)
    return face_of(Gains(roles=gains.roles, mean=gains.mean, half_width=(wide,)), every, every)


def test_a_triangle_is_proved_only_if_all_its_games_agree(matched):
    """Interior roots near the rim, near one another or far from both, under bands from thin to wide."""
    rng = np.random.default_rng(1)
    proved, refuted = 0, 0
    for _ in range(30):
        game = matched(rng.normal(size=(3, 3)), players=4)
        rough = np.where(np.isnan(game.mean), np.nan, rng.normal(size=game.mean.shape))
        game = EmpiricalGame.exact(game.roles, game.mean + rng.choice([0.1, 0.7]) * rough)
        for half in (0.003, 0.03, 0.3):
            found, settled = on_face(triangle(game, half))
            agree = True
            for _ in range(6):
                shift = rng.choice([-0.4999, 0.4999], size=game.mean.shape) * half
                other = on_face(triangle(EmpiricalGame.exact(game.roles, game.mean + shift), 0.0))[0]
                agree &= len(other) == len(found)
                if settled and agree:
                    pairs = zip(found, other, strict=True)
                    agree &= all((a.low - 1e-9 <= b.point).all() and (b.point <= a.high + 1e-9).all() for a, b in pairs)
            assert agree or not settled
            proved += int(settled and len(found) > 0)
            refuted += int(not agree)
    assert proved > 5
    assert refuted > 5


def test_three_roots_in_one_region_are_not_taken_for_one():
    """Negative at one end and positive at the other in every game, but flat between: some games have three roots."""
    mean, half = np.array([-1.0, 0.0, 0.0, 1.0]), np.array([0.0, 2.0, 2.0, 0.0])
    assert len(roots(mean + half * [0, 1, -1, 0])[0]) == 3
    found, settled = on_edge(edge(mean, half))
    assert len(found) == 1
    assert not settled
    assert on_edge(edge(mean, half / 20))[1]


def test_an_asymmetric_profile_alone_can_leave_it_open(from_gains, sampled):
    """With the third gain at 0 nobody knows whether two or three of the second are an equilibrium."""
    game = sampled(from_gains(np.array([2.0, 1.0, 0.0, -1.0, -2.0])), 64, 0.01)
    answer = solve_nash(game)
    assert answer.complete is None
    clear = sampled(from_gains(np.array([2.0, 1.0, -0.5, -1.0, -2.0])), 64, 0.01)
    assert solve_nash(clear).complete is True


def test_an_open_corner_leaves_the_pure_list_open(from_gains, sampled):
    game = sampled(from_gains(np.array([0.0, 1.0, 2.0, 3.0])), 64, 0.05)
    assert solve_pure(game).complete is None
    assert solve_pure(sampled(from_gains(np.array([1.0, 1.0, 2.0, 3.0])), 64, 0.05)).complete is True


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("strategies", [2, 3])
def test_a_wider_band_never_proves_more(sampled, matched, seed, strategies):
    truth = matched(np.random.default_rng(seed).normal(size=(strategies, strategies)) * 10, players=6)
    previous = True
    for noise in (0.0, 0.01, 0.1, 0.5, 2.0, 10.0, 1000.0):
        noisy = sampled(truth, 64, 1.0, seed=seed).payoffs
        centred = noisy - noisy.mean(axis=2, keepdims=True)  # the means stay, the band alone widens
        now = solve_nash(EmpiricalGame(roles=truth.roles, payoffs=truth.payoffs + noise * centred)).complete
        assert now in (True, None)
        assert not (now and not previous)
        previous = bool(now)
    assert not previous


def test_a_blurred_sample_is_left_open(matched, sampled):
    answer = solve_nash(sampled(matched(np.diag([10.0, 20.0, 30.0])), 64, 30.0))
    assert answer.complete is None
    assert any(e.verdict == "consistent" for e in answer.equilibria)
    assert not any(e.verdict == "rejected" for e in answer.equilibria)


def test_a_tipping_point_at_the_corner_is_left_open(from_gains, sampled):
    """A lone deviator's gain has no sign: all-first may be an equilibrium or not."""
    answer = solve_nash(sampled(from_gains(np.array([0.0, 1.0, 2.0, 3.0])), 64, 0.05))
    assert answer.complete is None


@pytest.mark.parametrize("worlds", [1, 2, 63])
def test_too_few_worlds_give_no_verdict(matched, sampled, worlds):
    answer = solve_nash(sampled(matched(np.diag([10.0, 20.0])), worlds, 1e-3))
    assert [e.verdict for e in answer.equilibria] == ["undecided"] * 3
    assert answer.complete is None


def test_the_regret_of_the_truth_lies_in_the_interval(matched, sampled):
    from econ.equilibrium.regret import mixture_regret

    truth = matched(np.diag([10.0, 20.0, 30.0])).gains()
    missed = 0
    for seed in range(30):
        for e in solve_nash(sampled(matched(np.diag([10.0, 20.0, 30.0])), 64, 1.0, seed=seed)).equilibria:
            if e.kind.startswith("symmetric"):
                real = mixture_regret(truth, vector(e))[0]
                missed += not e.regret_interval[0] <= real <= e.regret_interval[1]
    assert missed == 0


def two_roots(gap, half):
    """A triangle whose equations are a - 1/3 = 0 and a product over b of two lines `gap` apart."""
    roles = Roles(names=("r",), players=(3,), strategies=(("a", "b", "c"),))
    counts = roles.without_one(0).profiles()
    mean, first, second = np.zeros((6, 3, 3)), (1 - gap) / 3, (1 + gap) / 3
    own, square = counts / 2, counts * (counts - 1) / 2  # the coefficients of x and of x^2
    mean[:, 1, 0] = own[:, 0] - 1 / 3
    mean[:, 2, 0] = square[:, 1] - (first + second) * own[:, 1] + first * second
    mean[:, 2, 1] = mean[:, 2, 0] - mean[:, 1, 0]
    mean -= mean.transpose(0, 2, 1)
    every = ((0, 1, 2),)
    return face_of(
        Gains(roles=roles, mean=(mean,), half_width=(half * (1 - np.eye(3)) * np.ones((6, 1, 1)),)), every, every
    )


@pytest.mark.parametrize("half", [0.0, 1e-5])
@pytest.mark.parametrize("gap", [0.06, 0.15, 0.3])
def test_two_roots_in_a_triangle_get_a_box_each(gap, half):
    """Roots at b = (1 -+ gap) / 3: no box may hold both, as it would prove one root where there are two."""
    found, settled = on_face(two_roots(gap, half))
    assert settled
    assert sorted(one.point[1] for one in found) == pytest.approx([(1 - gap) / 3, (1 + gap) / 3])
    for one, other in (found, found[::-1]):
        assert not ((one.low <= other.point) & (other.point <= one.high)).all()


def test_roots_that_merge_in_the_band_are_not_proved():
    """Lifting the second equation by gap^2 / 9 makes the two roots one, and then none."""
    for gap in (0.06, 0.15, 0.3):
        assert not on_face(two_roots(gap, gap**2 / 8))[1]


RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


def stabilities(game):
    return [e.stable for e in solve_nash(game).equilibria if e.kind.startswith("symmetric")]


@pytest.mark.parametrize("seed", range(6))
def test_noise_does_not_settle_whether_a_circle_is_stable(matched, sampled, seed):
    assert stabilities(sampled(matched(RPS), 64, 0.05, seed)) == [None]


@pytest.mark.parametrize(("win", "stable"), [(1.5, True), (0.5, False)])
def test_a_sharp_band_settles_it(matched, sampled, win, stable):
    truth = matched(np.where(RPS > 0, win, RPS))
    assert stabilities(sampled(truth, 256, 0.02)) == [stable]
    assert stabilities(sampled(truth, 256, 0.5)) == [None]


def test_a_corner_is_stable_only_if_no_gain_can_be_positive(matched, sampled):
    """All-first gains nothing by switching in truth; all-second loses 1 by it."""
    truth = matched([[1.0, 0.0], [1.0, 1.0]])
    for seed in range(6):
        answer = solve_nash(sampled(truth, 64, 0.2, seed))
        corners = {e.strategy["r"]["b"]: e.stable for e in answer.equilibria if e.kind == "symmetric-pure"}
        assert corners[1.0] is True
        assert corners.get(0.0) is None


def test_an_edge_is_stable_only_if_no_slope_or_outsider_leaves_it_open(matched, sampled):
    """Hawks and doves: their slope is -4 where they meet, and a third strategy loses much, nothing, or little."""
    for third, blur, expected in ((-9.0, 0.05, True), (0.5, 0.05, None), (-9.0, 5.0, None)):
        truth = matched([[-1.0, 2.0, 0.0], [0.0, 1.0, 0.0], [third, third, 0.0]])
        edges = [
            e
            for seed in range(4)
            for e in solve_nash(sampled(truth, 64, blur, seed)).equilibria
            if e.kind == "symmetric-mixed" and e.strategy["r"]["c"] == 0.0
        ]
        assert edges
        assert all(e.stable is expected for e in edges)


def test_two_crowds_that_coordinate_are_unstable_between(exact, sampled):
    roles = Roles(names=("x", "y"), players=(3, 4), strategies=(("h", "t"), ("h", "t")))
    truth = exact(roles, lambda counts, a: float([2 * counts[2], counts[3], counts[0], 2 * counts[1]][a]))
    assert stabilities(sampled(truth, 64, 0.05)) == [True, False, True]


@pytest.mark.parametrize("worlds", [1, 63])
def test_too_few_worlds_settle_no_stability(matched, sampled, worlds):
    assert stabilities(sampled(matched(np.diag([10.0, 20.0])), worlds, 1e-3)) == [None] * 3
