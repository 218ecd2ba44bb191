"""`yuma report STUDY`: what a study's results say, here and as a page."""

from __future__ import annotations

import argparse

from experiments.commands.output import Output
from experiments.commands.study_arguments import add_results_arguments, finished_batch
from experiments.report import report_of
from experiments.report_html import html_page

__all__ = ["HELP", "add_arguments", "run"]

HELP = "read a study's results: a sentence, findings beside what was published, and a page with the figures"

PAGE = "report.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study and its folder."""
    add_results_arguments(parser)


def run(arguments: argparse.Namespace) -> Output:
    """Say it, and write the page beside the results."""
    batch = finished_batch(arguments)
    report = report_of(batch)
    batch.store.write_text(PAGE, html_page(report))
    page = str(batch.store.folder / PAGE)
    return Output(text=f"{report.text()}\nWith figures: {page}", json={**report.to_json(), "page": page})
