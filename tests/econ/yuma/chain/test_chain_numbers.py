"""The number formats against Python's unbounded integers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.yuma.chain.numbers import (
    HIGHEST,
    LOWEST,
    ONE,
    add,
    amount,
    divide,
    exponential,
    fraction_of_u16,
    multiply,
    normalised,
    to_u16,
)

RAW = st.one_of(st.integers(LOWEST, HIGHEST), st.integers(-ONE, ONE), st.sampled_from([LOWEST, HIGHEST, ONE, -ONE, 0]))


def saturated(value):
    return max(LOWEST, min(value, HIGHEST))


def quotient(a, b):
    if b == 0:
        return 0
    size = (abs(a) << 32) // abs(b)
    value = -size if (a < 0) != (b < 0) else size
    return value if LOWEST <= value <= HIGHEST else 0


def taylor(x):
    if x == ONE:
        return 11674931200  # e cut to 23 fractional bits, the library's constant
    size = min(abs(x), 20 * ONE)
    total, term = ONE + size, size
    for i in range(2, 32):
        term = ((term * size) >> 32) // i
        total += term
    return (ONE * ONE) // total if x < 0 else total


@settings(deadline=None)  # the first call compiles
@given(RAW, RAW)
def test_products_quotients_and_sums(a, b):
    left, right = np.array([a]), np.array([b])
    assert multiply(left, right).tolist() == [saturated((a * b) >> 32)]
    assert divide(left, right).tolist() == [quotient(a, b)]
    assert add(left, right).tolist() == [saturated(a + b)]


@pytest.mark.parametrize("reach", [1, 5, 12, 21])
def test_exp(reach):
    x = np.random.default_rng(0).integers(-reach * ONE, reach * ONE, 1000)
    assert exponential(x).tolist() == [taylor(int(value)) for value in x]
    assert exponential(np.array([[0, ONE], [LOWEST, HIGHEST]])).tolist() == [
        [ONE, taylor(ONE)],
        [taylor(-20 * ONE), taylor(20 * ONE)],
    ]


@given(st.integers(0, ONE), st.integers(0, (1 << 64) - 1))
def test_amounts(fraction, rao):
    assert amount(np.array([fraction]), rao).tolist() == [(fraction * rao) >> 32]


def test_a_unit_is_lost_on_every_way_through_u16():
    k = np.arange(65536)
    lost = k - to_u16(fraction_of_u16(k))
    assert lost[[0, 65535]].tolist() == [0, 0]
    assert (lost[1:65535] == 1).all()


def test_what_does_not_sum_is_left_alone():
    assert normalised(np.array([0, 0])).tolist() == [0, 0]
    assert normalised(np.array([[ONE, -ONE]])).tolist() == [[ONE, -ONE]]
    assert normalised(np.array([[-ONE, -ONE]]), positive_only=True).tolist() == [[-ONE, -ONE]]


def test_read_only_and_strided_arrays_are_taken_as_they_are():
    values = np.arange(12, dtype=np.int64).reshape(3, 4) * ONE
    values.flags.writeable = False
    assert multiply(values.T, 2 * ONE).tolist() == (values.T * 2).tolist()
