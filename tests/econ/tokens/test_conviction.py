"""Locks and conviction: the chain's figures, and steps that join."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.tokens.conviction import CONTEST_AGE, TAU, after_lock, conviction_owner, unlocked


def test_chain_vectors(economy):
    decay, perpetual = economy("conviction_lock")
    assert math.exp(-decay["t"] / decay["tau"]) == pytest.approx(decay["decay"], abs=1e-15)
    assert decay["tau"] == TAU
    assert after_lock(1.0, 0.0, decay["t"])[0] == pytest.approx(decay["decay"], abs=1e-15)
    locked, conviction = after_lock(perpetual["m0"], perpetual["c0"], perpetual["t"], perpetual=True)
    assert (locked, conviction) == (perpetual["m0"], pytest.approx(perpetual["c"], rel=1e-12))


@given(st.floats(0, 1e15), st.floats(0, 1e15), st.integers(0, 10**7), st.integers(0, 10**7), st.booleans())
def test_two_waits_are_one(locked, conviction, first, second, perpetual):
    once = after_lock(locked, conviction, first + second, perpetual=perpetual)
    twice = after_lock(*after_lock(locked, conviction, first, perpetual=perpetual), second, perpetual=perpetual)
    assert twice == pytest.approx(once, rel=1e-9, abs=1e-6)


def test_conviction_of_a_decaying_lock_peaks_after_tau_and_the_owners_is_immediate():
    path = [float(after_lock(1.0, 0.0, blocks)[1]) for blocks in (0, TAU // 2, TAU, 2 * TAU)]
    assert path[0] == 0
    assert max(path) == path[2] == pytest.approx(1 / math.e)
    assert after_lock(1.0, 0.0, 0, by_owner=True) == (1.0, 1.0)


def test_ownership_moves_only_late_and_with_enough_behind_it():
    assert conviction_owner([5.0, 9.0], 100, CONTEST_AGE) == 1
    assert conviction_owner([5.0, 9.0], 100, CONTEST_AGE - 1) == -1
    assert conviction_owner([5.0, 4.9], 100, CONTEST_AGE) == -1
    assert conviction_owner([0.0, 0.0], 0, CONTEST_AGE) == -1
    assert conviction_owner(np.full((2, 3), 50.0), [100, 10**6], CONTEST_AGE).tolist() == [0, -1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: after_lock(-1.0, 0.0, 5), "locked is -1; it is rao"),
        (lambda: after_lock(1.0, 0.0, 5, tau=0), "tau is 0"),
        (lambda: after_lock(1.0, 0.0, -5), "blocks is -5"),
        (lambda: conviction_owner([np.nan], 5, 5), "conviction is nan"),
        (lambda: unlocked(5, np.inf), "locked is inf"),
        (lambda: unlocked(-5, 1.0), "stake is -5; it must be at least 0"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
