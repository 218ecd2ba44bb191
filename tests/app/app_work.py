"""Work for the tests of jobs: importable, as a worker needs it."""

from __future__ import annotations

import os
import signal
import time

from experiments import BadInput


def doubled(number: int, progress) -> int:
    progress(0.5)
    return 2 * number


def endless(progress) -> None:
    while True:
        progress(0.1)
        time.sleep(0.02)


def deaf(progress) -> None:
    progress(0.1)
    time.sleep(600)


def refused(progress) -> None:
    raise BadInput("no")


def broken(progress) -> None:
    raise ZeroDivisionError


def slow(seconds: float, progress) -> int:
    for step in range(10):
        time.sleep(seconds / 10)
        progress(step / 10)
    return os.getpid()


def deadly(progress) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
