"""Charts as dictionaries: what they show, how strategies look, and that pictures are really made."""

from __future__ import annotations

import math

import pytest

from agents.registry import ROLES, policies
from charts import CoursePoint, PayoffPoint, chart_bytes, course_chart, deviation_chart, payoff_chart, styles
from charts.export import specification
from charts.theme import by_strategy
from econ.equilibrium import GainRow, TippingPoint
from experiments import BadInput
from experiments.files.figures import save_chart

GAINS = [GainRow(others=k, mean=float(m), low=m - 0.5, high=m + 0.5) for k, m in enumerate((-9, -6, -2, 1, 16, 28))]
POINT = TippingPoint(share=0.4, share_interval=(0.35, 0.45), seats=2.4, seats_interval=(2.1, 2.7))
PAYOFFS = [
    PayoffPoint(players=k, strategy=name, mean=50.0 + sign * k, low=49.0 + sign * k, high=51.0 + sign * k)
    for name, sign, players in (("honest", -1, range(6)), ("weight-copier", 1, range(1, 7)))
    for k in players
]
COURSE = [
    CoursePoint(epoch=float(epoch), strategy=name, mean=mean, low=mean - 0.01, high=mean + 0.01)
    for name, mean in (("honest", 1.02), ("weight-copier", 0.82))
    for epoch in range(100)
]


def deviation(**changes):
    given = {"rows": GAINS, "seats": 6, "strategy": "weight-copier", "against": "honest", "tipping": [POINT]}
    return deviation_chart(**{**given, **changes})


def marks(spec, kind):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def texts(spec):
    said = [layer["encoding"]["text"].get("value") for layer in marks(spec, "text")]
    return [text for text in said if text] + [row["text"] for row in rows(spec, "label")]


def rows(spec, part):
    return [row for row in spec["data"]["values"] if row["part"] == part]


def test_a_strategy_looks_the_same_whoever_stands_beside_it() -> None:
    alone, together = styles(["weight-copier"]), styles(["lazy", "colluding", "weight-copier", "honest"])
    assert alone["weight-copier"] == together["weight-copier"]
    assert len({style.colour for style in together.values()}) == len({style.shape for style in together.values()}) == 4


def test_every_built_in_strategy_has_a_colour_and_mark_of_its_own_whoever_stands_beside_it() -> None:
    names = list(dict.fromkeys(name for role in ROLES for name in policies(role)))
    alone = [styles([name])[name] for name in names]
    assert len(set(alone)) == len(names)
    for order in (["mine", *names], [*reversed(names), "mine"]):
        together = styles(order)
        assert [together[name] for name in names] == alone
        assert together["mine"] not in alone


def test_every_number_of_others_has_its_tick() -> None:
    spec = deviation(rows=GAINS[:3], seats=3, tipping=None).to_dict()
    axis = next(layer["encoding"]["x"]["axis"] for layer in spec["layer"] if "axis" in layer["encoding"].get("x", {}))
    assert axis["values"] == [0, 1, 2]
    assert axis["tickCount"] >= 3
    assert axis["tickMinStep"] < 1  # else a span a rounding below 2 has room for two


def test_every_chart_has_one_dataset() -> None:
    for chart in (deviation(), payoff_chart(PAYOFFS, 6, "weight-copier", [POINT]), course_chart(COURSE, burn_in=20)):
        spec = chart.to_dict()
        assert all("data" not in layer for layer in spec["layer"])
        assert set(spec["data"]) == {"values"}


def test_the_deviation_chart_says_in_words_what_its_sides_mean() -> None:
    said = texts(deviation().to_dict())
    assert "▲ above 0: switching to weight-copier pays" in said
    assert "▼ below 0: staying honest pays" in said
    assert "tipping point 2.0 of 5 others" in said


def test_the_axis_of_others_has_whole_numbers_from_none_to_all() -> None:
    spec = deviation().to_dict()
    x = marks(spec, "point")[0]["encoding"]["x"]
    assert x["axis"]["values"] == [0, 1, 2, 3, 4, 5]
    assert x["scale"]["domain"] == [0, 5]
    many = [GainRow(others=k, mean=float(k), low=k - 1.0, high=k + 1.0) for k in range(44)]
    ticks = marks(deviation(rows=many, seats=44).to_dict(), "point")[0]["encoding"]["x"]["axis"]["values"]
    assert ticks[0] == 0
    assert ticks[-1] == 43
    assert len(ticks) <= 12
    assert all(isinstance(tick, int) for tick in ticks)


def test_the_tipping_point_and_its_interval_stand_on_the_axis_of_others() -> None:
    (mark,) = rows(deviation().to_dict(), "tipping")
    assert (mark["others"], mark["start"], mark["end"]) == pytest.approx((2.0, 1.75, 2.25))


def test_the_curve_by_chance_crosses_zero_at_a_true_tipping_point() -> None:
    linear = [GainRow(others=k, mean=k - 2.0, low=k - 2.5, high=k - 1.5) for k in range(6)]
    chance = rows(deviation(rows=linear).to_dict(), "chance")
    assert min(chance, key=lambda row: abs(row["mean"]))["others"] == pytest.approx(2.0)


