"""The command `yuma` as it is installed: one thread for BLAS unless the user says otherwise, then the command line.

The tables that solvers multiply are small: a second thread of OpenBLAS makes them slower, and simulations have threads
of their own. BLAS reads the variable when NumPy is loaded, so nothing that loads it is imported before.
"""

from __future__ import annotations

import os

__all__ = ["main"]

SAID_BY = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS")
"""Where a user may have said how many threads BLAS takes."""


def main() -> int:
    """Run one command; returns the exit code."""
    if not any(name in os.environ for name in SAID_BY):
        os.environ[SAID_BY[0]] = "1"
    from experiments.cli import main as run  # loads NumPy

    return run()
