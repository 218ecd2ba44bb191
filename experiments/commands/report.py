"""`yuma report STUDY`: what a study's results say, here and as a page; `--demo FILE.html`: the app without a server."""

from __future__ import annotations

import argparse

from experiments.commands.output import Output
from experiments.commands.study_arguments import add_results_arguments, finished_batch
from experiments.demo import SIZES, make_demo
from experiments.demo_page import MOST_BYTES, demo_page
from experiments.errors import BadInput
from experiments.files.figures import check_place, save_page
from experiments.report import report_of
from experiments.report_html import html_page

__all__ = ["HELP", "add_arguments", "run"]

HELP = "read a study's results: a sentence, findings beside what was published, and a page with the figures"

PAGE = "report.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study and its folder, or the demonstration and its file."""
    add_results_arguments(parser, needed=False)
    parser.add_argument("--demo", metavar="FILE.html", help="write the demonstration: one page that needs no server")
    parser.add_argument("--size", default="full", choices=tuple(SIZES), help="of the demonstration (default: full)")


def run(arguments: argparse.Namespace) -> Output:
    """Say it, and write the page beside the results."""
    if arguments.demo is not None:
        if arguments.study is not None:
            raise BadInput(f"--demo is given beside study {arguments.study!r}; ask for one of them")
        return _demo(arguments)
    if arguments.study is None:
        raise BadInput("no study is named; name one (`yuma studies` lists them), or --demo FILE.html")
    batch, note = finished_batch(arguments)
    report = report_of(batch, note)
    batch.store.write_text(PAGE, html_page(report))
    page = str(batch.store.folder / PAGE)
    return Output(text=f"{report.text()}\nWith figures: {page}", json={**report.to_json(), "page": page})


def _demo(arguments: argparse.Namespace) -> Output:
    if not arguments.demo.lower().endswith(".html"):
        raise BadInput(f"--demo is {arguments.demo!r}; it must be the name of a file that ends in .html")
    check_place(arguments.demo)
    arguments.progress.restart("solving the grid")
    page = demo_page(make_demo(arguments.size, progress=arguments.progress))
    size = len(page.encode())
    assert size < MOST_BYTES, f"the page has {size} bytes"
    save_page(page, arguments.demo)
    return Output(
        text=f"{arguments.demo}: one page of {size / 1e6:.1f} MB that needs no server and no network.",
        json={"page": arguments.demo, "bytes": size},
    )
