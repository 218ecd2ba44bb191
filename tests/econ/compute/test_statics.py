"""Comparative statics: what a halving, a token price, energy, a new subnet and volatility do, and by how much."""

from dataclasses import replace

import numpy as np
import pytest

from econ.compute.allocation import solve_allocation
from econ.compute.economy import ComputeSettings
from econ.compute.game import AllocationGame, Owners
from econ.compute.price_taking import solve_price_taking
from econ.compute.statics import compare, conversion_thresholds, hiring_price, hiring_price_range
from econ.errors import InputError
from econ.quantity import QuantityError

OWNERS = Owners(
    asics=[150, 120, 200, 0, 0],
    hash_cost=[28e3, 36e3, 45e3, 0, 0],
    gpus=[0, 5e3, 10e3, 20e3, 500e3],
    gpu_cost=[30, 20, 18, 15, 14],
)


def reference(**changes):
    """Three miners of bitcoin, two of whom have GPUs, a GPU owner and a giant."""
    game = AllocationGame(owners=OWNERS, hash_reward=28e6, subnet_rewards=[1.3e6], cloud_price=60, cloud_slope=2e-5)
    return replace(game, **changes)


def test_a_halving_with_capacities_takes_less_than_half_and_nobody_leaves():
    change = compare(reference(), reference(hash_reward=14e6))
    assert change.before.hash_rate == pytest.approx(409.88, abs=0.01)
    assert change.after.hash_rate == pytest.approx(256.88, abs=0.01)
    assert change.hash_rate == pytest.approx(-0.373, abs=1e-3)
    assert change.stopped == ()
    assert change.subnet_gpus == 0.0  # silicon does not convert, so nothing else moves


def test_a_halving_without_capacities_takes_half():
    owners = Owners(asics=1e6, hash_cost=[28e3, 36e3, 45e3], gpus=0, gpu_cost=0)
    change = compare(*(AllocationGame(owners=owners, hash_reward=reward) for reward in (28e6, 14e6)))
    assert change.hash_rate == pytest.approx(-0.5)
    assert change.after.concentration["hashing"] == pytest.approx(change.before.concentration["hashing"])


def test_a_doubled_token_hires_nearly_twice_as_many_where_the_cloud_gives_way():
    change = compare(reference(), reference(subnet_rewards=[2.6e6]))
    assert change.after.subnet_gpus[0] == pytest.approx(39_400, abs=10)
    assert 0.9 < change.subnet_gpus < 1.0
    slack = Owners(asics=0, hash_cost=0, gpus=1e6, gpu_cost=[10] * 5)
    posted = AllocationGame(owners=slack, subnet_rewards=[1.3e6], cloud_price=60)
    assert compare(posted, replace(posted, subnet_rewards=[2.6e6])).subnet_gpus == pytest.approx(1.0)


@pytest.mark.parametrize(("tao", "gpus"), [(300, 14_760), (450, 22_140), (600, 29_520)])
def test_what_a_tao_price_hires_at_a_posted_cloud_price(tao, gpus):
    """0.41 x 7200 TAO a day over 2.5 USD x 24: the price-taking limit of many owners with GPUs to spare."""
    settings = ComputeSettings(tao_price=float(tao), cloud_price_fall=0.0, small_owners=1)
    assert settings.subnet_reward / (2.5 * 24) == pytest.approx(gpus)
    assert solve_price_taking(settings.game()).subnet_gpus[0] == pytest.approx(gpus, rel=1e-4)


def test_a_halving_of_tao_does_not_halve_what_miners_get():
    assert not [name for name in ComputeSettings.quantities() if "halving" in name]
    assert ComputeSettings().subnet_reward == pytest.approx(0.41 * 7200 * 450)


