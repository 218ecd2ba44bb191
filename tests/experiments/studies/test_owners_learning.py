"""Adjustment part of the way comes to the solver's equilibrium; a month's delay keeps the smallest market swinging."""

import numpy as np
import pytest

from experiments.study_code import study_code

pytestmark = pytest.mark.xdist_group("owners-learning")  # one worker computes it for all tests

STUDY = study_code("owners-learning").study()


@pytest.fixture(scope="module")
def results(small):
    return small["owners-learning"].results


def ends(results, quantity, **habits):
    rows = results[(results["day"] == results["day"].max()) & (results["quantity"] == quantity)]
    for name, value in habits.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 3
    return rows["value"].to_numpy()


def test_both_rules_of_learning_arrive(results):
    assert ends(results, "distance at the end", rule="best-reply", lag=1, build_pace=0.0).max() < 1e-6
    assert ends(results, "distance at the end", rule="returns").max() < 0.1
    assert ends(results, "regret", rule="best-reply", lag=1, build_pace=0.0).max() < 0.01
    assert [each.agrees for each in STUDY.findings(results) if each.agrees is not None] == [True, True]


def test_a_month_late_the_subnets_swing(results):
    assert ends(results, "swing of subnet GPUs", lag=30).min() > 50.0
    assert np.abs(ends(results, "hash rate", lag=30)).max() < 0.1  # machines that bind at capacity do not


def test_sites_that_cannot_be_undone_are_built_a_little_beyond(results):
    built, aim = (ends(results, name, build_pace=0.005) for name in ("converted", "converted at the equilibrium"))
    assert (built > aim).all()
    assert (built < 1.1 * aim).all()


def test_the_full_design_begins_with_the_small_one():
    small, full = STUDY.tasks("small"), STUDY.tasks("full")
    assert small.equals(full.head(len(small)))
    assert len(full) > 100


def test_figures_and_sentence(results):
    assert len(STUDY.figures(results)["distance"].data.values) > 40
    assert "does not settle" in STUDY.sentence(results)
