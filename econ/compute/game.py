"""The allocation game: owners of machines choose between Bitcoin's contest, subnets' contests and the cloud.

Owner i hashes x_i EH/s, gives y_ik GPUs to subnet k and q_i GPUs to the cloud, and turns z_i MW of its mining site
over to GPUs; all choose at once. Chips do not convert: a site does, losing h_i EH/s and gaining g_i GPUs for each MW.
In USD a day owner i receives

    R x_i / X + sum_k V_k y_ik / Y_k + (a - b Q) q_i - cA_i x_i - cG_i (sum_k y_ik + q_i)
    - kappa_i z_i - kappa2_i z_i^2 / 2 - sum_k (r_i / 2) sigma_k^2 (V_k y_ik / Y_k)^2

with x_i + h_i z_i <= A_i, sum_k y_ik + q_i <= G_i + g_i z_i, and z_i at most the site's convertible power. X, Y_k and
Q are sums over owners; the last sum is what makes it the certainty equivalent of rewards in tokens of volatility
sigma_k for an owner of constant absolute risk aversion r_i. A slope b of 0 is a posted price, above 0 Cournot
competition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.compute.amounts import amounts, number
from econ.errors import InputError

__all__ = ["AllocationGame", "Owners"]

HASH_PER_MEGAWATT = 0.04
"""EH/s for each MW at 25 J/TH."""

GPUS_PER_MEGAWATT = 1000.0 / 1.2
"""GPUs for each MW at 1.2 kW a GPU, everything included."""

UNITS = {
    "asics": "EH/s",
    "hash_cost": "USD a day for one EH/s",
    "gpus": "GPUs (H100-equivalents)",
    "gpu_cost": "USD a day for one GPU",
    "convertible": "MW",
    "conversion_cost": "USD a day for one MW",
    "conversion_steepness": "USD a day for one MW squared",
    "hash_per_megawatt": "EH/s for one MW",
    "gpus_per_megawatt": "GPUs for one MW",
    "risk_aversion": "one over USD a day",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Owners:
    """What each owner has and pays, all [owner]; a single number stands for everybody.

    `asics` EH/s of hashing capacity A, `hash_cost` USD a day for one EH/s cA, `gpus` H100-equivalents G, `gpu_cost`
    USD a day for one GPU cG, `convertible` MW of the mining site that may be turned over (never more than the ASICs
    occupy), `conversion_cost` and `conversion_steepness` USD a day for one MW (kappa) and for its square (kappa2),
    `risk_aversion` one over USD a day. Costs of idle machines are 0.

    >>> Owners(asics=[150, 0], hash_cost=28_000, gpus=[0, 500], gpu_cost=14).count
    2
    """

    asics: np.ndarray
    hash_cost: np.ndarray
    gpus: np.ndarray
    gpu_cost: np.ndarray
    convertible: np.ndarray = 0.0  # type: ignore[assignment]
    conversion_cost: np.ndarray = 0.0  # type: ignore[assignment]
    conversion_steepness: np.ndarray = 0.0  # type: ignore[assignment]
    hash_per_megawatt: np.ndarray = HASH_PER_MEGAWATT  # type: ignore[assignment]
    gpus_per_megawatt: np.ndarray = GPUS_PER_MEGAWATT  # type: ignore[assignment]
    risk_aversion: np.ndarray = 0.0  # type: ignore[assignment]

    def __post_init__(self) -> None:
        lengths = [np.size(getattr(self, name)) for name in UNITS if np.ndim(getattr(self, name))]
        count = max(lengths, default=1)
        if 0 in lengths:
            raise InputError("there are 0 owners; the market needs at least one: give each its machines")
        for name, unit in UNITS.items():
            object.__setattr__(self, name, amounts(name, getattr(self, name), unit, count=count))
        if (self.hash_per_megawatt == 0).any():
            i = int((self.hash_per_megawatt == 0).argmax())
            raise InputError(f"hash_per_megawatt[{i}] is 0; ASICs need power: give the EH/s that one MW feeds, above 0")
        if not (self.asics.any() or self.gpus.any()):
            raise InputError(f"asics and gpus are 0 of all owners ({count}); without machines no market: give some")

    @property
    def count(self) -> int:
        """How many owners there are."""
        return self.asics.size

    @property
    def most_converted(self) -> np.ndarray:
        """MW [owner] that can be turned over: convertible power, as far as ASICs occupy it."""
        return np.minimum(self.convertible, self.asics / self.hash_per_megawatt)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AllocationGame:
    """Owners and what the three markets pay.

    `hash_reward` R and `subnet_rewards` V[subnet] in USD a day, `volatility` sigma[subnet] the standard deviation of a
    subnet's reward as a share of it; the cloud pays `cloud_price` a USD a day for one GPU less `cloud_slope` b for each
    GPU rented there.

    >>> AllocationGame(owners=Owners(asics=1, hash_cost=1, gpus=1, gpu_cost=1), subnet_rewards=[5, 6]).subnets
    2
    """

    owners: Owners
    hash_reward: float = 0.0
    subnet_rewards: np.ndarray = ()  # type: ignore[assignment]
    volatility: np.ndarray = 0.0  # type: ignore[assignment]
    cloud_price: float = 0.0
    cloud_slope: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.owners, Owners):
            raise InputError(f"owners is a {type(self.owners).__name__}; it must be Owners, with their machines")
        for name, unit in (
            ("hash_reward", "USD a day"),
            ("cloud_price", "USD a day for one GPU"),
            ("cloud_slope", "USD a day for one GPU, a GPU"),
        ):
            object.__setattr__(self, name, number(name, getattr(self, name), unit))
        count = np.size(self.subnet_rewards)
        empty = np.zeros(0)
        rewards = amounts("subnet_rewards", self.subnet_rewards, "USD a day", count=count) if count else empty
        given = np.asarray(self.volatility)
        alike = given.size > 0 and (given == given.flat[0]).all()  # so that a copy may have another number of subnets
        volatility = given.flat[0] if alike else self.volatility
        volatility = amounts("volatility", volatility, "a share of the reward", count=count) if count else empty
        object.__setattr__(self, "subnet_rewards", rewards)
        object.__setattr__(self, "volatility", volatility)

    @property
    def subnets(self) -> int:
        """How many subnets there are."""
        return self.subnet_rewards.size

    @property
    def risky(self) -> bool:
        """Whether anybody minds a risk that exists."""
        return bool(self.owners.risk_aversion.any() and (self.volatility * self.subnet_rewards).any())

    @property
    def can_act(self) -> np.ndarray:
        """Which acts [owner, subnets + 3] exist: hashing, GPUs by subnet, cloud, MW; none for a reward of 0."""
        owners = self.owners
        converts = owners.most_converted > 0
        room = (owners.gpus > 0) | (converts & (owners.gpus_per_megawatt > 0))
        hashes = (owners.asics > 0) & (self.hash_reward > 0)
        mines = room[:, None] & (self.subnet_rewards > 0)
        return np.column_stack([hashes, mines, room, converts])

    def payoffs(self, acts: np.ndarray, instead: np.ndarray | None = None) -> np.ndarray:
        """USD a day [owner] of acts[owner, subnets + 3]: hashing, GPUs by subnet, cloud, MW converted.

        With `instead` of the same shape: what each owner would receive by this row of it, all others keeping to `acts`.
        In a contest where nobody acts nobody is paid.

        >>> owners = Owners(asics=[1, 1], hash_cost=10, gpus=[0, 2], gpu_cost=1)
        >>> game = AllocationGame(owners=owners, hash_reward=100, cloud_price=3)
        >>> game.payoffs(np.array([[1.0, 0.0, 0.0], [1.0, 2.0, 0.0]])).tolist()
        [40.0, 44.0]
        """
        owners, k = self.owners, self.subnets
        own = acts if instead is None else instead
        totals = acts[:, : k + 2].sum(axis=0) - acts[:, : k + 2] + own[:, : k + 2]
        efforts = own[:, : k + 1]
        share = np.divide(efforts, totals[:, : k + 1], out=np.zeros_like(efforts), where=efforts > 0)
        from_subnets = self.subnet_rewards * share[:, 1:]
        risk = owners.risk_aversion / 2.0 * np.square(self.volatility * from_subnets).sum(axis=1)
        price = self.cloud_price - self.cloud_slope * totals[:, k + 1]
        spent = owners.hash_cost * own[:, 0] + owners.gpu_cost * own[:, 1 : k + 2].sum(axis=1)
        z = own[:, k + 2]
        conversion = (owners.conversion_cost + owners.conversion_steepness * z / 2.0) * z
        return (
            self.hash_reward * share[:, 0]
            + from_subnets.sum(axis=1)
            + price * own[:, k + 1]
            - spent
            - conversion
            - risk
        )
