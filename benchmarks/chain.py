"""The chain's own arithmetic: one epoch of the largest subnet, every UID a validator that rates every other."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from benchmarks.timing import seconds
from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix, chain_epoch
from econ.yuma.subnet_state import subnet_epoch

SIZE = 256
RULES = {
    "Yuma 2": {},
    "Yuma 3": {"yuma3_on": True},
    "Yuma 3 with liquid alpha": {"yuma3_on": True, "liquid_alpha_on": True},
}


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure), one thread: milliseconds an epoch, which may take 20, and how many times float's."""
    state = full_subnet()
    for name, settings in RULES.items():
        rule = ChainHyperparameters(max_validators=SIZE, **settings)
        chain_epoch(state, rule)
        exact, floating = seconds(
            lambda r=rule: chain_epoch(state, r), lambda r=rule: subnet_epoch(state, r), clock=time.thread_time
        )
        yield (
            f"chain arithmetic, {name}, {SIZE} UIDs, all of them validators",
            f"{exact * 1e3:5.1f} ms an epoch  ({exact / floating:.1f} times float's)",
        )


def full_subnet() -> ChainState:
    """Nothing is masked but each UID's weight on itself, and hardly any two weights or bonds are equal."""
    rng = np.random.default_rng(0)
    weights, bonds = (rng.integers(1, 65536, (SIZE, SIZE)) for _ in range(2))
    np.fill_diagonal(weights, 0)
    return ChainState(
        block=1_000_000,
        stake=rng.integers(10**9, 10**13, SIZE),
        last_update=np.full(SIZE, 999_900),
        block_at_registration=np.ones(SIZE, dtype=np.int64),
        permits=np.ones(SIZE, dtype=bool),
        weights=SparseMatrix.positive(weights),
        bonds=SparseMatrix.positive(bonds),
    )
