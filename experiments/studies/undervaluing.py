"""Undervaluing: validators who give one good miner nothing, under one-sided and under symmetric clipping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from econ.inference import ratio_interval
from experiments import designs
from experiments.batch_study import scenario_of
from experiments.measured import finding, line, measured, picked
from experiments.scenario import Scenario
from experiments.simulation import subnet_of
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

_SOURCE = "specification of the players: expected ranges computed before this engine"
_RULES = {"3": "one-sided (the chain's)", "symmetric-clip": "symmetric"}


def design(size: str) -> pd.DataFrame:
    """How many of ten validators undervalue, under either clip."""
    numbers = [1, 4] if size == "small" else [1, 2, 3, 4, 5]
    worlds = 32 if size == "small" else 256
    frame = designs.grid({"rules.version": list(_RULES), "undervaluers": numbers})
    return frame.assign(worlds=worlds)


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    keys = {"validators.strategies": "honest,undervaluing", "epochs": 100, "burn_in": 30, "start": "honest:5"}
    return scenario_of("weight-copying", {**keys, **row})


def task(row: Task) -> pd.DataFrame:
    """What the undervalued miner loses, what its undervaluers lose, and their trust, against all being honest."""
    scenario, number = played(row), int(row["undervaluers"])
    seats, miners = scenario.validators.count, scenario.miners.count
    worlds = np.arange(scenario.worlds)
    ledgers = []
    for undervaluers in (0, number):
        subnet = subnet_of(scenario, np.array([[seats - undervaluers, undervaluers, miners]]), worlds)
        subnet.run(scenario.epochs)
        ledgers.append(subnet.ledger)
    own = slice(seats - number, None)
    trust = [ledger.validator_trust[:, own].mean(axis=1) for ledger in ledgers]
    pay = [ledger.miner_emission[:, 0] for ledger in ledgers]
    kept, low, high = (float(value) for value in ratio_interval(pay[1], pay[0]))
    dividends = [ledger.dividends[:, own].sum(axis=1) for ledger in ledgers]
    return measured(
        {
            "target's loss": (100 * (1 - kept), 100 * (1 - high), 100 * (1 - low)),
            "undervaluers' loss of dividends": 100 * (1 - dividends[1] / dividends[0]),
            "undervaluers' loss of trust": trust[0] - trust[1],
            "target's consensus weight": pay[0] / (1000 * (1 - scenario.rules.validator_share)),
        }
    )  # fmt: skip


def findings(results: pd.DataFrame) -> list[Finding]:
    """The published ranges of loss, and what the symmetric clip makes of them."""
    found = []
    for number, (low, high) in {1: (11.0, 13.0), 4: (43.0, 48.0)}.items():
        who = "one undervaluer" if number == 1 else f"{number} undervaluers"
        rows = picked(results, "target's loss", rules_version="3", undervaluers=number)
        middle = {"published": (low + high) / 2, "tolerance": (high - low) / 2, "source": _SOURCE}
        found.append(finding(f"target's loss, {who} of ten", "% of its pay", rows, **middle))
        rows = picked(results, "target's loss", rules_version="symmetric-clip", undervaluers=number)
        found.append(finding(f"the same under the symmetric clip, {who}", "% of its pay", rows))
        rows = picked(results, "undervaluers' loss of dividends", rules_version="3", undervaluers=number)
        found.append(finding(f"what it costs {who}", "% of dividends", rows))
        rows = picked(results, "undervaluers' loss of trust", rules_version="3", undervaluers=number)
        found.append(
            finding(f"loss of trust, {who}", "1", rows, note="below the target's consensus weight, as expected")
        )
    rows = picked(results, "target's consensus weight", rules_version="3", undervaluers=1)
    found.append(finding("the target's consensus weight", "1", rows))
    return found


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The target's loss over the number of undervaluers."""
    from charts.lines import line_chart

    shown = picked(results, "target's loss")
    shown = shown.assign(clip=[_RULES[version] for version in shown["rules.version"]])
    return {
        "loss": line_chart(
            line(shown, "undervaluers", "clip"),
            title="What undervaluers cost their target",
            subtitle=["Bars are 95 % intervals over worlds."],
            x="undervaluers of ten validators",
            y="target's loss (% of its pay)",
            level=0.0,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """One against four, under either clip."""
    shown = {
        (version, number): picked(results, "target's loss", rules_version=version, undervaluers=number).iloc[0]
        for version in _RULES
        for number in (1, 4)
    }
    chain, symmetric = (
        " and ".join(
            f"{shown[version, n]['value']:.1f} % [{shown[version, n]['low']:.1f}, {shown[version, n]['high']:.1f}]"
            for n in (1, 4)
        )
        for version in _RULES
    )
    return (
        f"One undervaluer of ten and four cost their target {chain} of its pay under the chain's one-sided clip, and "
        f"{symmetric} under a symmetric one, where all that is left to them is to move the median."
    )


STUDY = Study.of(
    globals(),
    name="undervaluing",
    question="What can a minority do to a miner by giving it nothing, under one-sided and symmetric clipping?",
    expected="one undervaluer costs its target 11 to 13 %, four 43 to 48 %; less under the symmetric clip, where all "
    "that is left to them is to move the median",
    source=_SOURCE,
    scenario=played,
)
