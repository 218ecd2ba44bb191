"""The limit of many small owners: everybody takes the pay for a machine as given. A convex program.

At such an equilibrium an EH/s earns R / X wherever it is used, a GPU V_k / Y_k in a subnet and a - b Q in the cloud,
and each goes where that less its cost is largest (Wardrop). The same conditions say that R log X + sum_k V_k log Y_k
+ a Q - b Q^2 / 2 less all costs is largest over what the owners can do together, which is concave. GPUs being alike,
V_k / Y_k is the same for all subnets, so they share their GPUs in proportion to V_k.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from econ.compute.game import AllocationGame
from econ.errors import InputError

__all__ = ["PriceTaking", "solve_price_taking"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceTaking:
    """The price-taking equilibrium: `hashing[owner]` EH/s, `mining[owner]` GPUs in all subnets, `cloud[owner]` GPUs,
    `converted[owner]` MW, `subnet_gpus[subnet]`; pay in USD a day for one EH/s and for one GPU in subnets and cloud.
    """

    hashing: np.ndarray
    mining: np.ndarray
    cloud: np.ndarray
    converted: np.ndarray
    subnet_gpus: np.ndarray
    hash_pay: float
    subnet_pay: float
    cloud_pay: float


def solve_price_taking(game: AllocationGame) -> PriceTaking:
    """The equilibrium in which no owner minds what its own machines do to the pay; risk aversion is left out.

    A reward that no owner has machines for is left out. Pay is infinite where a reward hires nothing.

    >>> from econ.compute.game import Owners
    >>> owners = Owners(asics=900, hash_cost=30_000, gpus=0, gpu_cost=0)
    >>> limit = solve_price_taking(AllocationGame(owners=owners, hash_reward=24e6))
    >>> round(float(limit.hashing[0]), 3), round(limit.hash_pay, 1)
    (800.0, 30000.0)
    """
    import cvxpy as cp  # here, because it takes a second to import

    owners, n = game.owners, game.owners.count
    most, can_act, k = owners.most_converted, game.can_act, game.subnets
    hashes = float(owners.asics.sum()) or 1.0
    gpus = float((owners.gpus + owners.gpus_per_megawatt * most).sum()) or 1.0
    power = float(most.sum()) or 1.0
    reward = float(game.subnet_rewards.sum())
    money = max(game.hash_reward, reward, game.cloud_price * gpus) or 1.0
    x, y, q, z = (cp.Variable(n, nonneg=True) for _ in range(4))  # in units of hashes, gpus, gpus, power
    gain = (game.cloud_price * gpus * cp.sum(q) - game.cloud_slope * gpus**2 / 2.0 * cp.square(cp.sum(q))) / money
    gain -= (owners.hash_cost * hashes / money) @ x + (owners.gpu_cost * gpus / money) @ (y + q)
    gain -= (owners.conversion_cost * power / money) @ z
    gain -= cp.sum(cp.multiply(owners.conversion_steepness * power**2 / (2.0 * money), cp.square(z)))
    if can_act[:, 0].any():
        gain += game.hash_reward / money * cp.log(cp.sum(x))
    if can_act[:, 1 : k + 1].any():
        gain += reward / money * cp.log(cp.sum(y))
    limits = [
        x + cp.multiply(owners.hash_per_megawatt * power / hashes, z) <= owners.asics / hashes,
        y + q - cp.multiply(owners.gpus_per_megawatt * power / gpus, z) <= owners.gpus / gpus,
        z <= most / power,
    ]
    problem = cp.Problem(cp.Maximize(gain), limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a status is read below instead
        try:
            problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
        except cp.SolverError:
            problem.solve(solver=cp.CLARABEL)
    if x.value is None:
        raise InputError(
            f"the program of {n} owners ended as {problem.status}; bring costs and rewards closer together"
        )
    hashing, mining, cloud, converted = (
        np.maximum(np.asarray(part.value), 0.0) * unit for part, unit in ((x, hashes), (y, gpus), (q, gpus), (z, power))
    )
    hashing, mining = hashing * (game.hash_reward > 0), mining * (reward > 0)  # nobody works for nothing
    parts = game.subnet_rewards / reward if reward > 0 else game.subnet_rewards
    rate, total = float(hashing.sum()), float(mining.sum())
    return PriceTaking(
        hashing=hashing,
        mining=mining,
        cloud=cloud,
        converted=converted,
        subnet_gpus=parts * total,
        hash_pay=game.hash_reward / rate if rate > 0 else np.inf if game.hash_reward > 0 else 0.0,
        subnet_pay=reward / total if total > 0 else np.inf if reward > 0 else 0.0,
        cloud_pay=game.cloud_price - game.cloud_slope * float(cloud.sum()),
    )
