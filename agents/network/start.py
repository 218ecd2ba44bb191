"""A network's first day: pools, what is out of each alpha and in whose hands, what is on root and free."""

from __future__ import annotations

import numpy as np

from agents.network.books import MINERS, OWNER, SPECIAL, Books
from agents.network.settings import NetworkSettings
from agents.streams import Purpose, uniform
from econ.quantity import QuantityError
from econ.tokens.economy import Economy
from econ.tokens.pool import Pool
from econ.tokens.rao import MAX_SUPPLY, RAO, shared_out
from econ.tokens.share_pool import SharePool
from econ.yuma.bonds import shares

__all__ = ["OUT", "as_wished", "first_day"]

OUT = {"owner": 0.1, "miners": 0.2, "validators": 0.1, "delegators": 0.5, "traders": 0.1}
"""In whose hands alpha is that is out, at first: an assumption. What there is nobody to hold is the miners'."""


def first_day(
    settings: NetworkSettings, placed: np.ndarray, wanted: np.ndarray, *, traders: int, address: tuple[int, int]
) -> Books:
    """The books with which a network starts.

    `placed[subnet, validator]` are shares; delegators have TAO on root in proportion to wanted[0, delegator] and alpha
    to wanted[1, delegator]; `address` is seed and world.
    """
    start, count = settings.start, settings.start.subnets
    delegators = wanted.shape[1]
    investors = delegators + traders
    if not delegators and start.root > 0:
        raise QuantityError(
            f"start.root is {start.root:g} TAO; it is held by delegators and there are none: set it to 0"
        )
    if not investors and start.free > 0:
        raise QuantityError(f"start.free is {start.free:g} TAO; there are neither delegators nor traders: set it to 0")
    price = _prices(settings, *address)
    alpha_in = round(start.pool_tao / start.price_sum * RAO)
    alpha_out = round(7200 * start.age * RAO)
    if alpha_in + alpha_out > MAX_SUPPLY:
        raise QuantityError(
            f"start.pool_tao {start.pool_tao:g}, price_sum {start.price_sum:g} and age {start.age:g} make "
            f"{(alpha_in + alpha_out) / RAO:g} alpha a subnet; there are at most {MAX_SUPPLY // RAO}: lower one"
        )
    tao = np.floor(price * alpha_in).astype(np.int64)
    hands = np.zeros((count, SPECIAL + investors))
    hands[:, OWNER], hands[:, MINERS] = OUT["owner"], OUT["miners"]
    even = np.full(traders, 1 / max(traders, 1))
    for name, first, part in (
        ("delegators", SPECIAL, shares(wanted[1])),
        ("traders", SPECIAL + delegators, even),
    ):
        hands[:, first : first + part.size] = OUT[name] * part
        hands[:, MINERS] += 0.0 if part.size else OUT[name]
    own = shared_out(np.full(count, int(OUT["validators"] * alpha_out)), placed)
    held = shared_out(alpha_out - own.sum(axis=1), hands)
    held[:, MINERS] += alpha_out - own.sum(axis=1) - held.sum(axis=1)
    on_root = shared_out(round(start.root * RAO), np.append(wanted[0], np.zeros(traders)))
    blocks = round(7200 * start.age)
    economy = Economy(
        pool=Pool(alpha=np.full(count, alpha_in), tao=tao),
        tao_issuance=round(start.issuance * RAO),
        root_tao=int(on_root.sum()),
        alpha_out=np.full(count, alpha_out),
        moving_price=np.minimum(price, 1.0),
        moving_flow=tao / blocks,
        age=blocks,
    )
    return Books(
        economy,
        SharePool.empty(count, SPECIAL + investors).add(held),
        own,
        SharePool.empty(investors).add(on_root),
        shared_out(round(start.free * RAO), np.ones(investors)),
    )


def as_wished(wishes: np.ndarray, root: float, alpha: float) -> np.ndarray:
    """Root and alpha dealt to delegators so that each has them in the proportion of its wishes[2, delegator].

    Wealth is taken linear in the wishes, which leaves two equations: all root and all alpha are dealt. Where no wealth
    of at least 0 does that, each is dealt in proportion to the wishes for it.

    >>> as_wished(np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]), 6.0, 2.0).round(3)
    array([[4.667, 0.   , 1.333],
           [0.   , 0.667, 1.333]])
    """
    products = wishes @ wishes.T
    if abs(np.linalg.det(products)) > 1e-9:
        wealth = np.linalg.solve(products, [root, alpha]) @ wishes
        if (wealth >= 0).all():
            return wishes * wealth
    return np.where(wishes.any(axis=1, keepdims=True), wishes, 1.0)


def _prices(settings: NetworkSettings, seed: int, world: int) -> np.ndarray:
    """Pareto's quantiles in a random order, of the given sum."""
    count = settings.start.subnets
    quantiles = (1 - (np.arange(count) + 0.5) / count) ** (-1 / settings.start.price_shape)
    luck = uniform(seed, Purpose.SUBNET_PRICE, world=np.array(world), epoch=0, seat=np.arange(count), columns=1)[:, 0]
    return settings.start.price_sum * shares(quantiles)[np.argsort(np.argsort(luck))]
