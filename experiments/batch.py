"""A study run: what is missing is computed, on any engine, and every result is kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cached_property
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from econ.errors import InputError
from experiments.batch_study import batch_code
from experiments.engine import engine
from experiments.errors import BadInput
from experiments.manifest import manifest
from experiments.provenance import engine_version, source_digest
from experiments.scenario import Scenario
from experiments.store import Store
from experiments.study import Study, Task, checked_design
from experiments.study_code import StudyCode, study_code
from experiments.work import Job

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Batch", "Counts", "default_folder", "run_design", "run_study"]

DESIGN = "design.parquet"
"""The tasks of a batch whose design came from outside."""

Watch = Callable[["Counts"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How far a run has come: all tasks of this run's share, those with results, those just computed or failed."""

    tasks: int
    done: int
    computed: int
    failed: int


class Batch:
    """A study of some size in some folder; opening it computes nothing.

    Attributes: code, size, store, design (the frame of tasks: the study's own of that size, unless one is given).
    """

    def __init__(
        self, code: StudyCode, size: str, folder: str | os.PathLike[str], design: pd.DataFrame | None = None
    ) -> None:
        self.code, self.size, self.store = code, size, Store(folder)
        self.study: Study = code.study()
        self._own_design = design is not None
        self.design = self.study.tasks(size) if design is None else checked_design(design, self.study.name)
        self._keys = np.zeros(len(self.design), dtype="S32")  # texts would be most of what a task costs in memory

    @classmethod
    def opened(cls, folder: str | os.PathLike[str]) -> Batch:
        """The batch that was last run in a folder, as its manifest has it; `BadInput` where none was."""
        store = Store(folder)
        stored = store.read_json("manifest.json")
        if stored is None:
            raise BadInput(f"{store.name} holds no results; run a study into it with `yuma run STUDY --out DIR`")
        try:
            code = StudyCode.from_json(stored["code"])
            return cls(code, stored["size"], folder, store.read_frame(DESIGN) if code.batch is not None else None)
        except (KeyError, TypeError, OSError):
            raise BadInput(f"{store.name} holds a manifest that cannot be read; run the study again") from None

    def read_by(self, code: StudyCode) -> Batch | None:
        """This batch as another text of its study reads it; None where that no longer names the results there are.

        Plug-ins are those it was run with, unless the code brings its own.
        """
        code = replace(code, plugins=code.plugins or self.code.plugins)
        if code == self.code:
            return self
        now = Batch(code, self.size, self.store.folder)
        there, was, are = self.store.keys(), self.keys(), now.keys()
        return now if was & there <= are or are <= there else None

    def resized(self, size: str) -> Batch:
        """The same study in another size; `BadInput` where its design came from outside."""
        if self._own_design:
            raise BadInput(f"--size {size!r} is for a study; {self.store.name} has a design of its own: leave it out")
        return Batch(self.code, size, self.store.folder)

    @property
    def text_run(self) -> str | None:
        """The hash of the study's text that was last run here, as `StudyCode.digest` gives it."""
        return (self.store.read_json("manifest.json") or {}).get("text")

    def keys(self) -> set[str]:
        """What names the results of all tasks; `BadInput` for a row that is none of the study's."""
        return {self._key(task) for task in range(len(self))}

    def __len__(self) -> int:
        return len(self.design)

    def row(self, task: int) -> dict[str, bool | int | float | str]:
        """A task's row of the design, as plain values."""
        values = {name: self.design[name].iat[task] for name in self.design.columns}
        return {name: getattr(value, "item", lambda value=value: value)() for name, value in values.items()}

    def key(self, row: Task) -> str:
        """What names a row's result: the row, its scenario, the engine's version, and the source of all it uses."""
        played = self.study.played(row)
        used = source_digest(self.study.sources(row, played), self.study.deciding)
        scenario = None if played is None else played.digest  # its values stand in files that no source names
        text = repr((self.study.name, sorted(row.items()), scenario, engine_version(), used))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _key(self, task: int) -> str:
        """The key of a task's row, worked out once; `BadInput` names a row that is none of the study's."""
        if not self._keys[task]:
            told = f"row {task} of the design of {self.study.name}"
            try:
                self._keys[task] = self.key(self.row(task))
            except InputError as error:
                raise BadInput(f"{told}: {error}") from None
            except Exception as error:  # whatever a person's own study raises
                raise BadInput(f"{told} is not read by the study: {type(error).__name__}: {error}") from error
        return str(self._keys[task], "ascii")

    def run(
        self,
        *,
        engine_name: str = "processes",
        workers: int | None = None,
        scheduler: str | None = None,
        shard: tuple[int, int] = (1, 1),
        watch: Watch = lambda counts: None,
    ) -> Counts:
        """Compute every task of the shard that has no result yet, and keep what comes.

        A task that fails is kept apart and counted; the others go on. `BadInput` before anything is written where a
        row of the design is none of the study's.
        """
        submit = engine(engine_name, workers=workers, scheduler=scheduler)
        mine = range(shard[0] - 1, len(self), shard[1])
        self.keys()
        self._take_folder()
        known, computed, failed = 0, 0, 0

        def missing() -> Iterator[tuple[int, Job]]:
            nonlocal known
            for task in mine:
                if self.store.read(self._key(task)) is not None:
                    known += 1
                else:
                    yield task, Job(self.code, self.row(task), engine_version())

        def counts() -> Counts:
            return Counts(tasks=len(mine), done=known + computed, computed=computed, failed=failed)

        watch(counts())
        with closing(submit(missing())) as outcomes:
            for task, outcome in outcomes:
                key = self._key(task)
                if outcome.stage:
                    self.store.fail(key, task, outcome.stage, outcome.message)
                    failed += 1
                else:
                    self.store.write(key, outcome.part)
                    computed += 1
                watch(counts())
        return counts()

    def missing(self, shard: tuple[int, int] = (1, 1)) -> list[int]:
        """The tasks of a shard that have no result yet."""
        return [task for task in range(shard[0] - 1, len(self), shard[1]) if self.store.digest(self._key(task)) is None]

    def _take_folder(self) -> None:
        stored = self.store.read_json("manifest.json")
        other = stored.get("study") if stored else None
        if other not in (None, self.study.name):
            raise BadInput(f"{self.store.name} holds results of the study {other}; name another folder with --out")
        self.store.prepare()
        if self._own_design:
            self.store.write_joint(DESIGN, lambda: [self.design])
        fresh = manifest(self)
        if stored != fresh:
            self.store.write_json("manifest.json", fresh)

    def status(self) -> dict[str, Any]:
        """How many tasks are done, failed and missing, the digest of the whole if all are done, and every failure.

        `superseded` counts the results beside them that other source or another version made.
        """
        present, failures = self.store.keys(), self.store.failed_keys()
        done, failed = 0, []
        whole = hashlib.sha256()
        for task in range(len(self)):
            key = self._key(task)
            digest = self.store.digest(key) if key in present else None
            if digest is not None:
                done += 1
                whole.update(f"{task} {digest}\n".encode())
            elif key in failures:
                failed.append({"task": task, **(self.store.failure(key) or {})})
        return {
            "study": self.study.name,
            "size": self.size,
            "digest": whole.hexdigest()[:16] if done == len(self) else None,
            "tasks": len(self),
            "done": done,
            "failed": len(failed),
            "missing": len(self) - done - len(failed),
            "superseded": len(present - self.keys()),
            "failures": failed,
        }

    def frames(self) -> Iterator[pd.DataFrame]:
        """The result of each task that has one, in the design's order, with its number in the column `task`."""
        for task in range(len(self)):
            key = self._key(task)
            frame = self.store.read(key)
            if frame is not None:
                frame.insert(0, "task", task)
                yield frame
            elif self.store.digest(key) is not None:
                raise BadInput(
                    f"{self.store.name} holds a damaged result (task {task}); run the study again to mend it"
                )

    @cached_property
    def results(self) -> pd.DataFrame:
        """All results in one frame; `BadInput` where there are none."""
        import pandas as pd

        frames = list(self.frames())
        if not frames:
            kept = len(self.store.keys())
            other = f", but {kept} made by other source or another version" if kept else ""
            raise BadInput(f"{self.store.name} holds no results of {self.study.name}{other}; `yuma run` computes them")
        return pd.concat(frames, ignore_index=True)

    @property
    def findings(self) -> pd.DataFrame:
        """What the study reads from its results, a row a finding: what `yuma report` shows."""
        import pandas as pd

        return pd.DataFrame([each.row() for each in self.study.findings(self.results)])


