"""How owners of machines behave from day to day, and what becomes of the tokens they earn."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import QuantityError, Settings, quantity
from econ.tokens.rao import MAX_SUPPLY, RAO

__all__ = ["HabitSettings", "TokenSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitSettings(Settings):
    """What owners see, how fast they move, when they build and when they give up.

    >>> HabitSettings(awake=0.0)
    Traceback (most recent call last):
    econ.quantity.QuantityError: awake is 0.0; it is a probability a day and must be a number in (0, 1]
    """

    rule: str = quantity(
        "best-reply",
        unit="a rule of learning",
        help="How an owner finds its next allocation from what it saw.",
        set_by="player",
        choices=("best-reply", "returns"),
        stories=(
            "part of the way to the best reply to what the others did",
            "more of its machines where one more earns more, with no idea of what is best",
        ),
    )
    pace: float = quantity(
        0.2,
        unit="a share of the way",
        help="How far an owner that is awake moves in a day; for returns: how strongly it answers to them.",
        set_by="player",
        low=0,
        high=1,
        low_open=True,
    )
    awake: float = quantity(
        0.5,
        unit="a probability a day",
        help="How often an owner looks at its allocation at all.",
        set_by="player",
        low=0,
        high=1,
        low_open=True,
    )
    lag: int = quantity(
        1, unit="days", help="How old what an owner sees of the others is.", set_by="market", low=1, high=365
    )
    build_days: int = quantity(
        60, unit="days", help="From ordering GPUs for a converted site to their first work.", set_by="market", low=1
    )
    build_pace: float = quantity(
        0.0,
        unit="a share of the site a day",
        help="How much of its convertible power an owner orders at most in a day; 0: nobody invests.",
        set_by="player",
        low=0,
        high=1,
    )
    fixed_cost: float = quantity(
        0.0,
        unit="a share of running costs at full use",
        help="What an owner pays a day whether its machines run or not.",
        set_by="market",
        low=0,
        high=10,
    )
    patience: int = quantity(
        0,
        unit="days",
        help="An owner that lost money on average over so many days gives up for good; 0: never.",
        set_by="player",
        low=0,
        high=3650,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings(Settings):
    """The tokens that subnets pay in, and the pool in which owners sell them.

    `pool_tao` 0 is a market so deep that selling moves no price.
    """

    alpha_a_day: float = quantity(
        2952.0, unit="alpha a day", help="What a subnet pays all its miners.", set_by="root", low=0, low_open=True
    )
    pool_tao: float = quantity(
        0.0,
        unit="TAO",
        help="TAO in each subnet's pool; 0: selling moves no price.",
        set_by="market",
        low=0,
        high=10_000_000,
    )
    alpha_price: float = quantity(
        0.02, unit="TAO an alpha", help="Price of alpha on the first day.", set_by="market", low=1e-5, high=1_000
    )
    chain_buys: float = quantity(
        0.0, unit="TAO a day", help="TAO with which the chain buys each alpha.", set_by="root", low=0, high=7_200
    )
    hold: int = quantity(
        0, unit="days", help="How long an owner keeps alpha before it sells.", set_by="player", low=0, high=3650
    )
    sold: float = quantity(
        1.0,
        unit="a share",
        help="How much of the alpha that is old enough is sold in a day.",
        set_by="player",
        low=0,
        high=1,
    )

    def __post_init__(self) -> None:
        Settings.__post_init__(self)  # zero-argument super() does not survive slots=True on Python 3.11
        alpha = self.pool_tao / self.alpha_price
        if alpha > MAX_SUPPLY / RAO:
            raise QuantityError(
                f"pool_tao {self.pool_tao:g} at alpha_price {self.alpha_price:g} is a pool of {alpha:,.0f} alpha; "
                "a subnet has at most 21,000,000: lower pool_tao or raise alpha_price"
            )
