"""From reward to work: useful GPU-hours and their price, with intervals that hold what may happen."""

from dataclasses import replace

import numpy as np
import pytest

from econ.compute.allocation import solve_allocation
from econ.compute.economy import ComputeSettings
from econ.compute.useful_work import UsefulShare, reward_to_work
from econ.errors import InputError

GAME = ComputeSettings(subnets=3, tao_price=4000.0).game()


def exactly(value):
    return UsefulShare(mean=value, low=value, high=value)


def test_when_all_work_is_useful_the_price_is_the_subnets_pay():
    work = reward_to_work(GAME, (exactly(1.0),) * 3)
    answer = solve_allocation(GAME)
    assert work.price[:, 0] == pytest.approx(answer.subnet_pay_per_hour)
    assert work.price[:, 1] == pytest.approx(work.price[:, 2])
    assert work.hours[:, 0] == pytest.approx(24 * answer.subnet_gpus)
    assert work.times_cloud == pytest.approx(work.price / answer.cloud_price_per_hour)


def test_half_the_reward_for_effort_doubles_the_price_of_work():
    whole, half = (reward_to_work(GAME, (exactly(share),) * 3) for share in (1.0, 0.5))
    assert half.hours[0, 0] < whole.hours[0, 0]
    assert 1.8 < half.price[0, 0] / whole.price[0, 0] < 2.0  # GPUs are a little cheaper where fewer are wanted


def test_intervals_hold_every_draw_inside():
    shares = (UsefulShare(mean=0.5, low=0.3, high=0.8), UsefulShare(mean=0.9, low=0.7, high=1.0), exactly(0.4))
    work = reward_to_work(GAME, shares)
    assert (work.hours[:, 1] <= work.hours[:, 0]).all()
    assert (work.hours[:, 0] <= work.hours[:, 2]).all()
    assert (work.price[:, 1] <= work.price[:, 0]).all()
    assert (work.price[:, 0] <= work.price[:, 2]).all()
    rng = np.random.default_rng(0)
    for _ in range(20):
        drawn = np.array([rng.uniform(share.low, share.high) for share in shares])
        gpus = solve_allocation(replace(GAME, subnet_rewards=GAME.subnet_rewards * drawn)).subnet_gpus
        assert (24 * gpus >= work.hours[:, 1] * (1 - 1e-9)).all()
        assert (24 * gpus <= work.hours[:, 2] * (1 + 1e-9)).all()


def test_a_subnet_that_pays_for_no_effort_buys_none():
    work = reward_to_work(GAME, (exactly(0.0), exactly(1.0), UsefulShare(mean=0.1, low=0.0, high=0.2)))
    assert work.hours[0].tolist() == [0, 0, 0]
    assert work.price[0].tolist() == [np.inf] * 3
    assert work.price[2, 2] == np.inf
    assert np.isfinite(work.price[2, :2]).all()


def test_without_a_cloud_there_is_nothing_to_compare_with():
    work = reward_to_work(replace(GAME, cloud_price=0.0, cloud_slope=0.0), (exactly(1.0),) * 3)
    assert np.isnan(work.times_cloud).all()


def test_bad_shares_are_refused():
    for low, mean, high in ((0.5, 0.4, 0.6), (-0.1, 0.4, 0.6), (0.1, 0.4, 1.1), (np.nan, 0.4, 0.5)):
        with pytest.raises(InputError, match="a useful share lies in"):
            UsefulShare(mean=mean, low=low, high=high)
    with pytest.raises(InputError, match="2 useful shares were given for 3 subnets"):
        reward_to_work(GAME, (exactly(1.0),) * 2)
