"""Averaging: does it keep copiers away if validators average their own scores, instead of hiding weights longer?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from experiments import designs
from experiments.batch_study import scenario_of
from experiments.earning import earned
from experiments.measured import finding, line, measured, picked
from experiments.scenario import Scenario
from experiments.solving import solve_scenario
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

COPIER = "validators.weight-copier"
_SOURCE = "an earlier independent model (specification of the players, 2.3)"


def design(size: str) -> pd.DataFrame:
    """How much validators average (memory 1: not at all), how long weights stay hidden, how fast quality moves."""
    import pandas as pd

    keys = ("memory", "rules.reveal_period", "miners.drift")
    small = designs.grid(dict(zip(keys, ([1.0, 0.3], [1, 5], [0.1]), strict=True)))
    if size == "small":
        return small
    full = designs.grid(dict(zip(keys, ([1.0, 0.5, 0.3, 0.1], [1, 2, 5, 10, 20], [0.1, 0.3]), strict=True)))
    return pd.concat([small, full]).drop_duplicates(ignore_index=True)


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    keys = {key: value for key, value in row.items() if key != "memory"}
    keys["validators.strategies"] = f"honest(memory={row['memory']:g}),weight-copier"
    return scenario_of("weight-copying", {"epochs": 200, "burn_in": 60, "answer.max_worlds": 64, **keys})


def task(row: Task) -> pd.DataFrame:
    """What a lone copier earns among validators that average, and where it tips."""
    scenario = played(row)
    solution = solve_scenario(scenario)
    (contest,) = solution.contests
    everyone, one = earned(scenario, [{}, {COPIER: 1}])
    first = f"validators.{scenario.roles.strategies[0][0]}"
    point = contest.points[0] if len(contest.points) == 1 else None
    return measured(
        {
            "lone copier's gain": one.payoff(COPIER) - everyone.payoff(first),
            "copier's dividends over the others'": one.per_stake(COPIER) / one.per_stake(first),
            "tipping point": (100 * point.share, *(100 * end for end in point.share_interval)) if point else np.nan,
            "quality correlation": everyone.quality_correlation,
        }
    )


def findings(results: pd.DataFrame) -> list[Finding]:
    """A lone copier's gain at each memory and period, and the published tipping point."""
    found = []
    for drift in sorted(results["miners.drift"].unique()):
        for memory in sorted(results["memory"].unique(), reverse=True):
            for period in sorted(results["rules.reveal_period"].unique()):
                where = {"miners.drift": drift, "memory": memory, "rules.reveal_period": period}
                name = f"lone copier's gain, memory {memory:g}, reveal period {period}, drift {drift:g}"
                found.append(finding(name, "thousandths", picked(results, "lone copier's gain", **where)))
    where = {"miners.drift": 0.1, "memory": 0.3, "rules.reveal_period": 5}
    found.append(
        finding(
            "tipping point if all average (memory 0.3, period 5, drift 0.1)",
            "% copying",
            picked(results, "tipping point", **where),
            published=22.5,
            tolerance=1.0,
            source=_SOURCE,
        )
    )
    for drift in sorted(results["miners.drift"].unique()):
        for memory in sorted(results["memory"].unique(), reverse=True):
            needed = _period_needed(results, memory, drift)
            found.append(
                Finding(
                    name=f"shortest reveal period at which a lone copier loses, memory {memory:g}, drift {drift:g}",
                    unit="epochs",
                    measured=needed,
                    note="" if needed is not None else "none of those tried is long enough",
                )
            )
    return found


def _period_needed(results: pd.DataFrame, memory: float, drift: float) -> int | None:
    rows = picked(results, "lone copier's gain", memory=memory, miners_drift=drift)
    enough = rows[rows["high"] < 0]["rules.reveal_period"]
    return int(enough.min()) if len(enough) else None


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """A lone copier's gain over the reveal period, for each memory."""
    from charts.lines import line_chart

    charts = {}
    for drift in sorted(results["miners.drift"].unique()):
        rows = picked(results, "lone copier's gain", miners_drift=drift)
        rows = rows.sort_values(["memory", "rules.reveal_period"], ascending=[False, True])
        rows = rows.assign(series=[f"memory {memory:g}" for memory in rows["memory"]])
        charts[f"gain-drift-{drift:g}"] = line_chart(
            line(rows, "rules.reveal_period", "series"),
            title=f"A lone copier among validators that average (drift {drift:g})",
            subtitle=["Memory 1 is no averaging. Bars are 95 % intervals over worlds."],
            x="reveal period (epochs)",
            y="thousandths of the epoch's emission",
            level=0.0,
        )
    return charts


def sentence(results: pd.DataFrame) -> str:
    """The shortest period with and without averaging, where quality moves slowly."""
    drift = float(results["miners.drift"].min())
    needed = {memory: _period_needed(results, memory, drift) for memory in (1.0, 0.3)}
    said = {m: "none of the periods tried" if n is None else f"a reveal period of {n}" for m, n in needed.items()}
    where = f"Where quality drifts by {drift:g}"
    if needed[0.3] is None:
        return f"{where}, averaging with memory 0.3 keeps no lone copier away at any period tried."
    return (
        f"{where}, {said[1.0]} makes a lone copier lose if nobody averages, and {said[0.3]} if all average with memory "
        "0.3: averaging shortens the time that weights must stay hidden."
    )


STUDY = Study.of(
    globals(),
    name="averaging",
    question="Does validators' own averaging replace a longer reveal period against copiers?",
    expected="at drift 0.1 and period 5 a lone copier gains if nobody averages; if all average (memory 0.3) it loses, "
    "with a tipping point at 22.5 % copying",
    source=_SOURCE,
    scenario=played,
)
