"""Escape: out of the state in which all copy an old consensus, by imitation with mistakes or by honest coalitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import HonestValidator, Imitation, MinerSettings, Subnet, ValidatorSettings, WeightCopier
from econ.yuma.rules import Rules
from experiments.batch_study import scenario_of
from experiments.earning import earned
from experiments.measured import finding, line, measured, picked
from experiments.scenario import Scenario
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

COPIER, HONEST = "validators.weight-copier", "validators.honest"
SEATS = 10
HALF_WAY = 0.5
"""A coalition has unfrozen consensus where incentive follows quality at least half as well as with all honest."""


def design(size: str) -> pd.DataFrame:
    """Coalitions of every size at some rules; imitation with mistakes at some rates."""
    import pandas as pd

    columns = ["part", "rules.reveal_period", "rules.kappa", "mutation", "epochs", "worlds"]
    rows = [("coalition", 5, 0.5, 0.0, 200, 32), ("imitation", 5, 0.5, 0.2, 400, 16)]
    if size == "full":
        rows += [("coalition", 5, kappa, 0.0, 200, 128) for kappa in (0.3, 0.4, 0.5, 0.6, 0.7)]
        rows += [("coalition", 1, 0.5, 0.0, 200, 128)]
        rows += [("imitation", 5, 0.5, mutation, 4000, 64) for mutation in (0.05, 0.1, 0.2, 0.3)]
        rows += [("imitation", 1, 0.5, mutation, 4000, 64) for mutation in (0.1, 0.3)]
    return pd.DataFrame(rows, columns=columns)


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    keys = {key: value for key, value in row.items() if key not in ("part", "mutation")}
    return scenario_of("weight-copying", {"burn_in": 40, **keys})


def task(row: Task) -> pd.DataFrame:
    """What the row's part measures."""
    return _coalitions(played(row)) if row["part"] == "coalition" else _imitation(row)


def _coalitions(scenario: Scenario) -> pd.DataFrame:
    """For every number of honest validators among copiers: how well pay follows quality, and what a member gains."""
    sizes = range(scenario.validators.count + 1)
    every = earned(scenario, [{COPIER: scenario.validators.count - size} for size in sizes])
    frozen = every[0].payoff(COPIER)
    values: dict[str, Any] = {}
    for size in sizes:
        values[f"quality correlation {size}"] = every[size].quality_correlation
        values[f"member's gain {size}"] = every[size].payoff(HONEST) - frozen if size else np.nan
    return measured(values).assign(honest=np.repeat(sizes, 2))


def _imitation(row: Task) -> pd.DataFrame:
    """From all copying: in how many worlds, and after how many epochs, most validators are honest for the first time.

    The time is a mean over worlds in which those that never do count with the whole length, so it is a lower bound.
    """
    scenario = played(row)
    rule = Imitation(
        policies=(HonestValidator(), WeightCopier()),
        temperature=1.0,
        every=10,
        rate=0.2,
        mutation=float(row["mutation"]),
    )
    subnet = Subnet(
        [WeightCopier()] * SEATS,
        scenario.miners.count,
        rules=Rules(reveal_period=scenario.rules.reveal_period, kappa=scenario.rules.kappa),
        validator_settings=ValidatorSettings(noise=scenario.validators.noise),
        miner_settings=MinerSettings(drift=scenario.miners.drift),
        learning=[rule],
        start=scenario.start,
        worlds=scenario.worlds,
        series=False,
        burn_in=scenario.burn_in,
    )
    subnet.run(scenario.epochs)
    honest = subnet.learnt[0][:, :, 0]
    most = honest > 0.5
    first = np.where(most.any(axis=0), most.argmax(axis=0), len(honest)).astype(float)
    values = {
        "worlds that escape": most.any(axis=0),
        "epochs until most are honest": first,
        "honest share at the end": 100.0 * honest[-100:].mean(axis=0),
    }
    return measured(values).assign(honest=0)


