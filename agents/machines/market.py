"""The market for machines day by day: a Mesa model of owners who learn where their machines earn most.

The order of a day: sites that were ordered begin to work; owners that are awake move part of the way, by what they saw
`lag` days ago; machines are paid; alpha that is old enough is sold into the pools and the chain buys; owners order
sites; owners that lost money for too long leave. Nobody knows the equilibrium of `econ.compute`; whether they come to
it is what the model is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import mesa
import numpy as np

from agents.machines.settings import HabitSettings, TokenSettings
from agents.streams import SEED_LIMIT, Purpose, uniform
from econ.compute.allocation import replies
from econ.compute.game import AllocationGame
from econ.errors import InputError
from econ.tokens.pool import Pool, SwapRule, buy, can_buy, sell
from econ.tokens.rao import RAO

__all__ = ["ComputeOwner", "MachineMarket"]

FIRM = 1e-4
"""Of its machines an owner that follows returns keeps at least this share in every use, to see what it pays."""


class ComputeOwner(mesa.Agent):
    """One owner, for people to look at: numbers of today."""

    model: MachineMarket

    def __init__(self, model: MachineMarket, seat: int) -> None:
        super().__init__(model)
        self.seat = seat

    @property
    def hashing(self) -> float:
        """EH/s."""
        return float(self.model.acts[self.seat, 0])

    @property
    def mining(self) -> np.ndarray:
        """GPUs by subnet."""
        return np.array(self.model.acts[self.seat, 1:-1])

    @property
    def cloud(self) -> float:
        """GPUs rented out."""
        return float(self.model.acts[self.seat, -1])

    @property
    def built(self) -> float:
        """MW of its site that work as GPUs."""
        return float(self.model.built[self.seat])

    @property
    def alpha(self) -> np.ndarray:
        """Alpha it holds, by subnet."""
        return np.array(self.model.held[self.seat])

    @property
    def profit(self) -> float:
        """USD of today, tokens at the price they were paid at."""
        return float(self.model.profit[self.seat])

    @property
    def gone(self) -> bool:
        """Whether it has given up."""
        return bool(self.model.gone[self.seat])


class MachineMarket(mesa.Model):
    """Owners of an `AllocationGame`, day by day.

    `acts[owner, subnets + 2]` is what they do today (EH/s, GPUs by subnet, GPUs in the cloud), `built[owner]` MW of
    sites turned over, `held[owner, subnet]` alpha, `profit[owner]` USD of the day, `cash[owner]` USD so far (tokens
    when sold), `price[subnet]` TAO an alpha. `tao_price` gives each day's TAO price over that of the first (the last
    holds on). Starts from random uses of all machines, by `seed`.

    >>> from econ.compute import ComputeSettings
    >>> market = MachineMarket(ComputeSettings(convertible=0.0).game(), seed=1)
    >>> market.run(300)
    >>> round(market.hash_rate), market.regret < 100.0
    (655, True)
    """

    def __init__(
        self,
        game: AllocationGame,
        habits: HabitSettings | None = None,
        tokens: TokenSettings | None = None,
        *,
        tao_price: Sequence[float] = (1.0,),
        seed: int = 0,
    ) -> None:
        if not 0 <= seed < SEED_LIMIT:
            raise InputError(f"seed is {seed}; it is a whole number and must lie in [0, {SEED_LIMIT - 1}]")
        factors = np.asarray(tao_price, dtype=float)
        if factors.ndim != 1 or not factors.size or not np.isfinite(factors).all() or (factors < 0).any():
            raise InputError(
                f"tao_price is {tao_price!r:.60}; give each day's price over the first, at least 0, no gaps"
            )
        super().__init__(rng=seed)
        self.game, self.habits, self.tokens = game, habits or HabitSettings(), tokens or TokenSettings()
        self.day, self._seed, self._factors = 0, seed, factors
        owners, k = game.owners, game.subnets
        n = owners.count
        self.gone = np.zeros(n, dtype=bool)
        self.built, self.profit, self.cash = np.zeros(n), np.zeros(n), np.zeros(n)
        self._orders: deque[np.ndarray] = deque([np.zeros(n)] * self.habits.build_days, maxlen=self.habits.build_days)
        self._earned: deque[np.ndarray] = deque()
        self.held, self._ready = np.zeros((n, k)), np.zeros((n, k))
        self._profits: deque[np.ndarray] = deque(maxlen=max(self.habits.patience, 1))
        parts = uniform(seed, Purpose.OWNER_START, world=np.array(0), epoch=0, seat=np.arange(n), columns=k + 3)
        gpus = parts[:, 1:] / parts[:, 1:].sum(axis=1, keepdims=True)
        self.acts = np.column_stack([owners.asics * parts[:, 0], owners.gpus[:, None] * gpus[:, : k + 1]])
        self.acts[:, 0] *= game.hash_reward > 0
        self.acts[:, 1 : k + 1] *= game.subnet_rewards > 0
        self._seen: deque[np.ndarray] = deque([self.acts] * self.habits.lag, maxlen=self.habits.lag)
        self._pool = self._pools(k)
        self.seats = [ComputeOwner(self, seat) for seat in range(n)]

    @property
    def hash_rate(self) -> float:
        """EH/s of all owners."""
        return float(self.acts[:, 0].sum())

    @property
    def subnet_gpus(self) -> np.ndarray:
        """GPUs [subnet] of all owners."""
        return self.acts[:, 1:-1].sum(axis=0)

    @property
    def price(self) -> np.ndarray:
        """TAO an alpha, by subnet."""
        if self._pool is None:
            return np.full(self.game.subnets, self.tokens.alpha_price)
        return np.asarray(self._pool.price)

    @property
    def today(self) -> AllocationGame:
        """The game of today: rewards at today's prices, machines as they stand, no further conversion."""
        game, owners = self.game, self.game.owners
        stay = ~self.gone
        machines = (
            replace(
                owners,
                asics=np.maximum(owners.asics - owners.hash_per_megawatt * self.built, 0.0) * stay,
                gpus=(owners.gpus + owners.gpus_per_megawatt * self.built) * stay,
                convertible=np.zeros(owners.count),
            )
            if stay.any()
            else None
        )
        factor = self._factors[min(self.day, len(self._factors) - 1)]
        rewards = game.subnet_rewards * factor * self.price / self.tokens.alpha_price
        if machines is None:
            raise InputError("all owners have given up; there is no market left to ask about")
        return replace(game, owners=machines, subnet_rewards=rewards)

    @property
    def regret(self) -> float:
        """The most that an owner could gain today by another use of the machines it has, USD a day."""
        return float(replies(self.today, self._full(self.acts))[2].max())

    def run(self, days: int) -> None:
        """So many days."""
        for _ in range(days):
            self.step()

    def step(self) -> None:
        """One day; nothing happens once everybody has given up."""
        if self.gone.all():
            return
        self.built = self.built + self._orders.popleft()
        game = self.today
        self._move(game)
        self._pay(game)
        self._sell()
        self._order(game)
        self._leave()
        self._seen.append(self.acts)
        self.day += 1

    # A day's parts

    def _move(self, game: AllocationGame) -> None:
        seen, acts = self._fit(game, self._seen[0]), self._fit(game, self.acts)
        seats = np.arange(len(acts))
        luck = uniform(self._seed, Purpose.OWNER_WAKES, world=np.array(0), epoch=self.day, seat=seats, columns=1)[:, 0]
        awake = (luck < self.habits.awake)[:, None]
        if self.habits.rule == "best-reply":
            wish = replies(game, self._full(seen))[0][:, :-1]
            moved = acts + self.habits.pace * (wish - acts)
        else:
            moved = self._by_returns(game, seen, acts)
        self.acts = np.where(awake, moved, acts)

    def _by_returns(self, game: AllocationGame, seen: np.ndarray, acts: np.ndarray) -> np.ndarray:
        """More where one more machine earns more: shares of all uses, idle among them, times exp(return / cost)."""
        owners, k = game.owners, game.subnets
        totals = seen.sum(axis=0)
        rewards = np.append(game.hash_reward, game.subnet_rewards)
        contests = np.where(totals[: k + 1] > 0, totals[: k + 1], 1.0)
        gain = rewards * (contests - np.minimum(seen[:, : k + 1], contests)) / contests**2
        cloud = game.cloud_price - game.cloud_slope * (totals[k + 1] + seen[:, k + 1])
        moved = np.empty_like(acts)
        hashing = _tilted(
            np.column_stack([acts[:, 0], owners.asics - acts[:, 0]]),
            np.column_stack([gain[:, 0] - owners.hash_cost, np.zeros(len(acts))]),
            np.maximum(owners.hash_cost, gain[:, 0]),
            self.habits.pace,
        )
        moved[:, 0] = hashing[:, 0] * (game.hash_reward > 0)
        earned = np.column_stack([gain[:, 1:], cloud]) - owners.gpu_cost[:, None]
        idle = owners.gpus - acts[:, 1:].sum(axis=1)
        placed = _tilted(
            np.column_stack([acts[:, 1:], idle]),
            np.column_stack([earned, np.zeros(len(acts))]),
            np.maximum(owners.gpu_cost, game.cloud_price),
            self.habits.pace,
        )
        moved[:, 1:] = placed[:, :-1]
        moved[:, 1 : k + 1] *= game.subnet_rewards > 0
        return moved

    def _pay(self, game: AllocationGame) -> None:
        everyday = self.habits.fixed_cost * (
            self.game.owners.hash_cost * self.game.owners.asics + self.game.owners.gpu_cost * self.game.owners.gpus
        )
        self.profit = np.where(self.gone, 0.0, game.payoffs(self._full(self.acts)) - everyday)
        mined, totals = self.acts[:, 1:-1], self.subnet_gpus
        shares = np.divide(mined, totals, out=np.zeros_like(mined), where=totals > 0)
        self._earned.append(shares * self.tokens.alpha_a_day * (game.subnet_rewards > 0))
        self.held = self.held + self._earned[-1]
        tokens = (game.subnet_rewards * shares).sum(axis=1)
        self.cash = self.cash + self.profit - tokens

    def _sell(self) -> None:
        """Alpha that is old enough goes into the pools, the chain buys, and who sold shares what came out."""
        if len(self._earned) > self.tokens.hold:
            self._ready = self._ready + self._earned.popleft()
        offered = self.tokens.sold * self._ready
        if self._pool is not None:  # nobody sells into a pool that is all but empty
            offered = offered * (np.minimum(self._pool.alpha, self._pool.tao) >= SwapRule().least_reserve)
        self._ready, self.held = self._ready - offered, self.held - offered
        total = offered.sum(axis=0)
        factor = self._factors[min(self.day, len(self._factors) - 1)]
        usd = self.game.subnet_rewards / (self.tokens.alpha_a_day * self.tokens.alpha_price) * factor  # a TAO's worth
        if self._pool is None:
            self.cash = self.cash + (offered * usd * self.tokens.alpha_price).sum(axis=1)
            return
        amount = np.minimum(np.round(total * RAO), 900.0 * np.asarray(self._pool.alpha, dtype=float)).astype(np.int64)
        swap = sell(self._pool, amount)
        parts = np.divide(offered, total, out=np.zeros_like(offered), where=total > 0)
        self.cash = self.cash + (parts * np.asarray(swap.paid_out) / RAO * usd).sum(axis=1)
        tao = np.full(total.shape, round(self.tokens.chain_buys * RAO))
        free = SwapRule(fee=0)
        self._pool = buy(swap.pool, np.where(can_buy(swap.pool, tao, free), tao, 0), free).pool

    def _order(self, game: AllocationGame) -> None:
        """Owners order a part of the site that they would turn over if all others stayed as they are."""
        owners = self.game.owners
        most = np.where(self.gone, 0.0, owners.most_converted)
        if self.habits.build_pace == 0 or not most.any():
            self._orders.append(np.zeros(len(most)))
            return
        able = replace(self.game, subnet_rewards=game.subnet_rewards, hash_reward=game.hash_reward)
        wish = replies(able, self._full(self.acts))[0][:, -1]
        room = wish - self.built - sum(self._orders)
        self._orders.append(np.clip(room, 0.0, self.habits.build_pace * most))

    def _leave(self) -> None:
        self._profits.append(self.profit)
        if self.habits.patience and len(self._profits) == self.habits.patience:
            lost = np.mean(self._profits, axis=0) < 0.0
            self.gone = self.gone | lost
            self.acts = np.where(self.gone[:, None], 0.0, self.acts)

    def _fit(self, game: AllocationGame, acts: np.ndarray) -> np.ndarray:
        """The acts as far as today's machines go."""
        owners = game.owners
        used = acts[:, 1:].sum(axis=1)
        share = np.divide(owners.gpus, used, out=np.ones_like(used), where=used > owners.gpus)
        return np.column_stack([np.minimum(acts[:, 0], owners.asics), acts[:, 1:] * share[:, None]])

    def _full(self, acts: np.ndarray) -> np.ndarray:
        return np.column_stack([acts, np.zeros(len(acts))])

    def _pools(self, subnets: int) -> Pool | None:
        if self.tokens.pool_tao == 0 or not subnets:
            return None
        tao = round(self.tokens.pool_tao * RAO)
        alpha = round(self.tokens.pool_tao / self.tokens.alpha_price * RAO)
        return Pool(alpha=np.full(subnets, alpha), tao=np.full(subnets, tao))


def _tilted(uses: np.ndarray, earned: np.ndarray, scale: np.ndarray, pace: float) -> np.ndarray:
    """Machines[owner, use] moved towards uses that earn more, their sum kept."""
    total = uses.sum(axis=1, keepdims=True)
    kept = np.maximum(uses, FIRM * total)
    rate = np.divide(earned, scale[:, None], out=np.zeros_like(earned), where=scale[:, None] > 0)
    weights = kept * np.exp(np.clip(pace * (rate - rate.max(axis=1, keepdims=True)), -50.0, 0.0))
    summed: Any = weights.sum(axis=1, keepdims=True)
    return np.divide(weights * total, summed, out=np.zeros_like(uses), where=summed > 0)
