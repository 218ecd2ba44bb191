"""Owners of machines day by day: they come to the equilibrium, and building, selling and leaving obey their rules."""

import numpy as np
import pytest

from agents.machines import HabitSettings, MachineMarket, TokenSettings
from econ.compute import AllocationGame, ComputeSettings, Owners, solve_allocation
from econ.errors import InputError
from econ.quantity import QuantityError


def small(**changes):
    settings = {"miners": 2, "small_owners": 3, "providers": 2, "convertible": 0.0, **changes}
    return ComputeSettings(**settings).game()


@pytest.mark.parametrize(("rule", "pace", "near"), [("best-reply", 0.2, 1e-6), ("returns", 1.0, 1e-3)])
def test_learning_comes_to_the_equilibrium(rule, pace, near):
    game = small()
    aim = solve_allocation(game)
    market = MachineMarket(game, HabitSettings(rule=rule, pace=pace), seed=5)
    started = market.regret
    market.run(800)
    assert market.hash_rate == pytest.approx(aim.hash_rate, rel=near)
    assert market.subnet_gpus == pytest.approx(aim.subnet_gpus, rel=10 * near)
    assert market.regret < started / 1000


def test_the_same_seed_is_the_same_run_and_another_is_not():
    runs = []
    for seed in (1, 1, 2):
        market = MachineMarket(small(), seed=seed)
        market.run(20)
        runs.append(market.acts)
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).any()


def test_nobody_uses_machines_that_are_not_there():
    game = small(convertible=0.3)
    market = MachineMarket(game, HabitSettings(build_pace=0.05, build_days=5), seed=2)
    for _ in range(60):
        market.step()
        owners = market.today.owners
        assert (market.acts[:, 0] <= owners.asics * (1 + 1e-12) + 1e-9).all()
        assert (market.acts[:, 1:].sum(axis=1) <= owners.gpus * (1 + 1e-12) + 1e-9).all()


def test_sites_work_after_they_were_built_and_never_go_back():
    game = small(convertible=0.3, site_capital=1e6)
    market = MachineMarket(game, HabitSettings(build_pace=0.1, build_days=10), seed=2)
    built = []
    for _ in range(40):
        market.step()
        built.append(market.built.sum())
    assert built[9] == 0.0
    assert built[10] > 0.0
    assert (np.diff(built) >= 0).all()
    assert (market.built <= game.owners.most_converted * (1 + 1e-12)).all()
    assert MachineMarket(game, HabitSettings(build_pace=0.0)).built.sum() == 0.0


def test_alpha_is_kept_for_its_days_and_then_sold_into_the_pool():
    tokens = TokenSettings(pool_tao=20_000.0, alpha_price=1.0, hold=7, sold=0.5)
    market = MachineMarket(small(), None, tokens, seed=1)
    market.run(7)
    assert market.price == pytest.approx([1.0])  # nothing is old enough yet
    assert market.held.sum() == pytest.approx(7 * 2952.0)
    before = market.cash.sum()
    market.step()
    assert market.held.sum() == pytest.approx(8 * 2952.0 - 0.5 * 2952.0)
    assert market.price[0] < 1.0
    assert market.cash.sum() > before
    market.run(100)
    assert market.price[0] < 0.5  # with no buyers the price falls on


def test_a_pool_that_runs_dry_is_sold_into_no_more():
    market = MachineMarket(small(), None, TokenSettings(pool_tao=1.0, alpha_price=1e-3), seed=1)
    market.run(400)
    assert market.price[0] < 1e-9
    assert market.held.sum() > 0.0
    assert np.isfinite(market.cash).all()
    with pytest.raises(QuantityError, match="is a pool of 2,000,000,000 alpha"):
        TokenSettings(pool_tao=20_000.0, alpha_price=1e-5)


def test_a_falling_alpha_hires_fewer_machines():
    deep = MachineMarket(small(), None, TokenSettings(alpha_price=1.0), seed=1)
    shallow = MachineMarket(small(), None, TokenSettings(alpha_price=1.0, pool_tao=20_000.0), seed=1)
    for market in (deep, shallow):
        market.run(150)
    assert shallow.subnet_gpus.sum() < 0.8 * deep.subnet_gpus.sum()
    held = MachineMarket(small(), None, TokenSettings(alpha_price=1.0, pool_tao=20_000.0, chain_buys=2952.0), seed=1)
    held.run(150)
    assert held.price[0] == pytest.approx(1.0, rel=0.2)


def test_a_dearer_tao_hires_more():
    market = MachineMarket(small(), HabitSettings(awake=1.0), tao_price=[1.0] * 200 + [2.0], seed=1)
    market.run(200)
    before = market.subnet_gpus.sum()
    market.run(200)
    assert market.subnet_gpus.sum() == pytest.approx(2 * before, rel=0.1)
    assert market.regret < 1.0


def test_who_loses_money_for_too_long_leaves_for_good():
    game = small(energy_spread=1.5)
    patient = MachineMarket(game, HabitSettings(fixed_cost=0.6), seed=1)
    patient.run(200)
    assert not patient.gone.any()
    market = MachineMarket(game, HabitSettings(fixed_cost=0.6, patience=60), seed=1)
    market.run(59)
    assert not market.gone.any()
    market.run(141)
    assert 0 < market.gone.sum() < game.owners.count
    assert not market.acts[market.gone].any()
    assert all(seat.gone == gone for seat, gone in zip(market.seats, market.gone, strict=True))
    ruined = MachineMarket(game, HabitSettings(fixed_cost=10.0, patience=5), seed=1)
    ruined.run(50)
    assert ruined.gone.all()
    assert ruined.day == 5
    with pytest.raises(InputError, match="all owners have given up"):
        _ = ruined.regret


def test_a_seat_is_an_agent_that_shows_its_owner():
    market = MachineMarket(small(), seed=3)
    market.run(3)
    assert len(market.agents) == market.game.owners.count
    first = market.seats[0]
    assert first.hashing == market.acts[0, 0]
    assert first.mining.shape == (1,)
    assert first.alpha.shape == (1,)
    assert market.agents.get("cloud") == [float(x) for x in market.acts[:, -1]]
    assert first.built == 0.0
    assert np.isfinite(first.profit)


def test_one_owner_and_no_subnet_are_legal():
    alone = AllocationGame(owners=Owners(asics=5, hash_cost=1e3, gpus=10, gpu_cost=1), hash_reward=1e5, cloud_price=20)
    market = MachineMarket(alone, HabitSettings(rule="returns"), TokenSettings(pool_tao=5.0), seed=1)
    market.run(10)
    assert market.acts.shape == (1, 2)
    assert np.isfinite(market.cash).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"tao_price": [1.0, np.nan]}, "no gaps"),
        ({"tao_price": []}, "tao_price is"),
        ({"tao_price": [-1.0]}, "at least 0"),
    ],
)
def test_bad_input_is_one_line(arguments, said):
    with pytest.raises(InputError, match=said) as error:
        MachineMarket(small(), **arguments)
    assert "\n" not in str(error.value)
    with pytest.raises(QuantityError):
        HabitSettings(lag=0)
    with pytest.raises(QuantityError):
        TokenSettings(sold=1.5)
