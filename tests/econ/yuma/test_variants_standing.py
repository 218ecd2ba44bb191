"""Totals that a public simulator shows for its scripted situations; they stand without any other file."""

import json
from pathlib import Path

import numpy as np
import pytest

from econ.yuma import Hyperparameters, epoch

STANDING = json.loads((Path(__file__).parents[2] / "golden" / "variants_epoch.json").read_text("utf-8"))
EPOCHS = 40


RUNS = [(case, name) for case in STANDING["cases"] for name in case["totals"]]


def weights_of(case, number):
    if "weights" in case:
        return np.array([step["values"] for step in case["weights"] if step["from_epoch"] <= number][-1], dtype=float)
    on_second = np.array([sum(move <= number for move in moves) % 2 for moves in case["moves"]])
    free = 1.0 - case["anchor"]
    return np.stack([free * (1 - on_second), free * on_second, np.full(3, case["anchor"])], axis=1)


def total_dividends(case, rules):
    """Dividends over stake share, summed over the epochs, [validator]."""
    stake, total, paid = np.array(case["stake"]), np.zeros(3), None
    for number in range(EPOCHS):
        bonds = None if paid is None else paid.bonds
        if case["reset"] and number == case["reset"][0] and rules.version == "public-3":
            bonds = bonds.copy()
            bonds[:, case["reset"][1]] = 0.0
        paid = epoch(weights_of(case, number), stake, bonds, rules, previous=paid)
        total += paid.dividends / stake
    return total


@pytest.mark.parametrize(("case", "name"), RUNS, ids=[f"{case['name']}-{name}" for case, name in RUNS])
def test_standing_totals(case, name):
    rules = Hyperparameters(**STANDING["rules"][name], winner_takes_all=case.get("winner_takes_all", False))
    np.testing.assert_allclose(0.041 * total_dividends(case, rules), case["totals"][name], rtol=0, atol=6e-4)
