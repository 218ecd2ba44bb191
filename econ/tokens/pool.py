"""A subnet's market: a pool of alpha and TAO with two weights, and what swaps in it pay and get.

With x alpha, y TAO and weights w1 + w2 = 1 (w1 of alpha, w2 of TAO) the price of an alpha is p = (w1 y) / (w2 x), and
a swap keeps x^w1 y^w2: dy of TAO buy x (1 - (y / (y + dy))^(w2 / w1)) alpha, dx of alpha sell for
y (1 - (x / (x + dx))^(w1 / w2)) TAO. Equal weights are the constant product.

Reserves are whole rao, one pool or any shape of them at once; what a swap pays in and out moves them by exactly that.
Powers are taken in float64 where the chain takes them to 18 digits: an amount differs from the chain's by at most
1 rao below 2^50 (10^15 rao) and by 2^-50 of itself above. Source: subtensor, `pallets/swap`, `pallet/balancer.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.quantity import Settings, quantity
from econ.tokens.rao import U16, divided, floats, positive, rao

__all__ = [
    "LEAST_WEIGHT",
    "Injected",
    "Pool",
    "Swap",
    "SwapRule",
    "buy",
    "can_buy",
    "can_sell",
    "inject",
    "premium",
    "sell",
]

LEAST_WEIGHT = 0.01
"""No weight of a pool is lower; what would make it so waits outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapRule(Settings):
    """What a swap costs and when it is refused."""

    fee: int = quantity(
        33,
        "65535ths of what is paid in",
        "[0, 10_000]",
        "root",
        "The fee, in the token that is paid in; it goes to the block's author.",
        chain_name="FeeRate",
    )
    cap: int = quantity(1000, "times the reserve", "[1, 1000]", "root", "No more may be paid in, after the fee.")
    least_reserve: int = quantity(
        1_000_000, "rao", "[1, inf)", "root", "With less in either reserve nothing is swapped."
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Reserves of alpha and TAO in rao, and the weight of TAO; arrays of one shape.

    >>> Pool(alpha=4_000_000_000, tao=1_000_000_000).price
    np.float64(0.25)
    >>> Pool(alpha=-1, tao=5)
    Traceback (most recent call last):
    econ.errors.InputError: alpha reserve is -1; it must be at least 0
    """

    alpha: Any
    tao: Any
    tao_weight: Any = 0.5

    def __post_init__(self) -> None:
        weight = floats("tao_weight", self.tao_weight, "a share")
        wrong = ~((weight >= LEAST_WEIGHT) & (weight <= 1 - LEAST_WEIGHT))
        if wrong.any():
            raise InputError(
                f"tao_weight is {weight[wrong].flat[0]:g}; the two weights sum to 1 and neither is below {LEAST_WEIGHT}"
            )
        given = (rao("alpha reserve", self.alpha), rao("TAO reserve", self.tao), weight)
        try:
            together = np.broadcast_arrays(*given)
        except ValueError:
            shapes = ", ".join(str(part.shape) for part in given)
            raise InputError(f"alpha, TAO and its weight have shapes {shapes}; give one of each a pool") from None
        for name, array in zip(("alpha", "tao", "tao_weight"), together, strict=True):
            object.__setattr__(self, name, array)

    @classmethod
    def at_price(cls, alpha: Any, tao: Any, price: Any) -> Pool:
        """The pool of these reserves that begins at a price: weight of TAO y / (p x + y).

        >>> float(Pool.at_price(4_000_000_000, 1_000_000_000, 0.2).tao_weight)
        0.5555555555555556
        """
        held = rao("TAO reserve", tao)
        value = positive("price", price, "TAO an alpha", above=True) * rao("alpha reserve", alpha)
        if not ((value > 0) & (held > 0)).all():
            missing = "alpha" if (held > 0).all() else "TAO"
            raise InputError(f"a reserve is 0; a pool that begins at a price holds some of both: add {missing}")
        return cls(alpha=alpha, tao=tao, tao_weight=held / (value + held))

    @property
    def price(self) -> Any:
        """TAO an alpha at the margin; 0 where there is no alpha, as on the chain."""
        alpha = np.asarray(self.alpha, dtype=float)
        ratio = np.divide(self.tao, alpha, out=np.zeros(alpha.shape), where=alpha > 0)
        return ((1 - self.tao_weight) / self.tao_weight * ratio)[()]

    @property
    def exponent(self) -> Any:
        """w2 / w1, the power of the reserves' ratio in a buy; a sell has its inverse."""
        return self.tao_weight / (1 - self.tao_weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swap:
    """What a swap did: the pool after it, what went in, of that the fee, and what came out; rao.

    `paid_in` less `fee` entered the pool. It is less than was offered where a limit price stopped the swap.
    """

    pool: Pool
    paid_in: Any
    fee: Any
    paid_out: Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Injected:
    """The pool after the chain added to it, and what it could not add without driving a weight below its limit."""

    pool: Pool
    alpha_left: Any
    tao_left: Any


def buy(pool: Pool, tao: Any, rule: SwapRule | None = None, *, limit: Any = None) -> Swap:
    """Swap TAO for alpha, up to the price `limit` if one is given; nothing is swapped where `tao` is 0.

    >>> swap = buy(Pool(alpha=4_000_000_000, tao=1_000_000_000), 1_000_000_000)
    >>> int(swap.fee), int(swap.paid_out)
    (503547, 1999496326)
    """
    rule = rule or SwapRule()
    net, fee = _net(rule, rao("tao", tao))
    if limit is not None:
        highest = positive("limit", limit, "TAO an alpha")
        net, fee = _limited(rule, net, fee, _to_price(pool.tao, highest, pool.price, 1 - pool.tao_weight))
    _check(pool, net, pool.tao, rule, "TAO")
    out = _paid_out(pool.alpha, pool.tao, net, pool.exponent)
    after = replace(pool, alpha=pool.alpha - out, tao=pool.tao + net)
    return Swap(pool=after, paid_in=(net + fee)[()], fee=fee[()], paid_out=out[()])


def sell(pool: Pool, alpha: Any, rule: SwapRule | None = None, *, limit: Any = None) -> Swap:
    """Swap alpha for TAO, down to the price `limit` if one is given; nothing is swapped where `alpha` is 0.

    >>> int(sell(Pool(alpha=4_000_000_000, tao=1_000_000_000), 2000).paid_out)
    499
    """
    rule = rule or SwapRule()
    net, fee = _net(rule, rao("alpha", alpha))
    if limit is not None:
        lowest = positive("limit", limit, "TAO an alpha")
        net, fee = _limited(rule, net, fee, _to_price(pool.alpha, pool.price, lowest, pool.tao_weight))
    _check(pool, net, pool.alpha, rule, "alpha")
    out = _paid_out(pool.tao, pool.alpha, net, 1 / pool.exponent)
    after = replace(pool, alpha=pool.alpha + net, tao=pool.tao - out)
    return Swap(pool=after, paid_in=(net + fee)[()], fee=fee[()], paid_out=out[()])


def can_buy(pool: Pool, tao: Any, rule: SwapRule | None = None) -> Any:
    """Where a buy of so much would go through: both reserves deep enough, and the amount within the cap.

    >>> can_buy(Pool(alpha=[0, 10**9], tao=10**9), 5)
    array([False,  True])
    """
    rule = rule or SwapRule()
    net, _ = _net(rule, rao("tao", tao))
    return ((net == 0) | (~_shallow(pool, rule) & ~_over(net, pool.tao, rule)))[()]


def can_sell(pool: Pool, alpha: Any, rule: SwapRule | None = None) -> Any:
    """Where a sale of so much would go through, by the same two conditions.

    >>> can_sell(Pool(alpha=[0, 10**9], tao=10**9), 5)
    array([False,  True])
    """
    rule = rule or SwapRule()
    net, _ = _net(rule, rao("alpha", alpha))
    return ((net == 0) | (~_shallow(pool, rule) & ~_over(net, pool.alpha, rule)))[()]


def inject(pool: Pool, alpha: Any, tao: Any) -> Injected:
    """Add alpha and TAO in any proportion and move the weights so that the price stays: w2' = y' / (p x' + y').

    Where a weight would fall below `LEAST_WEIGHT` nothing is added, and the amounts come back to be offered again with
    the next. An empty pool takes everything at equal weights.

    >>> added = inject(Pool(alpha=4 * 10**12, tao=10**12), 0, 10**12)
    >>> round(float(added.pool.price), 12), round(float(added.pool.tao_weight), 12)
    (0.25, 0.666666666667)
    """
    more_alpha, more_tao = rao("alpha", alpha), rao("tao", tao)
    new_alpha, new_tao = pool.alpha + more_alpha, pool.tao + more_tao
    of_alpha = (1 - pool.tao_weight) * pool.tao * new_alpha.astype(float)
    of_tao = pool.tao_weight * pool.alpha * new_tao.astype(float)
    total = of_alpha + of_tao
    weight = np.divide(of_tao, total, out=np.full(total.shape, 0.5), where=total > 0)
    fits = (weight >= LEAST_WEIGHT) & (weight <= 1 - LEAST_WEIGHT)
    unmoved = (more_alpha == 0) & (more_tao == 0)  # no rounding of a weight where nothing is added
    after = Pool(
        alpha=np.where(fits, new_alpha, pool.alpha),
        tao=np.where(fits, new_tao, pool.tao),
        tao_weight=np.where(fits & ~unmoved, weight, pool.tao_weight),
    )
    return Injected(pool=after, alpha_left=np.where(fits, 0, more_alpha)[()], tao_left=np.where(fits, 0, more_tao)[()])


def premium(pool: Pool, tao: Any, rule: SwapRule | None = None) -> Any:
    """Slippage of a buy: its average price, with the fee, over the price before, less 1; dy / y at equal weights.

    Rounding to whole rao is left out. At 0 it is what the first rao costs above the price: the fee alone.

    >>> pool = Pool(alpha=10**12, tao=10**12)
    >>> premium(pool, [0, 10**11], SwapRule(fee=0)).round(9)
    array([0. , 0.1])
    """
    rule = rule or SwapRule()
    if not (np.minimum(pool.alpha, pool.tao) > 0).all():
        raise InputError("a reserve of the pool is 0; what it would sell has no price: add liquidity first")
    offered = rao("tao", tao).astype(float)
    kept = 1 - rule.fee / U16
    grown = offered * kept / pool.tao
    small = grown < 1e-9  # here the average is the price itself to 9 digits
    share = -np.expm1(-pool.exponent * np.log1p(grown))
    exact = np.divide(pool.exponent * grown, share, out=np.ones(np.shape(grown)), where=~small & (share > 0))
    return (exact / kept - 1)[()]


def _net(rule: SwapRule, offered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What enters the pool, and the fee: rounded down."""
    fee = divided(offered, rule.fee, U16)
    return offered - fee, fee


def _limited(rule: SwapRule, net: np.ndarray, fee: np.ndarray, most: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same up to what moves the price to its limit, the fee then taken on top of that."""
    stops = net > most
    return np.where(stops, most, net), np.where(stops, divided(most, rule.fee, U16 - rule.fee), fee)


def _to_price(reserve: Any, dearer: Any, cheaper: Any, weight: Any) -> np.ndarray:
    """Input that moves the price from one to the other: reserve ((dearer / cheaper)^weight - 1), 0 if they are not so.

    A price of 0 is never reached.
    """
    above, below = np.broadcast_arrays(np.asarray(dearer, dtype=float), np.asarray(cheaper, dtype=float))
    with np.errstate(over="ignore"):
        ratio = np.divide(above, below, out=np.full(above.shape, np.inf), where=below > 0)
        grown = np.expm1(weight * np.log(np.maximum(ratio, 1.0)))
        most = np.multiply(reserve, grown, out=np.zeros(grown.shape), where=np.asarray(reserve) > 0)
    return np.floor(np.minimum(most, 2.0**62)).astype(np.int64)


def _paid_out(reserve: Any, other: Any, net: np.ndarray, exponent: Any) -> np.ndarray:
    """reserve * (1 - (other / (other + net))^exponent), rounded down; never the whole reserve unless it rounds so."""
    grown = np.divide(net, other, out=np.zeros(np.broadcast(net, other).shape), where=net > 0)
    share = -np.expm1(-exponent * np.log1p(grown))
    return np.minimum(np.floor(reserve * share), reserve).astype(np.int64)


def _shallow(pool: Pool, rule: SwapRule) -> Any:
    """Where a reserve is too low to swap against."""
    return np.minimum(pool.alpha, pool.tao) < rule.least_reserve


def _over(net: np.ndarray, reserve: Any, rule: SwapRule) -> Any:
    """Where more is paid in than `cap` times the reserve, which itself could exceed int64."""
    return -(-net // rule.cap) > reserve


def _check(pool: Pool, net: np.ndarray, reserve: Any, rule: SwapRule, token: str) -> None:
    """Refuse swaps into pools too shallow, and larger than the cap."""
    shallow = (net > 0) & _shallow(pool, rule)
    if shallow.any():
        where = tuple(int(k) for k in np.argwhere(shallow)[0]) if shallow.ndim else ()
        alpha, tao = (np.broadcast_to(side, shallow.shape)[where] for side in (pool.alpha, pool.tao))
        raise InputError(
            f"the pool{list(where) or ''} holds {alpha} rao of alpha and {tao} of TAO; nothing is swapped with less"
            f" than {rule.least_reserve} of either: add liquidity first"
        )
    over = np.asarray(_over(net, reserve, rule))
    if over.any():
        amount, held = (np.broadcast_to(side, over.shape)[over].flat[0] for side in (net, reserve))
        raise InputError(
            f"{amount} rao of {token} are paid in after the fee; the cap is {rule.cap} times the reserve of {held}:"
            " swap less at a time"
        )
