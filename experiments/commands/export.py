"""`yuma export STUDY DIR`: a study as the files of a paper."""

from __future__ import annotations

import argparse

from experiments.commands.output import Output
from experiments.commands.study_arguments import add_results_arguments, finished_batch
from experiments.export import export_study
from experiments.report import report_of

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write a study's figures, tables, data and methods, ready for a paper"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, where its results are, and where the files go."""
    add_results_arguments(parser)
    parser.add_argument("folder", help="where to write; an earlier export there is replaced")


def run(arguments: argparse.Namespace) -> Output:
    """Write all, and list it."""
    batch, note = finished_batch(arguments)
    files = export_study(batch, report_of(batch, note), arguments.folder)
    listed = "\n".join(f"  {name}" for name in files)
    return Output(text=f"{len(files)} files in {arguments.folder}:\n{listed}", json={"files": files})
