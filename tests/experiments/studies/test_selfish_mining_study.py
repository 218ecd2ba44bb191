"""The published thresholds and the revenue at 40 % are met, by the closed form and by simulation."""

import pytest

from experiments.study_code import study_code

STUDY = study_code("selfish-mining").study()


@pytest.fixture(scope="module")
def results(small):
    return small["selfish-mining"].results


def test_everything_published_is_met(results):
    found = STUDY.findings(results)
    assert len(found) == 10
    assert [each.name for each in found if each.agrees is not True] == []
    simulated = next(each for each in found if each.name.endswith("gamma 0, simulated"))
    assert simulated.high - simulated.low < 1.5


def test_it_pays_above_the_threshold_and_not_below(results):
    gain = results[results["quantity"] == "gain"].set_index(["gamma", "share"])
    assert gain.loc[(0.0, 0.25), "high"] < 0 < gain.loc[(0.0, 0.4), "low"]
    assert gain.loc[(0.5, 0.05), "high"] < 0 < gain.loc[(0.5, 0.4), "low"]
    assert (gain.loc[1.0, "low"] > 0).all()


def test_simulation_and_closed_form_agree(results):
    wide = results.pivot(index="task", columns="quantity", values="value")
    assert (wide["revenue"] - wide["revenue by the closed form"]).abs().max() < 1.0
    assert set(STUDY.figures(results)) == {"gain"}
    assert STUDY.sentence(results).count("[") == 1
