"""Playing and solving: what a world costs among many, and the solver against the sampling that feeds it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import seconds
from econ import solve
from experiments import Scenario, simulate, solve_scenario
from experiments.kept import KeptPlay
from experiments.payoffs import game_of

__all__ = ["rows"]


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure)."""
    yield from _worlds()
    yield from _answers()


def _worlds() -> Iterator[tuple[str, str]]:
    scenario = Scenario.named("weight-copying")
    profile = [[9, 1, 64]]
    for threads in (1, 2):
        many, one = seconds(
            lambda t=threads: simulate(scenario, profile, range(64), threads=t),
            lambda t=threads: simulate(scenario, profile, range(1), threads=t),
        )
        yield f"worlds=64 against worlds=1, a world, {threads} threads", f"{one / (many / 64):5.1f} times"


def _answers() -> Iterator[tuple[str, str]]:
    scenario = Scenario.named("subnet", {"epochs": 120, "answer.max_worlds": 64})
    records = solve_scenario(scenario, test_start=False).records
    game = game_of(scenario, records)
    sample, answer = seconds(
        lambda: simulate(scenario, records.profiles, range(4)), lambda: solve(game, epsilon=0.5, level=0.95)
    )
    yield "three strategies, 66 profiles: sampling 4 worlds against solving", f"{sample / answer:5.1f} times"
    with TemporaryDirectory() as folder:
        taken = [solve_scenario(scenario, play=KeptPlay(Path(folder))).seconds for _ in range(3)]
    yield "the same scenario again, its payoffs kept: played against found", f"{taken[0] / min(taken[1:]):5.1f} times"
    yield "the same scenario again, its payoffs kept", f"{1e3 * min(taken[1:]):5.0f} ms (goal: 1000)"
    tracemalloc.start()
    simulate(scenario, records.profiles, range(8), threads=1)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    yield "memory, 66 profiles in 8 worlds of 10 x 72, one thread, peak", f"{peak:5.1f} MiB"
