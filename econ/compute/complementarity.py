"""The second route to the equilibrium: all owners' conditions at once, as one complementarity problem.

Without risk aversion a profile is an equilibrium exactly if every act v and every capacity's price l obeys 0 <= v,
F(v) + C'l >= 0 with product 0, and 0 <= l, c - C v >= 0 with product 0; F is the marginal loss of each act, C the
capacities. F is strictly monotone while two owners act in every contest (its Jacobian's symmetric part is a sum of (R
/ X^3)(X I + X 11' - x1' - 1x') >= 0), so by Rosen ("Existence and uniqueness of equilibrium points for concave
n-person games", 1965) there is one solution. Solved by a primal-dual interior point method: Newton steps towards
products of mu, mu falling to 0. Owners are coupled only through the markets' totals, so a step costs a small block
for each owner and one equation for each market.
"""

from __future__ import annotations

import numpy as np

from econ.compute.game import AllocationGame

__all__ = ["solve_complementarity"]

MOST_STEPS = 120
SMALLEST_PRODUCT = 1e-26
"""The mean product of acts and prices at which the steps end, machines and money being scaled to 1."""

LARGEST_PRODUCT, LARGEST_RESIDUAL = 1e-16, 1e-9
"""An answer is one if product and residual came down this far."""

PATIENCE = 6
"""Steps without a smaller product after which rounding has taken over."""

NOTHING = 1e-14
"""Acts below this share of all machines are none."""


def solve_complementarity(game: AllocationGame, can_act: np.ndarray) -> np.ndarray | None:
    """The equilibrium as acts[owner, k + 3] (hashing, GPUs by subnet, cloud, MW), or None if the steps do not settle.

    `can_act[owner, k + 3]` says which acts exist; a contest that nobody disputes is left out of it.
    """
    if not can_act.any():
        return np.zeros(can_act.shape)
    scaled = _Scaled(game, can_act)
    v, slack, price, rent = scaled.start()
    best, smallest, waited = None, np.inf, 0
    for _ in range(MOST_STEPS):
        loss, slope, coupling = scaled.losses(v)
        dual = np.where(can_act, loss + np.einsum("icp,ic->ip", scaled.C, price) - rent, 0.0)
        primal = np.where(scaled.bounded, np.einsum("icp,ip->ic", scaled.C, v) + slack - scaled.c, 0.0)
        mu = float((v * rent).sum() + (slack * price).sum()) / scaled.conditions
        residual = max(float(np.abs(dual).max()), float(np.abs(primal).max()))
        waited += 1
        if residual <= LARGEST_RESIDUAL and mu < smallest:
            waited, smallest, best = 0 if mu < smallest / 2.0 else waited, mu, v
        if mu <= SMALLEST_PRODUCT or (waited >= PATIENCE and smallest <= LARGEST_PRODUCT):
            break
        length, target = (
            0.0,
            0.0,
        )  # first straight at the solution, then, if that soon leaves the limits, more centrally
        for _ in range(2):
            step = scaled.newton(v, slack, price, rent, dual, primal, slope, coupling, target)
            if step is None:
                break
            length = min(_room(part, change) for part, change in zip((v, slack, price, rent), step, strict=True))
            if length > 0.999:
                break
            target = mu * min(1.0, (1.0 - length) ** 2 + 0.01)
        if step is None:  # products beyond double precision: what was reached so far is judged below
            break
        v, slack, price, rent = (
            part + 0.995 * length * change for part, change in zip((v, slack, price, rent), step, strict=True)
        )
    if best is None or smallest > LARGEST_PRODUCT:
        return None
    return np.where(can_act & (best > NOTHING), best * scaled.unit, 0.0)


