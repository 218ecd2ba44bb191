"""Classes: who copies first, validators with much stake or with little?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from agents.streams import Purpose, uniform
from experiments import designs
from experiments.batch_study import scenario_of
from experiments.earning import earned
from experiments.measured import finding, line, measured, picked
from experiments.scenario import Scenario
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

RANKS = (1, 2, 5, 10)
SHAPE, SEATS, DRAWS = 1.2, 10, 64
PUBLISHED = {1: 11.9, 2: 12.3, 5: 6.4, 10: 3.6}
"""Thousandths of emission by stake rank."""

_SOURCE = "an earlier independent model (specification of the players, 2.3)"


def design(size: str) -> pd.DataFrame:
    """One rank at a time thinks of copying; draw 0 is the law's quantiles, the others draw ten stakes from it."""
    import pandas as pd

    small = designs.grid({"rules.reveal_period": [5], "rank": RANKS, "draw": [0], "worlds": [64]})
    if size == "small":
        return small
    every = designs.grid({"rules.reveal_period": [5, 2, 10], "rank": range(1, SEATS + 1), "draw": [0], "worlds": [64]})
    drawn = designs.grid({"rules.reveal_period": [5], "rank": RANKS, "draw": range(1, DRAWS + 1), "worlds": [8]})
    return pd.concat([small, every, drawn]).drop_duplicates(ignore_index=True)


def _stakes(draw: int) -> list[float]:
    """Stake by rank, the largest first."""
    if draw == 0:
        places = (np.arange(SEATS) + 0.5) / SEATS
    else:
        here = {"world": np.array(draw), "epoch": 0, "seat": np.array(0)}
        places = uniform(0, Purpose.STAKE_ORDER, columns=SEATS, **here)
    return sorted(((1.0 - places) ** (-1.0 / SHAPE)).tolist(), reverse=True)


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    stakes = _stakes(int(row["draw"]))
    mine = stakes.pop(int(row["rank"]) - 1)
    plan = "classes:" + ",".join(f"1x{stake:.6g}" for stake in (mine, *stakes))
    keys = {key: value for key, value in row.items() if key not in ("rank", "draw")}
    return scenario_of("weight-copying", {"validators.stake": plan, "epochs": 200, "burn_in": 40, **keys})


def task(row: Task) -> pd.DataFrame:
    """The evaluation cost at which this validator, the first class, would rather copy, alone among honest ones."""
    scenario = played(row)
    honest, copying = "validators.1.honest", "validators.1.weight-copier"
    before, after = earned(scenario, [{}, {copying: 1}])
    stakes = _stakes(int(row["draw"]))
    return measured(
        {
            "bearable cost": before.payoff(honest) - after.payoff(copying),
            "dividends over honest": after.per_stake(copying) / before.per_stake(honest),
            "share of stake": 100 * stakes[int(row["rank"]) - 1] / sum(stakes),
        }
    )


def findings(results: pd.DataFrame) -> list[Finding]:
    """The bearable cost by rank, at the law's quantiles and over draws of stake."""
    found = []
    for rank in RANKS:
        share = picked(results, "share of stake", rank=rank, draw=0)["value"].iloc[0]
        rows = picked(results, "bearable cost", rank=rank, draw=0, rules_reveal_period=5)
        name = f"bearable evaluation cost, stake rank {rank} of ten ({share:.1f} % of stake)"
        found.append(finding(name, "thousandths", rows))
    drawn = results[results["draw"] > 0]
    for rank in RANKS:
        costs = picked(drawn, "bearable cost", rank=rank)["value"]
        name = f"the same over draws of ten stakes, rank {rank}"
        note = "where it holds most of the stake the largest copies itself, and may gain by it" if rank == 1 else ""
        known = {"published": PUBLISHED[rank], "tolerance": 0.5, "source": _SOURCE, "note": note}
        if len(costs) > 1:
            found.append(finding(name, "thousandths", measured({"bearable cost": costs.to_numpy()}), **known))
    return found


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The bearable cost over the share of stake."""
    from charts.lines import line_chart

    rows = picked(results, "bearable cost", draw=0).sort_values(["rules.reveal_period", "rank"])
    rows = rows.assign(series=[f"reveal period {period}" for period in rows["rules.reveal_period"]])
    return {
        "bearable-cost": line_chart(
            line(rows, "rank", "series"),
            title="The evaluation cost at which a validator would rather copy",
            subtitle=[f"Ten seats, Pareto({SHAPE}) stake, one copier among honest ones. Bars: 95 % over worlds."],
            x="stake rank (1 is the largest)",
            y="thousandths of the epoch's emission",
            level=0.0,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """The smallest against the largest."""
    rows = {
        rank: picked(results, "bearable cost", rank=rank, draw=0, rules_reveal_period=5).iloc[0] for rank in (1, 10)
    }
    said = {rank: f"{row['value']:.1f} [{row['low']:.1f}, {row['high']:.1f}]" for rank, row in rows.items()}
    first = "The smallest copies first" if rows[10]["high"] < rows[1]["low"] else "Neither copies first for certain"
    return (
        f"{first}: measuring costs every validator the same, and the smallest of ten bears {said[10]} thousandths "
        f"before it would rather copy, the largest {said[1]}."
    )


STUDY = Study.of(
    globals(),
    name="classes",
    question="Who copies first, validators with much stake or with little?",
    expected="the small ones: 11.9, 12.3, 6.4 and 3.6 thousandths of emission at stake rank 1, 2, 5 and 10",
    source=_SOURCE,
    scenario=played,
)
