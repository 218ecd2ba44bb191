"""What would change the answer: for each rule, the nearest value at which a crowd that held falls, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from experiments.errors import BadInput
from experiments.lone import Crowd, crowds
from experiments.scenario import Scenario
from experiments.simulation import Progress

__all__ = ["RULES", "Change", "what_changes"]

RULES: dict[str, tuple[Any, ...]] = {
    "rules.reveal_period": tuple(range(21)),
    "rules.bonds_penalty": tuple(round(0.1 * step, 2) for step in range(11)),
    "rules.bonds_moving_average": (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99),
    "rules.liquid_alpha_on": (False, True),
    "rules.version": ("3", "2"),
    "rules.kappa": (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8),
    "rules.validator_share": (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9),
}
"""The rules that are tried, each at these values, nearest first."""

_WORLDS = 32
_TRIES = 5
"""Values tried on either side of the present one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One rule: the nearest tried value at which an outcome flips, and all that it does there.

    `value` is None where none of the `tried` values flips anything. `before` and `after` are the crowds of every
    strategy now and there, with a copier and a cabal among them even where the scenario lists none: the side effects.
    `flips` says in words what changes.
    """

    key: str
    set_by: str
    present: Any
    value: Any
    tried: tuple[Any, ...]
    flips: tuple[str, ...]
    before: tuple[Crowd, ...]
    after: tuple[Crowd, ...]


def what_changes(scenario: Scenario, *, progress: Progress | None = None) -> list[Change]:
    """Try each rule alone, outwards from its present value; other rules stay. All strategies' crowds are asked.

    Intervals are Student's, each on its own; an outcome flips only from one settled answer to the other.

    >>> small = {"validators.count": 3, "miners.count": 4, "epochs": 10, "burn_in": 3}
    >>> [change.key for change in what_changes(Scenario.named("weight-copying", small))][0]
    'rules.reveal_period'
    """
    listed = scenario.validators.strategies.split(",")
    asked = [*listed, *(name for name in ("weight-copier", "colluding") if name not in listed)]
    wide = scenario.changed({"validators.strategies": ",".join(asked)})
    worlds = range(min(_WORLDS, max(scenario.worlds, 4)))
    now = crowds(scenario, worlds)
    all_now: tuple[Crowd, ...] = ()
    flat, declared = scenario.flat(), Scenario.keys()
    found = []
    for number, (key, values) in enumerate(RULES.items()):
        tried: list[Any] = []
        flips: tuple[str, ...] = ()
        there: tuple[Crowd, ...] = ()
        value = None
        for candidate in _outwards(flat[key], values):
            try:
                there = crowds(scenario.changed({key: candidate}), worlds)
            except BadInput:
                continue
            tried.append(candidate)
            flips = _flips(now, there, scenario.answer.epsilon)
            if progress:
                progress((number + len(tried) / (len(tried) + 1.0)) / len(RULES))
            if flips:
                value = candidate
                all_now = all_now or crowds(wide, worlds)
                there = crowds(wide.changed({key: candidate}), worlds)
                break
        if progress:
            progress((number + 1) / len(RULES))
        found.append(
            Change(
                key=key,
                set_by=declared[key].set_by,
                present=flat[key],
                value=value,
                tried=tuple(tried),
                flips=flips,
                before=all_now if value is not None else (),
                after=there if value is not None else (),
            )
        )
    return found


def _outwards(present: Any, values: tuple[Any, ...]) -> Iterator[Any]:
    """The nearest values first; of numbers at most so many on either side."""
    if isinstance(present, bool | str):
        yield from (value for value in values if value != present)
        return
    below = sorted((value for value in values if value < present), reverse=True)[:_TRIES]
    above = sorted(value for value in values if value > present)[:_TRIES]
    yield from sorted([*below, *above], key=lambda value: abs(value - present))


def _flips(now: tuple[Crowd, ...], there: tuple[Crowd, ...], epsilon: float) -> tuple[str, ...]:
    said = []
    for before, after in zip(now, there, strict=True):
        was, holds = before.holds(epsilon), after.holds(epsilon)
        if None not in (was, holds) and was != holds:
            said.append(f"all {before.strategy} {'holds' if holds else 'falls'}")
    return tuple(said)
