"""What a TAO costs in USD: a stochastic process, or a series.

Calibrated to a range: a Brownian motion of volatility s a year is expected to have a range of s sqrt(8 / pi) between
its highest and its lowest log of a year (Feller 1951). So the process that is expected to move between two prices in a
year begins at their geometric mean and has s = log(high / low) / sqrt(8 / pi): .434 for 300 to 600 USD, the range
named for 2024. The specification also names .8 to 1 a year for TAO, which no geometric Brownian motion has within such
a range; set `tao.volatility` for that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from agents.streams import Purpose, normal, uniform
from econ.errors import InputError
from econ.quantity import Settings, quantity
from econ.tokens.rao import floats, positive

__all__ = ["GeometricBrownian", "JumpDiffusion", "PriceProcess", "PriceSeries", "PriceSettings", "calibrated"]

DAYS_A_YEAR = 365.25

MOST_JUMPS = 50
"""Jumps within one epoch beyond which no more are counted."""


class PriceProcess(Protocol):
    """Where the price comes from; a process of one's own needs these two."""

    @property
    def start(self) -> float:
        """USD on day 0."""

    def after(self, price: float, *, day: float, days: float, seed: int, world: int, epoch: int) -> float:
        """The price `days` later, on day `day`; luck at the address of seed, world and epoch alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometricBrownian:
    """Log price moves by a normal number: exact at any step. `drift` is the expected log return of a year.

    >>> GeometricBrownian(start=400.0, volatility=0.0).after(400.0, day=1, days=1, seed=0, world=0, epoch=0)
    400.0
    """

    start: float
    volatility: float
    drift: float = 0.0

    def __post_init__(self) -> None:
        positive("start", self.start, "USD a TAO", above=True)
        positive("volatility", self.volatility, "sd of the log price a year")
        _finite("drift", self.drift)

    def after(self, price: float, *, day: float, days: float, seed: int, world: int, epoch: int) -> float:
        """A step of so many days."""
        years = days / DAYS_A_YEAR
        moved = self.drift * years + self.volatility * math.sqrt(years) * _normal(seed, world, epoch)[0]
        return price * math.exp(moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpDiffusion:
    """The same with jumps at random times, `jumps` a year, each of a normal log size of mean 0 (Merton 1976).

    `volatility` is of all of it: what the jumps bring is taken from the diffusion, so that processes compare.

    >>> JumpDiffusion(start=400.0, volatility=0.4, jumps=12.0, jump_size=0.2)
    Traceback (most recent call last):
    econ.errors.InputError: 12 jumps a year of size 0.2 alone have a volatility of 0.693; volatility is 0.4: give more
    """

    start: float
    volatility: float
    jumps: float
    jump_size: float
    drift: float = 0.0

    def __post_init__(self) -> None:
        positive("start", self.start, "USD a TAO", above=True)
        for name, unit in (("volatility", "sd of the log price a year"), ("jumps", "a year"), ("jump_size", "sd")):
            positive(name, getattr(self, name), unit)
        _finite("drift", self.drift)
        if self.jumps * self.jump_size**2 > self.volatility**2 * (1 + 1e-9):
            alone = math.sqrt(self.jumps) * self.jump_size
            raise InputError(
                f"{self.jumps:g} jumps a year of size {self.jump_size:g} alone have a volatility of {alone:.3g}; "
                f"volatility is {self.volatility:g}: give more"
            )

    def after(self, price: float, *, day: float, days: float, seed: int, world: int, epoch: int) -> float:
        """A step of so many days."""
        years = days / DAYS_A_YEAR
        smooth = math.sqrt(max(self.volatility**2 - self.jumps * self.jump_size**2, 0.0))
        luck = _normal(seed, world, epoch)
        count = _poisson(self.jumps * years, seed, world, epoch)
        moved = self.drift * years + smooth * math.sqrt(years) * luck[0] + self.jump_size * math.sqrt(count) * luck[1]
        return price * math.exp(moved)


@dataclass(frozen=True, slots=True, init=False)
class PriceSeries:
    """Prices of days 0, 1, 2, ... in USD; between two days their geometric interpolation. No gaps, no end in mid-run.

    >>> PriceSeries([400.0, 441.0]).after(0.0, day=0.5, days=0.5, seed=0, world=0, epoch=0)
    420.0
    """

    prices: tuple[float, ...]

    def __init__(self, prices: Sequence[float]) -> None:
        values = floats("prices", prices, "USD a TAO by day")
        if values.ndim != 1 or values.size < 2:
            raise InputError(f"prices has shape {values.shape}; give the price of each day, at least two")
        wrong = ~(np.isfinite(values) & (values > 0))
        if wrong.any():
            day = int(np.argmax(wrong))
            raise InputError(
                f"the price of day {day} is {values[day]}; it is USD a TAO and must be above 0: fill the gap"
            )
        object.__setattr__(self, "prices", tuple(values.tolist()))

    @property
    def start(self) -> float:
        """The first day's."""
        return self.prices[0]

    def after(self, price: float, *, day: float, days: float, seed: int, world: int, epoch: int) -> float:
        """The series at that day."""
        first = int(day)
        last = len(self.prices) - 1
        if day > last + 1e-9:
            raise InputError(f"the prices end on day {last}; the run has come to day {day:.2f}: give more or play less")
        if first >= last:
            return self.prices[last]
        part = day - first
        return self.prices[first] * (self.prices[first + 1] / self.prices[first]) ** part


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings(Settings):
    """TAO in USD; by default the geometric Brownian motion expected to stay between 300 and 600 for a year."""

    process: str = quantity(
        "brownian",
        "the name of a process",
        "",
        "market",
        "How the price of TAO moves.",
        choices=("brownian", "jumps"),
        stories=("geometric Brownian motion", "the same volatility, part of it by jumps"),
    )
    low: float = quantity(300.0, "USD a TAO", "(0, inf)", "market", "Lowest price expected within a year.")
    high: float = quantity(600.0, "USD a TAO", "(0, inf)", "market", "Highest price expected within a year.")
    volatility: float | None = quantity(
        None,
        "sd of the log price a year",
        "[0, 10]",
        "market",
        "In place of the one that low and high make.",
        kind=float,
    )
    drift: float = quantity(0.0, "a year", "[-10, 10]", "market", "Expected log return.")
    jumps: float = quantity(6.0, "a year", "[0, 1000]", "market", "Jumps of the process `jumps`.")
    jump_size: float = quantity(
        0.1, "sd of a log jump", "[0, 10]", "market", "Size of the jumps of the process `jumps`."
    )

    def __post_init__(self) -> None:
        Settings.__post_init__(self)
        if self.low > self.high:
            raise InputError(f"tao.low is {self.low:g}; it must not exceed tao.high, {self.high:g}")

    @property
    def made(self) -> PriceProcess:
        """The process."""
        plain = calibrated(self.low, self.high, drift=self.drift)
        volatility = plain.volatility if self.volatility is None else self.volatility
        if self.process == "brownian":
            return GeometricBrownian(start=plain.start, volatility=volatility, drift=self.drift)
        return JumpDiffusion(
            start=plain.start, volatility=volatility, drift=self.drift, jumps=self.jumps, jump_size=self.jump_size
        )


