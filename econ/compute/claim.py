"""The claim that Bitcoin outcomputes the hundred fastest supercomputers 600,000 times, taken apart.

It is a conversion of units: since 2011 a hash has been counted as some 12,700 floating-point operations, from what
graphics cards could have done instead. The chips that hash today do no floating-point operation at all. So beside the
claim's own arithmetic stand four other measures of the same machines; each rests on inputs that may be changed, and
each input says where it comes from and whether that was looked up, derived, assumed or only remembered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from econ.quantity import Settings, quantity

__all__ = ["CLAIMED", "CLAIMED_BY", "LISTS", "SOURCES", "Claim", "ClaimSettings", "Measure", "Source", "claim"]

CLAIMED = 600_000.0
"""How many times faster the network is said to be."""

CLAIMED_BY = "A. Shaabana at Proof of Talk, Paris, June 2026, as the press reported it"
"""Who said so."""

LISTS: Mapping[str, tuple[float, str]] = {
    "2023-11": (7.0, "unchecked"),
    "2024-06": (8.21, "unchecked"),
    "2024-11": (11.72, "unchecked"),
    "2025-06": (13.84, "unchecked"),
}
"""EFLOP/s of all 500 systems by the date of the TOP500 list, and how far that was checked: all are from memory."""

EXA, PETA, GIGA, TERA, MEGA, KILO = 1e18, 1e15, 1e9, 1e12, 1e6, 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an input comes from. `status` is checked (looked up there), derived (counted or computed, as said), assumed
    (a round figure of ours) or unchecked (from memory or from the claim itself)."""

    text: str
    date: str
    status: str


