"""A day of one subnet: what TAO and alpha are minted, who gets them, what the pool takes in, and what a trade costs.

All by the chain's own functions of this room, at the state of the day's beginning; for a person's question, not for a
simulation (that is `econ.tokens.economy`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from econ.errors import InputError
from econ.quantity import QuantityError, Settings, quantity
from econ.tokens.injection import TAO_WEIGHT, Injection, injection, root_proportion
from econ.tokens.issuance import block_emission, blocks_to_halving, halvings, threshold
from econ.tokens.market import BLOCKS_PER_DAY
from econ.tokens.pool import Pool, premium, sell
from econ.tokens.rao import MAX_SUPPLY, RAO, U16
from econ.tokens.split import OWNER_CUT_U16, AlphaSplit, split_alpha

__all__ = ["DaySettings", "SubnetDay", "slippage", "subnet_day", "supply_course"]

DAYS_A_YEAR = 365.25
LAST_HALVING = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySettings(Settings):
    """The state of a subnet and of the network on one day. Defaults are round figures, assumed; rules are the chain's.

    >>> DaySettings(pool_tao=0.0)
    Traceback (most recent call last):
    econ.quantity.QuantityError: pool_tao is 0.0; it is TAO and must be a number in [1, 21000000]
    """

    issuance: float = quantity(10_700_000.0, "TAO", "[0, 21_000_000]", "market", "TAO issued so far.")
    recycled: float = quantity(
        0.0,
        "TAO a day",
        "[0, 100_000]",
        "market",
        "TAO taken out of issuance again, by registrations and dissolved pools: it delays halvings.",
    )
    share: float = quantity(0.02, "a share", "[0, 1]", "market", "Part of the block's TAO that goes to this subnet.")
    alpha_issuance: float = quantity(
        3_000_000.0, "alpha", "[0, 21_000_000]", "market", "Alpha of the subnet issued so far, in its pool and out."
    )
    alpha_price: float = quantity(
        0.02, "TAO an alpha", f"[{1e-6}, 1_000]", "market", "Price of the subnet's alpha in its pool."
    )
    pool_tao: float = quantity(20_000.0, "TAO", "[1, 21_000_000]", "market", "TAO in the subnet's pool.")
    root_tao: float = quantity(5_500_000.0, "TAO", "[0, 21_000_000]", "market", "TAO staked on root.")
    tao_weight: float = quantity(
        round(TAO_WEIGHT, 4),
        "alpha a TAO",
        "[0, 1]",
        "root",
        "What a TAO on root counts for beside an alpha of stake.",
        chain_name="TaoWeight",
    )
    owner_cut: float = quantity(
        OWNER_CUT_U16 / U16,
        "a share",
        "[0, 1]",
        "root",
        "What the subnet's owner takes of its alpha.",
        chain_name="SubnetOwnerCut",
    )
    trade: float = quantity(100.0, "TAO", "[0, 1e6]", "player", "A purchase of alpha, or alpha of that worth sold.")
    tao_price: float = quantity(450.0, "USD a TAO", "[0, 1e9]", "market", "Price of TAO.")

    def __post_init__(self) -> None:
        Settings.__post_init__(self)  # zero-argument super() does not survive slots=True on Python 3.11
        alpha = self.pool_tao / self.alpha_price
        if alpha > MAX_SUPPLY / RAO:
            raise QuantityError(
                f"pool_tao {self.pool_tao:g} at alpha_price {self.alpha_price:g} is a pool of {alpha:,.0f} alpha; "
                "a subnet has at most 21,000,000: lower pool_tao or raise alpha_price"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubnetDay:
    """One day, amounts in TAO and alpha (not rao).

    `tao` is the subnet's part of the day's TAO: `tao_in` enters the pool beside `alpha_in`, `tao_buys` is what the
    chain buys alpha with. `minted` alpha a day for `owner`, `miners`, `validators` and `root`. `pool_alpha` is what
    the pool holds. `halvings` passed so far; `days_to_halving` infinite where recycling stops it. `bought` and `sold`
    are the slippage of the trade, of a purchase and of a sale, as a share of the price.
    """

    settings: DaySettings
    network_tao: float
    tao: float
    tao_in: float
    tao_buys: float
    alpha_in: float
    minted: float
    owner: float
    miners: float
    validators: float
    root: float
    root_proportion: float
    pool_alpha: float
    halvings: int
    days_to_halving: float
    bought: float
    sold: float

    @property
    def paid_out(self) -> dict[str, float]:
        """Alpha a day by who receives it."""
        return {
            "subnet's owner": self.owner,
            "miners": self.miners,
            "validators and nominators": self.validators,
            "root stakers": self.root,
        }

    def usd(self, alpha: float) -> float:
        """So much alpha in USD at the pool's price, before slippage."""
        return alpha * self.settings.alpha_price * self.settings.tao_price


