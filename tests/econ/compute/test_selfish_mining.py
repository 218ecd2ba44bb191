"""Selfish mining: published revenue and thresholds, and a simulation that agrees with them."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from econ.compute.selfish_mining import selfish_gain, selfish_revenue, selfish_threshold, simulate_selfish_mining
from econ.errors import InputError

GOLDEN = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "golden" / "economy.json"
needs_golden = pytest.mark.skipif(not GOLDEN.is_file(), reason=f"no golden data at {GOLDEN} (set YUMA_SHARED)")


@needs_golden
def test_published_revenue():
    for case in json.loads(GOLDEN.read_text())["groups"]["selfish_mining"]["cases"]:
        assert selfish_revenue(case["alpha"], case["gamma"]) == pytest.approx(case["sm1"], abs=6e-6)


def test_published_thresholds():
    assert selfish_revenue(0.4, 0.0) == pytest.approx(0.48372, abs=5e-6)
    assert [selfish_threshold(gamma) for gamma in (0.0, 0.5, 1.0)] == pytest.approx([1 / 3, 1 / 4, 0.0])


@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.5, 0.9])
def test_it_pays_exactly_above_the_threshold(gamma):
    edge = selfish_threshold(gamma)
    assert selfish_gain(edge, gamma) == pytest.approx(0.0, abs=1e-12)
    assert selfish_gain(edge + 0.01, gamma) > 0 > selfish_gain(edge - 0.01, gamma)


def test_the_ends():
    assert selfish_revenue(0.0, 0.7) == 0.0
    assert selfish_revenue(0.5, 0.0) == selfish_revenue(1.0, 0.0) == 1.0
    assert selfish_revenue(0.5 - 1e-9, 0.0) == pytest.approx(1.0, abs=1e-6)
    assert simulate_selfish_mining(0.0, 0.5, blocks=100, worlds=2).revenue == 0.0
    honest_alone = simulate_selfish_mining(0.0, 0.5, blocks=100, worlds=2)
    assert honest_alone.orphaned == 0.0
    all_of_it = simulate_selfish_mining(1.0, 0.5, blocks=100, worlds=2)  # a lead that nobody ever makes it publish
    assert (all_of_it.revenue, all_of_it.low, all_of_it.high, all_of_it.orphaned) == (1.0, 1.0, 1.0, 0.0)
    assert simulate_selfish_mining(0.8, 0.0, blocks=2000, worlds=8).revenue > 0.99


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.45])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0])
def test_simulation_and_closed_form_agree(share, gamma):
    """Within five standard errors: 12 cases at once would leave a 95% interval now and then."""
    game = simulate_selfish_mining(share, gamma, blocks=4000, worlds=64, seed=5)
    error = (game.high - game.low) / 4
    assert abs(game.revenue - selfish_revenue(share, gamma)) < 5 * error + 2 / 4000
    assert error < 0.006
    assert 0 < game.orphaned < 1


def test_a_world_plays_the_same_among_any_number():
    few, many = (simulate_selfish_mining(0.4, 0.5, blocks=500, worlds=n, seed=3) for n in (1, 8))
    assert np.isnan(few.low)
    assert few.revenue != many.revenue
    again = simulate_selfish_mining(0.4, 0.5, blocks=500, worlds=8, seed=3)
    assert again == many
    assert simulate_selfish_mining(0.4, 0.5, blocks=500, worlds=8, seed=4) != many


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1.2, 0.0), "share is 1.2"),
        ((0.3, -0.1), "gamma is -0.1"),
        ((np.nan, 0.0), "share is nan"),
        (("a", 0.0), "share is a"),
    ],
)
def test_bad_shares_are_refused(arguments, said):
    for function in (selfish_revenue, selfish_gain, simulate_selfish_mining):
        with pytest.raises(InputError, match=said):
            function(*arguments)


def test_bad_lengths_are_refused():
    with pytest.raises(InputError, match="blocks is 0"):
        simulate_selfish_mining(0.3, 0.0, blocks=0)
    with pytest.raises(InputError, match="at most 100000000"):
        simulate_selfish_mining(0.3, 0.0, blocks=10**7, worlds=100)
