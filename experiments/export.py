"""A study as the files of a paper: figures, tables, data, methods, and what rebuilds them."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

from experiments.batch import DESIGN, Batch
from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.report import FINDING_COLUMNS, StudyReport, commands_of, finding_cells, rows_of
from experiments.report_html import html_page

__all__ = ["export_study"]

_MARK = "methods.md"
_REBUILD = "rebuild.sh"


def export_study(batch: Batch, report: StudyReport, folder: str | os.PathLike[str]) -> list[str]:
    """Write all files of a report under `folder` and return their names; an earlier export there is replaced.

    The folder appears when it is complete. `BadInput` where it holds anything else or cannot be written.
    """
    target, name = Path(folder), shown(os.fspath(folder))
    if target.exists() and not (target.is_dir() and ((target / _MARK).is_file() or not any(target.iterdir()))):
        raise BadInput(f"{name} exists and is no earlier export; name a new folder")
    files = _files(batch, report)
    token = secrets.token_hex(4)
    fresh, old = (target.parent / f".{target.name}.{token}.{kind}.tmp" for kind in ("new", "old"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            for place, data in files.items():
                (fresh / place).parent.mkdir(parents=True, exist_ok=True)
                (fresh / place).write_bytes(data)
            (fresh / _REBUILD).chmod(0o755)
            if target.exists():
                target.rename(old)
            fresh.rename(target)
        finally:
            if old.exists() and not target.exists():
                old.rename(target)
            for left in (fresh, old):
                shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise BadInput(
            f"{name} cannot be written: {error.strerror or error}; name a folder that is yours to write"
        ) from None
    return sorted(files)


def _files(batch: Batch, report: StudyReport) -> dict[str, bytes]:
    from charts.export import chart_bytes

    files = {
        _MARK: methods(report).encode(),
        "report.html": html_page(report).encode(),
        "report.json": _json(report.to_json()),
        "manifest.json": _json(dict(report.manifest)),
        _REBUILD: _script(batch).encode(),
        "design.csv": batch.design.to_csv(index_label="task", lineterminator="\n").encode(),
        "tables/findings.csv": _csv(report),
        "tables/findings.tex": findings_tex(report).encode(),
    }
    if batch.code.batch is not None:
        files[DESIGN] = (batch.store.folder / DESIGN).read_bytes()
    played = _scenarios(batch)
    if played:
        files["scenarios.json"] = _json(played)
    for brought in (batch.code.file, *batch.code.plugins):
        if brought is not None:
            files[brought.name] = brought.text.encode()
    for name, chart in report.figures.items():
        for kind in ("pdf", "svg", "png"):
            files[f"figures/{name}.{kind}"] = chart_bytes(chart, kind)
        files[f"data/{name}.csv"] = _rows_csv(rows_of(chart))
    return files


def _scenarios(batch: Batch) -> list[dict[str, Any]]:
    """Every scenario that the tasks play, whole, with the numbers of the tasks that play it."""
    if batch.study.scenario is None:
        return []
    found: dict[str, dict[str, Any]] = {}
    for task in range(len(batch)):
        scenario = batch.study.scenario(batch.row(task))
        entry = found.setdefault(
            scenario.digest, {"digest": scenario.digest, "tasks": [], "scenario": scenario.document()}
        )
        entry["tasks"].append(task)
    return list(found.values())


def _script(batch: Batch) -> str:
    """What computes everything anew beside itself, whatever folder it is called from."""
    lines = commands_of(batch, "results")
    lines.append(lines[-1].replace("yuma report", "yuma export", 1) + " export")
    if batch.code.batch is not None:
        lines.insert(0, f"mkdir -p results && cp manifest.json {DESIGN} results")
    return "\n".join(["#!/bin/sh", "set -e", 'cd "$(dirname "$0")"', *lines]) + "\n"


def methods(report: StudyReport) -> str:
    """The paragraph on methods, filled from the manifest."""
    made, study = report.manifest, report.study
    packages = ", ".join(f"{name} {version}" for name, version in made.get("packages", {}).items())
    seeds = made.get("seeds") or []
    luck = f"Seeds: {', '.join(map(str, seeds))}. " if seeds else ""
    commands = "\n".join(f"    {command}" for command in report.commands)
    note = f"\n\n{report.note}" if report.note else ""
    return f"""# Methods: {study.name}

Question: {study.question}

Result: {report.sentence}{note}

The study was computed with Yuma Games (engine {made.get("engine", "unknown")}) from {report.completeness}. {luck}Every
task depends on its row of `design.csv` alone, so the results do not depend on the number of workers or their order.
The digest of all results is {report.state["digest"]}, that of the study's text {report.text_digest}. Intervals hold
with 95 % probability and are over seeds or worlds, as each finding says. A finding agrees with a published figure if
its interval, widened by the stated tolerance, contains it.

Expected: {study.expected}. Source: {study.source}.

Python {made.get("python", "unknown")} on {made.get("system", "unknown")}; {packages}.
Processor features: {", ".join(made.get("processor_features", [])) or "unknown"}.

To compute it again:

{commands}
"""


def findings_tex(report: StudyReport) -> str:
    """The table of findings for LaTeX with booktabs."""
    rows = "\n".join(" & ".join(map(_tex, finding_cells(each))) + r" \\" for each in report.findings)
    head = " & ".join(FINDING_COLUMNS)
    return (
        f"% {_tex(report.study.name)}; needs \\usepackage{{booktabs}}\n"
        f"\\begin{{tabular}}{{l@{{\\quad}}lll}}\n\\toprule\n"
        f"{head} \\\\\n\\midrule\n{rows}\n\\bottomrule\n\\end{{tabular}}\n"
    )


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def _tex(text: str) -> str:
    """Text with LaTeX's own letters made harmless.

    >>> _tex("60 % of a_b")
    '60 \\\\% of a\\\\_b'
    """
    return "".join(_TEX.get(letter, f"\\{letter}" if letter in "&%$#_{}" else letter) for letter in text)


def _csv(report: StudyReport) -> bytes:
    return _rows_csv(report.to_json()["rows"])


def _rows_csv(rows: Any) -> bytes:
    text = io.StringIO()
    names = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _json(document: dict[str, Any] | list[Any]) -> bytes:
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode()
