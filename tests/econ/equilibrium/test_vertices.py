"""Vertices of best-response polytopes: doubles that prove themselves against whole numbers that need no proof."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium.exact_vertices import exact_vertices, whole
from econ.equilibrium.pivots import scaled
from econ.equilibrium.vertices import vertices


def by_bases(matrix):
    """Independent: every basis solved, the feasible ones kept; None where some vertex lies on too many constraints."""
    rows, size = matrix.shape
    left, right = np.concatenate((-np.eye(size), matrix)), np.append(np.zeros(size), np.ones(rows))
    found = []
    for basis in combinations(range(rows + size), size):
        if abs(np.linalg.det(left[list(basis)])) > 1e-12:
            point = np.linalg.solve(left[list(basis)], right[list(basis)])
            if (left @ point <= right + 1e-12).all() and point.sum() > 1e-9:
                found.append(point / point.sum())
    return np.array(found)


def ordered(rows):
    return np.array(sorted(np.asarray(rows, dtype=float).round(9).tolist()))


@pytest.mark.parametrize(("rows", "size"), [(1, 1), (2, 2), (4, 3), (3, 5), (6, 6), (1, 4), (5, 1)])
def test_both_routes_and_all_bases_agree(rows, size):
    table = np.random.default_rng(rows * 10 + size).normal(size=(rows, size))
    found, exact = vertices(scaled(table), 10**6), exact_vertices(whole(table), 10**6)
    assert found.all
    assert exact.all
    np.testing.assert_allclose(ordered(found.shares), ordered(exact.shares), atol=1e-9)
    if rows + size < 12:
        np.testing.assert_allclose(
            ordered(found.shares), ordered(np.unique(by_bases(scaled(table)).round(10), axis=0)), atol=1e-8
        )
    order, same = (np.lexsort(np.asarray(s, dtype=float).round(9).T) for s in (found.shares, exact.shares))
    assert (found.tight[order] == exact.tight[same]).all()


@pytest.mark.parametrize(
    "table", [np.ones((3, 3)), np.array([[1.0, 2], [1, 2], [2, 1]]), np.array([[1.0, 1 + 1e-13], [1, 1]])]
)
def test_doubles_do_not_decide_what_is_degenerate_or_nearly_so(table):
    assert vertices(scaled(table), 10**6) is None


def test_a_degenerate_vertex_is_listed_once_with_all_that_is_tight():
    """Three rows meet in (1/2, 1/2); the third touches the polytope there alone."""
    found = exact_vertices([[2, 4], [4, 2], [3, 3]], 1000)
    assert found.all
    place = found.shares.index([Fraction(1, 2)] * 2)
    assert found.tight[place].tolist() == [False, False, True, True, True]
    assert len(found.shares) == 3


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_degenerate_polytopes_have_all_their_vertices(rows, size, seed):
    table = np.random.default_rng(seed).integers(0, 3, size=(rows, size)).astype(float)
    found = exact_vertices(whole(table), 10**5)
    matrix = np.array(whole(table), dtype=float)
    np.testing.assert_allclose(ordered(found.shares), np.unique(by_bases(matrix).round(9), axis=0), atol=1e-8)


def test_payoffs_become_whole_without_loss():
    table = np.random.default_rng(0).normal(size=(3, 4))
    table[0, 0] = 1e12
    exact = whole(table)
    ratio = Fraction(exact[1][1] - exact[0][1], exact[2][2] - exact[0][1])
    assert ratio == (Fraction(table[1, 1]) - Fraction(table[0, 1])) / (Fraction(table[2, 2]) - Fraction(table[0, 1]))
    assert min(min(row) for row in exact) == 1


def test_a_budget_cuts_the_list_and_says_so():
    table = np.random.default_rng(1).normal(size=(6, 6))
    for found in (vertices(scaled(table), 20), exact_vertices(whole(table), 20)):
        assert not found.all
        assert 0 < len(found.shares) < len(vertices(scaled(table), 10**6).shares)


def test_more_than_63_constraints():
    table = np.random.default_rng(2).normal(size=(70, 2))
    found = vertices(scaled(table), 10**6)
    assert found.all
    np.testing.assert_allclose(ordered(found.shares), ordered(exact_vertices(whole(table), 10**6).shares), atol=1e-9)
