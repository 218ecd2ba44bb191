"""The charts of the app's pages: what they show, and that a strategy has its colour and its mark in each."""

from __future__ import annotations

import numpy as np
import pytest

from charts import chart_bytes, styles
from charts.export import specification
from charts.following import following_chart, following_path
from charts.picture import picture
from charts.region import OPEN, REFUSED, RegionPoint, region_chart
from charts.sides import SidePoint, sides_chart
from charts.simplex import MIXED, FlowPoint, RestPoint, simplex_chart
from charts.table import bonds_chart, incentive_chart, parts_chart, seats_chart, weights_chart

NAMES = ("honest", "weight-copier", "colluding")
LUCK = np.random.default_rng(1)
WEIGHTS = LUCK.dirichlet(np.ones(6), size=3)
QUALITY = LUCK.uniform(0.1, 1, 6)


def rows(spec, part):
    return [row for row in spec["data"]["values"] if row.get("part") == part]


def scales(spec, channel):
    """The domain and range of every layer's scale of a channel, by name."""
    found = [layer["encoding"][channel] for layer in spec["layer"] if channel in layer.get("encoding", {})]
    return [
        dict(zip(s["scale"]["domain"], s["scale"]["range"], strict=True))
        for s in found
        if "domain" in s.get("scale", {})
    ]


def test_a_path_goes_where_switching_pays_and_ends() -> None:
    gains = [-9.0, -8.0, -5.0, 2.0, 20.0]
    assert following_path(gains, 5, 3) == [3, 4, 5]
    assert following_path(gains, 5, 2) == [2, 1, 0]
    assert following_path([1.0, -1.0], 2, 0) == [0, 1]
    assert following_path([0.0, 0.0], 2, 1) == [1]
    assert len(following_path([1.0, 1.0, -1.0, -1.0], 4, 4)) <= 9


def test_following_draws_every_seat_of_every_round() -> None:
    spec = following_chart([3, 2], 5, "honest", "weight-copier", noun="validators").to_dict()
    values = spec["data"]["values"]
    assert len(values) == 10
    assert sum(row["strategy"] == "weight-copier" for row in values) == 5


def triangle():
    flow = [
        FlowPoint(shares=(0.5, 0.3, 0.2), motion=(0.1, -0.05, -0.05), ends="honest"),
        FlowPoint(shares=(1.0, 0.0, 0.0), motion=(0.0, 0.0, 0.0), ends=MIXED),
    ]
    rests = [RestPoint(shares=(1.0, 0.0, 0.0), stable=True), RestPoint(shares=(0.3, 0.3, 0.4), stable=None)]
    return simplex_chart(flow, rests, NAMES, noun="validators")


def test_the_triangle_has_corners_arrows_and_rest_points_by_kind() -> None:
    spec = triangle().to_dict()
    corners = {row["name"]: (row["x"], row["y"]) for row in rows(spec, "corner")}
    assert corners["all honest"] == (0.0, 0.0)
    assert corners["all weight-copier"] == (1.0, 0.0)
    assert corners["all colluding"] == pytest.approx((0.5, 0.866), abs=1e-3)
    assert len(rows(spec, "stem")) == 1
    assert [row["kind"] for row in rows(spec, "rest")] == ["stable", "open"]
    (head,) = rows(spec, "head")
    (tile, _) = rows(spec, "tile")
    assert head["x"] < tile["x"]  # towards the left corner, honest


def region():
    return region_chart(
        [
            RegionPoint(x=x, y=y, width=1, height=1, outcome=o, gain=0.1, low=0.0, high=0.2, worlds=16)
            for x, y, o in ((0, 0, "honest"), (1, 0, "weight-copier"), (0, 1, OPEN), (1, 1, REFUSED))
        ],
        x="x",
        y="y",
        title="Map",
        here=(0, 0),
    )


def test_every_tile_of_a_map_has_the_outcome_of_its_nearest_point() -> None:
    spec = region().to_dict()
    tiles = rows(spec, "tile")
    assert len(tiles) == 4
    assert {(t["left"] + 0.5, t["bottom"] + 0.5): t["strategy"] for t in tiles}[(1.0, 0.0)] == "weight-copier"
    assert len(rows(spec, "point")) == 4
    assert region_chart([], x="x", y="y", title="Nothing").to_dict()


def sides():
    return sides_chart(
        [SidePoint(party=f"{name} validators", kind=name, mean=1.0, low=0.5, high=1.5) for name in NAMES],
        title="Who gains",
        unit="thousandths",
    )


PARTS = {"stake": 100.0, "clipping": -2.0, "penalty": 0.0}


@pytest.mark.parametrize(
    "chart",
    [
        following_chart([1, 0], 3, "honest", "weight-copier", noun="validators"),
        triangle(),
        region(),
        sides(),
        weights_chart(WEIGHTS, WEIGHTS.min(axis=0), QUALITY, NAMES),
        incentive_chart(WEIGHTS[0], QUALITY, 2),
        seats_chart(np.array([0.4, 0.3, 0.3]), np.ones(3) / 3, NAMES, chosen=1),
        bonds_chart(WEIGHTS, QUALITY, NAMES),
        parts_chart(PARTS, {name: name for name in PARTS}, "honest"),
    ],
    ids=["following", "triangle", "region", "sides", "weights", "incentive", "seats", "bonds", "parts"],
)
def test_each_is_drawn_and_keeps_colours_and_marks(chart) -> None:
    spec = chart.to_dict()
    assert all("data" not in layer for layer in spec["layer"])
    look = styles(NAMES)
    for channel, field in (("color", "colour"), ("shape", "shape")):
        for scale in scales(spec, channel):
            assert all(scale[name] == getattr(look[name], field) for name in NAMES if name in scale)
    assert b"<svg" in chart_bytes(chart, "svg")[:200]
    assert specification(chart)["layer"] == spec["layer"]


def test_parts_add_up_to_the_whole() -> None:
    drawn = parts_chart(PARTS, {name: name for name in PARTS}, "honest").to_dict()["data"]["values"]
    values = [row for row in drawn if row["part"] != "frame"]
    assert values[-1]["end"] == pytest.approx(sum(PARTS.values()))
    assert values[1]["start"] == 100.0
    assert values[1]["text"] == "−2.0"
    assert values[2]["text"] == "0"


def test_a_picture_holds_sentence_chart_caption_and_link() -> None:
    link = "http://127.0.0.1:8501/play?" + "a=b&" * 60
    made = picture(sides().to_dict(), sentence="Who gains? " * 20, caption="95% intervals.", link=link)
    alone = chart_bytes(sides(), "png")
    assert made.startswith(b"\x89PNG")
    heights = [int.from_bytes(data[20:24], "big") for data in (made, alone)]
    assert heights[0] > heights[1] + 150
