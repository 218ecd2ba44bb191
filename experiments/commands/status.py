"""`yuma status DIR`: what a folder of results holds."""

from __future__ import annotations

import argparse

from experiments.batch import Batch
from experiments.commands.output import Output

__all__ = ["HELP", "add_arguments", "run"]

HELP = "say what of a study is done, missing and failed in a folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder."""
    parser.add_argument("folder", help="a folder that `yuma run` wrote, such as results/consensus-map")


def run(arguments: argparse.Namespace) -> Output:
    """Counts, digest and failures."""
    batch = Batch.opened(arguments.folder)
    state = batch.status()
    lines = [
        f"{state['study']} ({state['size']}): {state['tasks']} tasks, {state['done']} done, {state['missing']} "
        f"missing, {state['failed']} failed."
    ]
    lines += [f"  task {each['task']} failed ({each['stage']}): {each['message']}" for each in state["failures"]]
    if state["superseded"]:
        lines.append(f"  {state['superseded']} results beside them were made by other source or another version")
    if state["digest"]:
        lines.append(f"digest {state['digest']}")
    return Output(text="\n".join(lines), json=state)
