"""What the market for machines costs to solve: seconds for many owners by each route, and for one question."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from econ.compute import AllocationGame, ComputeSettings, Owners, solve_allocation
from econ.compute.allocation import warm_up
from econ.compute.statics import hiring_price


def crowd(owners: int, subnets: int) -> AllocationGame:
    """So many owners, half with ASICs and two thirds with GPUs, at random costs."""
    rng = np.random.default_rng(3)
    fleet = Owners(
        asics=rng.uniform(0, 1, owners) * (rng.random(owners) < 0.5),
        hash_cost=rng.uniform(25e3, 50e3, owners),
        gpus=rng.uniform(0, 1000, owners) * (rng.random(owners) < 0.7),
        gpu_cost=rng.uniform(5, 30, owners),
        convertible=rng.uniform(0, 20, owners),
        conversion_cost=rng.uniform(5e3, 20e3, owners),
        conversion_steepness=rng.uniform(100, 1000, owners),
    )
    rewards = rng.uniform(0.1, 2, subnets) * 1e6
    return AllocationGame(owners=fleet, hash_reward=27e6, subnet_rewards=rewards, cloud_price=60.0, cloud_slope=5e-5)


def rows() -> Iterator[tuple[str, str]]:
    """Label and figure of each line of the table."""
    warm_up()
    for subnets in (1, 3, 10):
        game = crowd(1000, subnets)
        began = time.perf_counter()
        one = solve_allocation(game, second_route=False)
        middle = time.perf_counter()
        both = solve_allocation(game)
        ended = time.perf_counter()
        figure = (
            f"{middle - began:5.2f} s, by both routes {ended - middle:5.2f} s (agreement {both.agreement or 0:.0e})"
        )
        yield f"allocation, 1000 owners, {subnets} subnets, {one.rounds} rounds of best replies", figure
    began = time.perf_counter()
    hiring_price(ComputeSettings(), 0.1)
    yield "the TAO price that hires 10% of all GPUs, 32 owners", f"{time.perf_counter() - began:5.2f} s"
