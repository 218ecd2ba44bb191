"""The numbers of a policy that its player may choose, and what a search over them tries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agents.registry import kind_of, policies, quantities_of, written
from econ.quantity import Quantity, QuantityError
from experiments.errors import BadInput, nearest
from experiments.scenario import Scenario

__all__ = ["EVERY", "Lever", "Levers", "chosen_levers"]

EVERY = "all"
"""Asks for every number with a finite range of every listed strategy."""
OPEN_END = 1e-3
"""How far inside an end that is not allowed itself the search begins, as a share of the range."""
DIGITS = 4
"""Significant digits of the values tried: they become part of a strategy's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One number of a policy: `validators.colluding.self_weight`, searched from low to high."""

    role: str
    strategy: str
    field: str
    low: float
    high: float
    whole: bool

    @property
    def key(self) -> str:
        """Its name on the command line."""
        return f"{self.role}.{self.strategy}.{self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """The numbers of one policy, searched together; `fixed` are those that its listed strategy has set."""

    role: str
    strategy: str
    fixed: tuple[tuple[str, object], ...]
    levers: tuple[Lever, ...]

    def named(self, point: np.ndarray) -> str:
        """The strategy of a point[lever] in [0, 1]: `colluding(self_weight=0.37)`."""
        fields = dict(self.fixed)
        for lever, share in zip(self.levers, point.tolist(), strict=True):
            value = float(f"{lever.low + (lever.high - lever.low) * min(max(share, 0.0), 1.0):.{DIGITS}g}")
            value = min(max(value, lever.low), lever.high)
            fields[lever.field] = round(value) if lever.whole else value
        told = ";".join(f"{name}={_text(value)}" for name, value in fields.items())
        return f"{self.strategy}({told})"


def chosen_levers(scenario: Scenario, asked: Sequence[str]) -> tuple[tuple[Levers, ...], tuple[str, ...]]:
    """What `--search` names, policy by policy, and the keys that `all` leaves out because their range has no end.

    Each is `all` or ROLE.STRATEGY.FIELD, with `=LOW..HIGH` for a narrower range (needed where the declared one has no
    end). The strategy need not be listed in the scenario.

    >>> (found,), _ = chosen_levers(Scenario.named("cabal"), ["validators.colluding.self_weight=0.2..0.9"])
    >>> found.levers[0].key, found.named(np.array([0.5]))
    ('validators.colluding.self_weight', 'colluding(self_weight=0.55)')
    """
    levers: dict[str, Lever] = {}
    left_out: list[str] = []
    for text in asked:
        if text == EVERY:
            for lever, key in _declared(scenario):
                if lever is None:
                    left_out.append(key)
                else:
                    levers.setdefault(key, lever)
        else:
            lever = _read(scenario, text)
            if lever.key in levers and EVERY not in asked:
                raise BadInput(f"--search names {lever.key} twice; name it once")
            levers[lever.key] = lever
    if not levers:
        raise BadInput(
            "--search all finds nothing to search: no listed strategy has a number with a finite range; name one as "
            "ROLE.STRATEGY.FIELD=LOW..HIGH (`yuma players` lists them)"
        )
    grouped: dict[tuple[str, str], list[Lever]] = {}
    for lever in levers.values():
        grouped.setdefault((lever.role, lever.strategy), []).append(lever)
    found = tuple(
        Levers(role=role, strategy=strategy, fixed=_fixed(scenario, role, strategy, some), levers=tuple(some))
        for (role, strategy), some in grouped.items()
    )
    return found, tuple(dict.fromkeys(key for key in left_out if key not in levers))


def _declared(scenario: Scenario) -> Iterator[tuple[Lever | None, str]]:
    """Every number of a listed strategy, as a lever if its range is finite, and its key."""
    for name, listed in zip(scenario.roles.names, scenario.roles.strategies, strict=True):
        role = name.partition(".")[0]
        for strategy in dict.fromkeys(text.partition("(")[0] for text in listed):
            for field, declared in quantities_of(kind_of(role, strategy)).items():
                if declared.kind is float and declared.set_by == "player":
                    finite = declared.low is not None and declared.high is not None
                    key = f"{role}.{strategy}.{field}"
                    yield _lever(role, strategy, field, declared, None) if finite else None, key


def _read(scenario: Scenario, text: str) -> Lever:
    key, equals, span = text.partition("=")
    role, _, rest = key.strip().partition(".")
    strategy, _, field = rest.rpartition(".")
    roles = tuple(dict.fromkeys(name.partition(".")[0] for name in scenario.roles.names))
    if role not in roles or not strategy:
        raise BadInput(
            f"--search {key[:60]!r} names nothing that is chosen in this game; write ROLE.STRATEGY.FIELD, for example "
            f"validators.colluding.self_weight, with a role of {', '.join(roles)}, or all"
        )
    known = policies(role)
    if strategy not in known:
        hint = nearest(strategy, known, listed_by="yuma players")
        raise BadInput(f"--search {key[:60]!r}: {role} have no strategy {strategy[:60]!r}; {hint}")
    declared = quantities_of(known[strategy])
    numbers = {n: q for n, q in declared.items() if q.kind in (int, float) and q.set_by == "player"}
    if field not in numbers:
        listed = ", ".join(numbers) or "no number"
        others = f"; {field} is set by the {declared[field].set_by}" if field in declared else ""
        raise BadInput(f"--search {key[:60]!r}: {strategy} has {listed} that its player chooses{others[:80]}")
    return _lever(role, strategy, field, numbers[field], span if equals else None)


def _lever(role: str, strategy: str, field: str, declared: Quantity, span: str | None) -> Lever:
    key = f"{role}.{strategy}.{field}"
    low, high = declared.low, declared.high
    if span is not None:
        ends = span.split("..")
        try:
            low, high = (float(end) for end in ends)
        except ValueError:
            raise BadInput(f"--search {key}={span[:40]} is no range; write {key}=LOW..HIGH") from None
        for end in (low, high):
            try:
                declared.checked(round(end) if declared.kind is int and end == round(end) else end)
            except QuantityError as error:
                raise BadInput(f"--search {key}={span[:40]}: {error}") from None
        if not low < high:
            raise BadInput(f"--search {key}={span[:40]} goes from {low:g} to {high:g}; the first must be the smaller")
    if low is None or high is None:
        raise BadInput(f"--search {key}: its range, {declared.range}, has no end; write {key}=LOW..HIGH")
    if declared.low_open and low == declared.low:
        low += OPEN_END * (high - low)
    return Lever(role=role, strategy=strategy, field=field, low=low, high=high, whole=declared.kind is int)


def _fixed(scenario: Scenario, role: str, strategy: str, levers: Sequence[Lever]) -> tuple[tuple[str, object], ...]:
    """What the first listed strategy of the same policy sets besides the levers."""
    pairs = zip(scenario.roles.names, scenario.roles.strategies, strict=True)
    listed = next(own for name, own in pairs if name.partition(".")[0] == role)
    text = next((name for name in listed if name.partition("(")[0] == strategy), strategy)
    searched = {lever.field for lever in levers}
    return tuple((name, value) for name, value in written(role, text).items() if name not in searched)


def _text(value: object) -> str:
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value).lower()
