"""Owners learning: do owners of machines who only see yesterday come to the market's equilibrium?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machines import HabitSettings, MachineMarket
from econ.compute import Allocation, ComputeSettings, solve_allocation
from econ.inference import mean_interval
from experiments.designs import grid
from experiments.measured import measured
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

DAYS, EVERY = 900, 10
CLOSE = 1.0
"""Per cent of a market's total within which it counts as come to the equilibrium."""

_HABITS = ("rule", "pace", "lag", "build_pace")
_SOURCE = "J. B. Rosen 1965: in strictly monotone games adjustment converges; the solver's own equilibrium"
_STORIES = {
    ("best-reply", 0.2, 1, 0.0): "part of the way to the best reply, each day",
    ("returns", 1.0, 1, 0.0): "following returns only",
    ("best-reply", 0.2, 30, 0.0): "part of the way to the best reply, a month late",
    ("best-reply", 0.02, 30, 0.0): "a fiftieth of the way, a month late",
    ("best-reply", 0.2, 1, 0.005): "building sites, 60 days to build",
    ("best-reply", 1.0, 1, 0.0): "all the way to the best reply",
}


def design(size: str) -> pd.DataFrame:
    """Habits and seeds; the small size comes first in the full one."""
    import pandas as pd

    few = list(_STORIES)[:3] + list(_STORIES)[4:5]
    rows = [(*habits, seed) for habits in few for seed in range(3)]
    if size == "full":
        rows += [(*habits, seed) for habits in _STORIES for seed in range(10)]
        more = grid({"rule": ["best-reply"], "pace": [0.05, 0.1, 0.2], "lag": [1, 3, 7, 14, 30], "build_pace": [0.0]})
        rows += [(*row, seed) for row in more.itertuples(index=False) for seed in range(5)]
    return pd.DataFrame(rows, columns=[*_HABITS, "seed"]).drop_duplicates(ignore_index=True)


def _settings(row: Task) -> ComputeSettings:
    return ComputeSettings() if float(row["build_pace"]) > 0 else ComputeSettings(convertible=0.0)


