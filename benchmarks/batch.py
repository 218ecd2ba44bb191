"""Batches: the map of the consensus guarantee beside the bare rule, and what tasks cost the process that keeps them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.kernel import subnets
from benchmarks.timing import seconds
from econ import Hyperparameters
from econ.yuma.epoch import epoch_of_shares
from experiments.studies import consensus_map

__all__ = ["rows"]

TASKS = (1_000, 100_000)

STUDY = """
import pandas as pd
from experiments import Study


def task(row):
    return pd.DataFrame({{"root": [row["point"] ** 0.5]}})


STUDY = Study(name="many", question="?", expected="?", source="?",
              design=lambda size: pd.DataFrame({{"point": range({tasks})}}), task=task,
              findings=lambda results: [], figures=lambda results: {{}}, sentence=lambda results: "")
"""

RUN = """
import resource, sys, time
from experiments import run_study
began = time.perf_counter()
batch = run_study(sys.argv[1], out=sys.argv[2], workers=2)
batch.store.write_joint("results.parquet", batch.frames)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure)."""
    yield from _map()
    yield from _tasks()


def _map() -> Iterator[tuple[str, str]]:
    """One kappa and noise: eleven stakes, 2,601 epochs each, on two threads."""
    place = {"kappa": 0.5, "weight_deviation": 0.4, "bonds_penalty": 1.0, "version": "2", "seed": 0}
    maps = [{**place, "honest_stake": stake} for stake in consensus_map.STAKES]
    points = len(maps) * len(consensus_map.UTILITY) ** 2
    validators, miners = consensus_map.VALIDATORS, consensus_map.MINERS
    given = subnets(9, validators, miners)
    rule, out = Hyperparameters(version="2", bonds_moving_average=0.0), np.empty_like(given[0])

    def bare() -> None:
        for _ in range(points // len(maps) // 9):
            epoch_of_shares(*given, rule, out)

    mapped, alone = seconds(lambda: consensus_map.task(maps[2]), bare, clock=time.process_time)
    with ThreadPoolExecutor(2) as pool:
        began = time.perf_counter()
        list(pool.map(consensus_map.task, maps))
        taken = time.perf_counter() - began
    what = f"consensus map: {points:,} epochs of {validators + miners} neurons, two threads"
    yield what, f"{taken:.2f} s; CPU time {mapped / alone:.2f} of the bare rule's"


def _tasks() -> Iterator[tuple[str, str]]:
    """Memory of the process that hands out tasks, for few and for many."""
    peaks = []
    for tasks in TASKS:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "many.py")
            file.write_text(STUDY.format(tasks=tasks))
            words = [sys.executable, "-c", RUN, str(file), str(Path(folder, "out"))]
            taken, peak = map(float, subprocess.run(words, capture_output=True, text=True, check=True).stdout.split())
        peaks.append(peak)
        yield f"batch of {tasks:,} empty tasks, two processes", f"{1000 * taken / tasks:.2f} ms a task, {peak:.0f} MiB"
    grown = 2**20 * (peaks[1] - peaks[0]) / (TASKS[1] - TASKS[0])
    yield "what a task more costs the process that hands it out", f"{grown:.0f} bytes of memory"
