"""Collusion: the smallest cabal that pays, to form and to join, and the rules that raise it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.batch_study import scenario_of
from experiments.earning import earned
from experiments.measured import finding, line, measured, picked
from experiments.scenario import Scenario
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

COLLUDING, HONEST = "validators.colluding", "validators.honest"
SEATS = 10
DEFAULTS: dict[str, Any] = {
    "rules.kappa": 0.5,
    "rules.bonds_penalty": 1.0,
    "validators.noise": 0.3,
    "cabal.utility": 0.5,
    "rules.validator_share": 0.5,
    "rules.version": "3",
}
CHANGES: dict[str, tuple[Any, ...]] = {
    "rules.kappa": (0.4, 0.6, 0.7),
    "rules.bonds_penalty": (0.0, 0.5),
    "validators.noise": (0.1, 0.6),
    "cabal.utility": (0.0, 0.25, 0.75),
    "rules.validator_share": (0.0, 0.25),
    "rules.version": ("2",),
}
_SMALL = ("rules.kappa",)


def design(size: str) -> pd.DataFrame:
    """One parameter at a time away from the default; small changes kappa only."""
    import pandas as pd

    rows = [DEFAULTS] + [{**DEFAULTS, key: value} for key in _SMALL for value in CHANGES[key][:2]]
    rows = [{**row, "worlds": 32} for row in rows]
    if size == "full":
        rows += [{**DEFAULTS, "worlds": 128}]
        rows += [{**DEFAULTS, key: value, "worlds": 128} for key, values in CHANGES.items() for value in values]
    return pd.DataFrame(rows)


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    return scenario_of("cabal", {"rules.reveal_period": 5, "epochs": 160, "burn_in": 40, **row})


def task(row: Task) -> pd.DataFrame:
    """For every size: what a member gains over all being honest, and over leaving the cabal alone."""
    scenario = played(row)
    sizes = range(scenario.validators.count + 1)
    every = earned(scenario, [{COLLUDING: size} for size in sizes])
    nobody = every[0].payoff(HONEST)
    values: dict[str, Any] = {}
    for size in sizes[1:]:
        member = every[size].payoff(COLLUDING)
        values[f"forming {size}"] = member - nobody
        values[f"joining {size}"] = member - every[size - 1].payoff(HONEST)
    return measured(values).assign(members=np.repeat(sizes[1:], 2))


def _smallest(rows: pd.DataFrame, kind: str) -> int | None:
    """The smallest size whose gain is above 0 with its whole interval."""
    gains = rows[rows["quantity"].str.startswith(kind) & (rows["low"] > 0)]
    return int(gains["members"].min()) if len(gains) else None


def _groups(results: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each setting with what is not the default in it; of two of one setting the one of more worlds."""
    found: dict[str, pd.DataFrame] = {}
    for _, rows in results.sort_values("worlds", kind="stable").groupby("task", sort=False):
        first = rows.iloc[0]
        changed = [f"{key} {first[key]}" for key, default in DEFAULTS.items() if first[key] != default]
        found[", ".join(changed) or "defaults"] = rows
    return list(found.items())


def findings(results: pd.DataFrame) -> list[Finding]:
    """The smallest cabal that pays to form, and to join, in each setting."""
    found = []
    for setting, rows in _groups(results):
        for kind in ("forming", "joining"):
            smallest = _smallest(rows, kind)
            gain = rows[rows["quantity"] == f"{kind} {smallest}"]
            shown = finding("", "", gain)
            note = (
                f"a member's gain there: {shown.measured:.2f} thousandths [{shown.low:.2f}, {shown.high:.2f}]"
                if smallest
                else "no size pays"
            )
            found.append(
                Finding(name=f"smallest cabal that pays {kind}, {setting}", unit="of ten", measured=smallest, note=note)
            )
    defaults = dict(_groups(results))["defaults"]
    for size in (4, 6):
        rows = picked(defaults, f"forming {size}")
        found.append(finding(f"gain of a member of a cabal of {size}, defaults", "thousandths", rows))
    return found


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """A member's gain over the cabal's size, for each parameter."""
    from charts.lines import line_chart

    charts = {}
    groups = dict(_groups(results))
    for key in CHANGES:
        named = {name: rows for name, rows in groups.items() if name == "defaults" or name.startswith(f"{key} ")}
        if len(named) < 2:
            continue
        points = [
            point
            for name, rows in named.items()
            for point in line(
                rows[rows["quantity"].str.startswith("forming")].assign(
                    series=name if name != "defaults" else f"{key} {DEFAULTS[key]}"
                ),
                "members",
                "series",
            )
        ]
        charts[key.replace(".", "-")] = line_chart(
            points,
            title=f"What a member gains when a cabal forms, by {key}",
            subtitle=["Against all ten being honest. Bars are 95 % intervals over worlds."],
            x="members of ten validators",
            y="thousandths of the epoch's emission",
            level=0.0,
        )
    return charts


def sentence(results: pd.DataFrame) -> str:
    """The default, and kappa."""
    smallest = {name: _smallest(rows, "forming") for name, rows in _groups(results)}
    said = {name: "no cabal" if size is None else f"a cabal of {size} of ten" for name, size in smallest.items()}
    others = "; ".join(f"at {name}, {said[name]}" for name in said if name.startswith("rules.kappa"))
    return f"By the chain's defaults {said['defaults']} is the smallest that pays to form; {others}."


STUDY = Study.of(
    globals(),
    name="collusion",
    question="How small a cabal pays, and which rules make it larger?",
    expected="none below kappa of the stake by default; kappa 0.4 lets a smaller one pay, and a kappa above one half "
    "protects no honest stake below it, so it needs no larger one",
    source="opentensor, docs/consensus.md: consensus protects honest stake above kappa",
    scenario=played,
)
