"""The arguments that every command on a study's results shares."""

from __future__ import annotations

import argparse

from experiments.batch import Batch, default_folder
from experiments.commands.scenario_arguments import add_plugin_argument
from experiments.errors import BadInput
from experiments.study import SIZES
from experiments.study_code import study_code

__all__ = ["add_results_arguments", "add_study_arguments", "chosen_batch", "finished_batch"]


def add_study_arguments(parser: argparse.ArgumentParser) -> None:
    """STUDY, `--size`, `--out` and `--plugin`."""
    add_results_arguments(parser)
    parser.add_argument("--size", default="small", help=f"{' or '.join(SIZES)} (default: small)")


def add_results_arguments(parser: argparse.ArgumentParser, *, needed: bool = True) -> None:
    """STUDY, `--out` and `--plugin`."""
    about = "a built-in study (see `yuma studies`) or a file ./MY_STUDY.py that defines STUDY"
    parser.add_argument("study", nargs=None if needed else "?", help=about)
    parser.add_argument("--out", metavar="DIR", help="where results are kept (default: results/STUDY)")
    add_plugin_argument(parser)


def chosen_batch(arguments: argparse.Namespace) -> Batch:
    """The study, size and folder that those arguments name."""
    code = study_code(arguments.study, arguments.plugin)
    return Batch(code, arguments.size, arguments.out or default_folder(code))


def finished_batch(arguments: argparse.Namespace) -> Batch:
    """The results of a study as they were last run, in the size they were; `BadInput` where another study's are."""
    code = study_code(arguments.study, arguments.plugin)
    batch = Batch.opened(arguments.out or default_folder(code))
    if batch.study.name != code.study().name:
        raise BadInput(f"{batch.store.name} holds results of the study {batch.study.name}, not of {code.study().name}")
    return batch
