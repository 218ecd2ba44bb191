"""Verdicts are seldom wrong and given where they can be; and what fails is told as a failure."""

import numpy as np
import pandas as pd
import pytest

from experiments.studies.calibration import BLOCK, CHOSEN, EPSILON, GAMES, RUNS, SHARES
from experiments.study_code import study_code

STUDY = study_code("calibration").study()


def test_the_small_size_holds(small):
    results = small["calibration"].results
    assert "every game holds" in STUDY.sentence(results)
    assert not any("FAILS" in each.note for each in STUDY.findings(results))
    for (game, share), rows in results.groupby(["game", "share"]):
        if game != CHOSEN:
            np.testing.assert_allclose(rows["regret"], share * EPSILON, atol=1e-9)
            assert rows["wrong"].sum() <= 3  # with 20 runs at 5 %, four or more happen once in sixty
        if share == 0.0:
            assert (rows["certified"] == rows["decided"]).all()
        if share == 2.0:
            assert not rows["certified"].any()
            assert rows["decided"].mean() >= 0.9
    assert results[results["game"] == CHOSEN]["certified"].sum() > 6


def test_the_full_size_is_what_is_promised():
    full = STUDY.tasks("full")
    for game in GAMES:
        for share in SHARES:
            rows = full[(full["game"] == game) & (full["share"] == share)]
            assert rows["runs"].sum() == RUNS
            assert sorted(rows["first"]) == list(range(0, RUNS, BLOCK))
            assert set(rows["most_worlds"]) == {4096}


def test_figures_have_every_game_at_every_regret(small):
    charts = STUDY.figures(small["calibration"].results)
    assert set(charts) == {"wrong", "decided"}
    assert len(charts["wrong"].data.values) == len(GAMES) * len(SHARES)


@pytest.mark.parametrize(
    ("wrong", "decided", "share", "fails"),
    [(19, 200, 0.0, False), (20, 200, 0.0, True), (0, 0, 0.0, True), (0, 0, 0.98, False), (0, 179, 2.0, True)],
)
def test_what_fails(wrong, decided, share, fails):
    """Always undecided is never wrong, and fails where it could have been decided."""
    runs = np.arange(200)
    results = pd.DataFrame(
        {
            "game": "validators",
            "share": share,
            "wrong": (runs < wrong).astype(float),
            "decided": (runs < decided).astype(float),
            "certified": 0.0,
            "certified_wrong": 0.0,
        }
    )
    assert ("FAILS" in STUDY.sentence(results)) is fails
    assert any("FAILS" in each.note for each in STUDY.findings(results)) is fails
