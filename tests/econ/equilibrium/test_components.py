from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.equilibrium import components as module
from econ.equilibrium.components import components, maximal_subsets

PAIRS = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1).map(sorted)


def closed(pairs):
    """Independent: every set of first members with all second members they share."""
    ones = sorted({one for one, _ in pairs})
    links = {one: {other for first, other in pairs if first == one} for one in ones}
    sets = set()
    for size in range(1, len(ones) + 1):
        for some in combinations(ones, size):
            shared = set.intersection(*(links[one] for one in some))
            if shared:
                every = [one for one in ones if shared <= links[one]]
                sets.add(tuple(sorted(pairs.index((one, other)) for one in every for other in shared)))
    return sorted(sets)


@given(PAIRS)
@settings(max_examples=150, deadline=None)
def test_maximal_subsets_are_all_products_that_cannot_grow(pairs):
    assert maximal_subsets(pairs) == closed(pairs)


@given(PAIRS)
@settings(max_examples=50, deadline=None)
def test_components_part_the_pairs(pairs):
    group = components(pairs)
    for (a, b), g in zip(pairs, group, strict=True):
        for (c, d), h in zip(pairs, group, strict=True):
            if a == c or b == d:
                assert g == h
    assert sorted(set(group)) == list(range(max(group) + 1))
    for some in maximal_subsets(pairs):
        assert len({group[place] for place in some}) == 1


def test_too_many_subsets_are_not_listed(monkeypatch):
    monkeypatch.setattr(module, "MOST_SUBSETS", 3)
    crown = [(a, b) for a in range(5) for b in range(5) if a != b]
    assert maximal_subsets(crown) is None


def test_far_links_join():
    assert components([(0, 0), (1, 1), (2, 2), (0, 2), (1, 2)]) == [0] * 5


@pytest.mark.parametrize("pairs", [[(0, 0)], [(3, 7), (4, 8)]])
def test_lone_pairs_are_their_own(pairs):
    assert maximal_subsets(pairs) == [(k,) for k in range(len(pairs))]
