"""The money around in words: what each taker of machines pays and hires, and what a day of a subnet mints."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from econ.compute import Allocation, ComputeSettings
from econ.compute.statics import HiringPrice, assumptions, hiring_price_range
from econ.tokens.day import SubnetDay
from experiments.wording import percent

__all__ = ["SHARES", "MarketRow", "day_sentences", "hiring_ranges", "large", "market_rows", "market_sentences"]


SHARES = (0.01, 0.1, 0.5)
"""Shares of all GPUs whose TAO price is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRow:
    """One taker of machines: USD a day it pays, what it hires in words and in MW, and its pay a machine in words."""

    market: str
    paid: float
    machines: str
    megawatts: float
    pay: str


def hiring_ranges(
    settings: ComputeSettings, shares: Sequence[float], *, progress: Callable[[float], None] = lambda share: None
) -> tuple[HiringPrice, ...]:
    """The TAO prices in USD that hire shares of all GPUs, each with its range over the assumptions.

    >>> [found.low < found.price < found.high for found in hiring_ranges(ComputeSettings(), SHARES[:1])]
    [True]
    """
    found = []
    for number, share in enumerate(shares):
        progress(number / len(shares))
        found.append(hiring_price_range(settings, share, assumptions(settings)))
    return tuple(found)


def market_rows(settings: ComputeSettings, answer: Allocation) -> tuple[MarketRow, ...]:
    """Bitcoin, subnets and the cloud at an equilibrium of these settings.

    >>> from econ.compute import solve_allocation
    >>> settings = ComputeSettings()
    >>> [(row.market, row.machines) for row in market_rows(settings, solve_allocation(settings.game()))][:1]
    [('Bitcoin', '644 EH/s')]
    """
    in_subnets = float(answer.subnet_gpus.sum())
    subnets = settings.subnet_reward if in_subnets > 0 else 0.0
    price = answer.cloud_price_per_hour
    kilowatts = settings.gpu_power
    hashing = answer.hash_rate
    a_hash = settings.hash_reward / hashing if hashing > 0 else 0.0
    a_gpu = subnets / in_subnets / 24.0 if in_subnets > 0 else 0.0
    return (
        MarketRow(
            market="Bitcoin",
            paid=settings.hash_reward if hashing > 0 else 0.0,
            machines=f"{large(hashing)} EH/s",
            megawatts=hashing * settings.asic_efficiency,  # one EH/s at one J/TH draws one MW
            pay=f"{large(a_hash)} USD a day for one EH/s",
        ),
        MarketRow(
            market="subnets",
            paid=subnets,
            machines=f"{large(in_subnets)} GPUs",
            megawatts=in_subnets * kilowatts / 1000.0,
            pay=f"{a_gpu:.2f} USD a GPU-hour",
        ),
        MarketRow(
            market="cloud",
            paid=price * 24.0 * answer.cloud_gpus,
            machines=f"{large(answer.cloud_gpus)} GPUs",
            megawatts=answer.cloud_gpus * kilowatts / 1000.0,
            pay=f"{price:.2f} USD a GPU-hour",
        ),
    )


def market_sentences(settings: ComputeSettings, answer: Allocation) -> list[str]:
    """What the equilibrium says, the most important sentence first."""
    bitcoin, subnets, cloud = market_rows(settings, answer)
    hired = f"{percent(answer.hired_share)} of all GPUs"
    said = [f"Subnets hire {subnets.machines}, {hired}, for {large(subnets.paid)} USD a day."]
    if bitcoin.paid >= subnets.paid > 0:
        times = large(bitcoin.paid / subnets.paid)
        said.append(f"Bitcoin pays {times} times as much to its miners, for {bitcoin.machines} that can only hash.")
    elif bitcoin.paid > 0 and subnets.paid > 0:
        times = large(subnets.paid / bitcoin.paid)
        said.append(f"That is {times} times what Bitcoin pays, for {bitcoin.machines} that can only hash.")
    elif bitcoin.paid == 0:
        said.append("Nobody hashes for Bitcoin.")
    if answer.cloud_gpus > 0 and subnets.paid > 0:
        said.append(
            f"A GPU-hour earns {subnets.pay.split()[0]} USD in a subnet on average and {cloud.pay.split()[0]} in the "
            "cloud."
        )
    small = slice(settings.miners, settings.miners + settings.small_owners)
    theirs, all_small = float(answer.mining[small].sum()), float(answer.game.owners.gpus[small].sum())
    large_gpus = float(answer.game.owners.gpus[settings.miners + settings.small_owners :].sum())
    large_part = float(answer.mining[settings.miners + settings.small_owners :].sum())
    if all_small > 0 and large_gpus > 0 and subnets.paid > 0:
        few = large_part / large_gpus < 0.9 * theirs / all_small
        said.append(
            f"Small owners put {percent(theirs / all_small)} of their GPUs into subnets, large providers "
            f"{percent(large_part / large_gpus)}{': who holds much lowers its own pay by coming' if few else ''}."
        )
    converted = float(answer.converted.sum())
    said.append(
        f"Mining sites turn {large(converted)} MW over to GPUs."
        if converted > 0.5
        else "No mining site turns over to GPUs at this cost."
    )
    return said


def day_sentences(day: SubnetDay) -> list[str]:
    """What the network mints on that day, and when that halves.

    >>> from econ.tokens.day import subnet_day
    >>> day_sentences(subnet_day())[0]
    'The network mints 3,600 TAO a day, worth 1.62 million USD.'
    """
    worth = large(day.network_tao * day.settings.tao_price)
    said = [f"The network mints {large(day.network_tao)} TAO a day, worth {worth} USD."]
    if not math.isfinite(day.days_to_halving):
        return [*said, "No further halving comes: as much is recycled as is minted, or all is issued."]
    years = day.days_to_halving / 365.25
    left = f"{years:.1f} years" if years >= 2 else f"{day.days_to_halving:,.0f} days"
    passed = "1 halving" if day.halvings == 1 else f"{day.halvings} halvings"
    return [*said, f"{passed} so far; the next in {left}."]


def large(number: float) -> str:
    """A number to three digits, with thousands, millions and billions in words.

    >>> [large(value) for value in (0.0, 0.1234, 17_712.4, 1_328_400.0, 186e9)]
    ['0', '0.123', '17,700', '1.33 million', '186 billion']
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(number) >= size * 0.9995:
            return f"{number / size:.3g} {word}"
    if abs(number) >= 999.5:
        return f"{float(f'{number:.3g}'):,.0f}"
    return f"{number:.3g}"
