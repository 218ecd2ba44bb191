"""The pages Compute and Economy as a person uses them: at the defaults, at every end, and at values drawn at random."""

from __future__ import annotations

import random
import shlex
from html import unescape
from pathlib import Path

import opening
import pytest
from streamlit.testing.v1 import AppTest

from econ.compute import ComputeSettings
from econ.compute.claim import SOURCES, claim
from econ.compute.statics import hiring_price
from views import machines as compute_page
from views.claim import CLAIM
from views.economy import SHEET
from views.machines import HALVING, MARKET

SHEETS = {"compute": (CLAIM, MARKET), "economy": (SHEET,)}


def opened(place: str, **link: str) -> AppTest:
    return lasting(opening.opened(place, small=False, **link))


def lasting(app: AppTest) -> AppTest:
    assert not app.exception, app.exception[0].value
    return app


def said(app: AppTest) -> str:
    """All that stands on the page, as plain text."""
    shown = " ".join(str(each.proto.body) for each in app.get("html"))
    return unescape(shown) + " ".join(each.value.replace("\\", "") for each in [*app.caption, *app.error, *app.warning])


def address(app: AppTest) -> dict[str, str]:
    return {k: v[0] if isinstance(v, list) else v for k, v in app.query_params.items()}


def control(app: AppTest, kind: str, key: str):
    return next(widget for widget in getattr(app, kind) if widget.key.endswith(f"set {key}"))


def test_compute_opens_with_the_claim_and_answers_the_question() -> None:
    app = opened("compute")
    text = said(app)
    assert "As unit conversion: 661,000 times." in text
    assert "Chips that could train a model: none" in text
    assert "of all GPUs, for 1.33 million USD a day" in text
    assert "(regret " in text
    assert "does <em>not</em>: it is .996 [.991, 1.000] times what it was" in text
    assert "after 180 days it is .65 [.62, .68] times" in text
    measured = (Path(__file__).parents[2] / "docs" / "explanation" / "network.md").read_text("utf-8")
    assert all(figure in measured for figure in HALVING.values())
    assert len(app.get("vega_lite_chart")) == 4
    sources = app.table[0].value
    assert list(sources.columns) == ["Input", "Status, source and date"]
    assert sources["Status, source and date"].str.startswith("from memory").sum() == 1
    assert len(app.table[0].value) == len(SOURCES)
    assert "yuma claim\nyuma compute" in [code.value for code in app.code]
    assert address(app) == {}
    sliders = [*app.slider, *app.select_slider]
    assert len(sliders) == 5
    hired = hiring_price(ComputeSettings(), 0.1)
    assert hired is not None
    rows = app.get("vega_lite_chart")[-1].proto
    assert f"{hired:,.0f} USD [" in str(rows)


def test_every_control_in_sight_of_compute_acts_and_enters_the_address(monkeypatch) -> None:
    monkeypatch.setattr(compute_page, "SHARES", (0.01,))
    app = opened("compute")
    before = said(app)
    control(app, "slider", "claim.hash_rate").set_value(1000.0)
    control(app, "slider", "claim.flop_per_hash").set_value(0.0)
    control(app, "select_slider", "claim.list_date").set_value("2023-11")
    control(app, "slider", "compute.tao_price").set_value(900.0)
    control(app, "slider", "compute.bitcoin_subsidy").set_value(1.5625)
    after = said(lasting(app.run()))
    assert "As unit conversion: 0 times." in after
    assert "7 EFLOP/s, from memory" in after
    assert "2.66 million USD a day" in after
    assert "After 5 halvings." in after
    assert after != before
    assert address(app) == {
        "claim.hash_rate": "1000.0",
        "claim.flop_per_hash": "0.0",
        "claim.list_date": "2023-11",
        "compute.tao_price": "900.0",
        "compute.bitcoin_subsidy": "1.5625",
    }
    shown = next(code.value for code in app.code if code.value.startswith("yuma claim")).splitlines()
    assert shlex.split(shown[1]) == [
        *("yuma", "compute", "--set", "compute.bitcoin_subsidy=1.5625", "--set", "compute.tao_price=900.0")
    ]
    again = opened("compute", **address(app))
    assert said(again) == after


def test_dear_conversion_and_energy_move_the_answer(monkeypatch) -> None:
    monkeypatch.setattr(compute_page, "SHARES", (0.01,))
    assert "turn 809 MW over" in said(opened("compute"))
    assert "No mining site turns over" in said(opened("compute", **{"compute.site_capital": "50000000.0"}))
    text = said(opened("compute", **{"compute.energy_price": "5.0"}))
    assert "597 EH/s" not in text
    assert "(regret " in text


