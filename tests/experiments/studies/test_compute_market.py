"""Every statement of the comparative statics holds at small size; sweeps are certified equilibria."""

import pytest

from experiments.study_code import study_code

STUDY = study_code("compute-market").study()


@pytest.fixture(scope="module")
def results(small):
    return small["compute-market"].results


def test_every_statement_holds(results):
    found = STUDY.findings(results)
    asked = [each for each in found if each.agrees is not None]
    assert len(asked) == 34
    assert [each.name for each in asked if not each.agrees] == []
    assert "34 of 34 statements hold" in STUDY.sentence(results)


def test_what_contradicts_the_specification_is_said(results):
    found = {each.name: each for each in STUDY.findings(results)}
    idle = found["dearest idle site's threshold less that of miners at full capacity"]
    assert idle.measured < 0
    assert "convert last" in idle.note


def test_the_sweeps_are_certified_and_move_the_way_they_should(results):
    swept = results[results["statement"].isin(["TAO price", "halvings", "providers"])]
    assert (swept[swept["quantity"] == "regret"]["value"] < 0.01).all()
    hired = swept[(swept["statement"] == "TAO price") & (swept["quantity"] == "subnets' share of all GPUs")]
    assert hired.sort_values("x")["value"].is_monotonic_increasing
    hashing = swept[(swept["statement"] == "halvings") & (swept["quantity"] == "hash rate")]
    assert hashing.sort_values("x")["value"].is_monotonic_decreasing


def test_the_full_design_begins_with_the_small_one():
    small, full = STUDY.tasks("small"), STUDY.tasks("full")
    assert small.equals(full.head(len(small)))
    assert len(full) > len(small)


def test_every_figure_is_drawn(results):
    charts = STUDY.figures(results)
    assert set(charts) == {"hired-share", "hash-rate", "planner-gap"}
    assert all(len(chart.data.values) >= 2 for chart in charts.values())
