"""The tokens of a network, and what a block does to all its subnets at once.

`Economy` counts every rao: TAO issued is in pools, waiting outside them, on root or in free balances; a subnet's alpha
is in its pool, waiting, or out, and what is out is staked, pending until the epoch, bought by the chain, or nobody's.
Arrays are [..., subnet], leading axes worlds. Balances, hotkeys and epochs are the caller's: it stakes and unstakes,
drains what is pending where an epoch is due, pays it by `econ.tokens.payout`, and says what is burned or recycled.
Source: subtensor, `coinbase/block_step.rs` and `run_coinbase.rs`, in their order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.averages import moving_flow, moving_price
from econ.tokens.emission import ByPrice, ShareRule, SubnetSignals, tao_of_shares
from econ.tokens.injection import TAO_WEIGHT, injection, root_dividends_accrue, root_proportion
from econ.tokens.issuance import block_emission, minted
from econ.tokens.pool import Pool, Swap, SwapRule, buy, can_buy, inject, sell
from econ.tokens.rao import portion, positive, rao, whole
from econ.tokens.split import OWNER_CUT_U16, split_alpha

__all__ = [
    "MOST_BLOCKS",
    "ChainRule",
    "Economy",
    "Pending",
    "after_blocks",
    "burn",
    "drain",
    "recycle",
    "register",
    "stake",
    "unstake",
]

MOST_BLOCKS = 50_400
"""Blocks that may be taken at once: the longest tempo an owner can set, a week."""

_NO_FEE = SwapRule(fee=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRule:
    """What root has set for all subnets: how they share TAO, what TAO on root counts, the owner's cut, the swaps."""

    shares: ShareRule = ByPrice()  # noqa: RUF009 - frozen and without state
    tao_weight: float = TAO_WEIGHT
    owner_cut: int = OWNER_CUT_U16
    swaps: SwapRule = SwapRule()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pending:
    """Rao of alpha that wait for the epoch, by whom they are for; arrays [..., subnet]."""

    owner: Any = 0
    miners: Any = 0
    validators: Any = 0
    root: Any = 0

    @property
    def total(self) -> Any:
        """All of it."""
        return self.owner + self.miners + self.validators + self.root


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Economy:
    """Every token's whereabouts: rao in integers, averages in floats.

    `tao_issuance[...]`, `root_tao[...]`; all else [..., subnet]: `pool`, `alpha_out` (all alpha outside the pool but
    for `alpha_waiting`), of that `chain_alpha` bought by the chain and `nobodys` left by rounding or burned, `pending`;
    `age` in blocks since the start call, 0 before; `inflow` the TAO that users brought since the last block, less what
    they took, and `moving_flow` its average beside `moving_chain_flow`, that of the TAO the chain itself put in.
    `burned` is the share of miners' incentive withheld in the last epoch; `eligible` subnets mint alpha, `enabled`
    ones get TAO too.

    >>> two = Economy(pool=Pool(alpha=10**12, tao=[10**12, 10**11]), tao_issuance=10**16, moving_price=[1.0, 0.1])
    >>> block = after_blocks(two, 1)
    >>> int(block.tao_issuance - two.tao_issuance), block.pending.miners.tolist()
    (999999999, [410002288, 410002288])
    """

    pool: Pool
    tao_issuance: Any
    root_tao: Any = 0
    alpha_out: Any = 0
    alpha_waiting: Any = 0
    tao_waiting: Any = 0
    chain_alpha: Any = 0
    nobodys: Any = 0
    pending: Pending = Pending()
    moving_price: Any = 0.0
    moving_flow: Any = 0.0
    moving_chain_flow: Any = 0.0
    inflow: Any = 0
    burned: Any = 0.0
    age: Any = 0
    eligible: Any = True
    enabled: Any = True
    owner_takes: Any = True

    def __post_init__(self) -> None:
        if not isinstance(self.pool, Pool) or np.ndim(self.pool.tao) < 1 or np.size(self.pool.tao) == 0:
            raise InputError("the pool has no axis of subnets; an economy has at least one: give its pools as an array")
        shape = np.shape(self.pool.tao)
        for name in ("tao_issuance", "root_tao"):
            object.__setattr__(self, name, np.broadcast_to(rao(name, getattr(self, name)), shape[:-1]))
        for name in ("alpha_out", "alpha_waiting", "tao_waiting", "chain_alpha", "nobodys", "age"):
            object.__setattr__(self, name, self._by_subnet(name, whole(name, getattr(self, name))))
        price = positive("moving_price", self.moving_price, "TAO an alpha")
        object.__setattr__(self, "moving_price", self._by_subnet("moving_price", price))
        object.__setattr__(self, "burned", self._by_subnet("burned", portion("burned", self.burned)))
        _less("all TAO that is issued", self.tao_issuance, self.tao_inside)
        _less("alpha out", self.alpha_out, self.chain_alpha + self.nobodys + self.pending.total)

    def _by_subnet(self, name: str, values: np.ndarray) -> np.ndarray:
        shape = np.shape(self.pool.tao)
        if values.shape == shape:
            return values
        try:
            return np.broadcast_to(values, shape)
        except ValueError:
            raise InputError(f"{name} has shape {values.shape}; the pools have {shape}: give one a subnet") from None

    @property
    def alpha_issuance(self) -> Any:
        """All alpha of each subnet, in its pool, waiting and out."""
        return self.pool.alpha + self.alpha_waiting + self.alpha_out

    @property
    def tao_inside(self) -> Any:
        """TAO in pools, waiting outside them, and on root; what is issued beyond that is free balances."""
        return self.pool.tao.sum(axis=-1) + np.asarray(self.tao_waiting).sum(axis=-1) + self.root_tao