def subnet_day(settings: DaySettings | None = None) -> SubnetDay:
    """The day of these settings (None: the defaults).

    >>> day = subnet_day()
    >>> round(day.network_tao), round(day.minted), round(day.miners / day.minted, 3), day.halvings
    (3600, 7200, 0.41, 1)
    """
    given = DaySettings() if settings is None else settings
    issued = _rao(given.issuance)
    each = int(block_emission(issued))
    alpha_each = int(block_emission(_rao(given.alpha_issuance)))
    proportion = float(root_proportion(_rao(given.root_tao), _rao(given.alpha_issuance), given.tao_weight))
    tao = int(each * BLOCKS_PER_DAY * given.share)
    parts: Injection = injection(tao, given.alpha_price, proportion, alpha_each * BLOCKS_PER_DAY)
    cut = round(given.owner_cut * U16)
    split: AlphaSplit = split_alpha(alpha_each, proportion, owner_cut=cut, blocks=BLOCKS_PER_DAY)
    pool = _pool(given)
    recycled = _rao(given.recycled / BLOCKS_PER_DAY)
    bought, sold = slippage(given, np.array([given.trade]))
    return SubnetDay(
        settings=given,
        network_tao=each * BLOCKS_PER_DAY / RAO,
        tao=tao / RAO,
        tao_in=int(parts.tao_in) / RAO,
        tao_buys=int(parts.excess) / RAO,
        alpha_in=int(parts.alpha_in) / RAO,
        minted=alpha_each * BLOCKS_PER_DAY / RAO,
        owner=int(split.owner) / RAO,
        miners=int(split.miners) / RAO,
        validators=int(split.validators) / RAO,
        root=int(split.root) / RAO,
        root_proportion=proportion,
        pool_alpha=float(pool.alpha) / RAO,
        halvings=int(halvings(issued)),
        days_to_halving=float(blocks_to_halving(issued, recycled)) / BLOCKS_PER_DAY,
        bought=float(bought[0]),
        sold=float(sold[0]),
    )


def slippage(settings: DaySettings, trades: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slippage of purchases and sales worth trades[trade] TAO, fee included: shares of the price, [trade] each.

    Of a purchase the average price paid over the price, less 1; of a sale 1 less what was received over the price.
    A sale of nothing costs the fee.

    >>> bought, sold = slippage(DaySettings(pool_tao=1000.0), np.array([0.0, 100.0]))
    >>> bought.round(4).tolist(), sold.round(4).tolist()
    ([0.0005, 0.1005], [0.0005, 0.0913])
    """
    pool = _pool(settings)
    tao = np.array([_rao(trade) for trade in trades], dtype=np.int64)
    alpha = np.round(tao / settings.alpha_price).astype(np.int64)
    most = 900 * int(pool.alpha)
    got = np.array([int(sell(pool, min(int(amount), most)).paid_out) for amount in np.maximum(alpha, RAO)], dtype=float)
    worth = np.minimum(np.maximum(alpha, RAO), most) * settings.alpha_price
    return np.asarray(premium(pool, tao), dtype=float), 1.0 - got / worth


def supply_course(issuance: float, recycled: float, years: float) -> list[tuple[float, float]]:
    """TAO issued over the years to come, as corners (years from now, TAO): straight between them.

    Each block mints what the halvings so far leave, less `recycled` TAO a day; where no more is minted than recycled,
    issuance stands still.

    >>> [(round(year, 2), round(tao)) for year, tao in supply_course(10_500_000.0, 0.0, 8.0)]
    [(0.0, 10500000), (3.99, 15750000), (7.99, 18375000), (8.0, 18379800)]
    """
    for name, value, unit in (("issuance", issuance, "TAO"), ("recycled", recycled, "TAO a day")):
        if not math.isfinite(value) or value < 0:
            raise InputError(f"{name} is {value}; it is {unit} and must be a finite number of at least 0")
    corners, now, year = [(0.0, issuance)], issuance, 0.0
    for order in range(int(halvings(_rao(now))), LAST_HALVING):
        net = ((RAO >> order) / RAO * BLOCKS_PER_DAY - recycled) * DAYS_A_YEAR
        step = (int(threshold(order + 1)) / RAO - now) / net if net > 0 else math.inf
        if year + step >= years:
            return [*corners, (years, now + max(net, 0.0) * (years - year))]
        year, now = year + step, int(threshold(order + 1)) / RAO
        corners.append((year, now))
    return [*corners, (years, now)]


def _pool(settings: DaySettings) -> Pool:
    return Pool(alpha=_rao(settings.pool_tao / settings.alpha_price), tao=_rao(settings.pool_tao))


def _rao(amount: float) -> int:
    return round(amount * RAO)
