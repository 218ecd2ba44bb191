"""Sample a scenario's game until its verdicts are decided or the budget ends."""

from __future__ import annotations

import time

import numpy as np

from econ import solve
from econ.inference import LEAST_WORLDS, asymptotic_half_width
from experiments.growing import grow_scenario
from experiments.payoffs import MOST_PROFILES, all_profiles, game_of, payoffs_of
from experiments.scenario import Scenario
from experiments.simulation import Progress, simulate
from experiments.solution import Solution, is_decided

__all__ = ["solve_scenario"]

_ROUNDING = 1e-9
"""Payoffs of two starts that are closer than this, in thousandths, are equal."""


def solve_scenario(
    scenario: Scenario, *, concept: str = "nash", test_start: bool = True, progress: Progress | None = None
) -> Solution:
    """Play all profiles, add worlds until every verdict is decided or the budget ends, and test the other start.

    Begins with max(64, `worlds`) worlds a profile and doubles them up to `answer.max_worlds`. Progress may fall when
    worlds are added. Of a game of more than 5,000 profiles only restrictions are played, and `complete` is None.

    >>> from experiments import Scenario, solve_scenario
    >>> small = {"validators.count": 2, "miners.count": 4, "epochs": 12, "burn_in": 4, "answer.max_worlds": 8}
    >>> solve_scenario(Scenario.named("weight-copying", small)).answer.worlds
    8
    """
    began = time.perf_counter()
    if scenario.roles.profile_count > MOST_PROFILES and concept == "nash":
        return _grown(scenario, began, test_start, progress)
    profiles = all_profiles(scenario)
    most = scenario.answer.max_worlds
    worlds = min(max(LEAST_WORLDS, scenario.worlds), most)
    tested = LEAST_WORLDS if test_start and worlds >= LEAST_WORLDS else 0
    meter = _Meter(progress, worlds + tested)
    records = simulate(scenario, profiles, range(worlds), progress=meter.stage(worlds))
    while True:
        game = game_of(scenario, records)
        answer = solve(game, concept, epsilon=scenario.answer.epsilon, level=scenario.answer.level)
        if is_decided(answer) or records.worlds >= most:
            break
        more = range(records.worlds, min(2 * records.worlds, most))
        records = records.joined(simulate(scenario, profiles, more, progress=meter.stage(len(more), extra=True)))
    other = _other_start(scenario)
    matters = None
    if tested:
        elsewhere = simulate(scenario.changed({"start": other}), profiles, range(tested), progress=meter.stage(tested))
        matters = _differ(game.payoffs, game_of(scenario, elsewhere).payoffs, scenario.answer.level)
    return Solution(
        scenario=scenario,
        answer=answer,
        game=game,
        records=records,
        start_matters=matters,
        other_start=other,
        samples=len(profiles) * (records.worlds + tested),
        seconds=time.perf_counter() - began,
    )


def _grown(scenario: Scenario, began: float, test_start: bool, progress: Progress | None) -> Solution:
    """The same for a game of too many profiles: only its restrictions are sampled."""
    meter = _Meter(progress, 0)
    grown, records = grow_scenario(scenario, lambda worlds: meter.stage(worlds, extra=True))
    other, matters, tested = _other_start(scenario), None, 0
    profiles = scenario.roles.widened(grown.game.roles, grown.game.roles.profiles())
    if test_start and grown.game.worlds >= LEAST_WORLDS:
        worlds = range(LEAST_WORLDS)
        there = scenario.changed({"start": other})
        elsewhere = simulate(there, profiles, worlds, progress=meter.stage(LEAST_WORLDS, extra=True))
        payoffs = payoffs_of(there, elsewhere, worlds)[:, scenario.roles.places(grown.game.roles)]
        matters, tested = _differ(grown.game.payoffs, payoffs, scenario.answer.level), len(profiles) * LEAST_WORLDS
    return Solution(
        scenario=scenario,
        answer=grown.answer,
        game=grown.game,
        records=records,
        start_matters=matters,
        other_start=other,
        samples=grown.runs + tested,
        seconds=time.perf_counter() - began,
    )


def _other_start(scenario: Scenario) -> str:
    return "uniform" if scenario.start != "uniform" else "honest:40"


def _differ(payoffs: np.ndarray, others: np.ndarray, level: float) -> bool:
    """Whether any payoff[profile, axis, world] differs between two starts, paired, beyond joint intervals."""
    worlds = others.shape[2]
    shift = (payoffs[..., :worlds] - others)[~np.isnan(others[..., 0])]
    shift = np.where(np.abs(shift) < _ROUNDING, 0.0, shift)
    half = asymptotic_half_width(shift.std(axis=-1, ddof=1), worlds, (1.0 - level) / len(shift))
    return bool((np.abs(shift.mean(axis=-1)) > half).any())


class _Meter:
    """The share of all work that is done, over its stages; work that is added lowers it."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def stage(self, size: int, *, extra: bool = False) -> Progress | None:
        """What the next stage reports its own share to."""
        self._total += size if extra else 0
        before, self._done = self._done, self._done + size
        progress = self._progress
        if progress is None:
            return None
        return lambda share: progress((before + size * share) / self._total)
