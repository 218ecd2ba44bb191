"""A public simulator's own figures for its scripted situations, reproduced under its definitions (`public-*`)."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from econ.yuma import Hyperparameters, epoch

SHARED = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[4] / "shared"))
FILE = SHARED / "golden" / "scripted_public.json"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"no scripted situations at {FILE} (set YUMA_SHARED)")
CASES = json.loads(FILE.read_text("utf-8"))["cases"] if FILE.is_file() else []
RUNS = [pytest.param(case, name, id=f"{case['id']}-{name}") for case in CASES for name in case["rules"]]

OURS = {
    "kappa": "kappa",
    "winner_takes_all": "winner_takes_all",
    "bond_penalty": "bonds_penalty",
    "liquid_alpha": "liquid_alpha_on",
    "alpha_low": "alpha_low",
    "alpha_high": "alpha_high",
    "alpha_sigmoid_steepness": "alpha_sigmoid_steepness",
    "liquid_alpha_consensus": "liquid_alpha_consensus",
    "decay_rate": "decay_rate",
    "capacity_alpha": "capacity_alpha",
}


def rule_of(given):
    """Our parameters of a run; every one of its own is used."""
    version = "public-" + given["rule"].removeprefix("yuma")
    values = {OURS[name]: value for name, value in given.items() if name not in ("rule", "alpha")}
    if "alpha" in given:
        values["bonds_moving_average"] = 1.0 - given["alpha"]
    return Hyperparameters(version=version, **values)


def at(steps, number):
    return np.array([step["values"] for step in steps if step["from_epoch"] <= number][-1], dtype=float)


def played(case, rule, resets):
    paid = None
    for number in range(case["epochs"]):
        bonds = None if paid is None else paid.bonds
        reset = case["bonds_reset"]
        if resets and reset and number == reset["epoch"] and bonds is not None:
            bonds = bonds.copy()
            bonds[:, reset["server"]] = 0.0
        paid = epoch(at(case["weights"], number), at(case["stakes"], number), bonds, rule, previous=paid)
        yield paid


@pytest.mark.parametrize(("case", "name"), RUNS)
def test_figures_of_the_simulator(case, name):
    given, expected = case["rules"][name], case["expected"][name]
    resets = case["bonds_reset"] is not None and given["rule"] in case["bonds_reset"]["rules"]
    results = list(played(case, rule_of(given), resets))
    counted = [number for number in range(case["epochs"]) if number not in expected.get("skip_epochs", ())]
    assert len(counted) >= case["epochs"] / 2
    for field, quantity in (("dividends_normalised", "dividends"), ("incentive", "incentive")):
        got = np.array([getattr(results[number], quantity) for number in counted])
        wanted = np.array([expected[field][number] for number in counted])
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4, err_msg=field)
    if case["epochs"] - 1 in counted:
        np.testing.assert_allclose(results[-1].bonds, expected["bonds_last"], rtol=0, atol=1e-4)
