"""One profile, played and recorded epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agents.settings import parse_start
from charts import CoursePoint
from econ.inference import ratio_interval
from experiments import BadInput, Scenario
from experiments.playing import profile_of
from experiments.simulation import seats_of, subnet_of

__all__ = ["Course", "play_course"]

_CELLS = 1.2e7
"""Weights that a course may decide: about a second."""

_EPOCHS = 5000
"""Longer runs are not drawn live."""

_POINTS = 300
"""Longer runs are averaged to about so many points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Dividends per stake by strategy over epochs, and over the counted epochs with their interval."""

    points: tuple[CoursePoint, ...]
    counted: Mapping[str, tuple[float, float, float]]
    worlds: int


def play_course(scenario: Scenario, mix: Mapping[str, int]) -> Course:
    """Play a profile in as many of 32 worlds as a screen has time for; validators alone are recorded."""
    counts = profile_of(scenario, mix)
    width = scenario.miners.count + scenario.cabal_seats
    epochs = scenario.epochs + parse_start(scenario.start)
    cells = scenario.validators.count * width * epochs
    worlds = int(min(32, _CELLS / cells))
    if worlds < 2 or epochs > _EPOCHS:
        raise BadInput(
            f"a run of {epochs} epochs with {scenario.validators.count} validators and {width} miners is too "
            "long to be drawn live: use fewer epochs or seats"
        )
    validators = seats_of(scenario, counts)["validators"]
    subnet = subnet_of(scenario, counts[None], np.arange(worlds), series=True)
    subnet.run(scenario.epochs)
    epochs = np.array(subnet.ledger.epochs)
    shown = epochs >= 0
    dividends = subnet.ledger.series("dividends")[shown]
    epochs = epochs[shown]
    cuts = np.array_split(np.arange(epochs.size), min(_POINTS, epochs.size))
    level = scenario.answer.level
    points, counted = [], {}
    names = [strategy for _, strategy in scenario.roles.axis]
    for name in dict.fromkeys(names[n] for n in validators):
        seats = np.array([names[n] == name for n in validators])
        stake = subnet.stake[:, seats].sum(axis=1)
        earned = dividends[:, :, seats].sum(axis=2)
        for cut in cuts:
            ratio = ratio_interval(earned[cut].mean(axis=0), stake, level)
            mean, low, high = (float(x) for x in ratio)
            points.append(CoursePoint(epoch=float(epochs[cut[0]]), strategy=name, mean=mean, low=low, high=high))
        over_all = ratio_interval(earned[epochs >= scenario.burn_in].mean(axis=0), stake, level)
        counted[name] = (float(over_all[0]), float(over_all[1]), float(over_all[2]))
    return Course(points=tuple(points), counted=counted, worlds=worlds)
