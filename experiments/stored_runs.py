"""Studies that were run into folders: what is there, and what it says, for those whose code is this package's own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch import Batch
from experiments.errors import BadInput
from experiments.report import StudyReport, report_of
from experiments.store import Store
from experiments.study_code import study_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StoredRun", "opened_run", "stored_runs"]

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A folder with results: its name, the study, the size, and how many of its tasks stand there.

    `own` says that the study and all it uses are this package's: only then is it opened from a screen, as other code
    would have to be run for it.
    """

    name: str
    study: str
    size: str
    tasks: int
    parts: int
    own: bool


def stored_runs(folder: str | os.PathLike[str]) -> tuple[StoredRun, ...]:
    """All runs in the folders of a folder, by name; none where it does not exist. No study's code is run.

    >>> stored_runs("no-such-folder")
    ()
    """
    root = Path(folder)
    found = []
    for path in sorted(root.iterdir())[:_MOST] if root.is_dir() else ():
        store = Store(path)
        stored = store.read_json("manifest.json")
        if stored is None:
            continue
        code: Any = stored.get("code")
        own = isinstance(code, dict) and code.get("file") is None and not code.get("plugins")
        own = own and (code.get("batch") is not None or code.get("name") in study_names())
        found.append(
            StoredRun(
                name=path.name,
                study=str(stored.get("study", ""))[:100],
                size=str(stored.get("size", ""))[:20],
                tasks=stored["tasks"] if isinstance(stored.get("tasks"), int) else 0,
                parts=len(store.keys()),
                own=own,
            )
        )
    return tuple(found)


def opened_run(folder: str | os.PathLike[str], name: str) -> tuple[StudyReport, pd.DataFrame]:
    """The report and all results of one of `stored_runs`; `BadInput` for any other name."""
    run = next((one for one in stored_runs(folder) if one.name == name), None)
    if run is None:
        raise BadInput(f"run {name[:60]!r} is not in the results folder; choose one that is listed")
    if not run.own:
        raise BadInput(f"run {name[:60]!r} is of a study from a file; `yuma report` reads it in the terminal")
    batch = Batch.opened(Path(folder) / name)
    return report_of(batch), batch.results
