"""Reward to work: what does a GPU-hour of useful work cost in a subnet, by its rules, and in the cloud?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from econ.compute import ComputeSettings, solve_allocation
from econ.compute.useful_work import reward_to_work
from experiments.batch_study import scenario_of
from experiments.measured import measured
from experiments.scenario import Scenario
from experiments.sentences import outcome
from experiments.solving import solve_scenario
from experiments.study import Finding, Study, Task
from experiments.useful_share import useful_share

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

GAMES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "everybody works": ("weight-copying", {"validators.strategies": "honest"}),
    "validators may copy": ("weight-copying", {"validators.cost": 5.0}),
    "a cabal": ("cabal", {"cabal.miners": 6}),
    "sybils": ("weight-copying", {"validators.strategies": "honest", "miners.strategies": "honest,sybil"}),
    "model-copiers": (
        "weight-copying",
        {"validators.strategies": "honest", "miners.strategies": "honest,model-copier"},
    ),
    "idle miners": ("weight-copying", {"validators.strategies": "honest", "miners.strategies": "lazy,honest"}),
}
"""Who may do what, by the story: a scenario, and what is changed in it."""

_RULES = {"rules.version": "3", "rules.reveal_period": 1}
_SOURCE = "no publication: the two halves of this project, joined"


def design(size: str) -> pd.DataFrame:
    """One game under one set of rules a row; the small size leaves out two games and the other rules."""
    import pandas as pd

    few = [(game, "3", 1, 8) for game in GAMES if game not in ("validators may copy", "idle miners")]
    many = [(game, version, period, 16) for game in GAMES for version in ("3", "mean") for period in (1, 5)]
    rows = few if size == "small" else few + many
    names = ["game", *_RULES, "miners.count"]
    return pd.DataFrame(rows, columns=names).drop_duplicates(ignore_index=True)


def played(row: Task) -> Scenario:
    """The subnet's game under the row's rules."""
    base, changes = GAMES[str(row["game"])]
    sizes = {"validators.count": 5, "miners.cost": 10.0, "epochs": 90, "burn_in": 30, "start": "honest:20"}
    budget = {"worlds": 64, "answer.max_worlds": 64}
    keys = {key: value for key, value in row.items() if key != "game"}
    return scenario_of(base, {**sizes, **budget, **changes, **keys})


def task(row: Task) -> pd.DataFrame:
    """Solve the subnet's game; at each equilibrium that imitation does not leave: the useful share, what it buys."""
    import pandas as pd

    scenario = played(row)
    frames = []
    for found in solve_scenario(scenario, test_start=False).answer.equilibria:
        if found.stable is False or found.verdict == "rejected":
            continue
        share = useful_share(scenario, found)
        work = reward_to_work(ComputeSettings().game(), (share,))
        hours, price, times = (tuple(part[0].tolist()) for part in (work.hours, work.price, work.times_cloud))
        rows = measured(
            {
                "useful share": (100.0 * share.mean, 100.0 * share.low, 100.0 * share.high),
                "useful GPU-hours": hours,
                "price": price,
                "times the cloud": times,
                "cloud price": work.cloud_price,
                "regret": (found.regret, *found.regret_interval),
            }
        )
        frames.append(rows.assign(outcome=outcome(found), verdict=found.verdict))
    return pd.concat(frames, ignore_index=True)


def _outcomes(results: pd.DataFrame) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    keys = ["game", *_RULES, "miners.count", "outcome"]
    return [(dict(zip(keys, place, strict=True)), rows) for place, rows in results.groupby(keys, sort=False)]


def findings(results: pd.DataFrame) -> list[Finding]:
    """Useful share, hours and price of each outcome."""
    found = []
    for place, rows in _outcomes(results):
        where = f"{place['game']}, {place['outcome']}"
        if len(results["rules.version"].unique()) > 1 or len(results["rules.reveal_period"].unique()) > 1:
            where += f", rule {place['rules.version']}, reveal period {place['rules.reveal_period']}"
            where += f", {place['miners.count']} miners"
        note = f"{rows['verdict'].iloc[0]}, regret {_value(rows, 'regret')[0]:.2g} thousandths"
        for quantity, unit in (
            ("useful share", "%"),
            ("useful GPU-hours", "GPU-hours a day"),
            ("price", "USD a useful GPU-hour"),
            ("times the cloud", "times the cloud's price"),
        ):
            value, low, high = _value(rows, quantity)
            name = f"{quantity}: {where}"
            found.append(Finding(name=name, unit=unit, measured=value, low=low, high=high, note=note))
            note = ""
    return found


def _value(rows: pd.DataFrame, quantity: str) -> tuple[float, float, float]:
    first = rows[rows["quantity"] == quantity].iloc[0]
    return float(first["value"]), float(first["low"]), float(first["high"])


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """Price of a useful GPU-hour by useful share: one point an outcome, and the cloud's price as a rule."""
    from charts.lines import LinePoint, line_chart

    points = []
    for place, rows in _outcomes(results):
        value, low, high = _value(rows, "price")
        points.append(LinePoint(series=place["game"], x=_value(rows, "useful share")[0], y=value, low=low, high=high))
    cloud = float(results[results["quantity"] == "cloud price"]["value"].iloc[0])
    return {
        "price": line_chart(
            sorted(points, key=lambda point: (point.series, point.x)),
            title="What a GPU-hour of useful work costs in a subnet",
            subtitle=[f"A point an outcome; bars are 95 % intervals. Rule: the cloud's {cloud:.2f} USD."],
            x="useful share of the miners' reward (%)",
            y="USD a useful GPU-hour",
            level=cloud,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """The best and the worst outcome."""
    said = []
    found = sorted(_outcomes(results), key=lambda each: -_value(each[1], "useful share")[0])
    for place, rows in (found[0], found[-1]):
        share, price = _value(rows, "useful share"), _value(rows, "price")
        said.append(
            f"where {place['outcome']} ({place['game']}) {share[0]:.0f} % [{share[1]:.0f}, {share[2]:.0f}] of the "
            f"reward pays for work and a useful GPU-hour costs {price[0]:.2f} USD [{price[1]:.2f}, {price[2]:.2f}]"
        )
    cloud = float(results[results["quantity"] == "cloud price"]["value"].iloc[0])
    text = f"{said[0]}; {said[1]}; in the cloud it costs {cloud:.2f}."
    return text[0].upper() + text[1:]


def uses(row: Task) -> Iterable[object]:
    """The useful share, and the market."""
    return [useful_share, reward_to_work, solve_allocation, ComputeSettings]


STUDY = Study.of(
    globals(),
    name="reward-to-work",
    question="What does a GPU-hour that does useful work cost in a subnet, and in the cloud, by the subnet's rules?",
    expected="no expectation: the price is the subnet's pay over its useful share, and near the cloud's where all pay "
    "is for work",
    source=_SOURCE,
    scenario=played,
)
