"""The studies of the network at their small size: what they conclude, beside what the specification derives."""

import pytest

from experiments import run_study
from experiments.report import report_of
from experiments.studies.network_year import moving_price_share


@pytest.fixture(scope="module", params=["network-year", "halving"])
def report(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "out"
    return report_of(run_study(request.param, size="small", out=folder, engine="serial"))


def test_every_task_is_done_and_what_is_derived_is_met(report):
    assert report.state["failed"] == report.state["missing"] == 0
    derived = [each for each in report.findings if each.published is not None]
    assert len(derived) >= 4
    assert [each.name for each in derived if not each.agrees] == []
    assert len(report.figures) >= 2
    assert all(len(each.to_dict()["data"]["values"]) for each in report.figures.values())


def test_the_sentence_says_what_the_findings_say(report):
    found = {each.name: each for each in report.findings}
    if report.study.name == "halving":
        stream = found["miners' income just after over just before"]
        assert f"{stream.measured:.3f} times" in report.sentence
        assert 0.9 < stream.measured < 1.1
        assert found["TAO a block just after over just before"].measured == 0.5
        assert found["miners' income 4 days after, halved over not"].high < 1.0  # half the TAO for pools tells already
    else:
        pump = found["owner's gain from the pump, capital 0.5 of the pool, rule price"]
        assert f"{pump.measured:.1f} % of its capital" in report.sentence
        alone = found["owner's gain from the pump, nobody else trading"]
        assert -0.2 < alone.measured < 1.0  # fees, and what stake earns meanwhile
        assert pump.measured < alone.measured  # others sell into it
        assert found["largest difference in the books"].measured == 0


def test_the_moving_price_takes_over_half_of_a_rise_in_about_35_days():
    assert moving_price_share(35.0, 300.0) == pytest.approx(50.0, abs=1.0)