def calibrated(low: float, high: float, *, drift: float = 0.0) -> GeometricBrownian:
    """The process that begins between two prices and is expected to have their ratio as its range of a year.

    >>> process = calibrated(300.0, 600.0)
    >>> round(process.start, 2), round(process.volatility, 4)
    (424.26, 0.4344)
    """
    for name, price in (("low", low), ("high", high)):
        positive(name, price, "USD a TAO", above=True)
    if low > high:
        raise InputError(f"low is {low:g}; it must not exceed high, {high:g}")
    return GeometricBrownian(
        start=math.sqrt(low * high), volatility=math.log(high / low) / math.sqrt(8 / math.pi), drift=drift
    )


def _finite(name: str, value: float) -> None:
    if not np.isfinite(floats(name, value, "a log return a year")):
        raise InputError(f"{name} is {value}; it is a log return a year and must be finite")


def _normal(seed: int, world: int, epoch: int) -> np.ndarray:
    return normal(seed, Purpose.TAO_PRICE, world=np.array(world), epoch=epoch, seat=np.array(0), columns=2)


def _poisson(mean: float, seed: int, world: int, epoch: int) -> int:
    """A Poisson number by its distribution function, from one uniform number."""
    luck = uniform(seed, Purpose.TAO_JUMPS, world=np.array(world), epoch=epoch, seat=np.array(0), columns=1)
    left = float(luck[0])
    chance, count = math.exp(-mean), 0
    while left > chance and count < MOST_JUMPS:
        left -= chance
        count += 1
        chance *= mean / count
    return count
