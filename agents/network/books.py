"""Who holds what: every rao of TAO and of each subnet's alpha, in integers.

Here floats end. Shares of an epoch (incentive, dividends, stake placed with validators) come in as floats and leave as
whole rao, each part rounded down; what that leaves over is nobody's alpha, which stays issued. Share pools keep shares
in float, as the chain keeps fractions, over totals in rao. `audit` adds everything up again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agents.network.locks import Locks
from econ.errors import InputError
from econ.tokens.economy import ChainRule, Economy, burn, drain, register, stake, unstake
from econ.tokens.payout import dividend_parts, miner_pay, take, validators_pot
from econ.tokens.pool import SwapRule, can_buy, can_sell
from econ.tokens.rao import shared_out
from econ.tokens.share_pool import SharePool

__all__ = ["AUTHORS", "MINERS", "OWNER", "SPECIAL", "Books", "Paid"]

OWNER, MINERS, AUTHORS = 0, 1, 2
"""Columns of the nominators' pool before the investors': the subnet's owner, its miners, the authors of blocks."""

SPECIAL = 3
"""How many such columns there are."""

_FREE_OF_FEE = ChainRule(swaps=SwapRule(fee=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What an epoch paid, arrays [subnet]: rao of alpha, the share of incentive withheld; and root's TAO in rao."""

    owner: np.ndarray
    miners: np.ndarray
    validators: np.ndarray
    nominators: np.ndarray
    burned_share: np.ndarray
    root_tao: int


class Books:
    """The accounts of a network.

    `economy` the chain's own; `nominators` shares of each subnet's stake, [subnet, OWNER, MINERS, AUTHORS and then the
    investors]; `own[subnet, validator]` alpha of the validators; `root` shares of the TAO on root, [investor];
    `free[investor]` and `owners[subnet]` TAO of theirs; `outside` all other TAO, of people who play no part here;
    `locks` what of the nominators' pool may not be sold, and whose the owner's cut is.
    """

    def __init__(
        self, economy: Economy, nominators: SharePool, own: np.ndarray, root: SharePool, free: np.ndarray
    ) -> None:
        self.economy, self.nominators, self.own, self.root, self.free = economy, nominators, own, root, free
        self.owners = np.zeros(len(own), dtype=np.int64)
        self.locks = Locks(nominators.shares.shape, founder=OWNER)
        self.outside = int(economy.tao_issuance) - int(economy.tao_inside) - int(free.sum())
        if self.outside < 0:
            raise InputError(f"free balances are {int(free.sum())} rao; only {self.outside + int(free.sum())} are free")

    def audit(self) -> dict[str, int]:
        """What does not add up, in rao: the largest difference of each account; all 0 if nothing was made or lost."""
        now = self.economy
        free = int(self.free.sum()) + int(self.owners.sum()) + self.outside
        out = self.nominators.total + self.own.sum(axis=-1) + now.pending.total + now.chain_alpha + now.nobodys
        parts = (self.free, self.owners, self.own, self.nominators.total, now.pool.tao, now.pool.alpha)
        least = min(int(part.min(initial=0)) for part in parts)
        return {
            "TAO": int(now.tao_issuance) - int(now.tao_inside) - free,
            "root": int(now.root_tao) - int(self.root.total),
            "alpha": int(np.abs(now.alpha_out - out).max()),
            "below zero": min(least, self.outside, 0),
            "beyond shares": int(np.maximum(self.nominators.value.sum(axis=-1) - self.nominators.total, 0).max()),
        }

    @property
    def staked(self) -> np.ndarray:
        """Rao of alpha that is staked in each subnet, nominators' and validators' own."""
        return np.asarray(self.nominators.total + self.own.sum(axis=1))

    def held(self) -> np.ndarray:
        """Rao of alpha of every column of the nominators' pool, [subnet, column]."""
        return self.nominators.value

    def free_to_sell(self) -> np.ndarray:
        """The same less what is locked."""
        return self.locks.free(self.held())

    def pay(
        self,
        incentive: np.ndarray,
        dividends: np.ndarray,
        burned: np.ndarray,
        *,
        placed: np.ndarray,
        rate: int,
        tao_weight: float,
    ) -> Paid:
        """Pay what is pending: incentive[subnet, miner] and dividends[subnet, validator] are shares of 1 or all 0.

        `burned[subnet]` is the share of incentive that goes to the owner's UID and is withheld; `placed[subnet,
        validator]` how nominators' stake and root's are dealt to validators, 0 to those without a UID; `rate` the
        validators' take.
        """
        self.economy, due = drain(self.economy)
        shares = np.concatenate([incentive * (1 - burned)[:, np.newaxis], burned[:, np.newaxis]], axis=1)
        earned = shared_out(due.miners, np.where(incentive.any(axis=1, keepdims=True), shares, 0.0))
        mine = np.arange(earned.shape[1]) == earned.shape[1] - 1
        miners = miner_pay(earned, mine)

        alpha = np.where(placed > 0, self.own, 0) + shared_out(self.nominators.total, placed)
        root = shared_out(np.broadcast_to(self.root.total, len(placed)), placed)
        parts = dividend_parts(
            np.where(dividends.any(axis=1, keepdims=True), dividends, alpha + tao_weight * root),
            alpha,
            root,
            alpha_pot=validators_pot(due.validators, due.miners, earned),
            root_pot=due.root,
            tao_weight=tao_weight,
        )
        on_alpha, on_root = take(parts.alpha, rate), take(parts.root, rate)
        own_part = np.divide(np.where(placed > 0, self.own, 0), alpha, out=np.zeros(alpha.shape), where=alpha > 0)
        own_gain = np.minimum(np.floor(on_alpha.nominators * own_part).astype(np.int64), on_alpha.nominators)
        kept = on_alpha.validator + on_root.validator
        nominated = (on_alpha.nominators - own_gain).sum(axis=1)
        self.own = self.own + kept + own_gain
        for_root = on_root.nominators.sum(axis=1)

        columns = np.zeros(self.nominators.shares.shape, dtype=np.int64)
        columns[np.arange(len(columns)), self.locks.owner] = due.owner
        columns[:, MINERS] = miners.paid.sum(axis=1)
        self.nominators = self.nominators.reward(nominated).add(columns)
        given = due.owner + columns[:, MINERS] + kept.sum(axis=1) + own_gain.sum(axis=1) + nominated + for_root
        self.economy = replace(burn(self.economy, due.total - given), burned=miners.burned_share)
        return Paid(
            owner=due.owner,
            miners=columns[:, MINERS],
            validators=kept.sum(axis=1),
            nominators=nominated,
            burned_share=np.asarray(miners.burned_share),
            root_tao=self._claim(for_root),
        )

    def _claim(self, alpha: np.ndarray) -> int:
        """Root's alpha is sold without a fee, and the TAO staked on root; where a pool is too shallow it is burned."""
        if not alpha.any():
            return 0
        sold = np.where(can_sell(self.economy.pool, alpha, _FREE_OF_FEE.swaps), alpha, 0)
        if (alpha != sold).any():
            self.economy = burn(self.economy, alpha - sold)
        self.economy, swap = unstake(self.economy, sold, _FREE_OF_FEE)
        came = int(swap.paid_out.sum())
        self.root = self.root.reward(came)
        self.economy = replace(self.economy, root_tao=self.economy.root_tao + came)
        return came

    def sell_earned(self, owner: np.ndarray, miners: np.ndarray, validators: np.ndarray) -> np.ndarray:
        """Sell alpha[subnet] of the owner, of miners and of validators in one order a pool; TAO of owners[subnet].

        What the miners and validators get pays costs, and leaves the network.
        """
        owned = self.free_to_sell()
        wants = np.minimum(np.stack([owner, miners], axis=1), owned[:, [OWNER, MINERS]])
        taken = self._of_validators(validators)
        offered = wants.sum(axis=1) + taken.sum(axis=1)
        goes = can_sell(self.economy.pool, offered)
        wants, taken, offered = wants * goes[:, np.newaxis], taken * goes[:, np.newaxis], offered * goes
        self.economy, swap = unstake(self.economy, offered)
        less, fees = np.zeros(owned.shape, dtype=np.int64), np.zeros(owned.shape, dtype=np.int64)
        less[:, [OWNER, MINERS]] = wants
        fees[:, AUTHORS] = swap.fee
        self.nominators = self.nominators.remove(less).add(fees)
        self.own = self.own - taken
        to_owner = shared_out(swap.paid_out, np.stack([wants[:, 0], offered - wants[:, 0]], axis=1))[:, 0]
        self.owners = self.owners + to_owner
        self.outside += int((swap.paid_out - to_owner).sum())
        return to_owner

    def _of_validators(self, alpha: np.ndarray) -> np.ndarray:
        """Amounts [subnet, validator] that make up alpha[subnet], in proportion to what validators own."""
        return np.minimum(shared_out(np.minimum(alpha, self.own.sum(axis=1)), self.own), self.own)

    def buy(self, investor: int, tao: np.ndarray, limit: np.ndarray | None = None) -> np.ndarray:
        """Stake tao[subnet] of an investor's free balance, up to the limit price; returns what was paid.

        Orders are cut down to the balance, and left out where a pool is too shallow.
        """
        wanted = np.where(can_buy(self.economy.pool, tao), tao, 0)
        total = int(wanted.sum())
        if total > self.free[investor]:
            wanted = shared_out(int(self.free[investor]), wanted)
        self.economy, swap = stake(self.economy, wanted, limit=limit)
        self.free[investor] -= int(swap.paid_in.sum())
        self.outside += int(swap.fee.sum())
        self.nominators = self.nominators.add(self._column(SPECIAL + investor, swap.paid_out))
        return np.asarray(swap.paid_in)

    def sell(self, investor: int, alpha: np.ndarray, limit: np.ndarray | None = None) -> np.ndarray:
        """Unstake alpha[subnet] of an investor that is not locked, down to the limit price; returns the TAO of it."""
        wanted = np.minimum(alpha, self.free_to_sell()[:, SPECIAL + investor])
        wanted = np.where(can_sell(self.economy.pool, wanted), wanted, 0)
        self.economy, swap = unstake(self.economy, wanted, limit=limit)
        self.nominators = self.nominators.remove(self._column(SPECIAL + investor, swap.paid_in))
        self.nominators = self.nominators.add(self._column(AUTHORS, swap.fee))
        self.free[investor] += int(swap.paid_out.sum())
        return np.asarray(swap.paid_out)

    def owner_buys(self, tao: np.ndarray) -> np.ndarray:
        """Owners stake tao[subnet] of theirs on their own subnets; returns what was paid."""
        wanted = np.minimum(tao, self.owners)
        wanted = np.where(can_buy(self.economy.pool, wanted), wanted, 0)
        self.economy, swap = stake(self.economy, wanted)
        self.owners = self.owners - swap.paid_in
        self.outside += int(swap.fee.sum())
        self.nominators = self.nominators.add(self._column(OWNER, swap.paid_out))
        return np.asarray(swap.paid_in)

    def to_root(self, investor: int, tao: int) -> int:
        """Move TAO of an investor's free balance to root, or off it if below 0; returns what was moved."""
        place = np.arange(len(self.free)) == investor
        if tao >= 0:
            moved = min(tao, int(self.free[investor]))
            self.root = self.root.add(moved * place)
        else:
            moved = -min(-tao, int(self.root.value[investor]))
            self.root = self.root.remove(-moved * place)
        self.free[investor] -= moved
        self.economy = replace(self.economy, root_tao=self.economy.root_tao + moved)
        return moved

    def bring(self, tao: np.ndarray) -> None:
        """Move tao[investor] from outside to free balances, as far as there is any outside."""
        came = shared_out(min(int(tao.sum()), self.outside), tao)
        self.free = self.free + came
        self.outside -= int(came.sum())

    def register(self, tao: np.ndarray) -> None:
        """People from outside pay tao[subnet] for UIDs: it buys alpha, which is destroyed."""
        self.economy, swap = register(self.economy, tao)
        self.outside += int(swap.fee.sum()) - int(swap.paid_in.sum())

    def fund(self, tao: np.ndarray) -> None:
        """Move tao[subnet] from outside to the owners' balances."""
        if (tao < 0).any():
            raise InputError(f"an owner brings {int(tao.min())} rao; capital is at least 0")
        if int(tao.sum()) > self.outside:
            raise InputError(f"owners bring {int(tao.sum())} rao; outside are {self.outside}: bring less")
        self.owners = self.owners + tao
        self.outside -= int(tao.sum())

    def _column(self, column: int, amounts: np.ndarray) -> np.ndarray:
        spread = np.zeros(self.nominators.shares.shape, dtype=np.int64)
        spread[:, column] = amounts
        return spread
