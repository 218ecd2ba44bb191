"""What an epoch pays: miners' incentive, validators' dividends in their alpha and root parts, takes.

Arrays [..., uid], amounts in whole rao, each rounded down; what that leaves over is told apart and belongs to nobody.
Shares are taken in float, where the chain has 2^-32: parts agree to 1000 rao of 10^12. Source: subtensor,
`coinbase/run_coinbase.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.tokens.injection import TAO_WEIGHT
from econ.tokens.rao import fraction_of_u16, portion, positive, rao, shared_out, times_q32, whole

__all__ = [
    "TAKE_RAISE_PERIOD",
    "TAKE_U16",
    "DividendParts",
    "MinerPay",
    "Taken",
    "dividend_parts",
    "may_raise_take",
    "miner_pay",
    "stake_weight",
    "take",
    "validators_pot",
]

TAKE_U16 = 11_796
"""What a validator keeps of its nominators' dividends by default and at most, in 65535ths: 18%."""

TAKE_RAISE_PERIOD = 216_000
"""Blocks between two raises of a take: 30 days. Lowering it is always allowed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MinerPay:
    """Rao of alpha each UID is paid as a miner, what was withheld, and that as a share of all incentive."""

    paid: Any
    withheld: Any
    burned_share: Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DividendParts:
    """Rao of alpha each validator earns on alpha stake and on root stake, and what of the two pots reached nobody."""

    alpha: Any
    root: Any
    alpha_rest: Any
    root_rest: Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """Rao that the validator keeps, that its nominators share, and that rounding left."""

    validator: Any
    nominators: Any
    rest: Any


def stake_weight(alpha: Any, root: Any, tao_weight: float = TAO_WEIGHT) -> Any:
    """What a hotkey's stake counts in consensus: A + w R, its alpha and its TAO on root after childkey transfers.

    >>> float(stake_weight(100, 200, 0.5))
    200.0
    """
    weight = float(portion("tao_weight", tao_weight))
    return positive("alpha stake", alpha, "rao") + weight * positive("root stake", root, "rao")


def validators_pot(validators: Any, miners: Any, incentive: Any) -> Any:
    """The validators' alpha of an epoch: with no incentive for any of incentive[..., uid], the miners' half too.

    >>> validators_pot(300, 400, [0, 0]), validators_pot(300, 400, [0, 1])
    (np.int64(700), np.int64(300))
    """
    idle = ~np.asarray(incentive, dtype=bool).any(axis=-1)
    return (rao("validators' alpha", validators) + np.where(idle, rao("miners' alpha", miners), 0))[()]


def miner_pay(incentive: Any, owned: Any) -> MinerPay:
    """Pay incentive[..., uid], but withhold it from the UIDs `owned[..., uid]` by the subnet's owner.

    What is withheld is burned (issued, but nobody's) or recycled (taken out of issuance), as the owner has set; its
    share of all incentive lowers the subnet's emission by price.

    >>> pay = miner_pay([10_000_000, 10_000_000], [False, True])
    >>> pay.paid.tolist(), int(pay.withheld), float(pay.burned_share)
    ([10000000, 0], 10000000, 0.5)
    """
    earned = rao("incentive", incentive)
    mine = np.broadcast_to(np.asarray(owned, dtype=bool), earned.shape)
    withheld, total = np.where(mine, earned, 0).sum(axis=-1), earned.sum(axis=-1)
    share = np.divide(withheld, total, out=np.zeros(np.shape(total)), where=total > 0)
    return MinerPay(paid=np.where(mine, 0, earned), withheld=withheld[()], burned_share=share[()])


def dividend_parts(
    dividends: Any, alpha: Any, root: Any, *, alpha_pot: Any, root_pot: Any, tao_weight: float = TAO_WEIGHT
) -> DividendParts:
    """Divide the validators' pots by dividends[..., validator], each split by what its stake is made of.

    Of dividend d the part rho = w R / (A + w R) counts in the root pot and 1 - rho in the alpha pot; a validator
    without stake counts in the alpha pot. A pot that nobody counts in comes back whole in its rest.

    >>> parts = dividend_parts([3.0, 2.0], [10, 10], [20, 10], alpha_pot=1000, root_pot=90, tao_weight=1.0)
    >>> parts.alpha.tolist(), parts.root.tolist()
    ([500, 500], [60, 30])
    """
    earned = positive("a dividend", dividends, "in any unit")
    held = rao("alpha stake", alpha).astype(float)
    weighted = rao("root stake", root) * float(portion("tao_weight", tao_weight))
    total = held + weighted
    by_root = earned * np.divide(weighted, total, out=np.zeros(np.shape(total)), where=total > 0)
    pots = rao("alpha_pot", alpha_pot), rao("root_pot", root_pot)
    parts = [shared_out(pot, by) for pot, by in zip(pots, (earned - by_root, by_root), strict=True)]
    rests = [pot - part.sum(axis=-1) for pot, part in zip(pots, parts, strict=True)]
    return DividendParts(alpha=parts[0], root=parts[1], alpha_rest=rests[0], root_rest=rests[1])


def take(dividend: Any, rate: Any = TAKE_U16) -> Taken:
    """Part dividends between validators and their nominators, the rates in 65535ths.

    >>> taken = take(1_000_000_000)
    >>> int(taken.validator), int(taken.nominators), int(taken.rest)
    (179995422, 820004577, 1)
    """
    earned = rao("dividend", dividend)
    if (np.asarray(rate) > TAKE_U16).any():
        raise InputError(f"take is {np.max(rate)} 65535ths; the chain allows at most {TAKE_U16}, 18%")
    cut = fraction_of_u16("take", rate)
    validator, nominators = times_q32(earned, cut), times_q32(earned, (1 << 32) - cut)
    return Taken(validator=validator[()], nominators=nominators[()], rest=(earned - validator - nominators)[()])


def may_raise_take(raised_at: Any, block: Any) -> Any:
    """Whether a validator that last raised its take at one block may raise it again at another.

    >>> bool(may_raise_take(0, 215_999)), bool(may_raise_take(0, 216_000))
    (False, True)
    """
    return whole("block", block) - whole("raised_at", raised_at) >= TAKE_RAISE_PERIOD
