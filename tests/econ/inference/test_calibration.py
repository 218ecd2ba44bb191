"""The small size of benchmarks/calibration.py: verdicts are seldom wrong, and given where they can be."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # benchmarks stand beside the packages, at the root

from benchmarks.calibration import EPSILON, GAMES, Tally, calibrate, chosen


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("share", [0.0, 0.98, 1.02, 2.0])
def test_verdicts_hold(game, share):
    tally = calibrate(game, share, 20, most_worlds=2048 if share in (0.0, 2.0) else 256)
    assert tally.regret == pytest.approx(share * EPSILON, abs=1e-9)
    assert tally.wrong <= 0.15  # with 20 runs at 5%, four or more happen once in sixty
    if share in (0.0, 2.0):
        assert tally.decided >= 0.9
        assert tally.certified == (tally.decided if share == 0.0 else 0.0)


def test_the_solvers_own_choice_is_held_to_the_same():
    wrong, verdicts = chosen(6, looks=(64, 128))
    assert wrong <= 1 / 6
    assert verdicts > 6


@pytest.mark.parametrize(
    ("wrong", "decided", "regret", "passes"),
    [(0.095, 1.0, 0.0, True), (0.1, 1.0, 0.0, False), (0.0, 0.0, 0.0, False), (0.0, 0.0, 0.49, True)],
)
def test_what_fails(wrong, decided, regret, passes):
    tally = Tally(
        game="g",
        regret=regret,
        runs=200,
        wrong=wrong,
        decided=decided,
        certified=0.0,
        wrong_among_certified=None,
        worlds=1,
    )
    assert tally.passes is passes
