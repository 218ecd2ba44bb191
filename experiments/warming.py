"""Compiling the inner loops before work begins, and saying so where it takes more than a moment."""

from __future__ import annotations

import sys
import threading
import time

import numpy as np

from agents.placing import place_rows
from agents.streams import warm_up as warm_streams
from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix, chain_epoch
from econ.yuma.kernel import warm_up as warm_kernel

__all__ = ["warm"]


def warm() -> float:
    """Compile, or load what an earlier run compiled; returns the seconds it took. One line on stderr past a second."""
    began = time.perf_counter()
    notice = threading.Timer(1.0, _say)
    notice.daemon = True
    notice.start()
    try:
        warm_kernel()
        warm_streams()
        size_one = SparseMatrix.empty(1)
        chain_epoch(
            ChainState(
                block=1,
                stake=[1],
                last_update=[0],
                block_at_registration=[0],
                permits=[True],
                weights=size_one,
                bonds=size_one,
            ),
            ChainHyperparameters(),
        )
        place_rows(np.ones((1, 1)), np.zeros(1, dtype=int), np.zeros(1, dtype=int), np.zeros((1, 1, 1)))
    finally:
        notice.cancel()
    return time.perf_counter() - began


def _say() -> None:
    print("yuma: compiling the inner loops, once after an install (about ten seconds)", file=sys.stderr, flush=True)
