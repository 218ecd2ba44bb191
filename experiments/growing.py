"""Sample a game of too many profiles: only those that restrictions of it, and leaving them, need."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from econ import EmpiricalGame
from econ.equilibrium.growing import Grown, solve_by_growing
from econ.inference import LEAST_WORLDS
from experiments.payoffs import MOST_PROFILES, Play, payoff_ranges, payoffs_of
from experiments.scenario import Scenario
from experiments.simulation import Progress, Records, simulate

__all__ = ["grow_scenario"]


def grow_scenario(
    scenario: Scenario,
    stage: Callable[[int], Progress | None],
    *,
    play: Play = simulate,
    first_world: int = 0,
    level: float | None = None,
) -> tuple[Grown, Records]:
    """The answer of a scenario's game from restrictions of it, and the records of all profiles played to the end.

    The budget is that of the largest game which is sampled whole. `stage(worlds)` gives a meter for so much work;
    `level`, if it is not the scenario's, is the confidence.
    """
    kept: dict[bytes, list[Records]] = {}

    def sample(profiles: np.ndarray, worlds: range) -> np.ndarray:
        played = range(first_world + worlds.start, first_world + worlds.stop)
        records = play(scenario, profiles, played, progress=stage(len(worlds)))
        for number, row in enumerate(np.asarray(profiles, dtype=np.int64)):
            kept.setdefault(row.tobytes(), []).append(_row(records, number))
        return payoffs_of(scenario, records, played, play=play)

    answer = scenario.answer
    grown = solve_by_growing(
        scenario.roles,
        sample,
        epsilon=answer.epsilon,
        level=answer.level if level is None else level,
        worlds=max(LEAST_WORLDS, scenario.worlds),
        most_worlds=answer.max_worlds,
        budget=MOST_PROFILES * answer.max_worlds,
        ranges=(lambda profiles: payoff_ranges(scenario, profiles)) if answer.bounds == "finite" else None,
    )
    return grown, _joined(kept, grown.game)


def _row(records: Records, number: int) -> Records:
    """One profile's records."""
    values = {f.name: getattr(records, f.name)[number : number + 1] for f in dataclasses.fields(records)}
    return Records(**values)


def _joined(kept: dict[bytes, list[Records]], game: EmpiricalGame) -> Records:
    """The records of all profiles that were played in as many worlds as the game, one below the other."""
    rows = []
    for pieces in kept.values():
        whole = pieces[0]
        for piece in pieces[1:]:
            whole = whole.joined(piece)
        if whole.worlds == game.worlds:
            rows.append(whole)
    values = {f.name: np.concatenate([getattr(row, f.name) for row in rows]) for f in dataclasses.fields(Records)}
    return Records(**values)
