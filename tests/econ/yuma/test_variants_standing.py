"""Totals that a public simulator shows for its scripted situations; they stand without any other file."""

import json
from pathlib import Path

import numpy as np
import pytest

from econ.yuma import Hyperparameters, epoch

STANDING = json.loads((Path(__file__).parents[2] / "golden" / "variants_epoch.json").read_text("utf-8"))
EPOCHS = 40


def total_dividends(case, rules):
    """Dividends over stake share, summed over the epochs, [validator]."""
    on_second = np.zeros(3, dtype=bool)
    stake, total, paid = np.array(case["stake"]), np.zeros(3), None
    for number in range(EPOCHS):
        on_second ^= [number in moves for moves in case["moves"]]
        free = 1.0 - case["anchor"]
        weights = np.stack([free * ~on_second, free * on_second, np.full(3, case["anchor"])], axis=1)
        bonds = None if paid is None else paid.bonds
        if case["reset"] and number == case["reset"][0] and rules.version == "public-3":
            bonds = bonds.copy()
            bonds[:, case["reset"][1]] = 0.0
        paid = epoch(weights, stake, bonds, rules, previous=paid)
        total += paid.dividends / stake
    return total


@pytest.mark.parametrize("name", STANDING["rules"])
@pytest.mark.parametrize("case", STANDING["cases"], ids=lambda case: case["name"])
def test_standing_totals(case, name):
    found = 0.041 * total_dividends(case, Hyperparameters(**STANDING["rules"][name]))
    np.testing.assert_allclose(found, case["totals"][name], rtol=0, atol=6e-4)
