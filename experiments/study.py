"""What a study is: a question, the tasks that answer it, and what is read from their results."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from econ.errors import InputError
from experiments.errors import BadInput

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from experiments.scenario import Scenario

__all__ = ["SIZES", "Finding", "Study", "Task", "checked_design"]

SIZES = ("small", "full")
"""Sizes every study has: small runs in the tests, full is what the README's table of reproductions shows."""

Task = Mapping[str, bool | int | float | str]
"""One row of a design."""

_FUNCTIONS = ("design", "task", "findings", "figures", "sentence", "scenario", "uses")

_NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure of a study beside the published one.

    `published` and `source` say what stands where; None: nobody has published it. `agrees` says whether the measured
    interval meets it within `tolerance` (None where nothing is published). True and False are measured as such.
    """

    name: str
    unit: str
    measured: float | bool | None
    low: float | None = None
    high: float | None = None
    published: float | None = None
    tolerance: float = 0.0
    source: str = ""
    note: str = ""

    @property
    def agrees(self) -> bool | None:
        """Whether the interval, widened by the tolerance, contains the published figure.

        >>> Finding(name="utility", unit="%", measured=73.5, published=73.0, tolerance=0.6).agrees
        True
        """
        if self.published is None:
            return None
        if self.measured is None:
            return False
        low = self.measured if self.low is None else self.low
        high = self.measured if self.high is None else self.high
        return low - self.tolerance <= self.published <= high + self.tolerance

    def row(self) -> dict[str, Any]:
        """Its fields and whether it agrees; a number that is not finite is None.

        >>> Finding(name="gain", unit="thousandths", measured=float("nan")).row()["measured"] is None
        True
        """
        stored = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in asdict(self).items()}
        return {**stored, "agrees": self.agrees}


@dataclass(frozen=True, kw_only=True)
class Study:
    """One question asked of many runs.

    Everything is a function of a module's top level, so that another process can find it by name. `design(size)`
    returns a frame with one row a task, columns of plain values, in an order that never changes. `task(row)` returns
    the frame of that row's results and depends on nothing but the row. `findings`, `figures` and `sentence` read the
    joint frame of all results: the column `task` (the row's number in the design), the design's columns, then the
    results' own. `scenario(row)` is the scenario that a row plays, where it plays one: its policies and its rule decide
    the result beside the study's own module, and an export holds it. `uses(row)` names whatever else does.
    """

    name: str
    question: str
    expected: str
    source: str
    design: Callable[[str], pd.DataFrame]
    task: Callable[[Task], pd.DataFrame]
    findings: Callable[[pd.DataFrame], list[Finding]]
    figures: Callable[[pd.DataFrame], Mapping[str, alt.Chart]]
    sentence: Callable[[pd.DataFrame], str]
    scenario: Callable[[Task], Scenario] | None = None
    uses: Callable[[Task], Iterable[object]] = lambda row: ()

    def __post_init__(self) -> None:
        named = isinstance(self.name, str) and len(self.name) <= _LONGEST_NAME
        if not (named and _NAME.fullmatch(self.name)):
            raise BadInput(
                f"the study's name is {self.name!r:.60}; it names a folder: lowercase letters, digits and single "
                f"hyphens, at most {_LONGEST_NAME}"
            )
        for field in ("task", "scenario", "uses"):
            given = getattr(self, field)
            if not hasattr(given, "__qualname__") and not (field == "scenario" and given is None):
                raise BadInput(
                    f"{field} of study {self.name} is a {type(given).__name__}; it must be a function of the study's "
                    "file, whose text names the results"
                )

    @classmethod
    def of(cls, module: Mapping[str, Any], **said: Any) -> Study:
        """The study of a module, given its `globals()`: its functions are those of the module with their names.

        `scenario` and `uses` where the module has them; `said` are the other fields, and any function of another name.
        """
        return cls(**{name: module[name] for name in _FUNCTIONS if name in module} | said)

    def sources(self, row: Task, played: Scenario | None) -> list[object]:
        """Everything whose source decides the result of a row and the scenario that it plays."""
        return [self.task, *([] if played is None else played.sources), *self.uses(row)]

    @property
    def deciding(self) -> dict[str, frozenset[str]]:
        """By the name of its module, the functions there that decide results, or make those that do."""
        home = self.task.__module__
        functions = (each for each in (self.task, self.scenario, self.uses) if each is not None)
        return {home: frozenset(each.__qualname__.partition(".")[0] for each in functions if each.__module__ == home)}

    def played(self, row: Task) -> Scenario | None:
        """The scenario that a row plays, where it plays one; `BadInput` for anything else."""
        from experiments.scenario import Scenario

        if self.scenario is None:
            return None
        played = self.scenario(row)
        if not isinstance(played, Scenario):
            raise BadInput(f"scenario(row) of study {self.name} gives {type(played).__name__}; it must be a Scenario")
        return played

    def tasks(self, size: str) -> pd.DataFrame:
        """The design of a size; `BadInput` for an unknown size or a design with no rows or a bad value.

        The message names the row and the column.
        """
        if size not in SIZES:
            raise BadInput(f"--size is {size!r}; it may be {' or '.join(SIZES)}")
        try:
            design = self.design(size)
        except InputError:
            raise
        except Exception as error:  # whatever a person's own study raises
            raise BadInput(f"design({size!r}) of study {self.name} fails: {type(error).__name__}: {error}") from error
        return checked_design(design, f"study {self.name}")


def checked_design(design: pd.DataFrame, whose: str) -> pd.DataFrame:
    """A design whose every value is a plain finite one, each column of one kind, numbered from 0.

    `BadInput` names the row and column.
    """
    import pandas as pd

    if not isinstance(design, pd.DataFrame):
        raise BadInput(
            f"the design of {whose} is of type {type(design).__name__}; it must be a data frame, such as designs.grid"
        )
    if not len(design):
        raise BadInput(f"the design of {whose} has no rows; give it at least one task")
    for name in design.columns:
        if not isinstance(name, str):
            raise BadInput(f"the design of {whose} has a column named {name!r}; names are texts")
    if not design.columns.is_unique:
        raise BadInput(f"the design of {whose} names a column twice; name each once")
    if "task" in design.columns:
        raise BadInput(f"the design of {whose} has a column named task; results hold the row's number there: rename it")
    return pd.DataFrame({name: _plain_column(name, design[name].tolist(), whose) for name in design.columns})


def _plain_column(name: str, given: list[Any], whose: str) -> list[Any]:
    """A column's values as Python's own, all numbers, all texts, or all true or false."""
    values = [getattr(value, "item", lambda value=value: value)() for value in given]
    first = _kind(values[0])
    for row, value in enumerate(values):
        told = f"row {row} of the design of {whose} has {name} = {value!r:.60}"
        if _kind(value) is None or value != value or value in (float("inf"), float("-inf")):
            raise BadInput(f"{told}; values are numbers (finite), texts, true or false")
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise BadInput(f"{told}; whole numbers lie in [-2**63, 2**63)")
        if _kind(value) != first:
            raise BadInput(f"{told}, but row 0 has {values[0]!r:.60}; a column holds numbers, or texts, or truths")
    return [float(value) for value in values] if first == "number" and float in map(type, values) else values


def _kind(value: object) -> str | None:
    """What a value is of, as a column holds one kind."""
    kinds = (("truth", bool), ("number", int | float), ("text", str))
    return next((kind for kind, types in kinds if isinstance(value, types)), None)
