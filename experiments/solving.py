"""Sample a scenario's game until its verdicts are decided or the budget ends."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from econ import solve
from econ.equilibrium.worlds_wanted import worlds_wanted
from econ.inference import LEAST_WORLDS, asymptotic_half_width
from experiments.growing import grow_scenario
from experiments.payoffs import MOST_PROFILES, Play, payoffs_of, refuse_unlimited
from experiments.sampling import Sample
from experiments.scenario import Scenario
from experiments.simulation import Progress, simulate
from experiments.solution import Solution, is_decided, profile_weights

__all__ = ["solve_scenario", "start_tested"]

_PAIRED = ("nash", "pure")
"""Concepts whose verdicts rest on comparisons of two profiles, each in as many worlds as both were played in."""
_RESTS = 0.01
"""An equilibrium rests on the profiles that have at least this chance in it."""
_ROUNDING = 1e-9
"""Payoffs of two starts that are closer than this, in thousandths, are equal."""


def solve_scenario(
    scenario: Scenario,
    *,
    concept: str = "nash",
    test_start: bool = True,
    progress: Progress | None = None,
    play: Play = simulate,
    first_world: int = 0,
    most_profiles: int | None = None,
    error: float | None = None,
) -> Solution:
    """Play all profiles, add worlds until every verdict is decided or the budget ends, and test the other start.

    Begins with max(64, `worlds`) worlds a profile, from `first_world` on, and adds up to `answer.max_worlds`: for Nash
    and pure equilibria to the profiles on which an open verdict rests, as many as would settle it; for other concepts
    it doubles those of all profiles. Progress may fall when worlds are added. Of a game of more than `most_profiles`
    profiles (5,000) only restrictions are played, and `complete` is None. `error` is the chance to miss that the answer
    may use up, all that the scenario's level leaves unless others must hold beside it. `play` is `simulate`, or what
    does the same from a store.

    >>> from experiments import Scenario, solve_scenario
    >>> small = {"validators.count": 2, "miners.count": 4, "epochs": 12, "burn_in": 4, "answer.max_worlds": 8}
    >>> solve_scenario(Scenario.named("weight-copying", small)).answer.worlds
    8
    """
    began = time.perf_counter()
    level = scenario.answer.level if error is None else 1.0 - error
    limit = MOST_PROFILES if most_profiles is None else most_profiles
    if scenario.answer.bounds == "finite":
        refuse_unlimited(scenario)
    if scenario.roles.profile_count > limit and concept == "nash":
        meter = _Meter(progress, LEAST_WORLDS // 2 if test_start else 0)
        grown, records = grow_scenario(
            scenario, lambda worlds: meter.stage(worlds, extra=True), play=play, first_world=first_world, level=level
        )
        answer, game, samples = grown.answer, grown.game, grown.runs
    else:
        most = scenario.answer.max_worlds
        worlds = min(max(LEAST_WORLDS, scenario.worlds), most)
        sample = Sample(scenario, play, first_world)
        meter = _Meter(progress, worlds + (LEAST_WORLDS // 2 if test_start else 0))
        everything = np.ones(len(sample.worlds), dtype=np.int64)
        sample.extend(worlds * everything, lambda _, worlds: meter.stage(worlds))
        while True:
            game = sample.game()
            answer = solve(game, concept, epsilon=scenario.answer.epsilon, level=level)
            if is_decided(answer):
                break
            wanted = worlds_wanted(game, answer, level) if concept in _PAIRED else 2 * sample.worlds
            wanted = np.minimum(wanted, most)
            if (wanted <= sample.worlds).all():
                break
            sample.extend(wanted, lambda rows, worlds: meter.stage(rows * worlds / len(everything), extra=True))
        records, samples = sample.records, sample.runs
    solution = Solution(
        scenario=scenario,
        answer=replace(answer, level=scenario.answer.level),
        game=game,
        records=records,
        start_matters=None,
        other_start=_other_start(scenario),
        samples=samples,
        seconds=time.perf_counter() - began,
    )
    if not test_start or game.worlds < LEAST_WORLDS:
        return solution
    return start_tested(solution, play=play, first_world=first_world, progress=meter.stage(LEAST_WORLDS // 2))


def start_tested(
    solution: Solution, *, play: Play = simulate, first_world: int = 0, progress: Progress | None = None
) -> Solution:
    """The solution with `start_matters`: whether payoffs differ between the starts, beyond joint intervals.

    Compared are, in 64 worlds, the profiles in which all of a role do the same and then those that an equilibrium rests
    on, unless the first differ already.
    """
    began = time.perf_counter()
    scenario, game = solution.scenario, solution.game
    profiles = game.roles.profiles()
    alike = np.ones(len(profiles), dtype=bool)
    for part in game.roles.slices():
        alike &= profiles[:, part].max(axis=1) == profiles[:, part].sum(axis=1)
    wide = scenario.roles.widened(game.roles, profiles)
    rests = np.zeros(len(profiles), dtype=bool)
    for equilibrium in solution.answer.equilibria:
        rests |= profile_weights(scenario.roles, wide, equilibrium) > _RESTS
    worlds = range(first_world, first_world + LEAST_WORLDS)
    there = scenario.changed({"start": solution.other_start})
    parts = [np.flatnonzero(chosen) for chosen in (alike, rests & ~alike) if chosen.any()]
    total, played, differ = sum(map(len, parts)), 0, False
    for chosen in parts:
        share = _part_of(progress, played / total, len(chosen) / total)
        payoffs = payoffs_of(there, play(there, wide[chosen], worlds, progress=share), worlds, play=play)
        played += len(chosen)
        others = payoffs[:, scenario.roles.places(game.roles)]
        differ = _differ(game.payoffs[chosen], others, scenario.answer.level, looks=total / len(chosen))
        if differ:
            break
    if progress:
        progress(1.0)
    return replace(
        solution,
        start_matters=differ,
        samples=solution.samples + played * LEAST_WORLDS,
        seconds=solution.seconds + time.perf_counter() - began,
    )


def _other_start(scenario: Scenario) -> str:
    return "uniform" if scenario.start != "uniform" else "honest:40"


def _part_of(progress: Progress | None, before: float, size: float) -> Progress | None:
    """What a part of the work, of this size and with so much before it, reports to."""
    return None if progress is None else lambda share: progress(before + size * share)


def _differ(payoffs: np.ndarray, others: np.ndarray, level: float, *, looks: float) -> bool:
    """Whether any payoff[profile, axis, world] differs between two starts, paired, beyond joint intervals.

    Joint over `looks` times as many as are given, those of a later look included.
    """
    worlds = others.shape[2]
    shift = (payoffs[..., :worlds] - others)[~np.isnan(others[..., 0])]
    shift = np.where(np.abs(shift) < _ROUNDING, 0.0, shift)
    half = asymptotic_half_width(shift.std(axis=-1, ddof=1), worlds, (1.0 - level) / (looks * len(shift)))
    return bool((np.abs(shift.mean(axis=-1)) > half).any())


class _Meter:
    """The share of all work that is done, over its stages; work that is added lowers it."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, float(total), 0.0

    def stage(self, size: float, *, extra: bool = False) -> Progress | None:
        """What the next stage reports its own share to."""
        self._total += size if extra else 0
        before, self._done = self._done, self._done + size
        progress = self._progress
        if progress is None:
            return None
        return lambda share: progress((before + size * share) / self._total)
