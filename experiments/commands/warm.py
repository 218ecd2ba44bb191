"""`yuma warm`: compile the inner loops once, so that no later command waits for it."""

from __future__ import annotations

import argparse

from experiments.commands.report import Report
from experiments.warming import warm

__all__ = ["HELP", "add_arguments", "run"]

HELP = "compile the inner loops, once after an install"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> Report:
    """Compile and say how long it took."""
    seconds = warm()
    return Report(text=f"Compiled loops are ready ({seconds:.1f} s).", json={"seconds": seconds})
