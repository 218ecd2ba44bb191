"""From reward to work: what a GPU-hour that does useful work costs in a subnet, and in the cloud.

A subnet's useful share u is the part of its miners' reward that pays for effort at the equilibrium of the subnet's
own game, less what copying, a cabal, sybils and idle miners take. They take it without GPUs: so only u V is there to
be won by work, and it hires fewer GPUs than V would, while the subnet pays V.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from econ.compute.allocation import Allocation, paid_per_hour, solve_allocation
from econ.compute.game import AllocationGame
from econ.errors import InputError

__all__ = ["UsefulShare", "UsefulWork", "reward_to_work"]

HOURS = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UsefulShare:
    """A subnet's useful share with its interval, 0 <= low <= mean <= high <= 1.

    >>> UsefulShare(mean=0.5, low=0.6, high=0.7)
    Traceback (most recent call last):
    econ.errors.InputError: low 0.6, mean 0.5, high 0.7; a useful share lies in [0, 1]: give the three in rising order
    """

    mean: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.mean <= self.high <= 1:
            raise InputError(
                f"low {self.low}, mean {self.mean}, high {self.high}; a useful share lies in [0, 1]: "
                "give the three in rising order"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UsefulWork:
    """What subnets' rewards buy, each with an interval: `hours[subnet, 3]` useful GPU-hours a day and `price[subnet,
    3]` USD for one (mean, low, high; infinite where a reward buys none). `cloud_price` is the cloud's USD a GPU-hour
    at the means; `allocation` the equilibrium there.
    """

    hours: np.ndarray
    price: np.ndarray
    cloud_price: float
    allocation: Allocation

    @property
    def times_cloud(self) -> np.ndarray:
        """The price of a useful GPU-hour in a subnet over the cloud's [subnet, 3]; NaN where the cloud's is 0."""
        if self.cloud_price == 0:
            return np.full(self.price.shape, np.nan)
        return self.price / self.cloud_price


def reward_to_work(game: AllocationGame, useful: tuple[UsefulShare, ...]) -> UsefulWork:
    """Useful GPU-hours and their price for the rewards V of the game, one useful share for each subnet.

    The equilibrium is that of the game with rewards u V. A subnet's interval ends are those of its own share, all
    other subnets being at their opposite ends, which is the widest it can be: its hours rise with its share and do
    not rise with the others'.

    >>> from econ.compute import ComputeSettings
    >>> work = reward_to_work(ComputeSettings().game(), (UsefulShare(mean=0.5, low=0.4, high=0.6),))
    >>> bool(work.hours[0, 1] < work.hours[0, 0] < work.hours[0, 2]), bool(work.times_cloud[0, 0] > 1.9)
    (True, True)
    """
    if len(useful) != game.subnets:
        raise InputError(f"{len(useful)} useful shares were given for {game.subnets} subnets; give one for each")
    means, lows, highs = (np.array([getattr(share, end) for share in useful]) for end in ("mean", "low", "high"))
    allocation = solve_allocation(replace(game, subnet_rewards=game.subnet_rewards * means))
    gpus = np.empty((game.subnets, 3))
    gpus[:, 0] = allocation.subnet_gpus
    for subnet in range(game.subnets):
        own = np.arange(game.subnets) == subnet
        for column, (mine, others) in ((1, (lows, highs)), (2, (highs, lows))):
            rewards = game.subnet_rewards * np.where(own, mine, others)
            answer = solve_allocation(replace(game, subnet_rewards=rewards), second_route=False)
            gpus[subnet, column] = answer.subnet_gpus[subnet]
    price = paid_per_hour(game.subnet_rewards[:, None], gpus)
    return UsefulWork(
        hours=HOURS * gpus,
        price=price[:, [0, 2, 1]],
        cloud_price=allocation.cloud_price_per_hour,
        allocation=allocation,
    )
