"""Learning: do agents that imitate, or learn alone, reach the equilibria that the solver finds, and which?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import Bandit, HonestValidator, Imitation, Proportional, Subnet, ValidatorSettings, WeightCopier
from agents.learning import Learning
from econ.inference import mean_interval
from econ.yuma.rules import Rules
from experiments.batch_study import scenario_of
from experiments.earning import earned
from experiments.measured import finding, line, measured, picked
from experiments.scenario import Scenario
from experiments.solving import solve_scenario
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

SEATS = 10
CHOICES = (HonestValidator(), WeightCopier())
RULES: Mapping[str, Learning] = {
    "imitation": Imitation(policies=CHOICES, temperature=0.5, every=10, rate=0.2),
    "proportional": Proportional(policies=CHOICES, scale=20.0, every=10, rate=0.5),
    "bandit": Bandit(policies=CHOICES, exploration=0.05, gain=0.2, every=10, rate=0.5),
}
"""Who looks at others (logit imitation, the replicator's proportional one) and who learns from itself alone."""


def design(size: str) -> pd.DataFrame:
    """The solver's answer, and each rule from each number of copiers."""
    import pandas as pd

    columns = ["learning", "copiers", "rules.reveal_period", "epochs", "worlds"]
    rows: list[tuple[Any, ...]] = [("solver", 0, 5, 200, 64)]
    rows += [("imitation", start, 5, 300, 16) for start in (1, 3, 5, 9)]
    if size == "full":
        rows += [("solver", 0, 1, 200, 64)]
        rows += [
            (rule, start, period, 1500, 64) for rule in RULES for period in (5, 1) for start in range(0, SEATS + 1)
        ]
    return pd.DataFrame(rows, columns=columns)


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    keys = {key: value for key, value in row.items() if key not in ("learning", "copiers")}
    return scenario_of("weight-copying", {"burn_in": 40, "answer.max_worlds": 64, **keys})


def task(row: Task) -> pd.DataFrame:
    """The share of copiers in the last tenth of a run; or the solver's equilibria and tipping point."""
    scenario = played(row)
    if row["learning"] == "solver":
        solution = solve_scenario(scenario)
        values: dict[str, Any] = {}
        for number, found in enumerate(solution.answer.equilibria):
            low, high = found.strategy_interval["validators"]["weight-copier"]
            kind = "stable" if found.stable else "unstable"
            share = found.strategy["validators"]["weight-copier"]
            values[f"{kind} equilibrium {number}"] = (100 * share, 100 * low, 100 * high)
        values["copiers earn more than honest"] = _crossing(scenario)
        return measured(values)
    copiers = int(row["copiers"])
    subnet = Subnet(
        [HonestValidator()] * (SEATS - copiers) + [WeightCopier()] * copiers,
        scenario.miners.count,
        rules=Rules(reveal_period=scenario.rules.reveal_period),
        validator_settings=ValidatorSettings(),
        learning=[RULES[str(row["learning"])]],
        start=scenario.start,
        worlds=scenario.worlds,
        series=False,
        burn_in=scenario.burn_in,
    )
    subnet.run(scenario.epochs)
    last = subnet.learnt[0][-scenario.epochs // 10 :, :, 1].mean(axis=0)
    mean, low, high = mean_interval(100.0 * last)
    return measured(
        {
            "share of copiers at the end": (
                mean,
                max(float(low), 0.0),
                min(float(high), 100.0),
            ),  # no share lies outside
            "worlds that end honest": last < 0.1,
            "worlds that end copying": last > 0.9,
        }
    )


def _crossing(scenario: Scenario) -> tuple[float, float, float]:
    """The share of copiers in % from which on they earn more than honest validators of the same profile, with its ends.

    Imitators compare what is earned beside one another (Schaffer 1988), not what each would earn by switching, which
    moves the profile itself: in few seats the two part. Between two profiles the line is straight.
    """
    gains = []
    for copiers in range(1, SEATS):
        (one,) = earned(scenario, [{"validators.weight-copier": copiers}])
        gains.append(mean_interval(one.payoff("validators.weight-copier") - one.payoff("validators.honest")))
    return _crossed(100.0 * np.arange(1, SEATS) / SEATS, np.array(gains, dtype=float), 0.0)


def _crossed(places: np.ndarray, curve: np.ndarray, level: float) -> tuple[float, float, float]:
    """Where a rising curve [place, (mean, low, high)] crosses a level, and between which places it may; NaN: nowhere.

    >>> _crossed(np.array([1.0, 2.0]), np.array([[-1.0, -2.0, -0.5], [1.0, 0.5, 2.0]]), 0.0)
    (1.5, 1.2, 1.8)
    """
    crossings = []
    for heights in curve.T:
        above = np.flatnonzero(heights >= level)
        if not above.size or above[0] == 0:
            crossings.append(float("nan"))
            continue
        after = int(above[0])
        step = (level - heights[after - 1]) / (heights[after] - heights[after - 1])
        crossings.append(float(places[after - 1] + step * (places[after] - places[after - 1])))
    mean, latest, earliest = crossings  # the low curve crosses last
    return mean, earliest, latest


def findings(results: pd.DataFrame) -> list[Finding]:
    """The solver's equilibria, where each rule ends, and where its basins part."""
    found = []
    for period in sorted(results["rules.reveal_period"].unique(), reverse=True):
        here = results[results["rules.reveal_period"] == period]
        solved = here[here["learning"] == "solver"]
        for _, row in solved.iterrows():
            rows = solved[solved["quantity"] == row["quantity"]]
            name = f"solver: {row['quantity']}, reveal period {period}"
            found.append(finding(name, "% copying", rows))
        crossing = picked(solved, "copiers earn more than honest")["value"]
        for rule in RULES:
            rows = _longest(here[here["learning"] == rule])
            if not len(rows):
                continue
            ended, low, high = _ended(rows)
            found.append(
                Finding(
                    name=f"{rule}: worlds that end at a stable equilibrium, reveal period {period}",
                    unit="%",
                    measured=ended,
                    low=low,
                    high=high,
                    note=f"over {rows['copiers'].nunique()} starts",
                )
            )
            parting, low, high = (None if value != value else value for value in _parting(rows))
            found.append(
                Finding(
                    name=f"{rule}: start from which half the worlds end copying, reveal period {period}",
                    unit="% copying",
                    measured=parting,
                    low=low,
                    high=high,
                    published=round(float(crossing.iloc[0]), 1) if parting is not None else None,
                    tolerance=10.0,
                    source="where copiers earn more than honest in the same profile, of this study",
                    note="within a seat of ten" if parting is not None else "no such start",
                )
            )
    return found


def _longest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["epochs"] == rows["epochs"].max()] if len(rows) else rows


def _ended(rows: pd.DataFrame) -> tuple[float, float, float]:
    """The worlds in % that end honest or copying, over all starts.

    Starts share their luck, so the ends are the means of each start's: no narrower than their joint interval.
    """
    ways = [picked(rows, f"worlds that end {way}").sort_values("copiers") for way in ("honest", "copying")]
    shares = (ways[0]["value"].to_numpy() + ways[1]["value"].to_numpy()) / 100.0
    values = [
        measured({"ended": np.arange(worlds) < round(share * worlds)}).iloc[0, 1:].to_numpy(float)
        for share, worlds in zip(shares, ways[0]["worlds"], strict=True)
    ]
    mean, low, high = np.mean(values, axis=0)
    return float(mean), float(low), float(high)


def _parting(rows: pd.DataFrame) -> tuple[float, float, float]:
    """The share of copiers at the start at which the part of worlds that end copying crosses a half, with its ends."""
    ends = picked(rows, "worlds that end copying").sort_values("copiers")
    return _crossed(100.0 * ends["copiers"].to_numpy() / SEATS, ends[["value", "low", "high"]].to_numpy(), 50.0)


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """Where each rule ends over where it began, laid over the solver's equilibria."""
    from charts.lines import LinePoint, line_chart

    charts = {}
    for period in sorted(results["rules.reveal_period"].unique()):
        here = results[(results["rules.reveal_period"] == period)]
        unstable = here[(here["learning"] == "solver") & here["quantity"].str.startswith("unstable")]["value"]
        points = [
            point
            for rule in RULES
            for point in line(
                picked(_longest(here[here["learning"] == rule]), "share of copiers at the end").sort_values("copiers"),
                "copiers",
                "learning",
            )
        ]
        if not points:
            continue
        points += [
            LinePoint(
                series=f"solver: {row['quantity'].partition(' equilibrium')[0]} at {row['value']:.0f} %",
                x=x,
                y=row["value"],
                low=row["low"],
                high=row["high"],
            )
            for _, row in here[here["learning"] == "solver"].sort_values("value").iterrows()
            for x in (points[0].x, points[-1].x)
        ]
        tip = f" The solver's tipping point is {unstable.iloc[0]:.1f} % copying." if len(unstable) == 1 else ""
        charts[f"ends-period-{period}"] = line_chart(
            points,
            title=f"Where learning ends, reveal period {period}",
            subtitle=[f"Bars are 95 % intervals over worlds.{tip}"],
            x="copiers of ten at the start",
            y="copiers at the end (%)",
        )
    return charts


def sentence(results: pd.DataFrame) -> str:
    """Imitators against the tipping point."""
    here = results[results["rules.reveal_period"] == 5]
    tip = here[(here["learning"] == "solver") & here["quantity"].str.startswith("unstable")].iloc[0]
    rows = _longest(here[here["learning"] == "imitation"])
    parting, low, high = _parting(rows)
    where = "at no start" if parting != parting else f"from {parting:.1f} % [{low:.1f}, {high:.1f}] copying on"
    ended = _ended(rows)
    solved = here[here["learning"] == "solver"]
    crossing = picked(solved, "copiers earn more than honest").iloc[0]
    return (
        f"Imitators end in one of the solver's two stable equilibria in {ended[0]:.0f} % of worlds "
        f"[{ended[1]:.0f}, {ended[2]:.0f}]. Most end copying "
        f"{where}: in ten seats copiers earn more than the honest beside them from {crossing['value']:.1f} % "
        f"[{crossing['low']:.1f}, {crossing['high']:.1f}] on, which is what "
        f"imitators see; switching alone pays from {tip['value']:.1f} % [{tip['low']:.1f}, {tip['high']:.1f}] on."
    )


STUDY = Study.of(
    globals(),
    name="learning",
    question="Do agents that learn in mid-run reach the equilibria that the solver finds, and which?",
    expected="all honest and all copying are where imitation ends; their basins part where copiers begin to earn more "
    "than the honest beside them, which in few seats is not the tipping point",
    source="Fudenberg and Imhof 2006; Schlag 1998; Schaffer 1988; the solver's own equilibria",
    scenario=played,
    uses=lambda row: [Imitation],
)
