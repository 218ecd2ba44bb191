"""What a solver answers: equilibria, each with its certificate, and whether the list is proved complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from numbers import Real
from typing import Any

from econ.inference.sequences import LEAST_WORLDS

__all__ = ["Answer", "Equilibrium", "check_epsilon", "verdict"]

_HOW = {
    "mutants": "over the residents of its own profile, as a lone mutant",
    "correlated": "by not doing what it is told",
    "coarse": "by one strategy of its own instead",
    "stackelberg": "by switching alone, except the leader, who is bound",
}
"""What a gain is compared with, by concept."""

Shares = Mapping[str, Mapping[str, float]]
Ranges = Mapping[str, Mapping[str, tuple[float, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equilibrium:
    """One equilibrium, or a continuum of them (`component`), of the estimated game.

    `kind` is symmetric-pure, symmetric-mixed, asymmetric-pure or component, or what an outcome is to its concept, as
    welfare, logit or optimum; `strategy` holds shares by role and
    strategy (of a component those of one member), `strategy_interval` how far the equilibrium may lie from there in
    any game that the data allow (of a component its extent); `counts` are the seats of an asymmetric profile.
    `stable` is replicator stability in every game that the data allow, None where the data or too few worlds leave it
    open or it does not apply; `component` numbers the continuum that extreme equilibria of a bimatrix game belong to.
    `payoffs` are what the players expect, where a concept is about them; `figures` are other numbers of it by name, as
    the lambda of a logit response. `joint` is the distribution over profiles of a correlated equilibrium, whose
    `strategy` holds its marginals.
    """

    kind: str
    strategy: Shares
    strategy_interval: Ranges
    regret: float
    regret_interval: tuple[float, float]
    verdict: str
    counts: Mapping[str, Mapping[str, int]] | None = None
    strict: bool = False
    stable: bool | None = None
    component: int | None = None
    payoffs: Mapping[str, float] | None = None
    joint: tuple[tuple[tuple[str, ...], float], ...] | None = None
    figures: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values under the names that users and scripts rely on; what is absent or infinite is None."""
        return {
            "kind": self.kind,
            "strategy": {role: dict(shares) for role, shares in self.strategy.items()},
            "strategy_interval": {
                role: {name: list(ends) for name, ends in ranges.items()}
                for role, ranges in self.strategy_interval.items()
            },
            "counts": None if self.counts is None else {role: dict(seats) for role, seats in self.counts.items()},
            "regret": _finite(self.regret),
            "regret_interval": [_finite(end) for end in self.regret_interval],
            "verdict": self.verdict,
            "strict": self.strict,
            "stable": self.stable,
            "component": self.component,
            "payoffs": None if self.payoffs is None else dict(self.payoffs),
            "joint": None
            if self.joint is None
            else [{"profile": list(profile), "probability": share} for profile, share in self.joint],
            "figures": dict(self.figures),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The equilibria of one game under one concept.

    `complete` is True if it is proved that every game the data allow has exactly these equilibria, each within its
    interval; False if more are known to exist; None if neither is proved. `covers` lists the strategies that were
    tried; `worlds` is None of an exact game; profiles that a verdict hung on were played in up to `most_worlds`, where
    those are more. `unsearched` counts the faces (a support for every role) that were skipped or cut short, by their
    size or because the work was spent: further equilibria may lie there. `subsets` are the maximal Nash subsets of a
    bimatrix game with continua, as places in `equilibria`: all mixtures of their members are equilibria. `figures` are
    the numbers of a concept by name (value, gap, price of anarchy); where payoffs were sampled `figure_intervals` hold
    together, all of them, at the level of the answer. `survivors` are what dominance leaves of each player's
    strategies, `steps` how, and `checked` by which second route it was verified.
    """

    concept: str
    equilibria: tuple[Equilibrium, ...]
    complete: bool | None
    epsilon: float
    level: float
    covers: Mapping[str, tuple[str, ...]]
    worlds: int | None
    minimum_worlds: int = LEAST_WORLDS
    most_worlds: int | None = None
    unsearched: int = 0
    subsets: tuple[tuple[int, ...], ...] = ()
    figures: Mapping[str, float | None] = field(default_factory=dict)
    figure_intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    survivors: Mapping[str, tuple[str, ...]] | None = None
    steps: tuple[str, ...] = ()
    checked: str = ""

    def __post_init__(self) -> None:
        check_epsilon(self.epsilon)

    def sentence(self, equilibrium: Equilibrium) -> str:
        """What the verdict of one of the equilibria says and what it does not."""
        choices = [names for names in self.covers.values() if len(names) > 1]
        tried = len({name for names in choices or self.covers.values() for name in names})
        size = f"{self.epsilon:g}" + ("" if self.worlds is None else " thousandths of emission")
        sure = "" if self.worlds is None else f"With {100 * self.level:.4g}% confidence "
        mutants = self.concept == "ess" and equilibrium.kind != "ess"
        how = _HOW["mutants" if mutants else self.concept] if mutants or self.concept in _HOW else "by switching alone"
        worlds = "1 world a profile does" if self.worlds == 1 else f"{self.played} a profile do"
        if tried == 1:
            said = "Nobody can switch: only 1 strategy was tried."
        elif equilibrium.verdict == "certified":
            said = f"{sure}none of the {tried} strategies tried gains more than {size} {how}."
        elif equilibrium.verdict == "rejected":
            said = f"{sure}one of the {tried} strategies tried gains more than {size} {how}."
        elif equilibrium.verdict == "consistent":
            said = f"Not refuted, and no claim: the data allow that nobody gains {how}, and more than {size}."
        else:
            said = f"Undecided: {worlds} not settle whether somebody gains more than {size} {how}."
        if self.worlds is None:
            return said[0].upper() + said[1:]
        return (
            f"{said} Not covered: strategies not tried, groups (unless tested), and whether this model fits your "
            "subnet."
        )

    @property
    def played(self) -> str:
        """In how many worlds profiles were played, in words."""
        if self.most_worlds is None:
            return "1 world" if self.worlds == 1 else f"{self.worlds or 0} worlds"
        return f"{self.worlds} to {self.most_worlds} worlds"

    def to_json(self) -> dict[str, Any]:
        """Plain values under the names that users and scripts rely on."""
        return {
            "concept": self.concept,
            "equilibria": [equilibrium.to_json() for equilibrium in self.equilibria],
            "complete": self.complete,
            "epsilon": self.epsilon,
            "level": self.level,
            "covers": {role: list(names) for role, names in self.covers.items()},
            "worlds": self.worlds,
            "minimum_worlds": self.minimum_worlds,
            "most_worlds": self.most_worlds,
            "unsearched": self.unsearched,
            "subsets": [list(subset) for subset in self.subsets],
            "figures": {name: None if x is None else _finite(x) for name, x in self.figures.items()},
            "figure_intervals": {name: [_finite(x) for x in ends] for name, ends in self.figure_intervals.items()},
            "survivors": None
            if self.survivors is None
            else {player: list(names) for player, names in self.survivors.items()},
            "steps": list(self.steps),
            "checked": self.checked,
        }


def check_epsilon(epsilon: float) -> None:
    """`ValueError` for what is no gain."""
    if not isinstance(epsilon, Real) or not 0.0 <= epsilon < inf:
        raise ValueError(f"epsilon is {epsilon!r:.40}; it is a gain and must be finite and at least 0")


def verdict(low: float, high: float, epsilon: float, worlds: int | None = None) -> str:
    """What an interval for the regret says about an epsilon-equilibrium; worlds is None of an exact game.

    >>> verdict(0.0, 0.3, 0.5, 64), verdict(0.0, 0.7, 0.5, 64), verdict(0.6, 0.7, 0.5, 64), verdict(0.0, 0.3, 0.5, 63)
    ('certified', 'consistent', 'rejected', 'undecided')
    """
    if worlds is not None and worlds < LEAST_WORLDS:
        return "undecided"
    if high <= epsilon:
        return "certified"
    if low > epsilon:
        return "rejected"
    return "consistent" if low <= 0.0 else "undecided"


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
