"""Closed forms, edge cases and an independent implementation of the summary measures."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from econ.measures import gini, herfindahl, nakamoto_coefficient, rank_correlation

amounts = arrays(float, st.integers(1, 12), elements=st.floats(0, 1e6, allow_subnormal=False))


@pytest.mark.parametrize("count", [1, 2, 7, 256])
def test_equal_holders(count):
    equal = np.full(count, 3.0)
    assert gini(equal) == pytest.approx(0, abs=1e-12)
    assert herfindahl(equal) == pytest.approx(1 / count)
    assert nakamoto_coefficient(equal) == count // 2 + 1


@pytest.mark.parametrize("count", [1, 2, 7, 256])
def test_one_holder(count):
    alone = np.zeros(count)
    alone[-1] = 5.0
    assert gini(alone) == pytest.approx(1 - 1 / count)
    assert herfindahl(alone) == 1
    assert nakamoto_coefficient(alone) == 1


def test_nothing_held():
    nothing = np.zeros((2, 4))
    for measure in (gini, herfindahl, nakamoto_coefficient):
        assert measure(nothing).tolist() == [0, 0]


def test_linear_incomes():
    incomes = np.arange(1, 11)  # G = (n - 1) / 3n for 1..n
    assert gini(incomes) == pytest.approx(9 / 30)


@given(amounts)
@settings(max_examples=50, deadline=None)
def test_gini_is_the_mean_absolute_difference(values):
    expected = np.abs(values[:, None] - values).mean() / (2 * values.mean()) if values.any() else 0
    assert gini(values) == pytest.approx(expected, abs=1e-9)


@given(amounts, st.floats(0.01, 100))
@settings(max_examples=50, deadline=None)
def test_scale_and_order_do_not_matter(values, scale):
    for measure in (gini, herfindahl):
        assert measure(values[::-1] * scale) == pytest.approx(measure(values), abs=1e-9)


def test_nakamoto_needs_more_than_the_threshold():
    assert nakamoto_coefficient(np.array([1.0, 1.0])) == 2
    assert nakamoto_coefficient(np.full(10, 0.1)) == 6
    assert nakamoto_coefficient(np.array([2.0, 1.0, 1.0]), threshold=0.75) == 3
    assert nakamoto_coefficient(np.array([2.0, 1.0, 1.0]), threshold=0) == 1


def test_large_amounts_do_not_overflow():
    assert herfindahl(np.full(4, 1e308)) == pytest.approx(0.25)


@pytest.mark.parametrize("measure", [gini, herfindahl, nakamoto_coefficient])
@pytest.mark.parametrize("values", [[1.0, -1.0], [math.nan], [math.inf, 1.0], [], 3.0])
def test_illegal_amounts(measure, values):
    with pytest.raises(ValueError, match=r"must (be finite and at least 0|hold at least one element)"):
        measure(np.array(values))


@pytest.mark.parametrize("threshold", [-0.1, 1.0, math.nan])
def test_illegal_threshold(threshold):
    with pytest.raises(ValueError, match="threshold is"):
        nakamoto_coefficient(np.ones(3), threshold)


def test_rank_correlation_agrees_with_scipy_with_and_without_ties():
    luck = np.random.default_rng(5)
    a, b = luck.integers(0, 6, (40, 15)), luck.normal(size=(40, 15))
    expected = [stats.spearmanr(x, y).statistic for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(rank_correlation(a, b), expected, atol=1e-12)


def test_rank_correlation_bounds_and_axes():
    a = np.random.default_rng(1).normal(size=(3, 1, 9))
    assert np.all(rank_correlation(a, np.exp(a)) == 1)
    assert np.all(rank_correlation(a, -(a**3)) == -1)
    assert rank_correlation(a, np.arange(18.0).reshape(2, 9)).shape == (3, 2)


@pytest.mark.parametrize(
    ("a", "b"), [([1.0], [2.0]), ([0.0, -0.0], [1.0, 2.0]), ([1.0, 2.0, 3.0], [1.0, math.nan, 2.0])]
)
def test_rank_correlation_is_nan_where_nothing_can_be_said(a, b):
    assert np.isnan(rank_correlation(np.array(a), np.array(b)))
    assert np.isnan(rank_correlation(np.array(b), np.array(a)))


@pytest.mark.parametrize(("a", "b"), [((2,), (3,)), ((0,), (0,)), ((), (2,))])
def test_rank_correlation_of_wrong_shapes(a, b):
    with pytest.raises(ValueError, match="last axes must be equal"):
        rank_correlation(np.zeros(a), np.zeros(b))
