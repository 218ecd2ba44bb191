"""A subnet's day adds up, follows the chain's thresholds, and answers at the ends of what may be set."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from econ.errors import InputError
from econ.quantity import QuantityError
from econ.tokens.day import DaySettings, slippage, subnet_day, supply_course

rng = np.random.default_rng(8)


@pytest.mark.parametrize("alpha_issuance", [0.0, 3e6, 12e6, 21e6])
@pytest.mark.parametrize("issuance", [0.0, 10.7e6, 20.9e6, 21e6])
def test_what_is_minted_is_what_is_given_out(issuance, alpha_issuance):
    day = subnet_day(DaySettings(issuance=issuance, alpha_issuance=alpha_issuance))
    assert day.tao_in + day.tao_buys == pytest.approx(day.tao, abs=1e-8)
    assert day.tao == pytest.approx(day.network_tao * 0.02, abs=1e-8)
    assert sum(day.paid_out.values()) == pytest.approx(day.minted, abs=1e-4)  # 3 rao a block stay nobody's
    assert day.tao_in == pytest.approx(day.alpha_in * 0.02, abs=1e-8)


def test_the_halving_of_tao_leaves_the_miners_stream_alone():
    before, after = (subnet_day(DaySettings(issuance=tao)) for tao in (10_499_999.0, 10_500_000.0))
    assert (before.network_tao, after.network_tao) == (7200.0, 3600.0)
    assert before.miners == after.miners
    assert (before.halvings, after.halvings) == (0, 1)


def test_owner_miners_and_the_others_get_18_41_41_percent():
    day = subnet_day(DaySettings(root_tao=0.0))
    assert [round(100 * part / day.minted) for part in (day.owner, day.miners, day.validators)] == [18, 41, 41]
    assert day.root == 0.0


def test_recycling_delays_and_at_last_stops_halvings():
    days = [subnet_day(DaySettings(recycled=r)).days_to_halving for r in (0.0, 1800.0, 3600.0)]
    assert days[0] == pytest.approx(5_050_000 / 3600, rel=1e-6)
    assert days[1] == pytest.approx(2 * days[0], rel=1e-6)
    assert days[2] == math.inf
    assert supply_course(10.7e6, 3600.0, 5.0) == [(0.0, 10.7e6), (5.0, 10.7e6)]


def test_the_course_of_supply_never_passes_the_cap():
    corners = supply_course(0.0, 0.0, 200.0)
    years, tao = zip(*corners, strict=True)
    assert years[0] == 0.0
    assert years[-1] == 200.0
    assert all(a < b for a, b in itertools.pairwise(years))
    assert all(a <= b for a, b in itertools.pairwise(tao))
    assert tao[1] == 10_500_000.0
    assert years[1] == pytest.approx(10.5e6 / 7200 / 365.25)
    assert 20_999_000 < tao[-1] <= 21_000_000


def test_slippage_of_a_purchase_is_its_size_over_the_reserve():
    given = DaySettings(pool_tao=1000.0)
    trades = np.array([1.0, 10.0, 100.0, 1000.0])
    bought, sold = slippage(given, trades)
    assert bought == pytest.approx(trades / 1000.0, abs=6e-4)
    assert (np.diff(sold) > 0).all()
    assert sold[-1] == pytest.approx(0.5, abs=1e-3)  # alpha of the pool's whole worth sells for half of it


def test_a_trade_of_any_size_has_an_answer():
    day = subnet_day(DaySettings(pool_tao=1.0, trade=1e6, alpha_price=1000.0))
    assert day.bought == pytest.approx(1e6, rel=1e-2)
    assert 0.99 < day.sold < 1.0


def test_what_no_chain_could_hold_is_refused():
    with pytest.raises(QuantityError, match="is a pool of 20,000,000,000 alpha; a subnet has at most 21,000,000"):
        DaySettings(alpha_price=1e-6)
    with pytest.raises(InputError, match="recycled is -1"):
        supply_course(1.0, -1.0, 1.0)


@pytest.mark.parametrize("trial", range(40))
def test_random_days_are_finite(trial):
    declared = DaySettings.quantities()
    ends = {name: (one.low, one.high) for name, one in declared.items()}
    drawn = {name: float(rng.uniform(*pair)) for name, pair in ends.items()}
    day = subnet_day(replace(DaySettings(), **(drawn | {"alpha_price": 1 + drawn["alpha_price"]})))
    assert all(np.isfinite(v) for v in (day.tao, day.minted, day.bought, day.sold, *day.paid_out.values()))
    assert 0 <= day.sold <= 1
    assert day.bought >= 0
