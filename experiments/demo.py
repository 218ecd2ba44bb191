"""The demonstration: a grid of solved games, small enough to be one page that needs no server."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from charts import deviation_chart
from charts.following import following_chart
from experiments.meaning import drift_words, noise_words, reveal_words
from experiments.scenario import Scenario
from experiments.sentences import outcome, sentences
from experiments.simulation import Progress
from experiments.solution import Solution
from experiments.solving import solve_scenario
from experiments.wording import percent, with_interval

__all__ = ["AXES", "SIZES", "Demo", "make_demo"]

AXES: dict[str, str] = {
    "rules.reveal_period": "Reveal period, epochs",
    "miners.drift": "Drift of miners' quality",
    "validators.noise": "Noise of a validator's scores",
}
"""The sliders of the page."""

_WORDS = {
    "rules.reveal_period": reveal_words,
    "miners.drift": drift_words,
    "validators.noise": noise_words,
}

_START = {"rules.reveal_period": 5, "miners.drift": 0.3, "validators.noise": 0.3}

SIZES: dict[str, tuple[dict[str, tuple[float, ...]], dict[str, int]]] = {
    "full": (
        {
            "rules.reveal_period": (0, 1, 2, 3, 5, 8, 12),
            "miners.drift": (0.1, 0.3, 0.5),
            "validators.noise": (0.1, 0.3, 0.5),
        },
        {"answer.max_worlds": 64},
    ),
    "small": (
        {"rules.reveal_period": (0, 5), "miners.drift": (0.3,), "validators.noise": (0.3,)},
        {"answer.max_worlds": 64, "epochs": 120, "miners.count": 16},
    ),
}
"""Values of the sliders, and what is changed of the scenario besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """All games of the grid: `values` by key, and for every combination, in their order, what the page shows.

    `following` is the specification of the chart of seats, whose data the page fills in.
    """

    scenario: str
    seats: int
    values: dict[str, tuple[float, ...]]
    cells: tuple[dict[str, Any], ...]
    following: dict[str, Any]
    command: str

    def document(self) -> dict[str, Any]:
        """What the page's script reads."""
        return {
            "seats": self.seats,
            "axes": [
                {"key": key, "label": AXES[key], "values": list(values), "start": _START[key]}
                for key, values in self.values.items()
            ],
            "cells": list(self.cells),
            "following": self.following,
        }


def make_demo(size: str = "full", *, progress: Progress | None = None) -> Demo:
    """Solve every game of the grid of that size."""
    values, changes = SIZES[size]
    combinations = list(itertools.product(*values.values()))
    base = Scenario.named("weight-copying", changes)
    cells = []
    for number, combination in enumerate(combinations):
        kinds = Scenario.keys()
        chosen = {key: kinds[key].kind(value) for key, value in zip(values, combination, strict=True)}
        cells.append(_cell(solve_scenario(base.changed(chosen), test_start=False)))
        if progress:
            progress((number + 1) / len(combinations))
    seats = base.validators.count
    following = following_chart([0], seats, "honest", "weight-copier", noun="validators").to_dict()
    return Demo(
        scenario=base.name,
        seats=seats,
        values=values,
        cells=tuple(cells),
        following=following,
        command=f"yuma report --demo FILE.html --size {size}",
    )


def _cell(solution: Solution) -> dict[str, Any]:
    contest, level = solution.contests[0], percent(solution.scenario.answer.level)
    chart = deviation_chart(
        contest.gains,
        solution.scenario.validators.count,
        contest.second,
        contest.first,
        contest.points,
        title=f"What switching to {contest.second} pays",
    )
    rows = []
    for found in solution.answer.equilibria:
        quality = solution.measures(found)["quality_incentive_correlation"]
        stable = {True: "stable", False: "unstable", None: "stability open"}[found.stable]
        regret = with_interval((found.regret, *found.regret_interval))
        rows.append([outcome(found), found.verdict, stable, regret, with_interval(quality)])
    return {
        "words": [_WORDS[key](solution.scenario) for key in AXES],
        "says": sentences(solution),
        "gains": [[row.mean, row.low, row.high] for row in contest.gains],
        "chart": chart.to_dict(),
        "equilibria": rows,
        "note": f"{level} intervals that hold together, {solution.answer.worlds} worlds a profile, digest "
        f"{solution.scenario.digest}.",
    }