def test_without_a_tipping_point_nothing_is_marked() -> None:
    spec = deviation(tipping=None).to_dict()
    assert not rows(spec, "tipping")
    assert not rows(spec, "chance")
    assert not any("tipping" in text for text in texts(spec))


def test_zero_and_the_room_for_words_lie_inside_the_range() -> None:
    lone, level = (GainRow(others=0, mean=m, low=m - w, high=m + w) for m, w in ((5.0, 1.0), (0.0, 0.0)))
    for gains in (GAINS, [lone], [level]):
        spec = deviation(rows=gains, seats=len(gains)).to_dict()
        assert all("domain" not in layer["encoding"]["y"].get("scale", {}) for layer in spec["layer"])
        low, high = sorted(row["mean"] for row in rows(spec, "frame"))
        assert low < 0 < high
        assert low < min(row.low for row in gains)
        assert high > max(row.high for row in gains)


def test_no_interval_no_band() -> None:
    endless = [GainRow(others=k, mean=float(k), low=-math.inf, high=math.inf) for k in range(3)]
    spec = deviation(rows=endless, seats=3).to_dict()
    assert all(row["low"] is None and row["high"] is None for row in rows(spec, "gain"))
    assert chart_bytes(deviation(rows=endless, seats=3), "png")


def test_the_payoff_chart_has_one_colour_and_one_mark_a_strategy() -> None:
    spec = payoff_chart(PAYOFFS, 6, "weight-copier", [POINT]).to_dict()
    (points,) = marks(spec, "point")
    look = styles(["honest", "weight-copier"])
    for channel, field in (("color", "colour"), ("shape", "shape")):
        scale = points["encoding"][channel]["scale"]
        assert scale["domain"] == list(look)
        assert scale["range"] == [getattr(style, field) for style in look.values()]
    assert texts(spec) == ["tipping point 2.4 of 6 seats"]


def test_the_course_shows_par_and_names_the_burn_in() -> None:
    spec = course_chart(COURSE, burn_in=20, epoch_minutes=72).to_dict()
    assert texts(spec) == ["burn-in: not counted in payoffs"]
    shade = next(layer for layer in marks(spec, "rect"))
    assert (shade["encoding"]["x"]["datum"], shade["encoding"]["x2"]["datum"]) == (0, 20)
    assert [layer["encoding"]["y"]["datum"] for layer in marks(spec, "rule")] == [1]
    assert "72 minutes" in marks(spec, "line")[0]["encoding"]["x"]["title"]
    assert not texts(course_chart(COURSE).to_dict())


@pytest.mark.parametrize(
    "chart", [deviation(), payoff_chart(PAYOFFS, 6, "weight-copier", [POINT]), course_chart(COURSE, burn_in=20)]
)
def test_pictures_are_made(chart) -> None:
    png = chart_bytes(chart, "png")
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") > 1400  # two pixels a point
    assert len(png) > 20_000
    assert b"<svg" in chart_bytes(chart, "svg")[:200]


def test_another_kind_of_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="kind is 'gif'"):
        chart_bytes(deviation(), "gif")


def test_saving_makes_one_folder_and_leaves_no_other_file(tmp_path) -> None:
    path = save_chart(deviation(), tmp_path / "results" / "figure.png")
    save_chart(deviation(tipping=None), path)
    assert [file.name for file in path.parent.iterdir()] == ["figure.png"]
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["figure.gif", "figure", "no/such/folder/figure.png", "folder.png"])
def test_a_place_that_cannot_be_written_is_bad_input(tmp_path, name) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(BadInput) as error:
        save_chart(deviation(), tmp_path / name)
    assert "\n" not in str(error.value)
    assert [file.name for file in tmp_path.iterdir()] == ["folder.png"]


def test_many_series_are_told_apart_and_their_legend_wraps():
    names = [f"reveal period {number}, kappa 0.5" for number in range(8)]
    looks = styles(names)
    assert len({(look.colour, look.shape) for look in looks.values()}) == 8
    legend = by_strategy(names)["color"].to_dict()["legend"]
    assert legend["columns"] * (len(names[0]) + 5) <= 100
    assert (
        by_strategy(["a strategy of a name that takes a row of its own"])["color"].to_dict()["legend"]["columns"] == 1
    )


def test_other_numbers_are_other_rows_of_the_same_chart() -> None:
    higher = [GainRow(others=k, mean=40.0 * k, low=40.0 * k - 9, high=40.0 * k + 9) for k in range(6)]
    later = TippingPoint(share=0.7, share_interval=(0.6, 0.8), seats=4.2, seats_interval=(3.6, 4.8))
    paid = [PayoffPoint(players=row.players, strategy=row.strategy, mean=7.0, low=1.0, high=9.0) for row in PAYOFFS]
    run = [CoursePoint(epoch=row.epoch, strategy=row.strategy, mean=3.0, low=2.0, high=4.0) for row in COURSE]
    for one, other in (
        (deviation(), deviation(rows=higher, tipping=[later])),
        (payoff_chart(PAYOFFS, 6, "weight-copier", [POINT]), payoff_chart(paid, 6, "weight-copier", [later])),
        (course_chart(COURSE, burn_in=20, at=3), course_chart(run, burn_in=20, at=9)),
    ):
        first, second = specification(one), specification(other)
        assert first.pop("data") != second.pop("data")
        assert first == second