def test_a_new_subnet_takes_from_the_others_only_where_gpus_are_scarce():
    change = compare(reference(), reference(subnet_rewards=[1.3e6, 1.3e6]))
    assert change.after.subnet_gpus[0] / change.before.subnet_gpus[0] - 1 == pytest.approx(-0.047, abs=5e-4)
    assert change.subnet_gpus > 0.8
    assert (change.after.gpu_value[1:] > change.before.gpu_value[1:]).all()
    slack = Owners(asics=0, hash_cost=0, gpus=1e6, gpu_cost=[10] * 5)
    posted = AllocationGame(owners=slack, subnet_rewards=[1.3e6], cloud_price=60)
    beside = compare(posted, replace(posted, subnet_rewards=[1.3e6, 0.4e6])).after
    assert beside.subnet_gpus[0] == pytest.approx(solve_allocation(posted).subnet_gpus[0])


def test_more_demand_for_the_cloud_draws_gpus_from_subnets():
    change = compare(reference(), reference(cloud_price=70.0))
    assert change.subnet_gpus < 0
    assert change.cloud_gpus > 0
    assert change.cloud_price > 0


def test_dearer_energy_for_all_lowers_hashing_and_for_one_concentrates_it():
    owners = Owners(asics=1e6, hash_cost=[30e3, 30e3, 30e3], gpus=0, gpu_cost=0)
    game = AllocationGame(owners=owners, hash_reward=28e6)
    alike = compare(game, replace(game, owners=replace(owners, hash_cost=owners.hash_cost * 1.25)))
    assert alike.hash_rate == pytest.approx(-0.2)
    assert alike.after.concentration["hashing"] == pytest.approx(1 / 3)
    one = compare(game, replace(game, owners=replace(owners, hash_cost=[30e3, 30e3, 40e3])))
    assert one.after.concentration["hashing"] > 1 / 3


def test_volatility_acts_like_a_tax():
    owners = Owners(asics=0, hash_cost=0, gpus=[5e3, 10e3, 20e3, 500e3], gpu_cost=[20, 18, 15, 14], risk_aversion=1e-5)
    calm = AllocationGame(owners=owners, subnet_rewards=[1.3e6], volatility=0.0, cloud_price=60, cloud_slope=2e-5)
    hired = [solve_allocation(replace(calm, volatility=v), starts=2).subnet_gpus[0] for v in (0.0, 0.1, 0.3)]
    assert hired[0] > hired[1] > hired[2]
    answer = solve_allocation(replace(calm, volatility=0.3), starts=2)
    y, total = answer.mining[3, 0], answer.subnet_gpus[0]
    share = y / total
    after_tax = 1.3e6 * (total - y) / total**2 * (1 - 1e-5 * 0.3**2 * 1.3e6 * share)
    elsewhere = 60 - 2e-5 * (answer.cloud_gpus + answer.cloud[3])
    assert after_tax == pytest.approx(elsewhere, rel=1e-9)


def test_a_site_converts_below_its_threshold_and_not_above():
    owners = Owners(asics=[150, 120, 200], hash_cost=[28e3, 36e3, 45e3], gpus=[0, 5e3, 5e5], gpu_cost=[30, 20, 14])
    game = AllocationGame(owners=owners, hash_reward=28e6, subnet_rewards=[1.3e6], cloud_price=60, cloud_slope=2e-5)
    thresholds = conversion_thresholds(game)
    for i in range(3):
        for factor, converts in ((0.999, True), (1.001, False)):
            kappa = np.full(3, 1e9)
            kappa[i] = thresholds[i] * factor
            able = replace(owners, convertible=np.full(3, 100.0), conversion_cost=kappa)
            assert (solve_allocation(replace(game, owners=able)).converted[i] > 0) is np.bool_(converts)


def test_after_a_halving_sites_convert_sooner():
    owners = reference().owners
    before, after = (conversion_thresholds(reference(hash_reward=reward)) for reward in (28e6, 14e6))
    assert (after[:3] >= before[:3]).all()
    assert after[0] > before[0]  # a cheap site at its limit gives up a margin that the halving lowers
    assert (before[owners.asics == 0] == -np.inf).all()


def test_the_price_of_energy_does_not_decide_which_site_converts():
    """A MW draws the same power either way, so energy cancels while ASICs are all in use; once they stand idle they
    no longer need it, and a site where energy is dear converts later, not sooner."""
    settings = ComputeSettings(bitcoin_subsidy=1.5625, energy_spread=1.0, convertible=0.0)
    answer = solve_allocation(settings.game())
    thresholds = conversion_thresholds(settings.game())[: settings.miners]
    running = answer.hash_value[: settings.miners] > 0
    assert 0 < running.sum() < settings.miners
    assert np.ptp(thresholds[running]) < 1e-6
    assert (np.diff(thresholds[~running]) < 0).all()
    assert thresholds[~running].max() < thresholds[running].min()