class _Scaled:
    """The game in units in which all machines together, and all money, are about 1."""

    def __init__(self, game: AllocationGame, can_act: np.ndarray) -> None:
        owners, k = game.owners, game.subnets
        n = owners.count
        most = owners.most_converted
        hashes = float(owners.asics.sum()) or 1.0
        gpus = float((owners.gpus + owners.gpus_per_megawatt * most).sum()) or 1.0
        power = float(most.sum()) or 1.0
        self.can_act = can_act
        self.unit = np.concatenate([[hashes], np.full(k + 1, gpus), [power]])
        money = max(game.hash_reward, float(game.subnet_rewards.sum()), game.cloud_price * gpus)
        money = money or float(owners.gpu_cost.max()) * gpus or 1.0  # where nothing pays, costs set the scale
        self.rewards = np.append(game.hash_reward, game.subnet_rewards) / money
        self.contested = can_act[:, : k + 1].any(axis=0) & (self.rewards > 0)
        self.cloud = game.cloud_price * gpus / money, game.cloud_slope * gpus**2 / money
        gpu_cost = np.repeat(owners.gpu_cost[:, None] * gpus / money, k + 1, axis=1)
        hash_cost, conversion_cost = owners.hash_cost * hashes / money, owners.conversion_cost * power / money
        self.cost = np.column_stack([hash_cost, gpu_cost, conversion_cost])
        self.steepness = owners.conversion_steepness * power**2 / money
        self.C = np.zeros((n, 3, k + 3))  # GPUs, ASICs, convertible power
        self.C[:, 0, 1 : k + 2] = 1.0
        self.C[:, 0, k + 2] = -owners.gpus_per_megawatt * power / gpus
        self.C[:, 1, 0] = 1.0
        self.C[:, 1, k + 2] = owners.hash_per_megawatt * power / hashes
        self.C[:, 2, k + 2] = 1.0
        self.C *= can_act[:, None, :]
        self.c = np.stack([owners.gpus / gpus, owners.asics / hashes, most / power], axis=1)
        short = can_act[:, k + 2] & (
            owners.convertible * owners.hash_per_megawatt < owners.asics
        )  # else ASICs bind first
        uses = np.stack([can_act[:, 1 : k + 2].any(axis=1), can_act[:, 0] | can_act[:, k + 2], short], axis=1)
        self.bounded = uses
        self.C *= uses[:, :, None]
        self.conditions = int(can_act.sum() + uses.sum())

    def start(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Acts inside all limits, the slack they leave, and prices of 1 where something is limited, 0 elsewhere."""
        k = self.can_act.shape[1] - 3
        z = np.where(self.can_act[:, k + 2], self.c[:, 2] / 2.0, 0.0)
        room = np.maximum(self.c[:, 0] - self.C[:, 0, k + 2] * z, 0.0)
        v = np.repeat(room[:, None] / (2.0 * (k + 1)), k + 3, axis=1)
        v[:, 0] = (self.c[:, 1] - self.C[:, 1, k + 2] * z) / 2.0
        v[:, k + 2] = z
        v = np.where(self.can_act, np.maximum(v, 1e-12), 0.0)
        slack = np.where(self.bounded, np.maximum(self.c - np.einsum("icp,ip->ic", self.C, v), 1e-12), 0.0)
        return v, slack, self.bounded.astype(float), self.can_act.astype(float)

    def losses(self, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """F[owner, act] and its Jacobian: slope[owner, act] on the diagonal, plus coupling[owner, market] by totals."""
        k = v.shape[1] - 3
        contests, total = v[:, : k + 1], v[:, : k + 1].sum(axis=0)
        total = np.where(self.contested & (total > 0), total, 1.0)
        reward = np.where(self.contested, self.rewards, 0.0)
        price, fall = self.cloud
        loss = self.cost.copy()
        loss[:, : k + 1] -= reward * (total - contests) / total**2
        loss[:, k + 1] -= price - fall * (v[:, k + 1].sum() + v[:, k + 1])
        loss[:, k + 2] += self.steepness * v[:, k + 2]
        n = len(v)
        slope = np.column_stack([np.tile(reward / total**2, (n, 1)), np.full(n, fall), self.steepness])
        coupling = np.column_stack([reward * (total - 2.0 * contests) / total**3, np.full(n, fall)])
        return loss, slope, np.where(self.can_act[:, : k + 2], coupling, 0.0)

    def newton(
        self,
        v: np.ndarray,
        slack: np.ndarray,
        price: np.ndarray,
        rent: np.ndarray,
        dual: np.ndarray,
        primal: np.ndarray,
        slope: np.ndarray,
        coupling: np.ndarray,
        target: float,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
        """The step to products of `target`: slacks and rents eliminated, totals by the capacitance matrix."""
        acts, bounds, (n, width), markets = self.can_act, self.bounded, v.shape, coupling.shape[1]
        safe_v, safe_price = np.where(acts, v, 1.0), np.where(bounds, price, 1.0)
        off_rent = np.where(acts, (rent * v - target) / safe_v, 0.0)
        block = np.zeros((n, width + 3, width + 3))
        acting, limits = np.arange(width), np.arange(width, width + 3)
        block[:, acting, acting] = np.where(acts, slope + rent / safe_v, 1.0)
        block[:, limits, limits] = np.where(bounds, -slack / safe_price, -1.0)
        block[:, width:, :width] = self.C
        block[:, :width, width:] = self.C.swapaxes(1, 2)
        right = np.zeros((n, width + 3, markets + 1))
        right[:, :width, 0] = np.where(acts, -dual - off_rent, 0.0)
        right[:, width:, 0] = np.where(bounds, (price * slack - target) / safe_price - primal, 0.0)
        right[:, np.arange(markets), np.arange(1, markets + 1)] = coupling
        try:
            solved = np.linalg.solve(block, right)
            capacitance = np.eye(markets) + solved[:, :markets, 1:].sum(axis=0)
            totals = np.linalg.solve(capacitance, solved[:, :markets, 0].sum(axis=0))
        except np.linalg.LinAlgError:
            return None
        change = solved[:, :, 0] - solved[:, :, 1:] @ totals
        dv = np.where(acts, change[:, :width], 0.0)
        dslack = np.where(bounds, -primal - np.einsum("icp,ip->ic", self.C, dv), 0.0)
        drent = np.where(acts, -off_rent - rent / safe_v * dv, 0.0)
        return dv, dslack, np.where(bounds, change[:, width:], 0.0), drent


def _room(values: np.ndarray, change: np.ndarray) -> float:
    """How much of the change keeps all values positive, at most 1."""
    falls = change < 0
    return min(1.0, float((values[falls] / -change[falls]).min())) if falls.any() else 1.0
