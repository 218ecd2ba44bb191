"""The allocation game: the reference instance, two routes that agree, best replies by a general optimiser."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from econ.compute.allocation import solve_allocation
from econ.compute.complementarity import solve_complementarity
from econ.compute.contest import solve_contest
from econ.compute.game import AllocationGame, Owners
from econ.errors import InputError

GOLDEN = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "golden" / "economy.json"
needs_golden = pytest.mark.skipif(not GOLDEN.is_file(), reason=f"no golden data at {GOLDEN} (set YUMA_SHARED)")


def reference(**changes):
    """The instance of the golden data, in USD, EH/s and GPUs instead of millions and thousands."""
    owners = Owners(
        asics=[150, 120, 200, 0, 0],
        hash_cost=[28e3, 36e3, 45e3, 0, 0],
        gpus=[0, 5e3, 10e3, 20e3, 500e3],
        gpu_cost=[30, 20, 18, 15, 14],
    )
    game = AllocationGame(owners=owners, hash_reward=28e6, subnet_rewards=[1.3e6], cloud_price=60, cloud_slope=2e-5)
    return replace(game, **changes)


def random_game(rng, owners=None, subnets=None, risk=0.0):
    n = int(rng.integers(2, 8)) if owners is None else owners
    k = int(rng.integers(0, 4)) if subnets is None else subnets
    return AllocationGame(
        owners=Owners(
            asics=rng.uniform(0, 100, n) * (rng.random(n) < 0.8) + 1e-3,
            hash_cost=rng.uniform(25e3, 50e3, n),
            gpus=rng.uniform(0, 1e5, n) * (rng.random(n) < 0.9),
            gpu_cost=rng.uniform(5, 30, n),
            convertible=rng.uniform(0, 2000, n) * rng.integers(0, 2),
            conversion_cost=rng.uniform(5e3, 20e3, n),
            conversion_steepness=rng.uniform(1, 100, n) * rng.integers(0, 2),
            risk_aversion=risk,
        ),
        hash_reward=27e6 * rng.integers(0, 2),
        subnet_rewards=rng.uniform(0.1, 2, k) * 1e6,
        volatility=0.05,
        cloud_price=rng.choice([0, 60]),
        cloud_slope=rng.choice([0, 5e-5]),
    )


def acts_of(answer):
    return np.column_stack([answer.hashing, answer.mining, answer.cloud, answer.converted])


@needs_golden
def test_the_reference_instance_to_five_digits():
    case = json.loads(GOLDEN.read_text())["groups"]["composite_allocation_game"]["cases"][0]
    answer = solve_allocation(reference())
    for figure, expected in (
        (answer.hashing, np.array(case["x"])),
        (answer.mining[:, 0], 1e3 * np.array(case["y"])),
        (answer.cloud, 1e3 * np.array(case["q"])),
        (answer.gpu_value, 1e3 * np.array(case["gpu_shadow"])),
    ):
        assert figure == pytest.approx(expected, rel=2e-5, abs=1e-6)
    assert answer.hash_rate == pytest.approx(case["X"], rel=1e-9)
    assert answer.subnet_gpus[0] == pytest.approx(1e3 * case["Y"], rel=1e-9)
    assert answer.cloud_price_per_hour == pytest.approx(case["cloud_price_per_gpu_hour"], rel=1e-9)


def test_the_reference_instance_is_certified():
    answer = solve_allocation(reference())
    assert answer.regret < 1e-5
    assert answer.agreement < 1e-10
    assert answer.unique is True
    assert answer.sentence.endswith("It is the only equilibrium.")
    fractions = answer.mining[:, 0] / np.maximum(reference().owners.gpus, 1)
    assert fractions[1] == pytest.approx(0.866, abs=1e-3)  # a small owner gives most of its GPUs
    assert fractions[4] == pytest.approx(0.0151, abs=1e-4)  # the giant withholds


@pytest.mark.parametrize("seed", range(60))
def test_both_routes_agree(seed):
    game = random_game(np.random.default_rng(seed))
    answer = solve_allocation(game)
    assert answer.regret < 1e-4
    assert answer.agreement is not None
    if answer.unique:
        assert answer.agreement < 1e-8
    owners = game.owners
    assert (answer.hashing + owners.hash_per_megawatt * answer.converted <= owners.asics * (1 + 1e-12)).all()
    used = answer.mining.sum(axis=1) + answer.cloud
    assert (used <= (owners.gpus + owners.gpus_per_megawatt * answer.converted) * (1 + 1e-9) + 1e-9).all()


def best_by_optimiser(game, acts, i, rng):
    """The best payoff of owner i found by a general solver from several starts, everything in parts of what it has."""
    owners, k = game.owners, game.subnets
    most = owners.most_converted[i]
    gpus = owners.gpus[i] + owners.gpus_per_megawatt[i] * most
    unit = np.concatenate([[owners.asics[i]], np.full(k + 1, gpus), [most]])
    scale = max(1.0, game.hash_reward, game.subnet_rewards.sum(), game.cloud_price * gpus)

    def loss(parts):
        instead = acts.copy()
        instead[i] = np.maximum(parts, 0.0) * unit
        return -game.payoffs(acts, instead)[i] / scale

    limits = np.zeros((2, k + 3))
    limits[0, 0], limits[0, k + 2] = owners.asics[i], owners.hash_per_megawatt[i] * most
    limits[1, 1 : k + 2], limits[1, k + 2] = gpus, -owners.gpus_per_megawatt[i] * most
    tops = np.array([owners.asics[i], owners.gpus[i]])
    norm = np.maximum(np.abs(limits).max(axis=1), 1e-9)
    best = -loss(acts[i] / np.where(unit > 0, unit, 1.0))
    for _ in range(3):
        start = rng.random(k + 3) / (k + 3)
        found = minimize(
            loss,
            start,
            method="SLSQP",
            bounds=[(0, 1)] * (k + 3),
            constraints=LinearConstraint(limits / norm[:, None], -np.inf, tops / norm),
            options={"maxiter": 300, "ftol": 1e-14},
        )
        inside = (limits @ np.clip(found.x, 0, 1) <= tops + 1e-9 * norm).all()
        best = max(best, -loss(np.clip(found.x, 0, 1)) if inside else -np.inf)
    return best * scale, scale


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("risk", [0.0, 1e-5])
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_a_general_optimiser_finds_no_better_reply(seed, risk):
    """The regret comes from our own best reply; this one does not."""
    rng = np.random.default_rng(seed)
    game = random_game(rng, owners=4, subnets=2, risk=risk)
    answer = solve_allocation(game, starts=1)
    acts = acts_of(answer)
    payoff = game.payoffs(acts)
    for i in range(4):
        best, scale = best_by_optimiser(game, acts, i, rng)
        assert best <= payoff[i] + 1e-7 * scale


def test_only_hashing_is_the_contest_with_capacities():
    rng = np.random.default_rng(1)
    costs, asics = rng.uniform(25e3, 50e3, 12), rng.uniform(1, 100, 12)
    game = AllocationGame(owners=Owners(asics=asics, hash_cost=costs, gpus=0, gpu_cost=0), hash_reward=20e6)
    answer, contest = solve_allocation(game), solve_contest(20e6, costs, asics)
    assert answer.hashing == pytest.approx(contest.effort, rel=1e-9, abs=1e-9)
    assert answer.payoff == pytest.approx(contest.payoff, rel=1e-9, abs=1e-3)
    assert answer.hash_value == pytest.approx(contest.value, rel=1e-7, abs=1e-3)


def test_only_the_cloud_is_cournots_duopoly():
    owners = Owners(asics=0, hash_cost=0, gpus=[1e9, 1e9], gpu_cost=[10, 16])
    answer = solve_allocation(AllocationGame(owners=owners, cloud_price=60, cloud_slope=2e-5))
    assert answer.cloud == pytest.approx([(60 - 2 * 10 + 16) / 6e-5, (60 - 2 * 16 + 10) / 6e-5])


@pytest.mark.parametrize("slope", [0.0, 5e-5])
def test_a_thousand_owners(slope):
    rng = np.random.default_rng(3)
    game = replace(random_game(rng, owners=1000, subnets=3), hash_reward=27e6, cloud_price=60, cloud_slope=slope)
    answer = solve_allocation(game)
    assert answer.regret < 1e-4
    assert answer.agreement < 1e-9
    assert answer.rounds < 150


def test_the_order_of_turns_does_not_matter():
    answers = [acts_of(solve_allocation(reference(), seed=seed, second_route=False)) for seed in range(3)]
    assert answers[1] == pytest.approx(answers[0], rel=1e-10, abs=1e-9)
    assert answers[2] == pytest.approx(answers[0], rel=1e-10, abs=1e-9)
    again = acts_of(solve_allocation(reference(), seed=1, second_route=False))
    assert (again == answers[1]).all()


def test_twenty_starts_meet_without_risk():
    answer = solve_allocation(reference(), starts=20)
    assert (answer.starts, answer.unique) == (20, True)
    assert answer.agreement < 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_with_risk_aversion_uniqueness_is_not_claimed(seed):
    rng = np.random.default_rng(seed)
    game = replace(random_game(rng, owners=6, subnets=2, risk=1e-5), hash_reward=27e6)
    answer = solve_allocation(game)
    assert answer.starts == 20
    assert answer.unique is None
    assert "Unique: not known." in answer.sentence
    assert answer.regret < 1e-3
    assert answer.agreement < 1e-6  # the 20 starts met


def test_one_owner_has_it_all():
    owners = Owners(asics=10, hash_cost=1e3, gpus=100, gpu_cost=5)
    game = AllocationGame(owners=owners, hash_reward=1e6, subnet_rewards=[500], cloud_price=20)
    answer = solve_allocation(game)
    assert answer.undisputed.tolist() == [0, 0]
    assert answer.payoff[0] == pytest.approx(1e6 + 500 + 100 * 15)
    assert answer.regret == 0.0


def test_a_subnet_that_one_owner_can_enter_is_its_own():
    owners = Owners(asics=[10, 10, 0], hash_cost=1e3, gpus=[0, 0, 50], gpu_cost=5)
    answer = solve_allocation(AllocationGame(owners=owners, hash_reward=1e6, subnet_rewards=[800], cloud_price=20))
    assert answer.undisputed.tolist() == [-1, 2]
    assert answer.payoff[2] == pytest.approx(800 + 50 * 15)
    assert answer.subnet_pay_per_hour[0] == np.inf


def test_a_reward_that_is_not_worth_its_risk_is_left():
    owners = Owners(asics=0, hash_cost=0, gpus=50, gpu_cost=5, risk_aversion=1.0)
    game = AllocationGame(owners=owners, subnet_rewards=[800], volatility=0.5, cloud_price=20)
    assert solve_allocation(game).payoff[0] == pytest.approx(50 * 15)


def test_when_nothing_pays_nothing_runs():
    game = replace(reference(), hash_reward=0.0, subnet_rewards=[0.0], cloud_price=0.0)
    answer = solve_allocation(game)
    assert not acts_of(answer).any()
    assert not answer.payoff.any()
    assert answer.subnet_pay_per_hour.tolist() == [0.0]
    assert answer.concentration == {"hashing": 0.0, "subnets": 0.0, "cloud": 0.0}


def test_no_market_has_no_subnets_and_works():
    answer = solve_allocation(replace(reference(), subnet_rewards=()))
    assert answer.mining.shape == (5, 0)
    assert answer.hired_share == 0.0


def test_a_posted_price_equal_to_the_cost_is_not_called_unique():
    owners = Owners(asics=0, hash_cost=0, gpus=[5, 5], gpu_cost=10)
    game = AllocationGame(owners=owners, subnet_rewards=[20], cloud_price=10)
    assert solve_allocation(game).unique is None
    assert solve_allocation(replace(game, cloud_price=11.0)).unique is True


def test_a_subnet_that_only_converted_sites_can_enter_is_not_left_to_nobody():
    """Nobody has a GPU at first, so nobody at the subnet is no equilibrium: the first MW converted would win it all."""
    owners = Owners(asics=[1, 200], hash_cost=3e3, gpus=0, gpu_cost=1, convertible=100, conversion_cost=1e4)
    answer = solve_allocation(AllocationGame(owners=owners, hash_reward=1e4, subnet_rewards=[1e6], cloud_price=0))
    assert (answer.converted > 0).all()
    assert answer.regret < 1e-3
    assert answer.agreement < 1e-6


def test_power_that_may_be_converted_or_not_is_not_called_unique():
    """Conversion that costs nothing and yields GPUs that stay idle may be done or left."""
    owners = Owners(asics=[10, 10], hash_cost=1e4, gpus=[5, 5], gpu_cost=1, convertible=10)
    game = AllocationGame(owners=owners, hash_reward=1e4, subnet_rewards=[2.0], cloud_price=0)
    assert solve_allocation(game).unique is None
    dear = replace(owners, conversion_cost=np.full(2, 100.0))
    assert solve_allocation(replace(game, owners=dear)).unique is True


def test_hashing_alone_at_no_cost_is_not_called_unique():
    """The second owner turns its whole site over, the first then has the reward for any effort, and effort is free."""
    owners = Owners(asics=[70, 1], hash_cost=[0, 2e3], gpus=0, gpu_cost=1, convertible=[0, 100], conversion_cost=2e3)
    answer = solve_allocation(AllocationGame(owners=owners, hash_reward=1e4, cloud_price=60))
    assert answer.hashing[1] == pytest.approx(0, abs=1e-6)
    assert answer.unique is None


def test_replies_that_overshoot_settle_all_the_same():
    """One owner has 30 GPUs and one 52,000: best replies in whole or half steps would cycle for ever."""
    owners = Owners(asics=0, hash_cost=0, gpus=[30.2, 52_534.6], gpu_cost=[1.1, 5.2])
    game = AllocationGame(owners=owners, subnet_rewards=[1e6, 1e3, 1e8], cloud_price=10)
    answer = solve_allocation(game)
    assert answer.agreement < 1e-3
    assert solve_allocation(game, second_route=False).regret < 1e-3


def test_a_single_gpu_use_has_the_right_shadow_price():
    """An owner whose only use is the cloud: once its price was searched below the first number that filled the GPUs."""
    owners = Owners(asics=[10, 10], hash_cost=5e4, gpus=0, gpu_cost=10, convertible=100, conversion_cost=3e4)
    game = AllocationGame(owners=owners, hash_reward=1e5, cloud_price=60, cloud_slope=1e-4)
    answer = solve_allocation(game)
    z = answer.converted[0]
    per_gpu = 60 - 1e-4 * 3 * 1000 / 1.2 * z - 10  # a - b (Q + q) - cost, two equal owners
    assert answer.gpu_value[0] == pytest.approx(per_gpu, rel=1e-9)
    assert 1000 / 1.2 * per_gpu == pytest.approx(3e4, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 100))
def test_the_unit_of_money_does_not_matter(seed, factor):
    game = random_game(np.random.default_rng(seed), owners=4, subnets=1)
    owners = game.owners
    money = ("hash_cost", "gpu_cost", "conversion_cost", "conversion_steepness")
    other = replace(
        game,
        owners=replace(owners, **{name: getattr(owners, name) * factor for name in money}),
        hash_reward=game.hash_reward * factor,
        subnet_rewards=game.subnet_rewards * factor,
        cloud_price=game.cloud_price * factor,
        cloud_slope=game.cloud_slope * factor,
    )
    one, two = (acts_of(solve_allocation(g, second_route=False)) for g in (game, other))
    assert two == pytest.approx(one, rel=1e-6, abs=1e-6)


def test_complementarity_stands_alone():
    game = reference()
    acts = solve_complementarity(game, game.can_act)
    assert acts == pytest.approx(acts_of(solve_allocation(game, second_route=False)), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"asics": [-1, 1]}, r"asics\[0\] is -1.0"),
        ({"gpus": [1, np.inf]}, r"gpus\[1\] is inf"),
        ({"gpu_cost": [1, 2, 3]}, "numbers; 3 are needed"),
        ({"asics": [], "gpus": []}, "there are 0 owners"),
        ({"asics": 0, "gpus": 0}, "asics and gpus are 0 of all owners"),
        ({"hash_per_megawatt": 0}, r"hash_per_megawatt\[0\] is 0"),
        ({"risk_aversion": -1}, r"risk_aversion\[0\] is -1.0"),
        ({"gpus": "many"}, "gpus is many"),
    ],
)
def test_bad_owners_are_refused_in_one_line(changes, said):
    with pytest.raises(InputError, match=said) as error:
        Owners(**({"asics": [1, 1], "hash_cost": 1, "gpus": [1, 1], "gpu_cost": 1} | changes))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "changes", [{"hash_reward": -1}, {"cloud_price": np.nan}, {"cloud_slope": -1}, {"subnet_rewards": [1, -1]}]
)
def test_bad_markets_are_refused(changes):
    with pytest.raises(InputError, match=next(iter(changes))):
        reference(**changes)


@pytest.mark.parametrize("given", [{"starts": 0}, {"starts": 1.5}, {"seed": -1}, {"seed": 0.5}])
def test_bad_starts_and_seeds_are_refused(given):
    with pytest.raises(InputError, match=f"{next(iter(given))} is"):
        solve_allocation(reference(), **given)


def test_what_is_no_game_is_refused():
    with pytest.raises(InputError, match="owners is a NoneType; it must be Owners, with their machines"):
        AllocationGame(owners=None)
    with pytest.raises(InputError, match="the game is a str; it must be an AllocationGame"):
        solve_allocation("market")


def test_where_nothing_is_paid_price_takers_do_nothing():
    from econ.compute.price_taking import solve_price_taking

    limit = solve_price_taking(AllocationGame(owners=Owners(asics=[1, 2], hash_cost=1, gpus=[3, 4], gpu_cost=1)))
    assert not limit.hashing.any()
    assert not limit.mining.any()
    assert (limit.hash_pay, limit.subnet_pay) == (0.0, 0.0)
