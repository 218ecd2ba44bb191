"""What moves what: two equilibria compared, the cost at which a site converts, the token price that hires a share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.compute.allocation import Allocation, solve_allocation
from econ.compute.economy import ComputeSettings
from econ.compute.game import AllocationGame
from econ.errors import InputError

__all__ = [
    "UNSURE",
    "Comparison",
    "HiringPrice",
    "assumptions",
    "compare",
    "conversion_thresholds",
    "hiring_price",
    "hiring_price_range",
]

UNSURE: Mapping[str, tuple[float, float]] = {
    "cloud_price": (0.8, 1.2),
    "cloud_price_fall": (0.5, 2.5),
    "provider_gpus": (2 / 3, 5 / 3),
    "small_gpus": (0.5, 2.0),
    "alpha_prices": (0.7, 1.5),
    "kept_when_sold": (0.85, 1.0),
    "energy_price": (0.6, 1.6),
}
"""Settings that nobody knows closely, each with the factors between which it is taken to lie; assumed, all of them."""

DEAREST_TAO = 1e6
"""USD; a share that subnets do not hire at this price is reported as not reached."""

CLOSE = 1e-6
"""The token price is found to this relative precision."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """The equilibrium before and after a change, and the relative change of what people ask for.

    Changes are (after - before) / before: 0 where both are 0, infinite where only the first is.
    """

    before: Allocation
    after: Allocation

    @property
    def hash_rate(self) -> float:
        """Relative change of all EH/s."""
        return _change(self.before.hash_rate, self.after.hash_rate)

    @property
    def subnet_gpus(self) -> float:
        """Relative change of the GPUs that all subnets hire."""
        return _change(float(self.before.subnet_gpus.sum()), float(self.after.subnet_gpus.sum()))

    @property
    def cloud_gpus(self) -> float:
        """Relative change of the GPUs in the cloud."""
        return _change(self.before.cloud_gpus, self.after.cloud_gpus)

    @property
    def cloud_price(self) -> float:
        """Relative change of the cloud's price."""
        return _change(self.before.cloud_price_per_hour, self.after.cloud_price_per_hour)

    @property
    def stopped(self) -> tuple[int, ...]:
        """Owners who hashed before and no longer do."""
        return tuple(int(i) for i in np.flatnonzero((self.before.hashing > 0) & (self.after.hashing == 0)))


def compare(before: AllocationGame, after: AllocationGame) -> Comparison:
    """Both equilibria, each with its certificate.

    >>> settings = ComputeSettings()
    >>> halved = replace(settings, bitcoin_subsidy=settings.bitcoin_subsidy / 2)
    >>> round(compare(settings.game(), halved.game()).hash_rate, 2)
    -0.43
    """
    return Comparison(before=solve_allocation(before), after=solve_allocation(after))


