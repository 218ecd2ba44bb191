"""What the rewards buy: who keeps them, what is spent on winning them, and what a planner would do instead.

A reward paid for a contest is a transfer from the holders of the coin. What society gets is the work: GPU-hours,
which the cloud's customers value along their demand curve, and hashing, which is worth having up to the rate that
secures the coin. What it gives up is what the machines cost to run and to convert.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from econ.compute.allocation import Allocation
from econ.compute.amounts import amounts, number
from econ.compute.game import AllocationGame
from econ.errors import InputError

__all__ = ["Dissipation", "Plan", "dissipation", "planner", "welfare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissipation:
    """Where one contest's reward goes, USD a day: running costs, what the machines would have earned elsewhere, profit.

    The three add up to the reward.
    """

    reward: float
    running: float
    forgone: float
    profit: float

    @property
    def spent(self) -> float:
        """Share of the reward that is used up in winning it, forgone earnings included; 0 without a reward."""
        return (self.running + self.forgone) / self.reward if self.reward > 0 else 0.0


def dissipation(answer: Allocation) -> tuple[Dissipation, ...]:
    """The account of each contest: hashing, then each subnet. Forgone is the value of the capacity it uses.

    >>> from econ.compute import AllocationGame, Owners, solve_allocation
    >>> owners = Owners(asics=[100, 100], hash_cost=1, gpus=0, gpu_cost=0)
    >>> round(dissipation(solve_allocation(AllocationGame(owners=owners, hash_reward=4)))[0].spent, 6)
    0.5
    """
    game, owners = answer.game, answer.game.owners
    accounts = []
    for contest in range(game.subnets + 1):
        reward = game.hash_reward if contest == 0 else float(game.subnet_rewards[contest - 1])
        acts = answer.hashing if contest == 0 else answer.mining[:, contest - 1]
        cost, value = (owners.hash_cost, answer.hash_value) if contest == 0 else (owners.gpu_cost, answer.gpu_value)
        if acts.sum() == 0 and answer.undisputed[contest] < 0:
            reward = 0.0  # nobody is paid
        running, forgone = float((cost * acts).sum()), float((value * acts).sum())
        accounts.append(Dissipation(reward=reward, running=running, forgone=forgone, profit=reward - running - forgone))
    return tuple(accounts)


def welfare(
    game: AllocationGame,
    acts: np.ndarray,
    *,
    useful_shares: np.ndarray | float = 1.0,
    security: float = 0.0,
    security_value: float = 0.0,
) -> float:
    """USD a day that acts[owner, subnets + 3] are worth to everybody, rewards being transfers.

    Equation: a N - b N^2 / 2 + v min(X, S) / S - costs; N is the cloud's GPUs plus the useful share u_k of the
    subnets', X the hash rate, S the EH/s that secure the coin and v what that is worth. Money is paid only once, so
    what customers pay drops out.
    """
    useful = _useful(game, useful_shares)
    k = game.subnets
    gpus = float(acts[:, k + 1].sum() + (useful * acts[:, 1 : k + 1]).sum())
    price, slope = game.cloud_price, game.cloud_slope
    wanted = min(gpus, price / slope) if slope > 0 else gpus
    safety = security_value * min(1.0, float(acts[:, 0].sum()) / security) if security > 0 else 0.0
    return price * wanted - slope * wanted**2 / 2.0 + safety - _costs(game, acts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What a planner would do, and what the equilibrium falls short of it, in USD a day.

    `acts[owner, subnets + 3]` as in `AllocationGame.payoffs`; `gap` is `best` less `reached` and at least 0.
    """

    acts: np.ndarray
    best: float
    reached: float
    gap: float


def planner(
    answer: Allocation,
    *,
    useful_shares: np.ndarray | float = 1.0,
    security: float = 0.0,
    security_value: float = 0.0,
) -> Plan:
    """The acts that are worth most to everybody, against the equilibrium. `security` is EH/s, its value USD a day.

    A concave quadratic program over what the owners can do together; `useful_shares` in [0, 1], one for each subnet.

    >>> from econ.compute import ComputeSettings, solve_allocation
    >>> plan = planner(solve_allocation(ComputeSettings().game()), security=500, security_value=27e6)
    >>> plan.gap > 0, round(float(plan.acts[:, 0].sum()), 3)
    (True, 500.0)
    """
    import cvxpy as cp  # here, because it takes a second to import

    game, owners = answer.game, answer.game.owners
    useful, k, n = _useful(game, useful_shares), answer.game.subnets, answer.game.owners.count
    security, value = number("security", security, "EH/s"), number("security_value", security_value, "USD a day")
    most = owners.most_converted
    hashes = float(owners.asics.sum()) or 1.0
    gpus = float((owners.gpus + owners.gpus_per_megawatt * most).sum()) or 1.0
    power = float(most.sum()) or 1.0
    money = max(game.cloud_price * gpus, value) or 1.0
    x, q, z = (
        cp.Variable(n, nonneg=True) for _ in range(3)
    )  # all GPUs to the cloud, where all of their work is useful
    gain = (game.cloud_price * gpus * cp.sum(q) - game.cloud_slope * gpus**2 / 2.0 * cp.square(cp.sum(q))) / money
    gain -= (owners.hash_cost * hashes / money) @ x + (owners.gpu_cost * gpus / money) @ q
    gain -= (owners.conversion_cost * power / money) @ z
    gain -= cp.sum(cp.multiply(owners.conversion_steepness * power**2 / (2.0 * money), cp.square(z)))
    if security > 0:
        gain += value / money * cp.minimum(1.0, hashes / security * cp.sum(x))
    limits = [
        x + cp.multiply(owners.hash_per_megawatt * power / hashes, z) <= owners.asics / hashes,
        q - cp.multiply(owners.gpus_per_megawatt * power / gpus, z) <= owners.gpus / gpus,
        z <= most / power,
    ]
    problem = cp.Problem(cp.Maximize(gain), limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a status is read below instead
        problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    if x.value is None:
        raise InputError(f"the planner's program of {n} owners ended as {problem.status}; bring costs closer together")
    acts = np.zeros((n, k + 3))
    for column, part, unit in ((0, x, hashes), (k + 1, q, gpus), (k + 2, z, power)):
        acts[:, column] = np.asarray(part.value) * unit
    acts = np.maximum(acts, 0.0)
    equilibrium = np.column_stack([answer.hashing, answer.mining, answer.cloud, answer.converted])
    best, reached = (
        welfare(game, each, useful_shares=useful, security=security, security_value=value)
        for each in (acts, equilibrium)
    )
    return Plan(acts=acts, best=best, reached=reached, gap=max(0.0, best - reached))


def _useful(game: AllocationGame, useful_shares: np.ndarray | float) -> np.ndarray:
    if game.subnets == 0:
        return np.zeros(0)
    useful = amounts("useful_shares", useful_shares, "a share of the work", count=game.subnets)
    if (useful > 1.0).any():
        i = int(np.argmax(useful > 1.0))
        raise InputError(f"useful_shares[{i}] is {useful[i]}; it is a share of the work and must lie in [0, 1]")
    return useful


def _costs(game: AllocationGame, acts: np.ndarray) -> float:
    owners, k = game.owners, game.subnets
    z = acts[:, k + 2]
    running = owners.hash_cost * acts[:, 0] + owners.gpu_cost * acts[:, 1 : k + 2].sum(axis=1)
    return float((running + (owners.conversion_cost + owners.conversion_steepness * z / 2.0) * z).sum())