@pytest.mark.parametrize(
    "link",
    [
        {"compute.tao_price": "0"},
        {"compute.bitcoin_subsidy": "0", "compute.cloud_price": "0"},
        {"compute.hash_capacity": "0"},
        {"compute.small_gpus": "0", "compute.provider_gpus": "0", "compute.convertible": "0"},
        {"claim.hash_rate": "0", "claim.gpu_flops": "0"},
        {"claim.flop_per_hash": "1e12", "claim.hash_rate": "1e9"},
        {"compute.alpha_prices": "0"},
        {"compute.energy_price": "0", "compute.gpu_other_cost": "0", "compute.asic_other_cost": "0"},
    ],
)
def test_compute_stands_at_its_ends(link, monkeypatch) -> None:
    monkeypatch.setattr(compute_page, "SHARES", (0.5,))
    app = opened("compute", **link)
    assert not app.error
    assert "As unit conversion" in said(app)
    if "compute.alpha_prices" in link:
        assert "not reached" in str(app.get("vega_lite_chart")[-1].proto)


def test_without_any_machine_one_line_says_so(monkeypatch) -> None:
    monkeypatch.setattr(compute_page, "SHARES", (0.5,))
    nothing = {"compute.hash_capacity": "0", "compute.small_gpus": "0", "compute.provider_gpus": "0"}
    app = opened("compute", **nothing)
    assert "without machines no market" in said(app)
    assert len(app.error) == 1


def test_bad_links_are_said_in_one_line_each() -> None:
    for place, key, value in (
        ("compute", "claim.hash_rate", "-5"),
        ("compute", "claim.list_date", "2030-01"),
        ("compute", "compute.miners", "9999"),
        ("economy", "day.share", "2"),
        ("economy", "day.tao_weigth", "0.1"),
    ):
        app = opened(place, **{key: value})
        assert len(app.warning) == 1, (place, key)
        assert "The link was not read in full" in app.warning[0].value.replace("\\", "")


def test_economy_shows_supply_split_flows_and_slippage() -> None:
    app = opened("economy")
    text = said(app)
    assert "3,600 TAO a day, worth 1.62 million USD" in text
    assert "1 halving so far; the next in 3.8 years." in text
    assert "does not halve" in text
    assert len(app.get("vega_lite_chart")) == 4
    assert len(app.slider) == 5
    control(app, "slider", "day.issuance").set_value(10_000_000.0)
    control(app, "slider", "day.recycled").set_value(3600.0)
    control(app, "slider", "day.trade").set_value(10_000.0)
    text = said(lasting(app.run()))
    assert "7,200 TAO a day" in text
    assert "0 halvings so far; the next in 139 days." in text
    assert "costs 50.1% above the price" in text
    assert address(app) == {"day.issuance": "10000000.0", "day.recycled": "3600.0", "day.trade": "10000.0"}
    again = opened("economy", **address(app))
    assert said(again) == text


@pytest.mark.parametrize(
    "link",
    [
        {"day.issuance": "21000000", "day.alpha_issuance": "21000000"},
        {"day.issuance": "0", "day.recycled": "100000", "day.root_tao": "0"},
        {"day.share": "0", "day.trade": "0", "day.tao_price": "0"},
        {"day.pool_tao": "1", "day.alpha_price": "1000", "day.trade": "1000000"},
    ],
)
def test_economy_stands_at_its_ends(link) -> None:
    app = opened("economy", **link)
    assert not app.error
    assert len(app.get("vega_lite_chart")) == 4


def test_a_pool_of_more_alpha_than_there_is_says_so() -> None:
    app = opened("economy", **{"day.alpha_price": "0.000001"})
    assert "a subnet has at most 21,000,000" in said(app)


@pytest.mark.parametrize("place", ["compute", "economy"])
def test_random_values_leave_a_page_standing(place, monkeypatch) -> None:
    monkeypatch.setattr(compute_page, "SHARES", ())
    luck = random.Random(17)
    app = opened(place)
    for _ in range(6):
        for sheet in SHEETS[place]:
            for key, declared in luck.sample(sorted(sheet.declared.items()), 4):
                own = f"{sheet.name} set {key}"
                widget = next(
                    w
                    for kind in ("slider", "select_slider", "selectbox", "number_input")
                    for w in getattr(app, kind)
                    if w.key == own
                )
                if declared.choices:
                    widget.set_value(luck.choice(declared.choices))
                    continue
                low, high = widget.min or 0.0, widget.max if widget.max is not None else 10 * float(widget.value or 1)
                drawn = luck.choice([low, luck.uniform(low, high), low + (high - low) * luck.random() ** 8])
                drawn = declared.kind(drawn)
                if declared.low_open and drawn <= (declared.low or 0):
                    drawn = declared.kind(1)
                widget.set_value(drawn)
        lasting(app.run())
        assert len(app.error) <= 1


def test_the_claim_on_the_page_is_the_claim() -> None:
    assert claim().sentence in said(opened("compute"))


def test_what_hires_gpus_does_not_rest_on_the_price_that_is_set() -> None:
    cheap, dear = (hiring_price(ComputeSettings(tao_price=price), 0.1) for price in (10.0, 900.0))
    assert cheap == dear
