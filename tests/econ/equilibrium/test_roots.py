import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium.roots import band_regions, roots, value


def bernstein(zeros, degree):
    """Coefficients of the polynomial with these zeros, by interpolation."""
    x = (1 - np.cos(np.pi * np.arange(degree + 1) / degree)) / 2
    rows = np.array([[value(np.eye(degree + 1)[k], at) for k in range(degree + 1)] for at in x])
    return np.linalg.solve(rows, np.array([np.prod([at - z for z in zeros]) for at in x]))


@pytest.mark.parametrize("zeros", [[0.5], [0.25, 0.75], [0.5, 0.51], [0.1, 0.333, 0.9], [0.7]])
def test_all_roots_are_found(zeros):
    found, sure = roots(bernstein(zeros, 6))
    assert found == pytest.approx(zeros, abs=1e-8)
    assert sure


def test_a_double_root_is_reported_but_not_as_proved():
    found, sure = roots(bernstein([0.3, 0.3], 4))
    assert found == pytest.approx([0.3], abs=1e-6)
    assert not sure


def test_roots_at_the_ends_are_not_inside():
    assert roots(np.array([0.0, 1.0, 2.0])) == ([], True)
    assert roots(np.array([0.0, -1.0, 1.0]))[0] == pytest.approx([2 / 3])
    assert roots(np.zeros(3)) == ([], False)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=10))
@settings(max_examples=100, deadline=None)
def test_as_many_roots_as_a_fine_grid_shows(coefficients):
    c = np.array(coefficients)
    found, _ = roots(c)
    grid = np.linspace(1e-9, 1 - 1e-9, 2001)
    signs = np.sign([value(c, x) for x in grid])
    signs = signs[np.abs(signs) > 0]
    assert len(found) >= int((signs[1:] != signs[:-1]).sum())
    assert all(abs(value(c, x)) <= 1e-6 * max(np.abs(c).max(), 1e-300) for x in found)


def test_regions_are_where_the_band_has_room_for_zero():
    mean, half = np.array([-1.0, 0.5, -1.0, 2.0]), np.array([0.1, 0.4, 0.3, 0.2])
    regions = band_regions(mean, half)
    for x in np.linspace(0, 1, 999):
        possible = value(mean - half, x) <= 0.0 <= value(mean + half, x)
        assert possible == any(a - 1e-12 <= x <= b + 1e-12 for a, b, _, _ in regions)
    assert band_regions(np.array([1.0, 2.0]), np.zeros(2)) == []
    assert band_regions(np.array([0.0, 1.0]), np.zeros(2)) == [(0.0, 0.0, 0, 1)]
    assert band_regions(np.array([0.0, 1.0]), np.array([0.5, 0.5])) == [(0.0, 0.5, 0, 1)]
