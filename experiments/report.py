"""What a study's results say: the sentence, the findings beside what was published, and the commands behind them."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.batch import Batch
from experiments.errors import BadInput
from experiments.study import Finding, Study
from experiments.wording import table

if TYPE_CHECKING:
    import altair as alt

__all__ = ["FINDING_COLUMNS", "StudyReport", "commands_of", "finding_cells", "report_of", "rows_of"]

FINDING_COLUMNS = ("finding", "measured", "published", "agrees")
"""The head of a table of findings."""

_DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class StudyReport:
    """All that is read from one folder of results.

    `state` is what `Batch.status` says of the folder; `commands` make the results and this report again; `text_digest`
    is a hash of the study's text that says this, and `note` a word where that is not the text that was run.
    """

    study: Study
    sentence: str
    findings: tuple[Finding, ...]
    figures: Mapping[str, alt.TopLevelMixin]
    commands: tuple[str, ...]
    state: Mapping[str, Any]
    manifest: Mapping[str, Any]
    text_digest: str
    note: str = ""

    @property
    def completeness(self) -> str:
        """How many tasks the report rests on."""
        done, tasks = self.state["done"], self.state["tasks"]
        partial = "" if done == tasks else f" ({self.state['failed']} failed, {self.state['missing']} missing)"
        return f"{done} of {tasks} tasks{partial}, size {self.state['size']}"

    def text(self) -> str:
        """The report for a terminal."""
        lines = [
            f"{self.study.name}: {self.study.question}",
            "",
            self.sentence,
            *([self.note] if self.note else []),
            "",
            table(FINDING_COLUMNS, [finding_cells(each) for each in self.findings]),
            "",
            *[f"{each.name}: {each.note}." for each in self.findings if each.note],
            f"Expected: {self.study.expected}.",
            f"Source: {self.study.source}.",
            f"Rests on {self.completeness}, read by the study's text {self.text_digest}; brackets are 95 % intervals. "
            f"Made by: {'; '.join(self.commands)}",
        ]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The same for programs; fields in docs/reference/json.md."""
        return {
            "study": self.study.name,
            "question": self.study.question,
            "expected": self.study.expected,
            "source": self.study.source,
            "sentence": self.sentence,
            "text": self.text_digest,
            "note": self.note or None,
            "rows": [each.row() for each in self.findings],
            "figures": list(self.figures),
            "commands": list(self.commands),
            **{key: self.state[key] for key in ("size", "tasks", "done", "failed", "missing", "digest")},
        }


def report_of(batch: Batch, note: str = "") -> StudyReport:
    """Read a folder of results; `BadInput` where it holds none, or too few for the study to say anything."""
    results = batch.results
    study = batch.study
    try:
        findings = tuple(study.findings(results))
        sentence = study.sentence(results)
        figures = dict(study.figures(results))
    except Exception as error:  # a person's own study may fail in any way on few results
        raise BadInput(
            f"the results in {batch.store.name} cannot be read by study {study.name} "
            f"({type(error).__name__}: {error}); if tasks are missing, `yuma run` computes them"
        ) from error
    return StudyReport(
        study=study,
        sentence=sentence,
        findings=findings,
        figures=figures,
        commands=tuple(commands_of(batch, str(batch.store.folder))),
        state=batch.status(),
        manifest=batch.store.read_json("manifest.json") or {},
        text_digest=batch.code.digest,
        note=note,
    )


def commands_of(batch: Batch, folder: str) -> list[str]:
    """The commands that run a batch's study into a folder and report it, quoted for a shell.

    A batch of a design from outside goes on in its folder, which holds the design.
    """
    file, out = batch.code.file, shlex.quote(folder)
    if batch.code.batch is not None:
        return [f"yuma run {out}", f"yuma report {out}"]
    reference = shlex.quote(f"./{file.name}") if file else batch.study.name
    options = "".join(f" --plugin {shlex.quote(f'./{plugin.name}')}" for plugin in batch.code.plugins)
    return [
        f"yuma run {reference} --size {batch.size}{options} --out {out}",
        f"yuma report {reference}{options} --out {out}",
    ]


def finding_cells(finding: Finding) -> list[str]:
    """A finding as the cells of a table.

    >>> finding_cells(Finding(name="needed", unit="%", measured=73.5364, low=73.41, high=73.6, published=73.3))
    ['needed', '73.54 % [73.41, 73.60]', '73.3 %', 'no']
    """
    unit = "" if finding.unit == "1" else f" {finding.unit}"
    said = f"{finding.published or 0:g}".partition("e")[0].strip("-0.").replace(".", "")
    digits = max(_DIGITS, len(said))  # no fewer than what was published has
    measured = "-" if _absent(finding.measured) else f"{_number(finding.measured, digits)}{unit}"
    if not _absent(finding.measured) and not (_absent(finding.low) and _absent(finding.high)):
        measured += f" [{_number(finding.low, digits)}, {_number(finding.high, digits)}]"
    published = "-" if finding.published is None else f"{finding.published:g}{unit}"
    if isinstance(finding.measured, bool) and finding.published in (0, 1):
        published = _number(bool(finding.published), digits)
    return [finding.name, measured, published, {True: "yes", False: "no", None: "-"}[finding.agrees]]


def _absent(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def _number(value: float | bool | None, digits: int) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or not math.isfinite(value):
        return "none"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:#.{digits}g}".removesuffix(".") if abs(value) < 10**_DIGITS else f"{value:,.0f}"


def rows_of(chart: alt.TopLevelMixin) -> Sequence[Mapping[str, Any]]:
    """The data that a chart draws, row by row: of all its layers and parts, whether frames or lists.

    >>> import altair as alt, pandas as pd
    >>> rows_of(alt.Chart(pd.DataFrame({"x": [1, 2]})).mark_point().encode(x="x:Q"))
    [{'x': 1}, {'x': 2}]
    """
    import altair as alt

    with alt.data_transformers.enable("default", max_rows=None):
        spec = chart.to_dict()
    return [*_inline(spec), *(row for rows in spec.get("datasets", {}).values() for row in rows)]


def _inline(spec: Any) -> list[Mapping[str, Any]]:
    """The rows that stand in a chart's specification itself, or in those of its parts; none twice."""
    if isinstance(spec, list):
        return [row for part in spec for row in _inline(part)]
    if not isinstance(spec, dict):
        return []
    values = spec["data"].get("values") if isinstance(spec.get("data"), dict) else None
    parts = (spec[key] for key in ("layer", "concat", "hconcat", "vconcat", "spec") if key in spec)
    return [*(values if isinstance(values, list) else []), *(row for part in parts for row in _inline(part))]
