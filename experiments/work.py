"""One task of a study, done: what a worker receives and what it returns."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from experiments.store import encoded
from experiments.study_code import StudyCode

__all__ = ["Job", "Outcome", "perform"]


@dataclass(frozen=True, slots=True)
class Job:
    """A row of a study's design, and how to know the study."""

    code: StudyCode
    row: Mapping[str, bool | int | float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A result as the bytes of a Parquet part with its digest, or the stage at which a task failed and why."""

    part: bytes = b""
    digest: str = ""
    stage: str = ""
    message: str = ""
    seconds: float = 0.0


def perform(job: Job) -> Outcome:
    """Load the study, run the task, and encode its result; whatever goes wrong is an outcome too."""
    import pandas as pd

    began = time.perf_counter()
    stage = "load"
    try:
        study = job.code.study()
        stage = "task"
        result = study.task(dict(job.row))
        stage = "result"
        if not isinstance(result, pd.DataFrame) or not len(result):
            raise TypeError(f"the task returned {type(result).__name__}; it must return a data frame with rows")
        clash = sorted({"task", *job.row} & set(result.columns))
        if clash:
            raise ValueError(f"the result has the design's columns {', '.join(clash)}; rename them")
        joint = result.reset_index(drop=True)
        for place, (name, value) in enumerate(job.row.items()):
            joint.insert(place, name, [value] * len(joint))
        part, digest = encoded(joint)
    except Exception as error:  # a failed task is a row of the batch, not its end
        message = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Outcome(stage=stage, message=message[:500], seconds=time.perf_counter() - began)
    return Outcome(part=part, digest=digest, seconds=time.perf_counter() - began)
