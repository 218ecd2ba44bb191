"""`yuma warm`: compile the inner loops once, so that no later command waits for it."""

from __future__ import annotations

import argparse

from experiments.commands.output import Output
from experiments.warming import warm, warm_market, warm_network, warm_players, warm_single, warm_solvers

__all__ = ["HELP", "add_arguments", "run"]

HELP = "compile the inner loops, once after an install"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> Output:
    """Compile and say how long it took."""
    seconds = warm() + warm_players() + warm_market() + warm_network() + warm_single() + warm_solvers()
    return Output(text=f"Compiled loops are ready ({seconds:.1f} s).", json={"seconds": seconds})