def findings(results: pd.DataFrame) -> list[Finding]:
    """The smallest coalition that unfreezes, the smallest that pays, and the times under imitation."""
    found = []
    for where, rows in _settings(results, "coalition"):
        unfreezes, pays = _smallest(rows)
        for name, size in (("that unfreezes consensus", unfreezes), ("that pays its members", pays)):
            found.append(
                Finding(
                    name=f"smallest honest coalition {name}, {where}",
                    unit="of ten",
                    measured=size,
                    note="" if size is not None else "none",
                )
            )
    for where, rows in _settings(results, "imitation"):
        row = rows.iloc[0]
        name, last = f"{where}, mistakes {row['mutation']:g}", row["epochs"]
        for quantity, unit, note in (
            ("worlds that escape", f"% within {last} epochs", ""),
            ("epochs until most are honest", "epochs", f"a world that does not escape counts as {last}"),
            ("honest share at the end", "% of validators", ""),
        ):
            least = "at least, " if note and picked(rows, "worlds that escape")["value"].item() < 100 else ""
            found.append(finding(f"{quantity}, {least}{name}", unit, picked(rows, quantity), note=note))
    return found


def _settings(results: pd.DataFrame, part: str) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each setting of a part; of two of one setting the longer run."""
    chosen = results[results["part"] == part].sort_values(["epochs", "worlds"], kind="stable")
    found = {}
    for _, rows in chosen.groupby("task", sort=False):
        row = rows.iloc[0]
        name = f"reveal period {row['rules.reveal_period']}, kappa {row['rules.kappa']:g}"
        found[name, row["mutation"]] = (name, rows)
    return list(found.values())


def _smallest(rows: pd.DataFrame) -> tuple[int | None, int | None]:
    follows = rows[rows["quantity"].str.startswith("quality")].set_index("honest")
    enough = follows.loc[0, "value"] + HALF_WAY * (follows.loc[SEATS, "value"] - follows.loc[0, "value"])
    gains = rows[rows["quantity"].str.startswith("member")].set_index("honest")
    found = []
    for ends, limit in ((follows["low"], enough), (gains["low"], 0.0)):
        sizes = [size for size in range(1, SEATS + 1) if ends.loc[size] > limit]
        found.append(min(sizes) if sizes else None)
    return found[0], found[1]


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """How well pay follows quality, and what members gain, over the coalition's size."""
    from charts.lines import line_chart

    charts = {}
    for start, title, unit in (
        ("quality", "How well pay follows quality", "rank correlation of quality and incentive"),
        ("member", "What honest validators among copiers gain", "thousandths, against all copying"),
    ):
        points = [
            point
            for name, rows in _settings(results, "coalition")
            for point in line(rows[rows["quantity"].str.startswith(start)].assign(series=name), "honest", "series")
        ]
        charts[start] = line_chart(
            points,
            title=title,
            subtitle=["Ten equal validators, the others copy. Bars are 95 % intervals over worlds."],
            x="honest validators of ten",
            y=unit,
        )
    return charts


def sentence(results: pd.DataFrame) -> str:
    """The smallest coalition, and the time."""
    unfreezes, pays = _smallest(dict(_settings(results, "coalition"))["reveal period 5, kappa 0.5"])
    row = picked(dict(_settings(results, "imitation"))["reveal period 5, kappa 0.5"], "worlds that escape").iloc[0]
    return (
        f"Where all copy, {unfreezes} honest validators of ten unfreeze consensus at kappa 0.5 and {pays} gain by it; "
        f"imitators that make mistakes at rate {row['mutation']:g} escape in {row['value']:.0f} % of worlds "
        f"[{row['low']:.0f}, {row['high']:.0f}] within {row['epochs']} epochs."
    )


STUDY = Study.of(
    globals(),
    name="escape",
    question="How does a subnet leave the state in which all copy?",
    expected="a coalition needs about kappa of the stake; imitation alone leaves it only with many mistakes",
    source="specification of the players, 2.3: the frozen state feeds on itself",
    scenario=played,
    uses=lambda row: [Imitation],
)
