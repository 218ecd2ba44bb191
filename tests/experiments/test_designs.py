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


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: designs.grid({}), "at least one key"),
        (lambda: designs.grid({"a": []}), "a has no values"),
        (lambda: designs.grid({"a": "text"}), "give a list"),
        (lambda: designs.grid({"a": range(10**4), "b": range(10**4)}), "the grid has 100000000 runs"),
        (lambda: designs.zip_({"a": [1], "b": [1, 2]}), r"a 1, b 2"),
        (lambda: designs.sobol({"a": (0.0, 1.0)}, 6), "take 8"),
        (lambda: designs.sobol({"a": (1.0, 0.0)}, 8), "low < high"),
        (lambda: designs.latin_hypercube({"a": (0.0, 1.0)}, 0), "runs is 0"),
        (lambda: designs.latin_hypercube({}, 3), "at least one key"),
    ],
)
def test_designs_refuse_what_they_cannot_make(make, said):
    with pytest.raises(BadInput, match=said):
        make()


def test_sampled_designs_fill_their_ranges_and_repeat():
    for make in (designs.sobol, designs.latin_hypercube):
        frame = make({"rules.kappa": (0.2, 0.8), "validators.count": (3, 6)}, 64, seed=3)
        assert frame["rules.kappa"].between(0.2, 0.8).all()
        assert sorted(frame["validators.count"].unique()) == [3, 4, 5, 6]
        pd.testing.assert_frame_equal(frame, make({"rules.kappa": (0.2, 0.8), "validators.count": (3, 6)}, 64, seed=3))