def after_blocks(
    economy: Economy, blocks: int, rule: ChainRule | None = None, *, root_weights: Any = None, root_stake: Any = None
) -> Economy:
    """The economy after `blocks` blocks in which nobody acts: mint, share, buy and inject, split, average.

    One block is the chain's block. Many at once see one price, one root proportion and one alpha emission, those of
    their beginning, while TAO is minted through halvings exactly: a tempo so taken is what a simulation needs.
    `root_weights[..., validator, subnet]` and `root_stake[..., validator]` are votes, for `ByRootWeights`.
    """
    rule, count = rule or ChainRule(), int(whole("blocks", blocks))
    if count > MOST_BLOCKS:
        raise InputError(f"blocks is {count}; at most {MOST_BLOCKS}, the longest tempo, see one price: take less")
    if not count:
        return economy
    eligible = np.broadcast_to(np.asarray(economy.eligible, dtype=bool), economy.alpha_out.shape)
    signals = SubnetSignals(
        price=economy.moving_price,
        burned=economy.burned,
        flow=np.broadcast_to(economy.moving_flow, economy.alpha_out.shape),
        chain_flow=np.broadcast_to(economy.moving_chain_flow, economy.alpha_out.shape),
        root_weights=root_weights,
        root_stake=root_stake,
        eligible=eligible,
        enabled=economy.enabled,
    )
    tao = tao_of_shares(rule.shares.shares(signals), minted(economy.tao_issuance, count))
    each = np.where(eligible, block_emission(economy.alpha_issuance), 0)
    root_share = root_proportion(economy.root_tao[..., np.newaxis], economy.alpha_issuance, rule.tao_weight)
    parts = injection(tao, economy.pool.price, root_share, each * count)

    spent = np.where(can_buy(economy.pool, parts.excess, _NO_FEE), parts.excess, 0)  # what cannot buy is not minted
    bought = buy(economy.pool, spent, _NO_FEE)
    added = inject(bought.pool, parts.alpha_in + economy.alpha_waiting, parts.tao_in + economy.tao_waiting)

    split = split_alpha(each, root_share, owner_cut=rule.owner_cut, owner_takes=economy.owner_takes, blocks=count)
    accrues = root_dividends_accrue(economy.moving_price, eligible)[..., np.newaxis]
    root = np.where(accrues, split.root, 0)
    pending = economy.pending
    return replace(
        economy,
        pool=added.pool,
        tao_issuance=economy.tao_issuance + (spent + parts.tao_in).sum(axis=-1),
        alpha_out=economy.alpha_out + each * count - (split.root - root) + bought.paid_out,
        alpha_waiting=added.alpha_left,
        tao_waiting=added.tao_left,
        chain_alpha=economy.chain_alpha + bought.paid_out,
        nobodys=economy.nobodys + split.rest,
        pending=Pending(
            owner=pending.owner + split.owner,
            miners=pending.miners + split.miners,
            validators=pending.validators + split.validators,
            root=pending.root + root,
        ),
        moving_price=moving_price(economy.moving_price, added.pool.price, economy.age, blocks=count),
        moving_flow=moving_flow(economy.moving_flow, economy.inflow, blocks=count),
        moving_chain_flow=moving_flow(economy.moving_chain_flow, spent + parts.tao_in, blocks=count),
        inflow=np.zeros_like(economy.alpha_out),
        age=economy.age + count * (eligible | (economy.age > 0)),
    )


