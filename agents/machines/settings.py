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
        "a rule of learning",
        "",
        "player",
        "How an owner finds its next allocation from what it saw.",
        choices=("best-reply", "returns"),
        stories=(
            "part of the way to the best reply to what the others did",
            "more of its machines where one more earns more, with no idea of what is best",
        ),
    )
    pace: float = quantity(
        0.2,
        "a share of the way",
        "(0, 1]",
        "player",
        "How far an owner that is awake moves in a day; for returns: how strongly it answers to them.",
    )
    awake: float = quantity(
        0.5, "a probability a day", "(0, 1]", "player", "How often an owner looks at its allocation at all."
    )
    lag: int = quantity(1, "days", "[1, 365]", "market", "How old what an owner sees of the others is.")
    build_days: int = quantity(
        60, "days", "[1, inf)", "market", "From ordering GPUs for a converted site to their first work."
    )
    build_pace: float = quantity(
        0.0,
        "a share of the site a day",
        "[0, 1]",
        "player",
        "How much of its convertible power an owner orders at most in a day; 0: nobody invests.",
    )
    fixed_cost: float = quantity(
        0.0,
        "a share of running costs at full use",
        "[0, 10]",
        "market",
        "What an owner pays a day whether its machines run or not.",
    )
    patience: int = quantity(
        0,
        "days",
        "[0, 3650]",
        "player",
        "An owner that lost money on average over so many days gives up for good; 0: never.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings(Settings):
    """The tokens that subnets pay in, and the pool in which owners sell them.

    `pool_tao` 0 is a market so deep that selling moves no price.
    """

    alpha_a_day: float = quantity(2952.0, "alpha a day", "(0, inf)", "root", "What a subnet pays all its miners.")
    pool_tao: float = quantity(
        0.0, "TAO", "[0, 10_000_000]", "market", "TAO in each subnet's pool; 0: selling moves no price."
    )
    alpha_price: float = quantity(
        0.02, "TAO an alpha", f"[{1e-5}, 1_000]", "market", "Price of alpha on the first day."
    )
    chain_buys: float = quantity(0.0, "TAO a day", "[0, 7_200]", "root", "TAO with which the chain buys each alpha.")
    hold: int = quantity(0, "days", "[0, 3650]", "player", "How long an owner keeps alpha before it sells.")
    sold: float = quantity(
        1.0, "a share", "[0, 1]", "player", "How much of the alpha that is old enough is sold in a day."
    )

    def __post_init__(self) -> None:
        Settings.__post_init__(self)  # zero-argument super() does not survive slots=True on Python 3.11
        alpha = self.pool_tao / self.alpha_price
        if alpha > MAX_SUPPLY / RAO:
            raise QuantityError(
                f"pool_tao {self.pool_tao:g} at alpha_price {self.alpha_price:g} is a pool of {alpha:,.0f} alpha; "
                "a subnet has at most 21,000,000: lower pool_tao or raise alpha_price"
            )
