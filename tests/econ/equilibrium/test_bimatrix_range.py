"""Two-player games whose payoffs lie far apart: an exact answer, or a clear refusal."""

import numpy as np
import pytest

from econ import NormalForm, solve


@pytest.mark.parametrize("size", [3e9, 3e12, 3e17, 3e60])
def test_shares_too_small_for_doubles_are_found_in_whole_numbers(size):
    """Column 1 is played with share 2 / (size + 2)."""
    answer = solve(NormalForm([np.array([[size, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]])]))
    assert (answer.complete, answer.unsearched) == (True, 0)
    assert all(found.verdict == "certified" for found in answer.equilibria)
    assert len(answer.equilibria) == 3
    mixed = next(e for e in answer.equilibria if e.kind == "symmetric-mixed")
    assert mixed.strategy["player 1"]["1"] == pytest.approx(0.6, rel=1e-12)
    assert mixed.strategy["player 2"]["1"] == pytest.approx(2 / (size + 2), rel=1e-12)
    assert mixed.regret <= 1e-16 * size


def test_payoffs_that_differ_in_the_last_place():
    """Equal but for one unit in the last place: a strict preference all the same."""
    near = np.nextafter(1.0, 2.0)
    answer = solve(NormalForm([np.array([[near, 1.0], [1.0, 1.0]]), np.array([[1.0, 0.0], [1.0, 0.0]])]))
    assert [e.strategy["player 1"]["1"] for e in answer.equilibria] == [1.0]
    assert answer.complete is True


def test_payoffs_beyond_double_precision_are_refused():
    with pytest.raises(ValueError, match=r"payoffs reach 1\.7e\+308; at most 1e\+100"):
        solve(NormalForm([np.array([[1.7e308, -1.7e308], [0, 2]]), np.array([[2.0, 0], [0, 3]])]))
