"""The charts of money and machines: nothing is drawn that is not there, and what was not looked up is marked."""

import math

import pytest

from charts.bars import Bar, bar_chart
from charts.claim import claim_chart
from charts.economy import slippage_chart, supply_chart
from charts.export import chart_bytes
from charts.market import HiringRow, hiring_chart
from econ.compute.claim import ClaimSettings, claim

HIRING = [
    HiringRow(share=0.01, price=754.0, low=228.0, high=2468.0, said="1%"),
    HiringRow(share=0.1, price=7954.0, said="10%"),
    HiringRow(share=0.5, price=math.inf, low=17_000.0, high=math.inf, said="50%: not reached"),
]


def test_bars_of_the_claim_are_its_ratios_and_marked_by_their_inputs():
    answer = claim()
    rows = {row["measure"]: row for row in claim_chart(answer).to_dict()["data"]["values"]}
    for measure in answer.measures[:4]:
        assert rows[measure.name]["end"] == pytest.approx(measure.ratio)
    assert rows["arithmetic"]["inputs"].startswith("*")
    assert "from memory: list sum" in rows["arithmetic"]["said"]
    assert not rows["power"]["inputs"].startswith("*")
    assert rows["useful AI work"]["said"] == "By useful AI work: 0, no chip of the network can do it"
    given = claim(ClaimSettings(list_flops=7.0))
    assert not any("*" in row["said"] for row in claim_chart(given).to_dict()["data"]["values"])


@pytest.mark.parametrize(
    "changes",
    [{"hash_rate": 0.0}, {"hash_rate": 1e12}, {"flop_per_hash": 0.0}, {"list_power": 1e9, "asic_efficiency": 1e-6}],
)
def test_every_bar_stays_inside_the_axis(changes):
    spec = claim_chart(claim(ClaimSettings(**changes))).to_dict()
    bars = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "bar")
    low, high = bars["encoding"]["x"]["scale"]["domain"]
    assert all(low <= row["end"] <= high for row in spec["data"]["values"])
    assert low <= 600_000 <= high


def test_a_price_that_is_not_reached_has_no_point_and_its_range_ends_at_the_axis():
    spec = hiring_chart(HIRING, today=450.0).to_dict()
    rows = spec["data"]["values"]
    assert [row["price"] for row in rows] == [754.0, 7954.0, None]
    assert rows[1]["low"] is None
    bar = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "bar")
    assert rows[2]["high"] == bar["encoding"]["x"]["scale"]["domain"][1]
    assert not any(layer["mark"]["type"] == "tick" for layer in hiring_chart(HIRING, today=0.0).to_dict()["layer"])
    assert hiring_chart([], today=0.0).to_dict()["data"]["values"] == []


def test_all_of_them_become_pictures():
    charts = [
        bar_chart([Bar(name="nothing", value=0.0, said="0")], title="t", unit="u"),
        hiring_chart(HIRING, today=450.0),
        claim_chart(claim()),
        supply_chart([(0.0, 10e6), (1.0, 10.5e6), (8.0, 12e6)], [(0.0, 10e6), (8.0, 14e6)]),
        slippage_chart([1.0, 10.0], [0.01, 0.02], [0.01, 0.02], marked=5.0),
    ]
    for chart in charts:
        assert chart_bytes(chart, "svg").startswith(b"<svg")
