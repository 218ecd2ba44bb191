"""How everything here is timed: works in turn, medians, so that what disturbs one disturbs all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import cache

import numpy as np

from econ.compiled import compiled

__all__ = ["bandwidth", "seconds"]

ROUNDS = 9

LEAST = 0.002
"""Seconds that a round of one work takes at least: shorter works are repeated in it."""

TRIAD = 8 * 2**20
"""Numbers in each of three arrays, which no cache holds."""


def seconds(*works: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Median time of each, the works taken in turn.

    For works of one thread `time.thread_time` is the better clock: what others run meanwhile counts less.
    """
    repeats = [_repeats(work) for work in works]
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, repeat, taken in zip(works, repeats, times, strict=True):
            began = clock()
            for _ in range(repeat):
                work()
            taken.append((clock() - began) / repeat)
    return [statistics.median(taken) for taken in times]


def _repeats(work: Callable[[], object]) -> int:
    work()
    began = time.perf_counter()
    work()
    return max(1, round(LEAST / (time.perf_counter() - began)))


@cache
def bandwidth() -> float:
    """Bytes a second of one thread through a = b + 3 c, three arrays of 64 MiB."""
    b, c = np.ones(TRIAD), np.ones(TRIAD)
    a = np.zeros(TRIAD)
    (taken,) = seconds(lambda: _triad(a, b, c), clock=time.thread_time)
    return 24 * TRIAD / taken


@compiled
def _triad(a, b, c):  # type: ignore[no-untyped-def]
    for i in range(a.size):
        a[i] = b[i] + 3.0 * c[i]
