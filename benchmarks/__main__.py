"""`make bench`: ratios, each measured inside this process on interleaved runs, and the memory a slice takes."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from econ import Hyperparameters
from econ.yuma.bonds import shares
from econ.yuma.epoch import epoch_of_shares, epoch_of_shares_numpy
from econ.yuma.kernel import warm_up
from experiments import Scenario, simulate, solve_scenario
from experiments.payoffs import game_of

ROUNDS = 7


def seconds(*works: Callable[[], object]) -> list[float]:
    """Median time of each, the works taken in turn."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
    return [statistics.median(taken) for taken in times]


def row(what: str, figure: str) -> None:
    """One line of the table."""
    print(f"{what:<72}{figure}")


def kernel() -> None:
    """The compiled epoch against plain NumPy, one thread each."""
    rng = np.random.default_rng(0)
    for validators, miners, worlds in ((3, 2, 512), (10, 64, 64), (16, 64, 64), (64, 448, 1), (256, 256, 1)):
        weights = shares(rng.lognormal(size=(worlds, validators, miners)))
        stake, bonds = shares(rng.random((worlds, validators))), rng.random(weights.shape)
        for version in ("3", "2"):
            rule = Hyperparameters(version=version)
            ours, numpy = seconds(
                lambda w=weights, s=stake, b=bonds, r=rule: epoch_of_shares(w, s, b, r),
                lambda w=weights, s=stake, b=bonds, r=rule: epoch_of_shares_numpy(w, s, b, r),
            )
            cell = 1e9 / weights.size
            row(
                f"epoch, Yuma {version}, {validators} x {miners}, {worlds} worlds: compiled against NumPy",
                f"{numpy / ours:5.1f} times  ({ours * cell:.1f} against {numpy * cell:.1f} ns a cell)",
            )


def worlds() -> None:
    """What a world costs among 64, against one alone."""
    scenario = Scenario.named("weight-copying")
    profile = [[9, 1, 64]]
    for threads in (1, 2):
        many, one = seconds(
            lambda t=threads: simulate(scenario, profile, range(64), threads=t),
            lambda t=threads: simulate(scenario, profile, range(1), threads=t),
        )
        row(f"worlds=64 against worlds=1, a world, {threads} threads", f"{one / (many / 64):5.1f} times")


def answers() -> None:
    """The solver against the sampling that feeds it, and the memory of a slice."""
    scenario = Scenario.named("subnet", {"epochs": 120, "answer.max_worlds": 64})
    records = solve_scenario(scenario, test_start=False).records
    from econ import solve

    game = game_of(scenario, records)
    sample, answer = seconds(
        lambda: simulate(scenario, records.profiles, range(4)), lambda: solve(game, epsilon=0.5, level=0.95)
    )
    row("three strategies, 66 profiles: sampling 4 worlds against solving", f"{sample / answer:5.1f} times")
    tracemalloc.start()
    simulate(scenario, records.profiles, range(8), threads=1)
    row(
        "memory, 66 profiles in 8 worlds of 10 x 72, one thread, peak",
        f"{tracemalloc.get_traced_memory()[1] / 2**20:5.1f} MiB",
    )
    tracemalloc.stop()


if __name__ == "__main__":
    warm_up()
    kernel()
    worlds()
    answers()
