"""What would change the answer: for each rule, the nearest value at which a crowd that held falls, or the reverse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from experiments.errors import BadInput
from experiments.lone import Crowd, crowds
from experiments.scenario import Scenario
from experiments.simulation import Progress

__all__ = ["RULES", "STEPS", "Change", "what_changes", "worlds_of"]

RULES: dict[str, tuple[Any, ...]] = {
    "rules.reveal_period": tuple(range(21)),
    "rules.bonds_penalty": tuple(round(0.1 * step, 2) for step in range(11)),
    "rules.bonds_moving_average": (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99),
    "rules.liquid_alpha_on": (False, True),
    "rules.version": ("3", "2"),
    "rules.kappa": (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8),
    "rules.validator_share": (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9),
}
"""The rules that are tried, each at these values first, the nearest before the others."""

STEPS: dict[str, float] = {"rules.reveal_period": 1, "rules.bonds_moving_average": 0.005}
"""How finely the nearest value is looked for; a hundredth for all other numbers."""

_STEP = 0.01
_WORLDS = 32
_TRIES = 5
"""Values tried on either side of the present one, before the steps between two of them are halved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One rule: the nearest value at which an outcome flips, and all that it does there.

    `value` is None where none of the `tried` values flips anything. `before_value` is the last value on the way there
    at which nothing flips for certain: of a number the two are at most a step of `STEPS` apart. `before` and `after`
    are the crowds of every strategy now and there, with a copier and a cabal among them even where the scenario lists
    none: the side effects. `flips` says in words what changes.
    """

    key: str
    set_by: str
    present: Any
    value: Any
    before_value: Any
    tried: tuple[Any, ...]
    flips: tuple[str, ...]
    before: tuple[Crowd, ...]
    after: tuple[Crowd, ...]


def what_changes(scenario: Scenario, *, progress: Progress | None = None) -> list[Change]:
    """Try each rule alone, outwards from its present value; other rules stay. All strategies' crowds are asked.

    Where a value flips an outcome, the steps between it and the last that did not are halved. Intervals are Student's,
    each on its own; an outcome flips only from one settled answer to the other.

    >>> small = {"validators.count": 3, "miners.count": 4, "epochs": 10, "burn_in": 3}
    >>> [change.key for change in what_changes(Scenario.named("weight-copying", small))][0]
    'rules.reveal_period'
    """
    listed = scenario.validators.strategies.split(",")
    asked = [*listed, *(name for name in ("weight-copier", "colluding") if name not in listed)]
    wide = scenario.changed({"validators.strategies": ",".join(asked)})
    worlds = worlds_of(scenario)
    now = crowds(scenario, worlds)
    all_now: tuple[Crowd, ...] = ()
    flat, declared = scenario.flat(), Scenario.keys()
    found = []
    for number, (key, values) in enumerate(RULES.items()):

        def tell(asked: int, number: int = number) -> None:
            if progress:
                progress((number + asked / (asked + 2.0)) / len(RULES))

        rule = _Rule(scenario, key, worlds, now, tell)
        value, before_value = rule.nearest(flat[key], values)
        there: tuple[Crowd, ...] = ()
        if value is not None:
            all_now = all_now or crowds(wide, worlds)
            there = crowds(wide.changed({key: value}), worlds)
        if progress:
            progress((number + 1) / len(RULES))
        found.append(
            Change(
                key=key,
                set_by=declared[key].set_by,
                present=flat[key],
                value=value,
                before_value=before_value,
                tried=tuple(tried for tried, flips in rule.asked.items() if flips is not None),
                flips=() if value is None else rule.asked[value] or (),
                before=() if value is None else all_now,
                after=there,
            )
        )
    return found


def worlds_of(scenario: Scenario) -> range:
    """The worlds in which the rules of a scenario are tried: at most 32, and at least four.

    >>> worlds_of(Scenario.named("weight-copying"))
    range(0, 32)
    """
    return range(min(_WORLDS, max(scenario.worlds, 4)))


class _Rule:
    """One rule of a scenario: what flips at the values that were asked; None where the scenario refuses one."""

    def __init__(
        self, scenario: Scenario, key: str, worlds: range, now: tuple[Crowd, ...], tell: Callable[[int], None]
    ) -> None:
        self._scenario, self._key, self._worlds, self._now, self._tell = scenario, key, worlds, now, tell
        self._step = STEPS.get(key, _STEP)
        self.asked: dict[Any, tuple[str, ...] | None] = {}

    def flips(self, value: Any) -> bool:
        """Whether a value flips any outcome."""
        if value not in self.asked:
            try:
                there = crowds(self._scenario.changed({self._key: value}), self._worlds)
                self.asked[value] = _flips(self._now, there, self._scenario.answer.epsilon)
            except BadInput:
                self.asked[value] = None
            self._tell(len(self.asked))
        return bool(self.asked[value])

    def nearest(self, present: Any, values: tuple[Any, ...]) -> tuple[Any, Any]:
        """The nearest value that flips, and the last on the way there that does not; two None if there is none."""
        if isinstance(present, bool | str):
            return next(((value, present) for value in values if value != present and self.flips(value)), (None, None))
        ways = [
            sorted((value for value in values if value < present), reverse=True)[:_TRIES],
            sorted(value for value in values if value > present)[:_TRIES],
        ]
        inner, outer = [present, present], [None, None]
        waiting = sorted((abs(value - present), way, value) for way, ahead in enumerate(ways) for value in ahead)
        for _, way, value in waiting:
            reached = [abs(end - present) for end in outer if end is not None]
            if outer[way] is not None or (reached and abs(inner[way] - present) + self._step >= min(reached) - 1e-9):
                continue
            if self.flips(value):
                outer[way] = value
            elif self.asked[value] is not None:
                inner[way] = value
        ends = [self._between(inner[way], outer[way]) for way in (0, 1) if outer[way] is not None]
        return min(ends, key=lambda end: abs(end[0] - present), default=(None, None))

    def _between(self, inner: Any, outer: Any) -> tuple[Any, Any]:
        """Halve the steps between a value that does not flip and one that does: (flips, does not), a step apart."""
        while True:
            steps = round(abs(outer - inner) / self._step)
            if steps <= 1:
                return outer, inner
            middle = inner + (outer - inner) / abs(outer - inner) * self._step * (steps // 2)
            middle = type(outer)(round(middle, 6))
            if self.flips(middle):
                outer = middle
            else:
                inner = middle


def _flips(now: tuple[Crowd, ...], there: tuple[Crowd, ...], epsilon: float) -> tuple[str, ...]:
    said = []
    for before, after in zip(now, there, strict=True):
        was, holds = before.holds(epsilon), after.holds(epsilon)
        if None not in (was, holds) and was != holds:
            said.append(f"all {before.strategy} {'holds' if holds else 'falls'}")
    return tuple(said)
