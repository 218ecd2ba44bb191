"""How the epoch's cost grows: with size, with threads, in memory, and in a new process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks.kernel import subnets
from benchmarks.timing import seconds
from econ import Hyperparameters
from econ.yuma.epoch import epoch_of_shares

__all__ = ["rows"]

GROWING = ((16, 32), (16, 64), (32, 64), (32, 128), (64, 128), (64, 256), (128, 256), (256, 256))

EPOCHS = 10

FIRST_EPOCH = """
import time
began = time.perf_counter()
import numpy as np
from econ import Hyperparameters
from econ.yuma.epoch import epoch_of_shares
one = np.ones((1, 1, 1))
ready = time.perf_counter()
epoch_of_shares(one, one[0], one, Hyperparameters())
print(time.perf_counter() - began, time.perf_counter() - ready, time.process_time())
"""


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure)."""
    yield from _slope()
    yield from _threads()
    yield from _memory()
    yield from _start()


def _slope() -> Iterator[tuple[str, str]]:
    sizes = [(worlds, *shape) for shape in GROWING for worlds in (4, 16)]
    cells = [worlds * validators * miners for worlds, validators, miners in sizes]
    for version in ("3", "2"):
        taken = seconds(*(_epoch(size, Hyperparameters(version=version)) for size in sizes), clock=time.thread_time)
        slope, _ = np.polyfit(np.log(cells), np.log(taken), 1)
        each = [1e9 * t / c for t, c in zip(taken, cells, strict=True)]
        yield (
            f"epoch, Yuma {version}, 16 x 32 to 256 x 256 in 4 and 16 worlds: log time on log weights",
            f"{slope:5.2f} the slope  ({min(each):.2f} to {max(each):.2f} ns a weight)",
        )


def _epoch(size: tuple[int, int, int], rule: Hyperparameters) -> Callable[[], object]:
    given = subnets(*size)
    made = np.empty_like(given[2])
    return lambda: epoch_of_shares(*given, rule, made)


def _threads() -> Iterator[tuple[str, str]]:
    """As profiles are played: a slice of worlds is taken through its epochs by one thread before the next."""
    given, rule = subnets(32, 64, 448), Hyperparameters()
    made = np.empty_like(given[2])
    parts = [slice(start, start + 4) for start in range(0, 32, 4)]

    def part(of: slice) -> None:
        for _ in range(EPOCHS):
            epoch_of_shares(*(values[of] for values in given), rule, made[of])

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(2) as two:
        works = [lambda pool=pool: list(pool.map(part, parts)) for pool in (one, two)]
        alone, together = seconds(*works)
        busy_alone, busy_together = seconds(*works, clock=time.process_time)
    yield (
        f"epoch, 64 x 448, 8 slices of 4 worlds, {EPOCHS} epochs each: two threads against one",
        f"{alone / together:5.2f} times  ({2 * busy_alone / busy_together:.2f} by their CPU time, as where both cores "
        f"are free; load average {os.getloadavg()[0]:.1f})",
    )


def _memory() -> Iterator[tuple[str, str]]:
    given, rule = subnets(8, 64, 448), Hyperparameters()
    tracemalloc.start()
    result = epoch_of_shares(*given, rule)
    made = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    answers = sum(getattr(result, name).nbytes for name in ("consensus", "incentive", "dividends", "validator_trust"))
    unit = given[0].nbytes
    yield (
        "memory, epoch of 64 x 448 in 8 worlds, arrays of the weights' size",
        f"{2 + (made - answers) / unit:5.2f} in flight  (weights, bonds, new bonds; and {answers / unit:.2f} answered)",
    )


def _start() -> Iterator[tuple[str, str]]:
    runs = [
        [float(number) for number in subprocess.check_output([sys.executable, "-c", FIRST_EPOCH]).split()]
        for _ in range(3)
    ]
    whole, first, cpu = np.median(runs, axis=0)
    yield (
        "a new process: imports and the first epoch, compiled before",
        f"{whole:5.2f} s  ({first:.2f} s the epoch; {cpu:.2f} s of CPU in all)",
    )
