import numpy as np
import pytest
from scipy import stats

from econ.inference.intervals import mean_interval, ratio_interval


def test_the_interval_is_students():
    values = np.random.default_rng(0).normal(size=(3, 12))
    mean, low, high = mean_interval(values, 0.9)
    for k in range(3):
        expected = stats.ttest_1samp(values[k], 0.0).confidence_interval(0.9)
        assert (low[k], high[k]) == pytest.approx((expected.low, expected.high))
    assert mean == pytest.approx(values.mean(axis=1))


def test_one_world_has_no_interval():
    mean, low, high = mean_interval(np.array([[2.0]]))
    assert mean[0] == 2.0
    assert np.isnan(low[0])
    assert np.isnan(high[0])


@pytest.mark.parametrize("level", [0.0, 1.0, -3.0])
def test_bad_level_is_refused(level):
    with pytest.raises(ValueError, match="level is"):
        mean_interval(np.array([1.0, 2.0]), level)
    with pytest.raises(ValueError, match="at least one world"):
        mean_interval(np.zeros((2, 0)))


def test_ratio_of_means_covers_and_is_not_the_mean_of_ratios():
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        below = rng.uniform(0.5, 1.5, size=60)
        above = 2.0 * below + 0.3 * rng.normal(size=60)
        ratio, low, high = ratio_interval(above, below, 0.9)
        assert ratio == pytest.approx(above.mean() / below.mean())
        covered += bool(low <= 2.0 <= high)
    assert 0.85 <= covered / 400 <= 0.95


def test_ratio_with_nothing_below_is_nan():
    assert np.isnan(ratio_interval(np.ones(3), np.zeros(3))[0])


@pytest.mark.parametrize(("above", "below"), [((), ()), ((1.0, 2.0), (1.0,)), (1.0, 1.0)])
def test_a_ratio_needs_pairs(above, below):
    with pytest.raises(ValueError, match="at least one world on the last axis"):
        ratio_interval(np.array(above), np.array(below))