def stake(economy: Economy, tao: Any, rule: ChainRule | None = None, *, limit: Any = None) -> tuple[Economy, Swap]:
    """Bring tao[..., subnet] of free balances into the pools; `paid_out` of the swap is alpha to credit as stake.

    With `limit[..., subnet]`, TAO an alpha, only up to that price. The fee is TAO of the block's author.
    """
    swap = _bought(economy, tao, rule, limit)
    after = replace(
        economy,
        pool=swap.pool,
        alpha_out=economy.alpha_out + swap.paid_out,
        inflow=economy.inflow + swap.paid_in - swap.fee,
    )
    return after, swap


def unstake(economy: Economy, alpha: Any, rule: ChainRule | None = None, *, limit: Any = None) -> tuple[Economy, Swap]:
    """Sell alpha[..., subnet] of stake; `paid_out` of the swap is TAO to credit. The fee is alpha of the author.

    With `limit[..., subnet]`, TAO an alpha, only down to that price.
    """
    swap = sell(economy.pool, alpha, (rule or ChainRule()).swaps, limit=limit)
    after = replace(
        economy,
        pool=swap.pool,
        alpha_out=_less("alpha out", economy.alpha_out, swap.paid_in - swap.fee),
        inflow=economy.inflow - swap.paid_out,
    )
    return after, swap


def register(economy: Economy, tao: Any, rule: ChainRule | None = None) -> tuple[Economy, Swap]:
    """Pay tao[..., subnet] for UIDs: it buys alpha, which is destroyed."""
    swap = _bought(economy, tao, rule, None)
    return replace(economy, pool=swap.pool, inflow=economy.inflow + swap.paid_in - swap.fee), swap


def drain(economy: Economy, due: Any = True) -> tuple[Economy, Pending]:
    """Take out what is pending on the subnets where an epoch is `due`, to be paid."""
    now = np.broadcast_to(np.asarray(due, dtype=bool), economy.alpha_out.shape)
    parts = {field.name: np.asarray(getattr(economy.pending, field.name)) for field in fields(Pending)}
    taken = Pending(**{name: np.where(now, part, 0) for name, part in parts.items()})
    left = Pending(**{name: np.where(now, 0, part) for name, part in parts.items()})
    return replace(economy, pending=left), taken


def burn(economy: Economy, alpha: Any) -> Economy:
    """Make alpha[..., subnet] that was out nobody's: it stays issued, and so does not delay the subnet's halvings."""
    return replace(economy, nobodys=economy.nobodys + rao("alpha", alpha))


def recycle(economy: Economy, alpha: Any = 0, tao: Any = 0) -> Economy:
    """Take alpha[..., subnet] that was out, and tao[...] of free balances, out of issuance: it can be minted again."""
    gone = _from_free(economy, rao("tao", tao), "recycle")
    return replace(
        economy,
        alpha_out=_less("alpha out", economy.alpha_out, rao("alpha", alpha)),
        tao_issuance=economy.tao_issuance - gone,
    )


def _bought(economy: Economy, tao: Any, rule: ChainRule | None, limit: Any) -> Swap:
    """A buy with TAO of free balances; what is offered must be there, though a limit may leave part of it."""
    offered = rao("tao", tao)
    _from_free(economy, np.broadcast_to(offered, economy.alpha_out.shape).sum(axis=-1), "pay")
    return buy(economy.pool, offered, (rule or ChainRule()).swaps, limit=limit)


def _from_free(economy: Economy, tao: np.ndarray, act: str) -> np.ndarray:
    """The amounts tao[...], or an error where free balances do not hold them."""
    asked, free = np.broadcast_arrays(tao, np.asarray(economy.tao_issuance - economy.tao_inside))
    over = asked > free
    if over.any():
        raise InputError(
            f"{asked[over].flat[0]} rao of TAO are to leave free balances; free balances do not hold so much but"
            f" {free[over].flat[0]}: {act} less"
        )
    return tao


def _less(name: str, held: Any, amount: Any) -> Any:
    left = held - amount
    if (left < 0).any():
        where = np.asarray(left) < 0
        taken, has = (np.broadcast_to(part, where.shape)[where].flat[0] for part in (amount, held))
        raise InputError(f"{taken} rao leave {name}; it holds {has}: take no more than there is")
    return left
