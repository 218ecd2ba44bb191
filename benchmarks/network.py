"""What a network costs: a year of 128 subnets of 256 UIDs, its growth in subnets, and what its parts take."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from agents.network import Network, NetworkSettings
from benchmarks.timing import seconds

YEAR = 7_300
SIZES = (8, 16, 32, 64, 128)
EPOCHS = 20
"""Epochs of one measurement: a day, in which everybody moves once."""


def network(subnets: int, threads: int = 1, **changes: object) -> Network:
    """A network some epochs old."""
    settings = NetworkSettings().changed({"start.subnets": subnets, **changes})
    return Network(settings, threads=threads).run(EPOCHS)


def rows() -> Iterator[tuple[str, str]]:
    """Lines of the benchmark table."""
    grown = [network(subnets) for subnets in SIZES]
    taken = seconds(*(lambda each=each: each.run(EPOCHS) for each in grown), clock=time.thread_time)
    each = [1e3 * value / EPOCHS for value in taken]
    slope, fixed = np.polyfit(SIZES, each, 1)
    off = max(abs(fixed + slope * size - value) / value for size, value in zip(SIZES, each, strict=True))
    weights = np.mean(grown[-1].work.weights > 0)
    yield (
        f"network, an epoch of {SIZES[-1]} subnets, 20 x 236 weights each, {100 * weights:.0f}% of them above 0",
        f"{each[-1]:5.2f} ms of CPU",
    )
    yield (
        f"network, {', '.join(map(str, SIZES))} subnets: cost of an epoch",
        f"{fixed:5.2f} ms + {1e3 * slope:.0f} us a subnet, {100 * off:.0f}% off at most  "
        f"({', '.join(f'{value:.2f}' for value in each)} ms)",
    )
    one, two = network(128), network(128, threads=2)
    alone, together = seconds(lambda: one.run(EPOCHS), lambda: two.run(EPOCHS))
    yield "network, 128 subnets, two threads against one", f"{alone / together:5.2f} times"
    yield (
        f"network, a year of 128 subnets ({YEAR:,} epochs) by these, one thread",
        f"{YEAR * each[-1] / 1e3:5.0f} s of CPU",
    )
    dense = network(128, **{"uids.validators": 64, "uids.miners": 192})
    (all_of_it,) = seconds(lambda: dense.run(EPOCHS), clock=time.thread_time)
    yield (
        "network, the same with 64 validators that weigh 192 miners",
        f"{YEAR * all_of_it / EPOCHS:5.0f} s of CPU a year, one thread",
    )
    whole = Network(threads=2)
    began, used = time.perf_counter(), time.process_time()
    whole.run(YEAR)
    passed, used = time.perf_counter() - began, time.process_time() - used
    audit = max(abs(value) for value in whole.audit().values())
    yield (
        "network, a whole year of 128 subnets, two threads, run once",
        f"{passed:5.0f} s  ({used:.0f} s of CPU; the books differ by {audit} rao)",
    )
