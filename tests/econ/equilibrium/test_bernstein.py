import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium.bernstein import basis, difference, gradient, halving, restriction
from econ.games.roles import profile_counts

shapes = st.sampled_from([((4,), (2,)), ((3,), (3,)), ((2, 3), (3, 2)), ((0, 2), (2, 2)), ((5, 1), (1, 3))])


def dirichlet(rng, sizes):
    return np.concatenate([rng.dirichlet(np.ones(size)) for size in sizes])


@given(shapes, st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_restriction_is_the_same_polynomial_on_the_cell(shape, seed):
    degrees, sizes = shape
    rng = np.random.default_rng(seed)
    c = rng.normal(size=len(profile_counts(degrees, sizes)))
    corners = tuple(rng.dirichlet(np.ones(size), size) for size in sizes)
    matrix = restriction(degrees, sizes, corners)
    assert matrix.min() >= 0.0
    assert matrix.sum(axis=1) == pytest.approx(1.0)
    local = dirichlet(rng, sizes)
    parts = np.split(local, np.cumsum(sizes)[:-1])
    outer = np.concatenate([part @ corner for part, corner in zip(parts, corners, strict=True)])
    assert basis(degrees, sizes, local) @ matrix @ c == pytest.approx(basis(degrees, sizes, outer) @ c)


@given(shapes, st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_derivatives_agree_with_differences(shape, seed):
    degrees, sizes = shape
    rng = np.random.default_rng(seed)
    c = rng.normal(size=len(profile_counts(degrees, sizes)))
    point = dirichlet(rng, sizes)
    start = 0
    for role, size in enumerate(sizes):
        for place in range(1, size):
            step = np.zeros(len(point))
            step[start + place], step[start] = 1e-6, -1e-6
            numeric = (basis(degrees, sizes, point + step) - basis(degrees, sizes, point - step)) @ c / 2e-6
            slope = gradient(degrees, sizes, point).T @ c
            assert slope[start + place] - slope[start] == pytest.approx(numeric, abs=1e-6)
            if degrees[role]:
                lower = tuple(n - (r == role) for r, n in enumerate(degrees))
                exact = basis(lower, sizes, point) @ difference(degrees, sizes, role, place, 0) @ c
                assert exact == pytest.approx(numeric, abs=1e-6)
        start += size


def test_coefficients_are_the_payoffs_of_binomial_opponents():
    from scipy.stats import binom

    weights = basis((9,), (2,), np.array([[0.7, 0.3], [1.0, 0.0]]))
    assert weights[0] == pytest.approx(binom.pmf(np.arange(10), 9, 0.3))
    assert weights[1].tolist() == [1.0] + [0.0] * 9


def test_the_two_halves_meet():
    left, right = halving((4,), (2,), 0, 0, 1), halving((4,), (2,), 0, 1, 0)
    np.testing.assert_allclose(left[-1], right[0])


def test_a_constant_has_no_derivative():
    with pytest.raises(ValueError, match="degree is 0"):
        difference((0,), (2,), 0, 1, 0)
