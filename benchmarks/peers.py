"""The public PyTorch simulator beside the compiled epoch, one thread each: `python -m benchmarks --peers`.

Its Yuma 2 and 3 on the same weights and stake, in float32 as it computes. It rescales consensus and rounds it to u16,
so its numbers are its own; times alone are compared. It is no part of the project: install PyTorch and the package
`yuma-simulation` (bactensor) beside it. Written after its snapshot of June 2026, whose functions take
(weights, stake, miners, validators, full matrices, old bonds, old consensus, settings).
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from benchmarks.kernel import subnets
from benchmarks.timing import seconds
from econ import Hyperparameters
from econ.yuma.epoch import epoch_of_shares

__all__ = ["rows"]

SHAPES = ((3, 2), (16, 64), (64, 448), (256, 256))


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure), or one line on what to install."""
    try:
        import torch
        from yuma_simulation._internal import yumas
    except ImportError as missing:
        yield f"peers: {missing}", "install PyTorch and bactensor's yuma-simulation beside this project"
        return
    torch.set_num_threads(1)
    settings = yumas.YumaConfig(simulation=yumas.SimulationHyperparameters(bond_penalty=1.0))
    for validators, miners in SHAPES:
        given = subnets(1, validators, miners)
        weights, stake, bonds = (torch.tensor(values[0], dtype=torch.float32) for values in given)
        made = np.empty_like(given[2])
        for version, theirs in (("3", yumas.Yuma3), ("2", yumas.Yuma)):
            rule = Hyperparameters(version=version)
            ours, peer = seconds(
                lambda given=given, rule=rule, made=made: epoch_of_shares(*given, rule, made),
                lambda theirs=theirs, w=weights, s=stake, b=bonds: theirs(
                    w, s, w.shape[1], w.shape[0], True, b, None, settings
                ),
                clock=time.thread_time,
            )
            yield (
                f"epoch, Yuma {version}, {validators} x {miners}, 1 world: against the PyTorch simulator",
                f"{peer / ours:5.1f} times  ({1e6 * ours:.1f} against {1e6 * peer:.1f} us an epoch)",
            )
