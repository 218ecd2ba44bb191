"""Bitcoin, subnets and the cloud bidding for the same machines."""

from econ.compute.allocation import Allocation, solve_allocation
from econ.compute.contest import Contest, solve_contest
from econ.compute.economy import ComputeSettings
from econ.compute.game import AllocationGame, Owners

__all__ = [
    "Allocation",
    "AllocationGame",
    "ComputeSettings",
    "Contest",
    "Owners",
    "solve_allocation",
    "solve_contest",
]
