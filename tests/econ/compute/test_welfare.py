"""Planner against equilibrium, where rewards go, and the limit of many small owners."""

from dataclasses import replace

import numpy as np
import pytest

from econ.compute.allocation import solve_allocation
from econ.compute.economy import ComputeSettings
from econ.compute.game import AllocationGame, Owners
from econ.compute.price_taking import solve_price_taking
from econ.compute.welfare import dissipation, planner, welfare
from econ.errors import InputError


def divided(game, parts):
    """The game with every owner split into so many equal ones."""
    owners = game.owners
    split = {name: np.repeat(getattr(owners, name) / parts, parts) for name in ("asics", "gpus", "convertible")}
    alike = ("hash_cost", "gpu_cost", "conversion_cost", "hash_per_megawatt", "gpus_per_megawatt")
    same = {name: np.repeat(getattr(owners, name), parts) for name in alike}
    steeper = np.repeat(owners.conversion_steepness * parts, parts)
    return replace(game, owners=Owners(**split, **same, conversion_steepness=steeper))


def small_game():
    owners = Owners(
        asics=[150, 120, 200, 0],
        hash_cost=[28e3, 36e3, 45e3, 0],
        gpus=[0, 5e3, 10e3, 100e3],
        gpu_cost=[30, 20, 18, 15],
        convertible=[500, 500, 500, 0],
        conversion_cost=20e3,
        conversion_steepness=40,
    )
    return AllocationGame(owners=owners, hash_reward=28e6, subnet_rewards=[1e6, 2e6], cloud_price=60, cloud_slope=1e-4)


def test_many_small_owners_come_to_the_price_taking_limit():
    limit = solve_price_taking(small_game())
    gaps = []
    for parts in (1, 8, 64):
        answer = solve_allocation(divided(small_game(), parts))
        assert answer.regret < 1e-4
        gaps.append(
            max(
                abs(answer.hash_rate / limit.hashing.sum() - 1),
                *np.abs(answer.subnet_gpus / limit.subnet_gpus - 1),
                abs(answer.cloud_gpus / limit.cloud.sum() - 1),
            )
        )
    assert gaps[0] > 4 * gaps[1] > 16 * gaps[2]
    assert gaps[2] < 0.01


def test_in_the_limit_all_machines_in_use_earn_alike():
    game, limit = small_game(), solve_price_taking(small_game())
    assert limit.subnet_gpus == pytest.approx(limit.subnet_gpus.sum() * np.array([1, 2]) / 3)
    assert limit.subnet_pay == pytest.approx(limit.cloud_pay, rel=1e-4)
    assert limit.cloud_pay == pytest.approx(60 - 1e-4 * limit.cloud.sum())
    assert limit.hash_pay == pytest.approx(game.hash_reward / limit.hashing.sum())
    idle = (limit.hashing < 1e-3) & (game.owners.asics > 0)
    assert (game.owners.hash_cost[idle] >= limit.hash_pay * (1 - 1e-4)).all()


def test_in_the_limit_without_machines_or_rewards():
    nothing = AllocationGame(owners=Owners(asics=0, hash_cost=0, gpus=10, gpu_cost=1), hash_reward=5, cloud_price=3)
    limit = solve_price_taking(nothing)
    assert limit.hash_pay == np.inf
    assert limit.subnet_pay == 0.0
    assert limit.cloud[0] == pytest.approx(10)


def test_rewards_are_accounted_for_to_the_last_dollar():
    answer = solve_allocation(small_game())
    accounts = dissipation(answer)
    assert [account.reward for account in accounts] == [28e6, 1e6, 2e6]
    for account, efforts in zip(accounts, [answer.hashing, *answer.mining.T], strict=True):
        assert account.running + account.forgone + account.profit == pytest.approx(account.reward)
        share = efforts / efforts.sum()  # at the margin: everybody keeps reward x share^2
        assert account.profit == pytest.approx(account.reward * (share**2).sum(), rel=1e-6)
        assert account.spent == pytest.approx(1 - (share**2).sum(), rel=1e-6)


def test_many_owners_spend_the_whole_reward():
    assert all(account.spent > 0.98 for account in dissipation(solve_allocation(divided(small_game(), 64))))


def test_an_undisputed_reward_is_all_profit():
    owners = Owners(asics=10, hash_cost=1, gpus=0, gpu_cost=0)
    (account,) = dissipation(solve_allocation(AllocationGame(owners=owners, hash_reward=100)))
    assert (account.profit, account.spent) == (100, 0)


@pytest.mark.parametrize("seed", range(5))
def test_no_acts_beat_the_planner(seed):
    rng = np.random.default_rng(seed)
    game = small_game()
    answer = solve_allocation(game)
    terms = {"useful_shares": rng.random(2), "security": 200.0, "security_value": 2e7}
    plan = planner(answer, **terms)
    assert plan.gap > 0
    assert plan.best == pytest.approx(plan.reached + plan.gap)
    owners = game.owners
    for _ in range(200):
        z = owners.most_converted * rng.random(4)
        gpus = (owners.gpus + owners.gpus_per_megawatt * z)[:, None] * rng.dirichlet(np.ones(4), 4)[:, :3]
        x = (owners.asics - owners.hash_per_megawatt * z) * rng.random(4)
        assert welfare(game, np.column_stack([x, gpus, z]), **terms) <= plan.best + 1.0
    without_security = planner(answer, **(terms | {"security_value": 0.0}))
    assert without_security.acts[:, 0] == pytest.approx(0.0, abs=1e-4)


def test_useless_subnets_cost_what_they_hire():
    answer = solve_allocation(small_game())
    useful, useless = (planner(answer, useful_shares=share) for share in (1.0, 0.0))
    assert useless.best == pytest.approx(useful.best)
    assert useless.gap > useful.gap


def test_the_planner_of_the_default_market():
    answer = solve_allocation(ComputeSettings().game())
    plan = planner(answer, security=500, security_value=27e6)
    assert plan.acts[:, 0].sum() == pytest.approx(500, rel=1e-6)
    assert 0 < plan.gap < plan.best


def test_shares_beyond_one_are_refused():
    answer = solve_allocation(small_game())
    with pytest.raises(InputError, match=r"useful_shares\[1\] is 1.5"):
        planner(answer, useful_shares=[1.0, 1.5])
    with pytest.raises(InputError, match="security is -1"):
        planner(answer, security=-1)
