"""`yuma verify DIR`: a sample of results computed again, here."""

from __future__ import annotations

import argparse
import io
from typing import Any

import numpy as np

from experiments.batch import Batch
from experiments.commands.output import Output
from experiments.errors import BadInput
from experiments.work import Job, perform

__all__ = ["HELP", "add_arguments", "run"]

HELP = "compute a sample of a study's tasks again and say how far they differ"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, and how many tasks."""
    parser.add_argument("folder", help="a folder that `yuma run` wrote")
    parser.add_argument("--tasks", default="50", metavar="N", help="how many to compute again (default: 50)")


def run(arguments: argparse.Namespace) -> Output:
    """The largest difference, and whether any word or finding changes; exit 1 if one does."""
    wanted = int(arguments.tasks) if arguments.tasks.isdecimal() else 0
    if not 1 <= wanted <= 10**9:
        raise BadInput(f"--tasks is {arguments.tasks!r:.40}; it must be a whole number of at least 1")
    batch = Batch.opened(arguments.folder)
    stored = batch.results
    there = stored["task"].unique()
    chosen = there[np.unique(np.linspace(0, len(there) - 1, min(wanted, len(there))).round().astype(int))]
    again = stored.copy()
    largest, words = 0.0, 0
    for done, task in enumerate(chosen, start=1):
        fresh = _computed(batch, int(task))
        rows = stored["task"] == task
        before = stored.loc[rows, fresh.columns].reset_index(drop=True)
        if len(before) != len(fresh):
            raise BadInput(f"task {task} has {len(fresh)} rows here and {len(before)} there; its source has changed")
        for name in fresh.columns:
            if fresh[name].dtype.kind in "biuf":
                old, new = before[name].to_numpy(float), fresh[name].to_numpy(float)
                with np.errstate(invalid="ignore"):  # of infinities that are equal
                    apart = np.where((old == new) | (np.isnan(old) & np.isnan(new)), 0.0, np.abs(old - new))
                largest = max(largest, float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0)))
            else:
                words += int((before[name].astype(str) != fresh[name].astype(str)).sum())
            again.loc[rows, name] = fresh[name].to_numpy()
        arguments.progress(done / len(chosen))
    changed = _changed_findings(batch, stored, again)
    facts: dict[str, Any] = {
        "study": batch.study.name,
        "tasks": len(chosen),
        "of": len(batch),
        "largest_difference": largest if np.isfinite(largest) else None,
        "texts_changed": words,
        "findings_changed": changed,
    }
    text = (
        f"{batch.study.name}: {len(chosen)} of {len(batch)} tasks computed again; largest difference {largest:.3g}, "
        f"{words} texts (such as verdicts) changed, findings that change: {', '.join(changed) or 'none'}."
    )
    return Output(text=text, json=facts, exit_code=1 if words or changed else 0)


def _changed_findings(batch: Batch, stored: Any, again: Any) -> list[str]:
    """The findings that no longer agree, or now do; `BadInput` where the study cannot read so few results."""
    try:
        pairs = zip(batch.study.findings(stored), batch.study.findings(again), strict=True)
        return [old.name for old, new in pairs if old.agrees != new.agrees]
    except Exception as error:  # a person's own study may fail in any way on few results
        raise BadInput(
            f"the results in {batch.store.name} cannot be read by study {batch.study.name} "
            f"({type(error).__name__}: {error}); if tasks are missing, `yuma run` computes them"
        ) from error


def _computed(batch: Batch, task: int) -> Any:
    import pandas as pd

    outcome = perform(Job(batch.code, batch.row(task)))
    if outcome.stage:
        raise BadInput(f"task {task} fails here ({outcome.stage}): {outcome.message}")
    return pd.read_parquet(io.BytesIO(outcome.part))
