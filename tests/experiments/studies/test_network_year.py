"""The year of the network at small size: what it concludes, beside what the specification derives."""

import pytest

from experiments.report import report_of

pytestmark = pytest.mark.xdist_group("network-year")  # one worker computes it for all tests


@pytest.fixture(scope="module")
def report(small):
    return report_of(small["network-year"])


def test_every_task_is_done_and_what_is_derived_is_met(report):
    assert report.state["failed"] == report.state["missing"] == 0
    derived = [each for each in report.findings if each.published is not None]
    assert len(derived) == 4
    assert [each.name for each in derived if not each.agrees] == []
    assert set(report.figures) == {"concentration", "price-sum", "gains", "pump"}
    assert all(len(each.to_dict()["data"]["values"]) for each in report.figures.values())


def test_a_pump_comes_back_less_its_fees_unless_others_sell_into_it(report):
    found = {each.name: each for each in report.findings}
    alone = found["owner's gain from the pump, nobody else trading"]
    assert -0.2 < alone.measured < 1.0  # fees, and what stake earns meanwhile
    pump = found["owner's gain from the pump, capital 0.5 of the pool, rule price"]
    assert pump.measured < alone.measured
    assert f"{pump.measured:.1f} % of its capital" in report.sentence
    assert found["largest difference in the books"].measured == 0


def test_rules_are_compared_world_by_world(report):
    found = {each.name: each for each in report.findings}
    name = "Herfindahl index of TAO"
    for rule in ("flow", "net-flow", "root"):
        apart = found[f"{name}, rule {rule} less rule price in the same luck"]
        ends = [found[f"{name} at the end, rule {each}"].measured for each in (rule, "price")]
        if ends[0] is not None:
            assert apart.measured == pytest.approx(ends[0] - ends[1], abs=1e-9)
            assert apart.low < apart.high
