"""Closed forms of what a day earns, against the split of every block of it."""

import numpy as np
import pytest

from econ.tokens.market import MarketSettings
from econ.tokens.split import split_alpha
from econ.tokens.yields import alpha_yield, miner_income, nominator_yield, root_yield

SHARE, PRICE = np.array([0.1, 0.4]), np.array([0.9, 0.3])


def test_yields_are_a_day_of_blocks():
    day = split_alpha([10**9, 5 * 10**8], SHARE, blocks=7200)
    alpha = np.array([1.0, 0.5])
    assert alpha_yield(alpha, SHARE, [1e6, 2e6]) == pytest.approx(day.validators / 1e9 / [1e6, 2e6], rel=1e-8)
    assert miner_income(alpha, PRICE) == pytest.approx(day.miners / 1e9 * PRICE, rel=1e-8)
    earned = root_yield(alpha, SHARE, PRICE, 6e6, moving_price=PRICE)
    assert earned == pytest.approx((day.root / 1e9 * PRICE).sum() / 6e6, rel=1e-7)
    assert nominator_yield(0.1, 11_796) == pytest.approx(0.1 * (1 - 11_796 / 65535), rel=1e-8)


def test_the_market_of_a_payoff_says_the_same():
    market = MarketSettings(alpha_price=0.02)
    assert market.money_a_day(500.0)["TAO"] == pytest.approx(float(miner_income(1.0, 0.02)), rel=1e-5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: alpha_yield(1.0, 0.2, 0.0), "staked is 0; it is the stake"),
        (lambda: alpha_yield(1.0, 1.2, 5.0), "root proportion is 1.2"),
        (lambda: root_yield(1.0, 0.2, 1.0, 0.0, moving_price=2.0), "root_tao is 0"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
