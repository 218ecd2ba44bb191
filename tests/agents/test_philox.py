"""The generator and what is made of its bits, against known answers, whole numbers and more exact arithmetic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.philox import NORMAL, exponentials, fill, philox

# Known answers of Philox 4x32-10 from the Random123 distribution (kat_vectors).
KNOWN = [
    ((0,) * 4, (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
WORD = st.integers(0, 2**32 - 1)


def one_block(counter, key):
    """The same in Python's whole numbers."""
    a, b, c, d = counter
    for turn in range(10):
        k, m = ((key[0] + turn * 0x9E3779B9) % 2**32, (key[1] + turn * 0xBB67AE85) % 2**32)
        high, low = divmod(0xD2511F53 * a, 2**32)
        other_high, other_low = divmod(0xCD9E8D57 * c, 2**32)
        a, b, c, d = other_high ^ b ^ k, other_low, high ^ d ^ m, low
    return a, b, c, d


def blocks(counters, key):
    lanes = np.array(counters, dtype=np.uint64).T.copy()
    philox(*lanes, np.uint64(key[0]), np.uint64(key[1]))
    return [tuple(int(word) for word in lane) for lane in lanes.T]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert one_block(counter, key) == answer
    assert blocks([counter] * 7, key) == [answer] * 7


@settings(max_examples=30, deadline=None)
@given(counters=st.lists(st.tuples(WORD, WORD, WORD, WORD), min_size=1, max_size=40), key=st.tuples(WORD, WORD))
def test_every_lane_is_one_block(counters, key):
    assert blocks(counters, key) == [one_block(counter, key) for counter in counters]


def exact_pair(words):
    """Box and Muller of the four words in extended precision."""
    a, b, c, d = (int(word) for word in words)
    u, g = ((np.longdouble((x << 20) + (y >> 12)) + np.longdouble(0.5)) / 2**52 for x, y in ((a, b), (c, d)))
    radius = np.sqrt(-2 * (np.log(u) if u < 0.5 else np.log1p(-(1 - u))))
    quarter = np.longdouble("1.57079632679489661923132169163975144")
    return [(-1) ** (b & 1) * radius * np.sin(quarter * (1 - g)), (-1) ** (d & 1) * radius * np.sin(quarter * g)]


def test_normals_are_within_four_units_of_exact_arithmetic():
    """Relative to the number itself, so also near 0 and in the tails."""
    drawn = np.empty(2 * 4000)
    fill(3, 1, np.arange(100), 6, np.zeros(100, dtype=np.int64), 40, NORMAL, 1.0, drawn)
    words = blocks([(world, 6, 0, pair) for world in range(100) for pair in range(40)], (3, 1))
    exact = np.array([exact_pair(of) for of in words]).ravel()
    assert np.abs(drawn / exact - 1).max() < 4 * 2**-53


EDGES = (0, 1, 0x7FFFFFFF, 0x80000000, 0xB504F333, 0xB504F334, 0xFFFFFFFE, 0xFFFFFFFF)


def test_normals_at_the_edges_of_the_bits():
    """The smallest and the largest uniforms, a power of two, and the root of 1/2, where the logarithm is split."""
    from agents.philox import _normal_pairs

    corners = [(a, b, c, d) for a in EDGES for b in EDGES for c in EDGES for d in EDGES]
    for start in range(0, len(corners), 256):
        some = corners[start : start + 256]
        words = np.zeros((5, 256), dtype=np.uint64)
        words[:4] = np.array(some, dtype=np.uint64).T
        drawn = np.empty(512)
        _normal_pairs(words, words.view(np.float64), 256, drawn)
        exact = np.array([exact_pair(of) for of in some]).ravel()
        assert np.abs(drawn / exact - 1).max() < 4 * 2**-53
    assert np.sqrt(-2 * np.log(2.0**-53)) == pytest.approx(8.57, abs=0.01)


@settings(max_examples=50, deadline=None)
@given(values=st.lists(st.floats(-700, 700), min_size=1, max_size=256), scale=st.floats(0, 1))
def test_exponentials_are_within_two_units_in_the_last_place(values, scale):
    words = np.empty((5, 256), dtype=np.uint64)
    got = np.array(values)
    exact = np.exp((scale * got).astype(np.longdouble))
    exponentials(got, scale, words, words.view(np.float64))
    assert (np.abs(got - exact) <= 2 * np.spacing(got)).all()


def test_exponentials_out_of_range():
    words = np.empty((5, 256), dtype=np.uint64)
    got = np.array([709.7, 709.79, 1e300, -708.0, -1e300, 0.0])
    exponentials(got, 1.0, words, words.view(np.float64))
    assert got[0] == pytest.approx(np.exp(709.7), rel=1e-15)
    assert got[1:3].tolist() == [np.inf, np.inf]
    assert got[3] == got[4] == pytest.approx(np.exp(-708.0), rel=1e-15)
    assert got[5] == 1.0
