"""`yuma warm`: compile the inner loops once, so that no later command waits for it."""

from __future__ import annotations

import argparse
import time

from experiments.commands.report import Report

__all__ = ["HELP", "add_arguments", "run"]

HELP = "compile the inner loops, once after an install"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> Report:
    """Compile and say how long it took."""
    from agents.streams import warm_up as warm_streams
    from econ.yuma.kernel import warm_up as warm_kernel

    began = time.perf_counter()
    warm_kernel()
    warm_streams()
    seconds = time.perf_counter() - began
    return Report(text=f"Compiled loops are ready ({seconds:.1f} s).", json={"seconds": seconds})
