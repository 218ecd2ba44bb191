"""The arguments that every command on a study's results shares."""

from __future__ import annotations

import argparse
import os

from experiments.batch import Batch, default_folder
from experiments.commands.scenario_arguments import add_plugin_argument
from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.study import SIZES
from experiments.study_code import study_code, study_names

__all__ = ["add_results_arguments", "add_study_arguments", "chosen_batch", "finished_batch"]


def add_study_arguments(parser: argparse.ArgumentParser) -> None:
    """STUDY, `--size`, `--out` and `--plugin`."""
    add_results_arguments(parser)
    parser.add_argument("--size", help=f"{' or '.join(SIZES)} (default: small; of a folder: as it was run)")


def add_results_arguments(parser: argparse.ArgumentParser, *, needed: bool = True) -> None:
    """STUDY, `--out` and `--plugin`."""
    about = "a built-in study (see `yuma studies`), a file ./MY_STUDY.py that defines STUDY, or a folder of results"
    parser.add_argument("study", nargs=None if needed else "?", help=about)
    parser.add_argument("--out", metavar="DIR", help="where results are kept (default: results/STUDY)")
    add_plugin_argument(parser)


def chosen_batch(arguments: argparse.Namespace) -> Batch:
    """The study, size and folder that those arguments name; of a folder what was run into it."""
    there = _of_folder(arguments)
    if there is not None:
        return there if arguments.size in (None, there.size) else there.resized(arguments.size)
    code = study_code(arguments.study, arguments.plugin)
    return Batch(code, arguments.size or SIZES[0], arguments.out or default_folder(code))


def finished_batch(arguments: argparse.Namespace) -> tuple[Batch, str]:
    """The results of a study as they were last run, in the size they were, and a word where its text changed since.

    They are read by the study's text as it is now, as long as that names the same results; else by the text that was
    run. `BadInput` where another study's are.
    """
    there = _of_folder(arguments)
    if there is not None:
        return there, ""
    code = study_code(arguments.study, arguments.plugin)
    batch = Batch.opened(arguments.out or default_folder(code))
    if batch.study.name != code.study().name:
        raise BadInput(f"{batch.store.name} holds results of the study {batch.study.name}, not of {code.study().name}")
    now = batch.read_by(code)
    if now is None:
        return batch, (
            "The study has changed since it was run, in what its rows rest on: this is what the text that was run "
            "says; run it again for the new one."
        )
    if batch.text_run not in (None, now.code.digest):
        return now, "The study's text was edited since it was run; its rows are the same: this is what it says now."
    return now, ""


def _of_folder(arguments: argparse.Namespace) -> Batch | None:
    """The batch of a folder that is named in the study's place."""
    if arguments.study in study_names() or not os.path.isdir(arguments.study):
        return None
    for flag, given in (("--out", arguments.out), ("--plugin", arguments.plugin)):
        if given:
            raise BadInput(
                f"{flag} is given beside the folder {shown(arguments.study)!r}, which holds it; leave it out"
            )
    return Batch.opened(arguments.study)
