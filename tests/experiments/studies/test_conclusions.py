"""Each study at its small size: the conclusion holds with its interval, and what is drawn and said is what was found.

One test a study, so that none is computed twice.
"""

import math
import re

import pandas as pd
import pytest

from experiments.report import report_of


@pytest.fixture
def read(small):
    """A study's small run as its findings by name, checked for what holds of any report."""

    def reading(name):
        report = report_of(small[name])
        assert report.state["failed"] == report.state["missing"] == 0
        assert report.figures
        assert re.search(r"\d", report.sentence)
        for each in report.findings:
            if each.low is not None and each.high is not None:
                assert each.low <= each.measured <= each.high, each.name
            assert each.published is None or each.source, each.name
        found = {each.name: each for each in report.findings}
        assert len(found) == len(report.findings)
        return found

    return reading


def test_weight_copying(read):
    found = read("weight-copying")
    assert found["lone copier's dividends over honest, reveal period 5"].agrees
    assert found["gain of a lone weight-copier, reveal period 5"].high < 0
    assert found["gain of a lone averaging, reveal period 5"].low > 0, "no claim that honesty alone is an equilibrium"
    assert (
        found["gain of a lone shading, reveal period 1"].low > 0 > found["gain of a lone shading, reveal period 5"].high
    )
    tip = [found[f"tipping point, reveal period {period}"] for period in (1, 5)]
    assert tip[0].high < tip[1].low, "a longer reveal period bears more copiers"
    costs = [found[f"bearable evaluation cost, bonds penalty {penalty:g}"] for penalty in (0, 0.5, 1)]
    assert costs[0].high < costs[1].low < costs[1].high < costs[2].low
    assert found["liquid alpha less constant alpha of equal mean"].high < 1e-4
    for alpha in ("liquid", "constant", "default"):
        assert found[f"copier's dividends over honest, {alpha} alpha"].agrees
    assert found["all honest is a stable equilibrium among the five"].measured is False
    assert found["all weight-copier is a stable equilibrium among the five"].measured is True


def test_averaging(read):
    found = read("averaging")
    assert found["lone copier's gain, memory 1, reveal period 5, drift 0.1"].low > 0
    assert found["lone copier's gain, memory 0.3, reveal period 5, drift 0.1"].high < 0
    assert found["tipping point if all average (memory 0.3, period 5, drift 0.1)"].agrees
    assert found["shortest reveal period at which a lone copier loses, memory 1, drift 0.1"].measured is None


def test_classes(read):
    costs = {int(name.split("rank ")[1].split()[0]): each for name, each in read("classes").items()}
    assert costs[10].high < costs[5].low
    assert costs[5].high < costs[2].low
    assert costs[2].high < costs[1].low, "the smallest copies first"


def test_collusion(read):
    found = read("collusion")
    smallest = {name: each.measured for name, each in found.items() if name.startswith("smallest")}
    assert smallest["smallest cabal that pays forming, defaults"] == 5, "kappa of the stake"
    assert smallest["smallest cabal that pays forming, rules.kappa 0.4"] == 4
    assert smallest["smallest cabal that pays joining, defaults"] == 5
    assert (
        found["gain of a member of a cabal of 4, defaults"].high
        < 0
        < found["gain of a member of a cabal of 6, defaults"].low
    )


def test_escape(read):
    found = read("escape")
    where = "reveal period 5, kappa 0.5"
    unfreezes = found[f"smallest honest coalition that unfreezes consensus, {where}"].measured
    pays = found[f"smallest honest coalition that pays its members, {where}"].measured
    assert 4 <= unfreezes <= pays <= 6
    assert found[f"worlds that escape, {where}, mistakes 0.2"].high < 50


def test_learning(read, small):
    found = read("learning")
    shares = small["learning"].results.query("quantity == 'share of copiers at the end'")
    assert len(shares)
    assert shares["low"].ge(0).all()
    assert shares["high"].le(100).all()
    assert found["imitation: worlds that end at a stable equilibrium, reveal period 5"].measured > 80
    crossing = found["solver: copiers earn more than honest, reveal period 5"].measured
    tipping = found["solver: unstable equilibrium 1, reveal period 5"]
    assert tipping.high < crossing, "imitators compare within the profile; switching moves it"
    assert found["imitation: start from which half the worlds end copying, reveal period 5"].agrees


def test_undervaluing(read):
    found = read("undervaluing")
    for who in ("one undervaluer", "4 undervaluers"):
        one_sided, symmetric = found[f"target's loss, {who} of ten"], found[f"the same under the symmetric clip, {who}"]
        assert one_sided.agrees
        assert symmetric.high < one_sided.low
        assert found[f"loss of trust, {who}"].low < found["the target's consensus weight"].high


def test_whitepaper(read):
    assert all(each.agrees for each in read("whitepaper").values())


def test_yuma_versions(read):
    found = read("yuma-versions")
    charts = [each for name, each in found.items() if name.startswith("totals met to the charts' third digit")]
    assert [each.measured for each in charts] == [each.published for each in charts] == [3 * 18] * 3
    scouts = {name.rpartition(", ")[2]: each.measured for name, each in found.items() if "a scout" in name}
    assert (scouts["public-3"], scouts["chain 3"]) == (10, 0)


def test_reality_check(read):
    found = read("reality-check")
    agrees = [each.agrees for each in found.values()]
    assert agrees == sorted(agrees), "misses come first"
    assert math.isclose(found["copier's dividends over honest, still miners, noise 0.1"].measured, 1.022, abs_tol=0.003)
    assert found["incentive of staked over unstaked miners"].agrees is False, "the model's miners hold no stake"


@pytest.mark.parametrize(
    ("costs", "held"),
    [((1, 2, 3), (1.0, 1.0)), ((1, 2.9, 3), (0.5, 1.0)), ((1, 2.77, 3), (0.5, 1.0)), ((3, 3, 3), (0.0, 1.0))],
)
def test_the_best_penalty_is_all_that_may_be_best(costs, held):
    from experiments.studies.weight_copying import _best_penalties

    rows = [
        {"rules.bonds_penalty": penalty, "value": cost, "low": cost - 0.1, "high": cost + 0.1}
        for penalty, cost in zip((0.0, 0.5, 1.0), costs, strict=True)
    ]  # 2.77 and 3 are apart by their own intervals, and not by those that hold together
    assert _best_penalties(pd.DataFrame(rows)) == held
