"""Threads that search the faces of one game side by side: a face each, and the parts of a large one for who is idle."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

__all__ = ["Crew"]

Result = TypeVar("Result")

MOST_THREADS = 8
STOP = 1 << 40
"""More looks than any search is given."""


class Crew:
    """Threads for one search; whoever waits for them may be interrupted, and leaving the `with` block ends their work.

    >>> with Crew() as crew:
    ...     task = crew.submit(lambda: crew.each(lambda part: part * part, 4))
    ...     task.result()
    [0, 1, 4, 9]
    """

    def __init__(self) -> None:
        self.threads = _threads()
        self._pool = ThreadPoolExecutor(self.threads)
        self._counters: dict[int, np.ndarray] = {}
        self._ended = False

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        for counter in list(self._counters.values()):
            counter[0] = STOP
        self._pool.shutdown(cancel_futures=True)

    def submit(self, task: Callable[[], Result]) -> Future[Result]:
        """Begin a task as soon as a thread is free; those submitted first begin first."""
        return self._pool.submit(task)

    @contextmanager
    def counter(self, parts: int) -> Iterator[np.ndarray]:
        """Looks [1 + part] for a task to count; the first number exceeds any limit as soon as work is to end."""
        counter = np.zeros(1 + parts, dtype=np.int64)
        self._counters[id(counter)] = counter
        if self._ended:
            counter[0] = STOP
        try:
            yield counter
        finally:
            del self._counters[id(counter)]

    def each(self, work: Callable[[int], int], count: int) -> list[int]:
        """What each part gives, worked on by the thread that asks and by all that have nothing else to do."""
        results, parts = [0] * count, iter(range(count))

        def take() -> None:
            for part in parts:  # the next one that nobody has taken
                results[part] = work(part)

        helping = [self._pool.submit(take) for _ in range(min(self.threads, count) - 1)]
        take()
        for one in helping:
            if not one.cancel():
                one.result()
        return results


def _threads() -> int:
    """Threads that may work side by side: those that numba may use, or the cores of this process."""
    named = os.environ.get("NUMBA_NUM_THREADS", "")
    if named.isdecimal() and int(named) > 0:
        return min(int(named), MOST_THREADS)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_THREADS)
