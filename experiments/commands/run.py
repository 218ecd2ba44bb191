"""`yuma run STUDY`: compute what is missing of a study, on any engine."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from experiments.batch import Batch, Counts
from experiments.commands.output import Output
from experiments.commands.study_arguments import add_study_arguments, chosen_batch
from experiments.engine import ENGINES, engine, usable_cores
from experiments.errors import BadInput
from experiments.work import Job, perform

__all__ = ["HELP", "add_arguments", "run"]

HELP = "run a study: compute what is missing, keep every result, go on where it was stopped"

_TRIED = 3
"""Tasks that a dry run computes to say how long all take."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, who computes, and which share."""
    add_study_arguments(parser)
    parser.add_argument("--engine", default="processes", help=f"{', '.join(ENGINES)} (default: processes)")
    parser.add_argument("--workers", metavar="N", help="processes (default: the cores there are)")
    parser.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="a running Dask scheduler (--engine dask)")
    parser.add_argument(
        "--shard", default="1/1", metavar="I/N", help="run tasks I, I+N, I+2N, ... only, for job arrays"
    )
    parser.add_argument("--dry-run", action="store_true", help="say tasks, time, memory and disk, and keep nothing")


def run(arguments: argparse.Namespace) -> Output:
    """Run, and say what is done and what failed."""
    shard, workers = _shard(arguments.shard), _workers(arguments.workers)
    engine(arguments.engine, workers=workers, scheduler=arguments.scheduler)  # refused before any work
    batch = chosen_batch(arguments)
    if arguments.dry_run:
        return _dry_run(batch, shard, workers or (1 if arguments.engine == "serial" else usable_cores()))
    progress = arguments.progress

    began = time.monotonic()

    def watch(counts: Counts) -> None:
        rate = (counts.computed + counts.failed) / max(time.monotonic() - began, 1e-9)
        failed = f", {counts.failed} failed" if counts.failed else ""
        progress.label = f"{counts.done} of {counts.tasks} tasks{failed}, {rate:.1f} a second"
        progress((counts.done + counts.failed) / counts.tasks if counts.tasks else 1.0)

    with _terminated_like_interrupted():
        try:
            counts = batch.run(
                engine_name=arguments.engine,
                workers=workers,
                scheduler=arguments.scheduler,
                shard=shard,
                watch=watch,
            )
        except KeyboardInterrupt:
            progress.close()
            print(
                f"yuma: stopped; what was finished is kept in {batch.store.name}: run it again to go on",
                file=sys.stderr,
            )
            raise
        state = batch.status()
        if state["done"] == state["tasks"]:
            batch.store.write_joint("results.parquet", batch.frames)
    return Output(text=_text(batch, counts, state), json=state, exit_code=1 if counts.failed else 0)


def _text(batch: Batch, counts: Counts, state: dict) -> str:
    lines = [
        f"{state['study']} ({state['size']}): {state['done']} of {state['tasks']} tasks done, {counts.computed} of "
        f"them now; {state['failed']} failed, {state['missing']} missing. Kept in {batch.store.name}."
    ]
    lines += [f"  task {each['task']} failed ({each['stage']}): {each['message']}" for each in state["failures"][:10]]
    if len(state["failures"]) > 10:
        lines.append(f"  and {len(state['failures']) - 10} more; `yuma status {batch.store.name}` lists them")
    if state["digest"]:
        lines.append(f"digest {state['digest']}; all rows: {os.path.join(batch.store.name, 'results.parquet')}")
    return "\n".join(lines)


def _dry_run(batch: Batch, shard: tuple[int, int], workers: int) -> Output:
    left = batch.missing(shard)
    tasks = len(left)
    if not tasks:
        text = f"{batch.study.name} ({batch.size}): nothing is missing in {batch.store.name}. Nothing was kept."
        facts = {"study": batch.study.name, "tasks": 0, "tried": 0, "seconds": 0.0, "workers": workers}
        return Output(text=text, json={**facts, "memory_mib": None, "disk_mib": 0.0, "failed": 0})
    tried = [left[place] for place in sorted({0, tasks // 2, tasks - 1})[:_TRIED]]
    outcomes = [perform(Job(batch.code, batch.row(task))) for task in tried]
    outcomes = [perform(Job(batch.code, batch.row(task))) for task in tried]  # once more: the first pays for imports
    seconds = sum(outcome.seconds for outcome in outcomes) / len(outcomes)
    peak = _peak_mib()
    disk = 2 * sum(len(outcome.part) for outcome in outcomes) / len(outcomes) * tasks / 2**20  # parts, and them joined
    failed = [outcome.message for outcome in outcomes if outcome.stage]
    facts = {
        "study": batch.study.name,
        "tasks": tasks,
        "tried": len(tried),
        "seconds": seconds * tasks / workers,
        "workers": workers,
        "memory_mib": None if peak is None else peak * (workers + 1),
        "disk_mib": disk,
        "failed": len(failed),
    }
    memory = "an unknown amount" if peak is None else f"at most {peak * (workers + 1):.0f} MiB (this took {peak:.0f})"
    text = (
        f"{batch.study.name} ({batch.size}): {tasks} tasks to do; about {facts['seconds']:.1f} s on {workers} "
        f"{'worker' if workers == 1 else 'workers'} "
        f"({1000 * seconds:.0f} ms a task, measured on {len(tried)}), {memory} of memory, at most {disk:.1f} MiB of "
        "disk. Nothing was kept."
    )
    text += "".join(f"\n  a task failed: {message}" for message in failed)
    return Output(text=text, json=facts, exit_code=1 if failed else 0)


def _peak_mib() -> float | None:
    """The most memory this process has held; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _workers(text: str | None) -> int | None:
    if text is None or re.fullmatch(r"-?[0-9]{1,9}", text):
        return None if text is None else int(text)
    raise BadInput(f"--workers is {text!r:.40}; it must be a whole number in [1, 1024]")


def _shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    index, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= index <= of:
        raise BadInput(f"--shard is {text!r:.40}; it must be I/N with 1 <= I <= N, for example 2/3")
    return index, of


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM, as job queues send it, stops a run as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