def run_study(
    study: str,
    *,
    size: str = "small",
    out: str | os.PathLike[str] | None = None,
    engine: str = "processes",
    workers: int | None = None,
    scheduler: str | None = None,
    plugins: Iterable[str] = (),
) -> Batch:
    """Run a built-in study by name, or one's own by its file, into `out` (default `results/STUDY`).

    `plugins` are files of policies that it plays; `scheduler` is the address of a Dask scheduler, for engine `dask`.
    Returns the batch: `.results` and `.findings` are data frames.
    """
    code = study_code(study, plugins)
    batch = Batch(code, size, out if out is not None else default_folder(code))
    batch.run(engine_name=engine, workers=workers, scheduler=scheduler)
    return batch


def run_design(
    scenario: Scenario,
    design: pd.DataFrame,
    *,
    measure: str = "play",
    out: str | os.PathLike[str] | None = None,
    engine: str = "processes",
    workers: int | None = None,
    scheduler: str | None = None,
    plugins: Iterable[str] = (),
) -> pd.DataFrame:
    """A scenario once for every row of a design, whose columns are keys (`rules.kappa`) or seats (`mix.ROLE.STRATEGY`).

    `measure` is `play`: what every strategy earns (a row a strategy), or `solve`: the equilibria (a row a strategy in
    each). With `out` results are kept there and found again. `plugins` are files of policies that it plays, `scheduler`
    is for engine `dask`. `BadInput` if any run failed, with the first reason.
    """
    with ExitStack() as stack:
        folder = out if out is not None else stack.enter_context(TemporaryDirectory())
        batch = Batch(batch_code(scenario, measure, plugins), "full", folder, design)
        batch.run(engine_name=engine, workers=workers, scheduler=scheduler)
        failures = batch.status()["failures"]
        if failures:
            first = failures[0]
            raise BadInput(f"{len(failures)} of {len(batch)} runs failed; row {first['task']}: {first['message']}")
        return batch.results


def default_folder(code: StudyCode) -> str:
    """`results/STUDY`."""
    return os.path.join("results", code.study().name)
