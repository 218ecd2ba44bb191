"""The principal branch of logit quantal response equilibria of a game in normal form (McKelvey and Palfrey 1995).

Everybody plays strategy s with probability proportional to exp(lambda u(s)); lambda = 0 is pure noise, and as lambda
grows the branch from there leads to a Nash equilibrium. It is followed in log probabilities by arc length (Turocy
2005).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium
from econ.equilibrium.certificate import answer_of, from_mixtures
from econ.equilibrium.solver import solver
from econ.games.normal_form import NormalForm

__all__ = ["solve_logit"]

MOST_STEPS = 3_000
MOST_PROFILES = 1_000_000
STOPS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
"""Values of lambda times the spread of payoffs at which the branch is listed."""
EXACT = 1e-10
"""The residual, in log probabilities, at which a point counts as on the branch."""
FIRST, LEAST, MOST = 0.05, 1e-7, 5.0
"""Lengths of steps along the branch."""
MEETING = 1e-3
"""Only in a step as short as this may the orientation change: there branches meet."""
CURVED = 0.97
"""The least cosine between the directions of two steps; a sharper bend is walked in smaller steps."""


@solver(NormalForm)
def solve_logit(
    game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_STEPS, seed: int = 0
) -> Answer:
    """Points of the principal branch, `figures["lambda"]` of each in 1 / payoff, and its end near a Nash equilibrium.

    Where the branch folds back a value of lambda is listed as often as it is met. The last point is as far as `budget`
    steps went, `complete` is None: other branches exist. A point where branches meet is passed straight on and told in
    `steps`. The regret is that of Nash: it is not 0 for a quantal response, and tells how far the end is from one.

    >>> hawk = np.array([[-1, 4], [0, 2]])
    >>> points = solve_logit(NormalForm([hawk, hawk.T])).equilibria
    >>> points[0].strategy["player 1"]["1"], round(points[-1].strategy["player 1"]["1"], 2)
    (0.5, 0.67)
    """
    if game.payoffs[0].size > MOST_PROFILES:
        raise ValueError(
            f"the game has {game.payoffs[0].size} profiles; at most {MOST_PROFILES} are solved: remove dominated "
            "strategies"
        )
    branch = _Branch(game)
    found: list[Equilibrium] = []
    steps: list[str] = []
    for point, met in branch.walk(budget):
        mixtures = branch.mixtures(point)
        lam = float(point[-1]) / branch.spread
        if met:
            steps.append(f"branches meet near lambda {lam:.4g}; the one that goes straight on was followed")
            continue
        one = from_mixtures(game, mixtures, epsilon)
        found.append(replace(one, kind="logit", strict=False, figures={"lambda": lam}))
    if not branch.arrived:
        steps.append(f"the branch was left at lambda {found[-1].figures['lambda']:.4g}, after {branch.taken} steps")
    return answer_of(
        game,
        "qre",
        found,
        complete=None,
        epsilon=epsilon,
        level=level,
        unsearched=int(not branch.arrived),
        figures={"lambda": found[-1].figures["lambda"], "residual": branch.worst},
        steps=tuple(steps),
        checked="every point solves the logit equations up to `residual`; regrets are those of the game itself",
    )


@dataclass(slots=True)
class _Branch:
    """Points (log probabilities of all players, lambda) on the branch, payoffs divided by their spread."""

    game: NormalForm
    spread: float = 1.0
    arrived: bool = False
    taken: int = 0
    worst: float = 0.0
    tables: Sequence[np.ndarray] = ()

    def __post_init__(self) -> None:
        self.spread = max(float(table.max() - table.min()) for table in self.game.payoffs) or 1.0
        self.tables = [(table - table.min()) / self.spread for table in self.game.payoffs]

    def parts(self) -> Iterator[slice]:
        """The place of each player's log probabilities."""
        at = 0
        for size in self.game.sizes:
            yield slice(at, at + size)
            at += size

    def mixtures(self, point: np.ndarray) -> list[np.ndarray]:
        """The shares by player."""
        shares = [np.exp(point[part]) for part in self.parts()]
        return [own / own.sum() for own in shares]

    def residual(self, point: np.ndarray) -> np.ndarray:
        """0 on the branch: shares sum to 1; log ratios to the first strategy are lambda times payoff differences."""
        shares = [np.exp(point[part]) for part in self.parts()]
        off = np.empty(len(point) - 1)
        for player, part in enumerate(self.parts()):
            paid, logs = self._paid(shares, (player,)), point[part]
            off[part] = logs - logs[0] - point[-1] * (paid - paid[0])
            off[part.start] = shares[player].sum() - 1.0
        return off

    def slope(self, point: np.ndarray) -> np.ndarray:
        """The derivatives [equation, variable] of the residual."""
        shares = [np.exp(point[part]) for part in self.parts()]
        parts = list(self.parts())
        slope = np.zeros((len(point) - 1, len(point)))
        for player, part in enumerate(parts):
            paid = self._paid(shares, (player,))
            slope[part, part] = np.eye(part.stop - part.start)
            slope[part, part.start] -= 1.0
            slope[part, -1] = -(paid - paid[0])
            for other, its in enumerate(parts):
                if other != player:
                    both = self._paid(shares, (player, other))
                    slope[part, its] = -point[-1] * (both - both[0]) * shares[other]
            slope[part.start] = 0.0
            slope[part.start, part] = shares[player]
        return slope

    def walk(self, budget: int) -> Iterator[tuple[np.ndarray, bool]]:
        """The listed points in order, and, marked True, points near which branches meet."""
        point = np.append(np.concatenate([np.full(size, -np.log(size)) for size in self.game.sizes]), 0.0)
        yield point, False
        along, sign = self._direction(point, np.append(np.zeros(len(point) - 1), 1.0))
        length = FIRST
        while self.taken < budget and length >= LEAST:
            self.taken += 1
            landed = self._onto(point + length * along, along)
            if landed is None:
                length /= 2
                continue
            direction, turned = self._direction(landed, along)
            if float(direction @ along) < CURVED or (turned != sign and length > MEETING):
                length /= 2  # a bend, or a jump to another part of the branch: only near a meeting is it neither
                continue
            if turned != sign:
                yield (point + landed) / 2, True
            sign = turned
            for stop in self._between(point[-1], landed[-1]):
                share = (stop - point[-1]) / (landed[-1] - point[-1])
                fixed = np.append(np.zeros(len(point) - 1), 1.0)
                guess = point + share * (landed - point)
                guess[-1] = stop
                exact = self._onto(guess, fixed)
                if exact is not None:
                    self.worst = max(self.worst, float(np.abs(self.residual(exact)).max()))
                    yield exact, False
            point, along = landed, direction
            if point[-1] >= STOPS[-1]:
                self.arrived = True
                return
            length = min(length * 1.5, MOST)
        self.worst = max(self.worst, float(np.abs(self.residual(point)).max()))
        yield point, False

    def _paid(self, shares: Sequence[np.ndarray], kept: tuple[int, ...]) -> np.ndarray:
        """What the first kept player's strategies earn, [own] or [own, other], the players not kept mixing."""
        table = self.tables[kept[0]]
        for other in reversed(range(len(shares))):
            if other not in kept:
                table = np.tensordot(table, shares[other], axes=(other, 0))
        return table if len(kept) == 1 or kept[0] < kept[1] else table.T

    def _direction(self, point: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, float]:
        """The unit tangent that goes on as before, and the orientation, which changes where branches meet."""
        system = np.concatenate((self.slope(point), before[None]))
        right = np.append(np.zeros(len(point) - 1), 1.0)
        try:
            along = np.linalg.solve(system, right)
        except np.linalg.LinAlgError:
            along = np.linalg.lstsq(system, right, rcond=None)[0]
        along /= np.linalg.norm(along)
        system[-1] = along
        return along, float(np.linalg.slogdet(system)[0])

    def _onto(self, guess: np.ndarray, normal: np.ndarray) -> np.ndarray | None:
        """The point of the branch in the plane through the guess, by Newton's method; None if that does not settle."""
        point = guess.copy()
        for _ in range(12):
            off = self.residual(point)
            if not np.isfinite(off).all():
                return None
            if np.abs(off).max() <= EXACT * max(1.0, float(np.abs(point).max())):
                return point
            system = np.concatenate((self.slope(point), normal[None]))
            try:
                point -= np.linalg.solve(system, np.append(off, float(normal @ (point - guess))))
            except np.linalg.LinAlgError:
                return None
            if np.abs(point - guess).max() > 10.0 + np.abs(guess).max() or point[:-1].max() > 1.0:
                return None
        return None

    def _between(self, low: float, high: float) -> list[float]:
        """The stops passed on the way, in order."""
        passed = [stop for stop in STOPS if min(low, high) < stop <= max(low, high)]
        return passed if high >= low else passed[::-1]
