"""What the compiled epoch is timed against computes the same epoch."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # benchmarks stand beside the packages, at the root

from benchmarks.plain import fast_numpy_epoch
from econ import Hyperparameters
from econ.yuma.bonds import shares
from econ.yuma.epoch import epoch_of_shares


@pytest.mark.parametrize("penalty", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("kappa", [0.3, 0.5])
@pytest.mark.parametrize("version", ["3", "2"])
@pytest.mark.parametrize("shape", [(1, 3, 2), (5, 3, 2), (2, 16, 64), (1, 64, 40)])
def test_fast_numpy_pays_as_the_kernel_does(shape, version, kappa, penalty):
    rng = np.random.default_rng(6)
    given = shares(rng.lognormal(size=shape)), shares(rng.random(shape[:2])), rng.random(shape)
    rule = Hyperparameters(version=version, kappa=kappa, bonds_penalty=penalty)
    compiled = epoch_of_shares(*given, rule)
    fields = ("consensus", "incentive", "dividends", "validator_trust", "bonds")
    for name, plain in zip(fields, fast_numpy_epoch(*given, rule), strict=True):
        np.testing.assert_allclose(plain, getattr(compiled, name), rtol=0, atol=1e-12, err_msg=name)
