"""A study as it travels: by name if it is built in, else as the text of its file, so that any worker can load it."""

from __future__ import annotations

import hashlib
import json
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from experiments import studies
from experiments.errors import BadInput, nearest
from experiments.plugins import register_policies
from experiments.provenance import module_source
from experiments.source_file import SourceFile
from experiments.study import Study

__all__ = ["StudyCode", "study_code", "study_names"]


@dataclass(frozen=True, slots=True)
class StudyCode:
    """What a worker needs to know a study by: its name, its file if it is not built in, and plug-ins.

    A `batch` is a study made of a scenario, as JSON, and what to measure: see `experiments.batch`.
    """

    name: str
    file: SourceFile | None = None
    plugins: tuple[SourceFile, ...] = ()
    batch: str | None = None

    def study(self) -> Study:
        """The study, its plug-ins' policies registered; loaded once in each process."""
        register_policies(*self.plugins)
        if self.file is not None:
            self.file.module()
        return _study(self)

    @property
    def digest(self) -> str:
        """A short hash of the whole text: the study's, what a batch is made of, and that of its plug-ins."""
        text = self.batch if self.file is None else self.file.text
        if text is None:
            text = module_source(f"experiments.studies.{self.name.replace('-', '_')}")
        parts = [self.name, text, *(part for each in self.plugins for part in (each.name, each.text))]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads back."""
        files = [self.file, *self.plugins]
        texts = [None if each is None else {"name": each.name, "text": each.text} for each in files]
        return {"name": self.name, "file": texts[0], "plugins": texts[1:], "batch": self.batch}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> StudyCode:
        """The code that `to_json` wrote; `KeyError` or `TypeError` for anything else."""
        file = None if stored["file"] is None else SourceFile(**stored["file"])
        plugins = tuple(SourceFile(**each) for each in stored["plugins"])
        return cls(stored["name"], file, plugins, stored["batch"])


def study_names() -> tuple[str, ...]:
    """The built-in studies.

    >>> study_names()  # doctest: +ELLIPSIS
    (...)
    """
    return tuple(sorted(each.name.replace("_", "-") for each in pkgutil.iter_modules(studies.__path__)))


def study_code(reference: str, plugins: Iterable[str] = ()) -> StudyCode:
    """The code of a built-in study's name or of a `./my_study.py` that defines STUDY; `BadInput` for anything else."""
    brought = tuple(SourceFile.read(path, "--plugin") for path in plugins)
    if reference.endswith(".py"):
        file = SourceFile.read(reference, "study")
        return StudyCode(StudyCode("", file, brought).study().name, file, brought)
    if reference not in study_names():
        hint = nearest(reference, study_names(), listed_by="yuma studies")
        raise BadInput(
            f"study {reference!r} is unknown; {hint}; a study of your own is named by its file, ./NAME.py, and "
            "results by their folder"
        )
    return StudyCode(reference, None, brought)


@cache
def _study(code: StudyCode) -> Study:
    if code.batch is not None:
        from experiments.batch_study import batch_study

        return batch_study(json.loads(code.batch))
    if code.file is None:
        module: ModuleType = __import__(f"experiments.studies.{code.name.replace('-', '_')}", fromlist=["STUDY"])
        return module.STUDY
    study = getattr(code.file.module(), "STUDY", None)
    if not isinstance(study, Study):
        raise BadInput(
            f"{code.file.name} defines no STUDY; give it `STUDY = Study(...)` (from experiments import Study)"
        )
    return study
