"""The small size meets the published figures; what the study stores is what it reads."""

import numpy as np
import pytest

from experiments.study_code import study_code

pytestmark = pytest.mark.xdist_group("consensus-map")  # one worker computes it for all tests

STUDY = study_code("consensus-map").study()


@pytest.fixture(scope="module")
def findings(small):
    return {each.name.removesuffix(" (Yuma 2)"): each for each in STUDY.findings(small["consensus-map"].results)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("weight noise 0, bonds penalty 1", 60.0),
        ("weight noise 0.2, bonds penalty 1", 66.8),
        ("weight noise 0.4, bonds penalty 1", 73.5),
        ("weight noise 0.4, bonds penalty 0.5", 77.1),
        ("weight noise 0.4, bonds penalty 0", 79.1),
        ("weight noise 0.4, validators' share of emission 0", 82.6),
        ("weight noise 0.4, validators' share of emission 0.25", 78.7),
    ],
)
def test_the_published_utilities_are_met(name, expected, findings):
    found = findings[f"needed utility, {name}"]
    assert found.agrees
    assert found.low <= found.measured <= found.high
    assert abs(found.measured - expected) <= 0.5
    assert found.high - found.low < 1.5


def test_the_attack_pays(findings):
    attack = findings["most emission of 40 % stake with 30 % utility"]
    assert attack.low > 40.0


def test_the_full_design_begins_with_the_small_one():
    small, full = STUDY.tasks("small"), STUDY.tasks("full")
    assert small.equals(full.head(len(small)))
    assert not full.duplicated().any()
    assert set(full["version"]) == {"2", "3"}
    place = (full["kappa"] == 0.5) & (full["weight_deviation"] == 0.4) & (full["version"] == "2")
    assert full[place & (full["seed"] == 0) & (full["bonds_penalty"] == 1.0)]["honest_stake"].nunique() == 11


def test_every_figure_is_drawn_and_the_sentence_has_its_intervals(small):
    results = small["consensus-map"].results
    charts = STUDY.figures(results)
    assert set(charts) == {"noise-yuma-2", "penalty-yuma-2"}
    rows = charts["noise-yuma-2"].data.values
    assert {row["series"] for row in rows} == {"0", "0.2", "0.4"}
    assert all(row["low"] <= row["honest_utility"] <= row["high"] for row in rows)
    assert STUDY.sentence(results).count("[") == 3


def test_a_row_of_results_is_one_point(small):
    results = small["consensus-map"].results
    assert len(results) == 20 * 51 * 51
    assert np.isfinite(results[["incentive", "dividends"]].to_numpy()).all()