SOURCES: Mapping[str, Source] = {
    "hash_rate": Source(
        text="above 500 EH/s in early 2024; the press reported a seven-day average of 549 EH/s on 6 January",
        date="2024-01",
        status="checked",
    ),
    "flop_per_hash": Source(
        text="CoinDesk, 13 May 2013 (about 12,700, from 2011); VR-Zone, 2013 (12.7 thousand)",
        date="2013",
        status="checked",
    ),
    "list_flops": Source(
        text="sum of all 500 systems of the TOP500 list of that date, HPL, from memory",
        date="2023 to 2025",
        status="unchecked",
    ),
    "top_100_share": Source(
        text="the 100 fastest as a part of all 500; not published as such", date="2024", status="assumed"
    ),
    "operations_per_hash": Source(
        text="two compressions of SHA-256 (FIPS 180-4: 64 rounds, 48 schedule words): 4,336 operations of 32 bits if a "
        "rotation is one of them, 6,640 if it is three; taken between the two",
        date="2015",
        status="derived",
    ),
    "accelerators": Source(
        text="accelerators in the 100 fastest systems, order of magnitude", date="2024", status="assumed"
    ),
    "hash_per_accelerator": Source(
        text="double SHA-256 in GH/s of one accelerator, about half of public single-hash records",
        date="2024",
        status="assumed",
    ),
    "asic_efficiency": Source(
        text="fleet of 2024; machines sold then need 15 to 18 J/TH, those of 2020 about 30",
        date="2024",
        status="assumed",
    ),
    "list_power": Source(
        text="the 100 fastest together in MW; the three fastest of November 2024 alone need some 90 MW "
        "(El Capitan 1.742 EFLOP/s at 58.89 GFLOP/s a watt is 29.6 MW)",
        date="2024-11",
        status="assumed",
    ),
    "gpu_power": Source(
        text="kW for one GPU for training, servers and cooling included", date="2024", status="assumed"
    ),
    "gpu_flops": Source(
        text="dense bf16 in PFLOP/s of one H100 SXM, 989.4 TFLOP/s: G. Lockwood's notes on the chip",
        date="2022",
        status="checked",
    ),
    "gpu_price": Source(text="USD for one GPU, bought in numbers", date="2024", status="assumed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSettings(Settings):
    """The inputs of the claim; `SOURCES` says where each default comes from and how far it was checked."""

    hash_rate: float = quantity(500.0, "EH/s", "[0, inf)", "market", "Hash rate of the Bitcoin network.")
    flop_per_hash: float = quantity(
        12_697.0, "FLOP a hash", "[0, inf)", "player", "Floating-point operations that a hash is counted as."
    )
    list_date: str = quantity(
        "2024-11", "year and month", "", "player", "Date of the TOP500 list to compare with.", choices=tuple(LISTS)
    )
    list_flops: float | None = quantity(
        None,
        "EFLOP/s",
        "(0, inf)",
        "market",
        "All 500 systems together, HPL; none: those of the list of that date.",
        kind=float,
    )
    top_100_share: float = quantity(0.82, "a share", "(0, 1]", "market", "Part of that in the 100 fastest.")
    operations_per_hash: float = quantity(
        6_000.0, "integer operations a hash", "[0, inf)", "market", "Operations of 32 bits in one hash."
    )
    accelerators: float = quantity(500_000.0, "a number", "(0, inf)", "market", "Accelerators in the 100 fastest.")
    hash_per_accelerator: float = quantity(10.0, "GH/s", "(0, inf)", "market", "What one accelerator hashes.")
    asic_efficiency: float = quantity(27.5, "J a TH", "[0, inf)", "market", "Energy of the mining fleet.")
    list_power: float = quantity(400.0, "MW", "(0, inf)", "market", "Power of the 100 fastest.")
    gpu_power: float = quantity(1.2, "kW a GPU", "(0, inf)", "market", "Power of one GPU for training.")
    gpu_flops: float = quantity(0.9894, "PFLOP/s", "[0, inf)", "market", "What one GPU computes in bf16.")
    gpu_price: float = quantity(30_000.0, "USD a GPU", "[0, inf)", "market", "Price of one GPU.")

    @property
    def all_500_flops(self) -> float:
        """EFLOP/s of all 500 systems."""
        return LISTS[self.list_date][0] if self.list_flops is None else self.list_flops

    @property
    def top_100_flops(self) -> float:
        """EFLOP/s of the 100 fastest systems."""
        return self.all_500_flops * self.top_100_share

    def value(self, name: str) -> float:
        """The number that an input stands for.

        >>> ClaimSettings().value("list_flops")
        11.72
        """
        return self.all_500_flops if name == "list_flops" else float(getattr(self, name))

    def status(self, name: str) -> str:
        """How far an input was checked: as its source says while it has its default, else `given`, set by a person.

        >>> [ClaimSettings(list_flops=each).status("list_flops") for each in (None, 20.0)]
        ['unchecked', 'given']
        """
        if getattr(self, name) != self.quantities()[name].default:
            return "given"
        return LISTS[self.list_date][1] if name == "list_flops" else SOURCES[name].status


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One way to compare: `ratio` is the network over the 100 fastest in that measure; `uses` names its inputs, and
    `unchecked` those of them that nobody has looked up, for marking them on a figure.
    """

    name: str
    network: float
    supercomputers: float
    unit: str
    uses: tuple[str, ...]
    unchecked: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """How many times as much the network has; infinite if the supercomputers have none."""
        return self.network / self.supercomputers if self.supercomputers > 0 else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The claim by five measures, and what would make it true.

    `measures` are arithmetic (the claim's own), integer operations, hashing, power, useful AI work. `flops_for_claim`
    is the sum in EFLOP/s that the 100 fastest must have for the claim to hold, `flop_per_hash_for_claim` the
    conversion that makes it hold with the sum given. `site_power` MW feed the network; turned over to GPUs they would
    hold `site_gpus`, compute `site_flops` EFLOP/s and cost `site_capital` USD.
    """

    settings: ClaimSettings
    measures: tuple[Measure, ...]
    flops_for_claim: float
    flop_per_hash_for_claim: float
    site_power: float
    site_gpus: float
    site_flops: float
    site_capital: float

    @property
    def sentence(self) -> str:
        """The verdict, built from the numbers."""
        by_name = {measure.name: measure.ratio for measure in self.measures}
        return (
            f"As unit conversion: {_times(by_name['arithmetic'])}. By integer operations: about "
            f"{_times(by_name['integer operations'])}. By hashing: about {_times(by_name['hashing'])}. By power: about "
            f"{_times(by_name['power'])}. Chips that could train a model: none; only sites convert, to "
            f"{self.site_gpus / 1e6:.3g} million GPUs for {self.site_capital / 1e9:,.3g} billion USD."
        )


def claim(settings: ClaimSettings | None = None) -> Claim:
    """All measures for these inputs (None: the defaults).

    >>> answer = claim()
    >>> [f"{measure.ratio:.3g}" for measure in answer.measures]
    ['6.61e+05', '3.12e+05', '1e+05', '34.4', '0']
    >>> answer.sentence[:36]
    'As unit conversion: 661,000 times. B'
    """
    given = ClaimSettings() if settings is None else settings
    hashes, flops = given.hash_rate * EXA, given.top_100_flops * EXA
    machines = given.accelerators
    power = given.hash_rate * MEGA * given.asic_efficiency  # one EH/s is a million TH/s; watts
    gpus = power / (given.gpu_power * KILO)
    measures = (
        Measure(
            name="arithmetic",
            network=hashes * given.flop_per_hash,
            supercomputers=flops,
            unit="FLOP/s, a hash counted as floating-point operations",
            uses=("hash_rate", "flop_per_hash", "list_flops", "top_100_share"),
        ),
        Measure(
            name="integer operations",
            network=hashes * given.operations_per_hash,
            supercomputers=flops,
            unit="operations a second, an integer one counted like a floating-point one",
            uses=("hash_rate", "operations_per_hash", "list_flops", "top_100_share"),
        ),
        Measure(
            name="hashing",
            network=hashes,
            supercomputers=machines * given.hash_per_accelerator * GIGA,
            unit="hashes a second",
            uses=("hash_rate", "accelerators", "hash_per_accelerator"),
        ),
        Measure(
            name="power",
            network=power,
            supercomputers=given.list_power * MEGA,
            unit="watts",
            uses=("hash_rate", "asic_efficiency", "list_power"),
        ),
        Measure(
            name="useful AI work",
            network=0.0,
            supercomputers=machines * given.gpu_flops * PETA,
            unit="bf16 FLOP/s that can train a model",
            uses=("accelerators", "gpu_flops"),
        ),
    )
    return Claim(
        settings=given,
        measures=tuple(
            replace(each, unchecked=tuple(name for name in each.uses if given.status(name) == "unchecked"))
            for each in measures
        ),
        flops_for_claim=hashes * given.flop_per_hash / CLAIMED / EXA,
        flop_per_hash_for_claim=CLAIMED * flops / hashes if hashes > 0 else math.inf,
        site_power=power / MEGA,
        site_gpus=gpus,
        site_flops=gpus * given.gpu_flops * PETA / EXA,
        site_capital=gpus * given.gpu_price,
    )


def _times(ratio: float) -> str:
    """A ratio to three digits: 661,000 times.

    >>> _times(661_234.0), _times(34.37), _times(0.0)
    ('661,000 times', '34.4 times', '0 times')
    """
    if not math.isfinite(ratio) or ratio == 0:
        return "0 times" if ratio == 0 else "endlessly many times"
    digits = max(0, 2 - math.floor(math.log10(ratio)))
    return f"{round(ratio, 2 - math.floor(math.log10(ratio))):,.{digits}f} times"
