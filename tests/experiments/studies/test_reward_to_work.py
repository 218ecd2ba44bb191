"""What the two halves say together: the less of a reward pays for work, the dearer the work."""

import numpy as np
import pytest

from experiments.study_code import study_code

STUDY = study_code("reward-to-work").study()


@pytest.fixture(scope="module")
def wide(small):
    results = small["reward-to-work"].results
    return results.pivot(index=["game", "outcome"], columns="quantity", values=["value", "low", "high"])


def test_where_all_work_a_useful_hour_costs_about_what_the_cloud_asks(wide):
    honest = wide.loc["everybody works", "value"].iloc[0]
    assert honest["useful share"] == pytest.approx(100.0)
    assert 1.0 < honest["times the cloud"] < 1.1


def test_less_useful_is_dearer_and_buys_fewer_hours(wide):
    ordered = wide["value"].sort_values("useful share")
    assert (np.diff(ordered["price"]) <= 1e-9).all()
    assert (np.diff(ordered["useful GPU-hours"]) >= -1e-6).all()
    colluding = wide.loc["a cabal"].loc["all colluding"]
    assert colluding["high"]["useful share"] < 90.0
    assert colluding["low"]["times the cloud"] > 1.2


def test_intervals_and_sentence_are_complete(wide, small):
    assert (wide["low"]["useful share"] <= wide["value"]["useful share"] + 1e-9).all()
    assert (wide["low"]["price"] <= wide["high"]["price"] + 1e-9).all()
    results = small["reward-to-work"].results
    assert STUDY.sentence(results).count("[") == 4
    assert set(STUDY.figures(results)) == {"price"}
    assert all(each.measured is not None for each in STUDY.findings(results))
