"""Two-player games whose payoffs lie far apart: an honest answer or a clear refusal."""

import numpy as np
import pytest

from econ import NormalForm, solve


def test_a_vertex_that_fails_its_check_is_left_out_and_said():
    """One mixture needs a share of 7e-10, which doubles of this scale do not tell from 0."""
    answer = solve(NormalForm([np.array([[3e9, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]])]))
    assert all(found.verdict == "certified" for found in answer.equilibria)
    assert len(answer.equilibria) == 2
    assert answer.complete is None
    assert answer.unsearched == 1


def test_payoffs_beyond_double_precision_are_refused():
    with pytest.raises(ValueError, match=r"payoffs reach 1\.7e\+308; at most 1e\+100"):
        solve(NormalForm([np.array([[1.7e308, -1.7e308], [0, 2]]), np.array([[2.0, 0], [0, 3]])]))