def conversion_thresholds(game: AllocationGame) -> np.ndarray:
    """USD a day for one MW [owner] below which the owner turns its first MW over to GPUs, the others keeping to theirs.

    At the equilibrium without conversion a MW of GPUs is worth g lam, and the hashing it gives up h mu: the threshold
    is g lam - h mu, where mu is 0 while ASICs stand idle. -inf for owners without ASICs.

    >>> from econ.compute.game import Owners
    >>> owners = Owners(asics=[10, 10], hash_cost=50_000, gpus=0, gpu_cost=10, gpus_per_megawatt=800)
    >>> conversion_thresholds(AllocationGame(owners=owners, hash_reward=1e6, cloud_price=60)).tolist()
    [40000.0, 40000.0]
    """
    owners = game.owners
    fixed = replace(game, owners=replace(owners, convertible=np.zeros(owners.count)))
    answer = solve_allocation(fixed, second_route=False)
    worth = owners.gpus_per_megawatt * answer.gpu_value - owners.hash_per_megawatt * answer.hash_value
    return np.where(owners.asics > 0, worth, -np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class HiringPrice:
    """The USD price of TAO at which subnets hire a share of all GPUs, with its range over the assumptions.

    None stands for "not reached" (beyond `DEAREST_TAO`). `moved_by` is what each assumption does to the price alone:
    at its low and high end.
    """

    share: float
    price: float | None
    low: float | None
    high: float | None
    moved_by: Mapping[str, tuple[float | None, float | None]]

    @property
    def sentence(self) -> str:
        """The price and its range in words."""
        share = f"Subnets hire {100 * self.share:g}% of all GPUs"
        if self.price is None:
            return f"{share}: not reached at any TAO price up to {DEAREST_TAO:,.0f} USD."
        if not self.moved_by:
            return f"{share} at a TAO price of {self.price:,.0f} USD."
        low = "not reached" if self.low is None else f"{self.low:,.0f}"
        high = "not reached" if self.high is None else f"{self.high:,.0f} USD"
        return f"{share} at a TAO price of {self.price:,.0f} USD; over the assumptions from {low} to {high}."


def hiring_price(settings: ComputeSettings, share: float) -> float | None:
    """The TAO price (USD) at which subnets hire `share` of all GPUs, or None if that is not reached.

    What they hire grows with their reward, nearly as a power of it, so the price is found between its logarithms by
    Brent's method. Owners who mind risk hire less again where the stakes grow: then it is the lowest price, as far as a
    grid of four prices to a factor of ten shows.

    >>> price = hiring_price(ComputeSettings(), 0.01)
    >>> hired = solve_allocation(replace(ComputeSettings(), tao_price=price).game()).hired_share
    >>> round(hired, 6)
    0.01
    """
    if not 0.0 < share < 1.0:
        raise InputError(f"share is {share}; it is the part of all GPUs that subnets hire and must lie between 0 and 1")

    def hired(price: float) -> float:
        game = replace(settings, tao_price=price).game()
        return solve_allocation(game, second_route=False, starts=1).hired_share

    from scipy.optimize import brentq  # here, so that importing econ stays fast

    def short(log_price: float) -> float:
        return math.log(max(hired(math.exp(log_price)), 1e-300) / share)

    low, high = math.log(DEAREST_TAO * 1e-12), math.log(DEAREST_TAO)
    if settings.risk_aversion > 0.0:
        prices = np.linspace(low, high, 1 + 4 * round((high - low) / math.log(10.0)))
        high = next((price for price in prices if short(price) >= 0.0), high)
    if short(high) < 0.0:
        return None
    return math.exp(low if short(low) >= 0.0 else float(brentq(short, low, high, xtol=CLOSE, rtol=CLOSE)))


def assumptions(settings: ComputeSettings) -> dict[str, tuple[float, float]]:
    """The ends between which each setting that nobody knows closely is taken to lie, around its value here.

    >>> assumptions(ComputeSettings())["cloud_price"]
    (2.0, 3.0)
    """
    known = settings.quantities()
    ends = {}
    for name, factors in UNSURE.items():
        high = known[name].high
        low, top = (getattr(settings, name) * factor for factor in factors)
        ends[name] = (low, top if high is None else min(top, float(high)))
    return ends


def hiring_price_range(
    settings: ComputeSettings, share: float, assumptions: Mapping[str, tuple[float, float]]
) -> HiringPrice:
    """The hiring price with the range it has while each named setting moves between its two ends.

    Each assumption is first moved alone, which shows its direction; the ends of the range come from all of them at
    their cheap, and all at their dear, ends together. That is the whole range if no assumption turns the direction of
    another.

    >>> answer = hiring_price_range(ComputeSettings(), 0.1, {"cloud_price": (2.0, 3.0)})
    >>> answer.low < answer.price < answer.high
    True
    """
    known = settings.quantities()
    for name in assumptions:
        if name not in known or name == "tao_price":
            names = ", ".join(other for other in known if other != "tao_price")
            raise InputError(f"assumption {name!r} is not one of the settings that may move: {names}")
    alone: dict[str, tuple[float | None, float | None]] = {}
    cheap, dear = settings, settings
    for name, (first, second) in assumptions.items():
        moved = [hiring_price(_with(settings, name, end), share) for end in (first, second)]
        alone[name] = moved[0], moved[1]
        rising = _or_infinite(moved[0]) <= _or_infinite(moved[1])
        cheap, dear = _with(cheap, name, first if rising else second), _with(dear, name, second if rising else first)
    return HiringPrice(
        share=share,
        price=hiring_price(settings, share),
        low=hiring_price(cheap, share) if alone else None,
        high=hiring_price(dear, share) if alone else None,
        moved_by=alone,
    )


def _with(settings: ComputeSettings, name: str, value: Any) -> ComputeSettings:
    return replace(settings, **{name: value})


def _or_infinite(price: float | None) -> float:
    return math.inf if price is None else price


def _change(before: float, after: float) -> float:
    if before == 0.0:
        return 0.0 if after == 0.0 else math.inf
    return after / before - 1.0
