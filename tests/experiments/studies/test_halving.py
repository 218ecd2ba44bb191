"""Halvings at small size: dates by the closed form, and what does not halve with TAO."""

import pytest

from experiments.report import report_of


@pytest.fixture(scope="module")
def report(small):
    return report_of(small["halving"])


def test_dates_and_the_day_of_the_halving_are_those_derived(report):
    assert report.state["failed"] == report.state["missing"] == 0
    derived = [each for each in report.findings if each.published is not None]
    assert len(derived) == 12
    assert [each.name for each in derived if not each.agrees] == []
    assert set(report.figures) == {"after", "dates"}


def test_the_miners_stream_does_not_halve_but_pools_miss_the_tao(report):
    found = {each.name: each for each in report.findings}
    assert found["TAO a block just after over just before"].measured == 0.5
    assert found["alpha paid to miners just after over just before"].measured == pytest.approx(1.0, abs=1e-3)
    stream = found["miners' income just after over just before"]
    assert 0.95 < stream.measured < 1.05
    assert f"{stream.measured:.3f} times" in report.sentence
    later = found["miners' income 4 days after, halved over not"]
    assert 0.9 < later.measured < later.high < 1.0