def task(row: Task) -> pd.DataFrame:
    """A run of `DAYS` days beside the solver's equilibrium: the distance by day, and how it ended."""
    import pandas as pd

    game = _settings(row).game()
    aim = solve_allocation(game)
    habits = HabitSettings(
        rule=str(row["rule"]), pace=float(row["pace"]), lag=int(row["lag"]), build_pace=float(row["build_pace"])
    )
    market = MachineMarket(game, habits, seed=int(row["seed"]))
    days, off = [0], [_off(market, aim)]
    for day in range(EVERY, DAYS + 1, EVERY):
        market.run(EVERY)
        days.append(day)
        off.append(_off(market, aim))
    distance = np.max(np.abs(off), axis=1)
    far = np.flatnonzero(distance > CLOSE)
    arrived = 0 if not far.size else days[far[-1] + 1] if far[-1] + 1 < len(days) else np.nan
    swing = np.ptp(np.array(off)[len(off) // 2 :], axis=0)
    end = measured(
        {
            "hash rate": off[-1][0],
            "subnet GPUs": off[-1][1],
            "cloud GPUs": off[-1][2],
            "distance at the end": distance[-1],
            "swing of subnet GPUs": swing[1],
            "days to arrive": float(arrived),
            "regret": market.regret,
            "converted": float(market.built.sum()),
            "converted at the equilibrium": float(aim.converted.sum()),
        }
    )
    course = pd.DataFrame({"quantity": "distance", "day": days, "value": distance, "low": np.nan, "high": np.nan})
    return pd.concat([end.assign(day=DAYS), course], ignore_index=True)


def _off(market: MachineMarket, aim: Allocation) -> list[float]:
    """How far hash rate, subnets' GPUs and the cloud's are from the equilibrium, in % of it."""
    now = (market.hash_rate, float(market.subnet_gpus.sum()), float(market.acts[:, -1].sum()))
    there = (aim.hash_rate, float(aim.subnet_gpus.sum()), aim.cloud_gpus)
    return [100.0 * (value / goal - 1.0) for value, goal in zip(now, there, strict=True)]


def findings(results: pd.DataFrame) -> list[Finding]:
    """Where each habit ends, over seeds."""
    found = []
    for habits, rows in results[results["day"] == DAYS].groupby(list(_HABITS), sort=False):
        if habits not in _STORIES:
            continue
        story = _STORIES[habits]
        distance = _values(rows, "distance at the end")
        settles = habits[:3] in (("best-reply", 0.2, 1), ("returns", 1.0, 1))
        known = {"published": 0.0, "tolerance": CLOSE, "source": _SOURCE} if settles and habits[3] == 0 else {}
        note = f"{len(distance)} seeds; largest regret {_values(rows, 'regret').max():,.2g} USD a day"
        found.append(
            _over_seeds(f"distance from the equilibrium after {DAYS} days: {story}", "%", distance, note, **known)
        )
        arrived = _values(rows, "days to arrive")
        if np.isfinite(arrived).all():
            found.append(_over_seeds(f"days until within {CLOSE:g} %: {story}", "days", arrived))
        if habits[3] > 0:
            aim = _values(rows, "converted at the equilibrium")[0]
            why = f"{aim:.0f} MW at the equilibrium: sites are ordered before anybody sees what others have ordered"
            found.append(_over_seeds(f"MW converted: {story}", "MW", _values(rows, "converted"), why))
        if habits[2] > 1:
            swing = _values(rows, "swing of subnet GPUs")
            found.append(_over_seeds(f"swing of the subnets' GPUs in the second half: {story}", "%", swing))
    return found


def _values(rows: pd.DataFrame, quantity: str) -> np.ndarray:
    return np.asarray(rows[rows["quantity"] == quantity]["value"], dtype=float)


def _over_seeds(name: str, unit: str, values: np.ndarray, note: str = "", **known: Any) -> Finding:
    mean, low, high = (float(each) for each in mean_interval(values))
    return Finding(name=name, unit=unit, measured=mean, low=max(low, 0.0), high=high, note=note, **known)


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The distance from the equilibrium by day, of the first seed."""
    from charts.lines import LinePoint, line_chart

    rows = results[(results["quantity"] == "distance") & (results["seed"] == 0)]
    points = [
        LinePoint(series=_STORIES[habits], x=float(row["day"]), y=float(np.log10(max(row["value"], 1e-6))))
        for habits, here in rows.groupby(list(_HABITS), sort=False)
        if habits in _STORIES
        for row in here.to_dict("records")
        if row["day"] % 50 == 0
    ]
    return {
        "distance": line_chart(
            points,
            title="How far the market is from its equilibrium",
            subtitle=["The farthest of hash rate, subnets' and cloud's GPUs, first seed. 0 is 1 %, 2 is 100 %."],
            x="day",
            y="log10 of the distance in %",
            level=0.0,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """Who arrives and who does not."""
    ends = results[results["day"] == DAYS]
    said = []
    for habits in (("best-reply", 0.2, 1, 0.0), ("returns", 1.0, 1, 0.0), ("best-reply", 0.2, 30, 0.0)):
        rows = ends[np.logical_and.reduce([ends[name] == value for name, value in zip(_HABITS, habits, strict=True)])]
        worst = max(_values(rows, "distance at the end").max(), 1e-6)
        said.append(f"{np.format_float_positional(worst, precision=2, fractional=False, trim='-')} %")
    return (
        f"Owners who go part of the way to their best reply end within {said[0]} of the solver's equilibrium, those "
        f"who only follow returns within {said[1]}; if all see the market a month late it does not settle, and is off "
        f"by up to {said[2]}: the subnets' market, the smallest, swings."
    )


def uses(row: Task) -> Iterable[object]:
    """The model of owners and the solver."""
    return [MachineMarket, HabitSettings, solve_allocation, ComputeSettings]


STUDY = Study.of(
    globals(),
    name="owners-learning",
    question="Do owners of machines come to the market's equilibrium, and how late may they see what others do?",
    expected="adjustment part of the way converges to the solver's equilibrium, by best replies and by returns alone",
    source=_SOURCE,
)