def test_the_hiring_price_grows_with_the_share_and_hits_it():
    settings = ComputeSettings()
    prices = [hiring_price(settings, share) for share in (0.01, 0.1, 0.5)]
    assert prices[0] < prices[1] < prices[2]
    answer = solve_allocation(replace(settings, tao_price=prices[1]).game())
    assert answer.hired_share == pytest.approx(0.1, rel=1e-5)


def test_a_share_that_no_price_hires_is_not_reached():
    nobody = ComputeSettings(alpha_prices=0.0)
    assert hiring_price(nobody, 0.01) is None
    answer = hiring_price_range(nobody, 0.01, {})
    assert "not reached" in answer.sentence
    partly = hiring_price_range(ComputeSettings(), 0.01, {"alpha_prices": (0.0, 1.0)})
    assert partly.high is None
    assert partly.low == pytest.approx(partly.price)
    assert "to not reached" in partly.sentence


def test_owners_who_mind_risk_may_be_hired_at_a_price_and_not_at_a_higher_one():
    settings = ComputeSettings(risk_aversion=1e-8, volatility=0.5, miners=2, small_owners=4, providers=2)
    price = hiring_price(settings, 0.1)
    assert price is not None
    shares = [
        solve_allocation(replace(settings, tao_price=p).game(), starts=2).hired_share for p in (price, 1e6, 2 * price)
    ]
    assert shares[0] == pytest.approx(0.1, rel=1e-4)
    assert shares[1] < 0.1 < shares[2]


def test_the_range_holds_what_each_assumption_does_alone():
    ends = {"cloud_price": (2.0, 3.0), "energy_price": (0.03, 0.08)}
    answer = hiring_price_range(ComputeSettings(), 0.1, ends)
    for low, high in answer.moved_by.values():
        assert answer.low <= min(low, high) <= answer.price <= max(low, high) <= answer.high


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(InputError, match=r"share is 1\.5"):
        hiring_price(ComputeSettings(), 1.5)
    with pytest.raises(InputError, match="'moon_phase' is not one of the settings"):
        hiring_price_range(ComputeSettings(), 0.1, {"moon_phase": (0, 1)})
    with pytest.raises(QuantityError, match=r"energy_price is -1\.0"):
        hiring_price_range(ComputeSettings(), 0.1, {"energy_price": (-1.0, 0.1)})


def test_settings_become_the_game_they_say():
    settings = ComputeSettings(miners=2, small_owners=3, providers=1, energy_spread=0.0)
    game = settings.game()
    assert settings.groups == ("miner",) * 2 + ("small owner",) * 3 + ("provider",)
    assert game.owners.asics.tolist() == [350.0, 350.0, 0, 0, 0, 0]
    assert game.owners.hash_cost[0] == pytest.approx(25 * 24 * 1000 * 0.05 + 2000)  # 25 MW for one EH/s
    assert game.owners.hash_per_megawatt[0] == pytest.approx(0.04)
    assert game.owners.gpu_cost[2] == pytest.approx(1.2 * 24 * 0.05 + 10)
    assert game.cloud_price - game.cloud_slope * 3.1e6 == pytest.approx(60.0)  # all GPUs rented: the price that is set
    assert ComputeSettings(cloud_price_fall=0.0).game().cloud_slope == 0.0
    assert ComputeSettings(capital_rate=0.0).conversion_cost == pytest.approx(30e6 / 1460)


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_setting_may_stand_at_its_limits(end):
    for name, declared in ComputeSettings.quantities().items():
        limit = getattr(declared, end)
        if limit is None or (end == "low" and declared.low_open) or declared.high in (128, 1000):
            continue
        answer = solve_allocation(ComputeSettings(**{name: declared.kind(limit)}).game())
        assert np.isfinite(answer.payoff).all(), name
        assert answer.regret < 1e-3, name
