"""One task of a study, done: what a worker receives and what it returns."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.errors import BadInput
from experiments.provenance import engine_version
from experiments.store import encoded
from experiments.study_code import StudyCode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Job", "Outcome", "perform", "perform_elsewhere"]


@dataclass(frozen=True, slots=True)
class Job:
    """A row of a study's design, and how to know the study."""

    code: StudyCode
    row: Mapping[str, bool | int | float | str]
    engine: str = ""
    """The engine's version that a result is named by, where who computes may have another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A result as the bytes of a Parquet part with its digest, or the stage at which a task failed and why."""

    part: bytes = b""
    digest: str = ""
    stage: str = ""
    message: str = ""
    seconds: float = 0.0


def perform(job: Job) -> Outcome:
    """Load the study, run the task, and encode its result; whatever goes wrong is an outcome too.

    Only an interrupt ends it, for it may be a person's.
    """
    import pandas as pd

    began = time.perf_counter()
    stage = "load"
    try:
        if job.engine and job.engine != engine_version():
            raise BadInput(f"this worker has engine {engine_version()}, not {job.engine}; install the same on both")
        study = job.code.study()
        stage = "task"
        result = study.task(dict(job.row))
        stage = "result"
        if not isinstance(result, pd.DataFrame) or not len(result):
            raise TypeError(f"the task returned {type(result).__name__}; it must return a data frame with rows")
        _checked(result, job.row)
        joint = result.reset_index(drop=True)
        for place, (name, value) in enumerate(job.row.items()):
            joint.insert(place, name, [value] * len(joint))
        part, digest = encoded(joint)
    except KeyboardInterrupt:  # Ctrl-C, for all that is known here
        raise
    except BaseException as error:  # a failed task is a row of the batch, not its end: also where it asks to exit
        message = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Outcome(stage=stage, message=message[:500], seconds=time.perf_counter() - began)
    return Outcome(part=part, digest=digest, seconds=time.perf_counter() - began)


def perform_elsewhere(job: Job) -> Outcome:
    """`perform` in a process of its own, which no person interrupts and whose stdout is not the command's.

    What a task prints goes to stderr, and an interrupt is the task's own: a failure like any other.
    """
    with redirect_stdout(sys.stderr):
        try:
            return perform(job)
        except KeyboardInterrupt:
            return Outcome(stage="task", message="KeyboardInterrupt: raised by the task itself")


def _checked(result: pd.DataFrame, row: Mapping[str, object]) -> None:
    """Refuse a result whose names or values a part cannot hold as they are."""
    from pandas.api.types import is_scalar

    names = list(result.columns)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise TypeError(f"the result's columns are {names!r:.80}; each needs a text of its own as its name")
    clash = sorted({"task", *row} & set(names))
    if clash:
        raise ValueError(f"the result has the design's columns {', '.join(clash)}; rename them")
    for name in names:
        if result[name].dtype.kind == "O":
            odd = next((each for each in result[name] if not is_scalar(each)), None)
            if odd is not None:
                raise TypeError(
                    f"the result's column {name} holds {odd!r:.40}; values are numbers, texts, true or false"
                )
