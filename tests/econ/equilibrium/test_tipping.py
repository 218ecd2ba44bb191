import numpy as np
import pytest

from econ.equilibrium import gains_table, solve_nash, tipping


def test_the_unstable_root_is_the_tipping_point(matched, sampled):
    exact = tipping(matched(np.diag([10.0, 20.0])))[0]
    assert (exact.first, exact.second) == ("a", "b")
    assert [p.share for p in exact.points] == pytest.approx([1 / 3])
    assert exact.points[0].seats == pytest.approx(10 / 3)
    assert exact.settled
    seen = tipping(sampled(matched(np.diag([10.0, 20.0])), 100, 0.5))[0]
    low, high = seen.points[0].share_interval
    assert low < 1 / 3 < high
    assert high - low < 0.1
    assert seen.points[0].seats_interval == pytest.approx((10 * low, 10 * high))


def test_a_stable_root_is_none(matched):
    contest = tipping(matched([[-1.0, 2.0], [0.0, 1.0]]))[0]
    assert contest.points == ()
    assert contest.survives is None


@pytest.mark.parametrize(
    ("gains", "survives"),
    [([1.0, -1.0], None), ([0.0, -1.0], None), ([-1.0, 0.0, -1.0], 0), ([-2.0, -1.0, 1.0, -1.0], 1), ([-1.0] * 4, 3)],
)
def test_how_many_the_first_survives(from_gains, gains, survives):
    assert tipping(from_gains(np.array(gains)))[0].survives == survives


def test_the_band_brackets_the_number(from_gains, sampled):
    contest = tipping(sampled(from_gains(np.array([-3.0, -0.01, 3.0])), 64, 0.1))[0]
    assert contest.survives_interval == (0, 1)
    assert contest.survives in (0, 1)


def test_the_table_holds_the_gains_with_bounds(from_gains, sampled):
    rows = gains_table(sampled(from_gains(np.array([-3.0, 1.0, 3.0])), 100, 0.1))
    assert [row.others for row in rows] == [0, 1, 2]
    assert [row.mean for row in rows] == pytest.approx([-3.0, 1.0, 3.0], abs=0.1)
    assert all(row.low < row.mean < row.high for row in rows)


def test_with_three_strategies_the_first_meets_each_other(matched):
    contests = tipping(matched(np.diag([1.0, 2.0, 3.0])))
    assert [c.second for c in contests] == ["b", "c"]
    assert [c.points[0].share for c in contests] == pytest.approx([1 / 3, 1 / 4])
    assert tipping(matched(np.diag([1.0, 2.0, 3.0])), second="c") == contests[1:]


def test_it_agrees_with_the_solver(from_gains):
    game = from_gains(np.array([-1.0, 0.3, -0.5, 2.0, 1.0]))
    unstable = [e.strategy["r"]["b"] for e in solve_nash(game).equilibria if e.stable is False]
    assert [p.share for p in tipping(game)[0].points] == unstable


def test_unknown_names_are_refused(matched):
    game = matched(np.diag([1.0, 2.0]))
    with pytest.raises(ValueError, match="role is 'x'; it must be one of r"):
        tipping(game, role="x")
    with pytest.raises(ValueError, match="strategy is 'a'; it must be one of b"):
        gains_table(game, second="a")
