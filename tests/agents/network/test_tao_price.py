"""TAO in USD: processes exact in law, calibrated to a range, and series without gaps."""

import math

import numpy as np
import pytest

from agents.network import GeometricBrownian, JumpDiffusion, PriceSeries, PriceSettings, calibrated


def paths(process, worlds=120, epochs=365, days=1.0):
    """Prices [world, epoch], the first included."""
    found = np.empty((worlds, epochs + 1))
    for world in range(worlds):
        found[world, 0] = price = process.start
        for epoch in range(epochs):
            price = process.after(price, day=(epoch + 1) * days, days=days, seed=1, world=world, epoch=epoch)
            found[world, epoch + 1] = price
    return found


def test_the_default_is_expected_to_range_from_300_to_600_within_a_year():
    logs = np.log(paths(PriceSettings().made))
    ranges = logs.max(axis=1) - logs.min(axis=1)
    error = ranges.std() / math.sqrt(len(ranges))
    missed = 2 * 0.5826 * 0.4344 / math.sqrt(365.25)  # by looking once a day (Broadie, Glasserman and Kou 1997)
    assert abs(ranges.mean() + missed - math.log(2)) < 4 * error
    assert np.exp(logs[:, 0]) == pytest.approx(math.sqrt(300 * 600))


@pytest.mark.parametrize(
    "process",
    [
        GeometricBrownian(start=400.0, volatility=0.5, drift=0.2),
        JumpDiffusion(start=400.0, volatility=0.5, drift=0.2, jumps=12.0, jump_size=0.12),
    ],
)
def test_moments_are_those_declared_and_jumps_have_fat_tails(process):
    moves = np.diff(np.log(paths(process)), axis=1)
    count = moves.size
    years = 1 / 365.25
    assert abs(moves.mean() - 0.2 * years) < 4 * moves.std() / math.sqrt(count)
    assert moves.var() == pytest.approx(0.25 * years, rel=0.06)
    kurtosis = (moves**4).mean() / moves.var() ** 2
    assert (kurtosis > 4) == isinstance(process, JumpDiffusion)


def test_a_step_of_any_length_is_exact_and_luck_is_addressed():
    process = calibrated(300.0, 600.0)
    address = {"seed": 1, "world": 2, "epoch": 3}
    one = math.log(process.after(400.0, day=4, days=1.0, **address) / 400.0)
    four = math.log(process.after(400.0, day=4, days=4.0, **address) / 400.0)
    assert four == pytest.approx(2 * one)
    assert process.after(400.0, day=9, days=1.0, **address) == process.after(400.0, day=4, days=1.0, **address)


def test_series_are_met_day_by_day():
    series = PriceSeries([400.0, 441.0, 300.0])
    at = {"seed": 0, "world": 0, "epoch": 0, "days": 0.05}
    assert series.after(0.0, day=0.5, **at) == pytest.approx(420.0)
    assert series.after(0.0, day=2.0, **at) == 300.0
    with pytest.raises(ValueError, match="the prices end on day 2; the run has come to day"):
        series.after(0.0, day=2.1, **at)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: PriceSeries([400.0]), "at least two"),
        (lambda: PriceSeries([400.0, float("nan"), 3.0]), "the price of day 1 is nan"),
        (lambda: PriceSeries([400.0, 0.0]), "must be above 0: fill the gap"),
        (lambda: calibrated(0.0, 600.0), "low is 0; it is USD a TAO and must be above 0"),
        (lambda: calibrated(700.0, 600.0), "must not exceed high"),
        (lambda: GeometricBrownian(start=-1.0, volatility=0.1), "start is -1; it is USD a TAO"),
        (lambda: GeometricBrownian(start=1.0, volatility=math.inf), "volatility is inf"),
        (lambda: GeometricBrownian(start="dear", volatility=0.1), "start is 'dear'; it is USD a TAO"),
        (lambda: GeometricBrownian(start=1.0, volatility=0.1, drift=math.nan), "drift is nan"),
        (lambda: PriceSeries(["a", "b"]), r"prices is \['a', 'b'\]; it is USD a TAO by day"),
        (lambda: JumpDiffusion(start=1.0, volatility=0.1, jumps=50, jump_size=0.1), "alone have a volatility"),
        (lambda: PriceSettings(process="levy"), "one of brownian, jumps"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
