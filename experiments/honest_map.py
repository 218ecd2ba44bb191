"""Where honesty holds, over two parameters: a coarse grid, then more worlds and finer steps along the border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.errors import BadInput
from experiments.intervals import Interval, interval_json
from experiments.lone import crowds
from experiments.scenario import Scenario
from experiments.simulation import Progress
from experiments.wording import counted

__all__ = ["HonestMap", "MapPoint", "honest_map", "steps_of"]

_FIRST_WORLDS = 16
_MORE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """One pair of values: does everybody's playing the first strategy hold? `gain` is the best lone switch's.

    `level` counts how often the steps were halved before it was asked.
    """

    x: float
    y: float
    holds: bool | None
    gain: Interval
    strategy: str
    worlds: int
    level: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestMap:
    """All points that were played; `x` and `y` are the keys, `steps` the distances on the first grid."""

    x: str
    y: str
    points: tuple[MapPoint, ...]
    steps: tuple[float, float]

    def sentence(self, first: str) -> str:
        """How many points hold, fall, stay open and are no game, where all play `first`."""
        told = [point for point in self.points if not point.problem]
        none = len(self.points) - len(told)
        no_game = f" At {counted(none, 'more point')} there is no such game." if none else ""
        holds = sum(point.holds is True for point in told)
        falls = sum(point.holds is False for point in told)
        return (
            f"Of {len(told)} points asked, everybody's being {first} holds against a lone switch at {holds}, "
            f"falls at {falls}, and stays open at {len(told) - holds - falls}. Groups that move together are not asked."
            f"{no_game}"
        )

    def to_json(self) -> dict[str, Any]:
        """What `yuma solve --over` prints."""
        return {
            "x": self.x,
            "y": self.y,
            "points": [
                {
                    "x": point.x,
                    "y": point.y,
                    "holds": point.holds,
                    "strategy": point.strategy or None,
                    "gain": None if point.problem else interval_json(point.gain),
                    "worlds": point.worlds,
                    "level": point.level,
                    "problem": point.problem or None,
                }
                for point in self.points
            ],
        }


def steps_of(scenario: Scenario, key: str, low: float, high: float, count: int) -> list[float]:
    """At most so many values of a key from low to high, whole where the key is."""
    declared = Scenario.keys()[key]
    values = np.linspace(low, high, count)
    if declared.kind is int:
        return sorted({float(round(value)) for value in values})
    return [float(value) for value in np.round(values, 6)]


def honest_map(
    scenario: Scenario,
    x: str,
    y: str,
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    refine: int = 1,
    most_worlds: int = 64,
    progress: Progress | None = None,
) -> HonestMap:
    """Ask every pair of values, add worlds where it is undecided, and halve the steps `refine` times along the border.

    A pair that the scenario refuses is a point with `problem`. Intervals are Student's, each on its own.

    >>> small = {"validators.count": 3, "miners.count": 4, "epochs": 10, "burn_in": 3}
    >>> found = honest_map(Scenario.named("weight-copying", small), "validators.noise", "rules.reveal_period",
    ...                    [0.0, 0.5], [1, 3], refine=0, most_worlds=16)
    >>> len(found.points)
    4
    """
    if x == y:
        raise BadInput(f"both axes are {x}; choose two different parameters")
    known: dict[tuple[float, float], MapPoint] = {}
    asked = [(a, b) for b in ys for a in xs]
    work = float(len(asked) * (1.0 + refine))
    dx, dy = _gap(xs), _gap(ys)
    for level in range(refine + 1):
        for number, (a, b) in enumerate(asked):
            share = _share(progress, (level + number / len(asked)) * len(asked) / max(work, len(asked)))
            if (a, b) not in known:
                known[(a, b)] = _asked(scenario, x, y, (a, b), level, most_worlds, share)
            if progress:
                progress(min((level + (number + 1) / len(asked)) * len(asked) / max(work, len(asked)), 1.0))
        if level == refine:
            break
        asked = _border(known, dx, dy, [Scenario.keys()[key].kind is int for key in (x, y)])
        dx, dy = dx / 2, dy / 2
        if not asked:
            break
        work = float(len(asked) * (refine + 1 - level))
    return HonestMap(x=x, y=y, points=tuple(known.values()), steps=(_gap(xs), _gap(ys)))


def _share(progress: Progress | None, done: float) -> Progress | None:
    """Who waits hears of what was done before a point, however often it asks for worlds."""
    return None if progress is None else lambda _: progress(min(done, 1.0))


def _asked(
    scenario: Scenario,
    x: str,
    y: str,
    at: tuple[float, float],
    level: int,
    most: int,
    progress: Progress | None,
) -> MapPoint:
    keys, (a, b) = Scenario.keys(), at
    values: dict[str, Any] = {key: keys[key].kind(value) for key, value in ((x, a), (y, b))}
    nothing = (float("nan"),) * 3
    try:
        here = scenario.changed(values)
    except BadInput as error:
        return MapPoint(x=a, y=b, holds=None, gain=nothing, strategy="", worlds=0, level=level, problem=str(error))
    worlds = min(_FIRST_WORLDS, most)
    while True:
        crowd = crowds(here, range(worlds), only_first=True, progress=progress)[0]
        holds = crowd.holds(here.answer.epsilon)
        if holds is not None or worlds >= most:
            break
        worlds = min(worlds * _MORE, most)
    best = max(crowd.switches, key=lambda switch: switch.gain[0], default=None)
    return MapPoint(
        x=a,
        y=b,
        holds=holds,
        gain=nothing if best is None else best.gain,
        strategy="" if best is None else best.strategy,
        worlds=worlds,
        level=level,
    )


def _gap(values: Sequence[float]) -> float:
    return min((b - a for a, b in zip(values, list(values)[1:], strict=False)), default=1.0)


def _border(
    known: dict[tuple[float, float], MapPoint], dx: float, dy: float, whole: list[bool]
) -> list[tuple[float, float]]:
    """The pairs half a step from two neighbours that answer differently."""
    found: dict[tuple[float, float], None] = {}
    for (a, b), point in known.items():
        for ax, ay in ((dx, 0.0), (0.0, dy), (dx, dy), (dx, -dy)):
            other = _near(known, a + ax, b + ay)
            if other is None or other.holds == point.holds:
                continue
            middle = a + ax / 2, b + ay / 2
            for value, is_whole in zip(middle, whole, strict=True):
                if is_whole and value != round(value):
                    break
            else:
                found[(round(middle[0], 9), round(middle[1], 9))] = None
    return [pair for pair in found if pair not in known]


def _near(known: dict[tuple[float, float], MapPoint], a: float, b: float) -> MapPoint | None:
    return known.get((round(a, 9), round(b, 9))) or known.get((a, b))
