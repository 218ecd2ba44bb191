"""Sampled designs: what cannot be made is one line, and NumPy's own numbers are as good as Python's."""

import numpy as np
import pandas as pd
import pytest

from experiments import BadInput, designs

KAPPA = {"rules.kappa": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: designs.latin_hypercube(KAPPA, 4, seed=-1), "seed is -1; it must be a whole number"),
        (lambda: designs.sobol(KAPPA, 4, seed=0.5), "seed is 0.5"),
        (lambda: designs.latin_hypercube({"seed": (0, 2**63)}, 4), r"both in \[-2\*\*52, 2\*\*52\]"),
        (lambda: designs.latin_hypercube({"a": (-1e308, 1e308)}, 4), "the range of a"),
        (lambda: designs.latin_hypercube({"a": (0.0, float("nan"))}, 4), "the range of a"),
        (lambda: designs.latin_hypercube({"a": (False, True)}, 4), "two numbers"),
        (lambda: designs.sobol({str(n): (0.0, 1.0) for n in range(30_000)}, 2), "30000 keys; .* at most 21201"),
        (lambda: designs.sobol([("a", (0.0, 1.0))], 4), "at least one key"),
        (lambda: designs.grid([("a", [1])]), "at least one key"),
    ],
)
def test_what_no_design_can_be_is_one_line(make, said):
    with pytest.raises(BadInput, match=said):
        make()


def test_numpys_numbers_are_taken():
    ours = designs.latin_hypercube({"seed": (0, 9), **KAPPA}, 5, seed=3)
    ends = (np.int64(0), np.int64(9))
    theirs = designs.latin_hypercube(
        {"seed": ends, "rules.kappa": (np.float64(0), np.float32(1))}, np.int64(5), seed=np.int64(3)
    )
    pd.testing.assert_frame_equal(ours, theirs)
