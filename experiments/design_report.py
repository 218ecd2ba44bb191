"""What is told of a design of one's own: what every strategy earned, or which equilibria there are, in each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from experiments.measured import line
from experiments.study import Finding

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

__all__ = ["MOST", "design_figures", "design_findings", "design_sentence"]

MOST = 40
"""Findings that are listed; all rows stand in the results."""

_PLAYED = ("payoff", "thousandths", "payoff_low", "payoff_high")
_SOLVED = ("share", "of the role", "share_low", "share_high")
_LARGEST_SERIES = 10
"""Strategies that one figure tells apart."""


def design_findings(results: pd.DataFrame) -> list[Finding]:
    """A finding for each strategy of each row, the first `MOST` of them."""
    value, unit, low, high = _measure(results)
    varied = _varied(results)
    found = []
    for row in results[results[value].notna()].head(MOST).to_dict("records"):
        place = ", ".join(f"{key} {_shown(row[key])}" for key in varied)
        if value == "share":
            place = f"{place or 'all'}: equilibrium {row['equilibrium'] + 1} ({row['verdict']})"
        found.append(
            Finding(
                name=f"{place or 'all'}: {row['role']} {row['strategy']}",
                unit=unit,
                measured=row[value],
                low=None if row[low] != row[low] else row[low],
                high=None if row[high] != row[high] else row[high],
                note=_note(row) if value == "share" else "",
            )
        )
    return found


def design_figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """What every strategy earned, or plays in equilibrium, over each number that the design varies.

    Of the roles that have a choice, where any has.
    """
    from charts.lines import line_chart

    value, unit, low, high = _measure(results)
    rows = results[results[value].notna()].rename(columns={value: "value", low: "low", high: "high"})
    rows = rows.assign(series=rows["role"] + " " + rows["strategy"])
    choosing = rows.groupby("role")["strategy"].transform("nunique") > 1
    rows = rows[choosing] if choosing.any() else rows
    varied = _varied(results)
    numbers = [key for key in varied if rows[key].dtype.kind in "iuf"]
    if rows["series"].nunique() > _LARGEST_SERIES:
        return {}
    what = "earns" if value == "payoff" else "plays in equilibrium"
    others = {key: ", ".join(other for other in varied if other != key) for key in numbers}
    return {
        key.replace(".", "-"): line_chart(
            line(rows.sort_values(key, kind="stable"), key, "series"),
            title=f"What each strategy {what}, by {key}",
            subtitle=[
                "Bars are 95 % intervals over worlds.",
                *([f"Points at one place differ in {others[key]}."] if others[key] else []),
            ],
            x=key,
            y="thousandths of the epoch's emission" if value == "payoff" else f"share {unit}",
            joined=not others[key] and value == "payoff",
        )
        for key in numbers
    }


def design_sentence(results: pd.DataFrame, name: str) -> str:
    """How many runs of what, over which keys, and how many lines a report leaves out."""
    runs, varied = results["task"].nunique(), _varied(results)
    over = f" over {', '.join(varied)}" if varied else ""
    value = _measure(results)[0]
    lines = int(results[value].notna().sum())
    rest = f" The first {MOST} of {lines:,} lines are shown; results.parquet holds all." if lines > MOST else ""
    return f"{runs:,} {'run' if runs == 1 else 'runs'} of {name}{over}.{rest}"


def _measure(results: pd.DataFrame) -> tuple[str, str, str, str]:
    return _SOLVED if "share" in results.columns else _PLAYED


def _varied(results: pd.DataFrame) -> list[str]:
    """The keys and seats of a design that are not the same in every row."""
    keys = [name for name in results.columns if "." in name or name in ("seed", "epochs", "burn_in", "worlds", "start")]
    return [key for key in keys if results[key].nunique(dropna=False) > 1]


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _note(row: Mapping[str, object]) -> str:
    return (
        f"regret {row['regret']:.3g} [{row['regret_low']:.3g}, {row['regret_high']:.3g}] thousandths, "
        f"{row['stable'] or 'stability unknown'}, all found: {row['complete']}"
    )
