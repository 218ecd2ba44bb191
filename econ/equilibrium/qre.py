"""Logit equilibria: players who choose better strategies more often, the more so the more precise they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.equilibrium.answer import Answer
from econ.equilibrium.certificate import SymmetricGame, answer_of, certified_mixture
from econ.equilibrium.solver import solver
from econ.games.deviations import DeviationGame
from econ.games.roles import Roles

__all__ = ["LogitPath", "logit_path", "solve_qre"]

STEP = 1e-5
"""Change of a log ratio by which slopes are measured, to both sides."""
STEPS = 400
"""Points of the path before it is given up."""
FARTHEST = 1e6
"""Precision, per spread of payoffs, at which the path ends."""
TOLERANCE = 1e-10
CROSSING = 1e-4
"""A change of sides within a step this short is a crossing of two paths; in a longer one it may be the way back."""
STRAIGHT = 0.9
"""The least cosine between the directions of the path before and after a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogitPath:
    """Logit equilibria shares[point, axis] at precision[point], per unit of payoff, from the uniform mixture on.

    `turns` says that the precision fell on the way. `reached` says that the path came to where it was to end.
    """

    precision: np.ndarray
    shares: np.ndarray
    turns: bool
    reached: bool


def logit_path(game: DeviationGame, precision: float | None = None, *, budget: int = STEPS) -> LogitPath:
    """The path of logit equilibria from precision 0 to the one asked for, or towards a Nash equilibrium.

    Equation (McKelvey and Palfrey 1995): in every role log p_i - log p_0 = precision x (u_i(p) - u_0(p)). The path is
    followed by its arc, not its precision, so it may turn (Turocy 2005): a step along the tangent, then Newton's method
    across it, in log ratios, in which shares may become as small as they like. Slopes are measured, so any game will
    do that says what strategies earn against a mixture.

    >>> from econ.games.role_symmetric import RoleSymmetric
    >>> roles = Roles(names=("r",), players=(2,), strategies=(("hawk", "dove"),))
    >>> game = RoleSymmetric(roles=roles, payoffs=np.array([[-1.0, np.nan], [4.0, 0.0], [np.nan, 2.0]]))
    >>> logit_path(game, 1.0).shares[-1].round(4).tolist()
    [0.5712, 0.4288]
    """
    if precision is not None and not (precision >= 0.0 and np.isfinite(precision)):
        raise ValueError(f"precision is {precision}; it must be a number of at least 0")
    roles = game.roles
    follow = _Path(game)
    point = np.zeros(follow.free + 1)  # log ratios, then precision x scale
    points, end = [point], FARTHEST if precision is None else precision * follow.scale
    tangent, sign = point, 1.0
    if follow.free:
        tangent, sign = _tangent(follow.slope(point), np.append(np.zeros(follow.free), 1.0))
    length, turns = 0.05, False
    while points[-1][-1] < end and len(points) <= budget and follow.free:
        here = points[-1]
        guess = here + length * tangent
        after = follow.corrected(guess, tangent)
        miss = np.inf if after is None or after[-1] < 0.0 else float(np.linalg.norm(after - guess))
        new, side = tangent, 0.0
        if after is not None and miss <= 0.1 * length:
            new, side = _tangent(follow.slope(after), tangent)
        straight = side != 0.0 and new @ tangent >= STRAIGHT
        if after is None or not straight or (side != sign and length > CROSSING):
            length /= 2.0  # another branch, or the way back, may be near
            if length < 1e-9:
                break
            continue
        sign = side
        turns |= bool(new[-1] < 0.0)
        length *= 1.7 if miss < 0.02 * length else 1.0
        tangent = new
        points.append(after)
    if not follow.free:
        points.append(np.array([end]))
    reached = points[-1][-1] >= end
    if precision is not None and reached and points[-1][-1] > end:
        last = follow.corrected(np.append(points[-2][:-1], end), np.append(np.zeros(follow.free), 1.0))
        near = last is not None and np.abs(last - points[-1]).max() < 4.0 * np.abs(points[-1] - points[-2]).max() + 1e-9
        points[-1] = last if near and last is not None else points[-1]
        reached = near
    stacked = np.array(points)
    return LogitPath(
        precision=stacked[:, -1] / follow.scale,
        shares=_shares(roles, stacked[:, :-1]),
        turns=turns,
        reached=bool(reached),
    )


@solver(SymmetricGame)
def solve_qre(
    game: SymmetricGame,
    *,
    precision: float | None = None,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int = STEPS,
    seed: int = 0,
) -> Answer:
    """The logit equilibrium on the path from the uniform mixture, at a precision or where it ends, with its regret.

    Without a precision the path selects a Nash equilibrium; if the budget of points ends before, the answer is the best
    so far and its regret says how far it is. Other branches may exist, so `complete` is None. The regret comes from the
    payoffs themselves, not from the path.

    >>> from econ.games.role_symmetric import RoleSymmetric
    >>> roles = Roles(names=("r",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = RoleSymmetric(roles=roles, payoffs=np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 3.0]]))
    >>> round(solve_qre(game).equilibria[0].strategy["r"]["stag"], 6)
    1.0
    """
    path = logit_path(game, precision, budget=budget)
    found = certified_mixture(game, path.shares[-1], "logit", epsilon=epsilon, level=level)
    return answer_of(
        game,
        "qre",
        (found,),
        complete=None,
        epsilon=epsilon,
        level=level,
        unsearched=int(not path.reached),
        checked="the regret comes from the payoffs themselves, not from the path",
    )


class _Path:
    """The equations of the path: log ratios - precision x gains over the first strategy of the role."""

    def __init__(self, game: DeviationGame) -> None:
        self._game, roles = game, game.roles
        self._places = np.array([s + k for s, n in zip(roles.starts, roles.sizes, strict=False) for k in range(1, n)])
        self._first = np.array([s for s, n in zip(roles.starts, roles.sizes, strict=False) for _ in range(1, n)])
        self.free = len(self._places)
        self.scale = 1.0
        if self.free:
            corners = np.stack([_shares(roles, np.zeros((1, self.free)))[0], *self._corners()])
            largest = float(np.abs(self._differences(corners)).max())
            if not np.isfinite(largest):
                raise ValueError("payoffs of some profiles are missing; the path needs all: restrict the game")
            self.scale = largest or 1.0

    def residual(self, point: np.ndarray) -> np.ndarray:
        """Left minus right side [equation] at a point [free + 1]."""
        return np.asarray(point[:-1] - point[-1] * self._gains(point[None, :-1])[0])

    def slope(self, point: np.ndarray) -> np.ndarray:
        """Derivatives [equation, free + 1]."""
        ratios = point[:-1]
        moved = ratios + STEP * np.concatenate((np.eye(self.free), -np.eye(self.free)))
        gains = self._gains(np.concatenate((moved, ratios[None])))
        by_ratio = (gains[: self.free] - gains[self.free : -1]).T / (2.0 * STEP)
        return np.concatenate((np.eye(self.free) - point[-1] * by_ratio, -gains[-1][:, None]), axis=1)

    def corrected(self, guess: np.ndarray, across: np.ndarray) -> np.ndarray | None:
        """The point of the path in the plane through a guess, or None if Newton's method does not find it."""
        point = guess
        for _ in range(12):
            wrong = np.append(self.residual(point), (point - guess) @ across)
            size = float(np.abs(wrong).max())
            if not np.isfinite(size):
                return None
            if size <= TOLERANCE * (1.0 + float(np.abs(point).max())):
                return point
            try:
                point = point - np.linalg.solve(np.vstack((self.slope(point), across)), wrong)
            except np.linalg.LinAlgError:
                return None
        return None

    def _gains(self, ratios: np.ndarray) -> np.ndarray:
        return self._differences(_shares(self._game.roles, ratios)) / self.scale

    def _differences(self, shares: np.ndarray) -> np.ndarray:
        earned = self._game.deviation_payoffs(shares)
        return np.asarray(earned[..., self._places] - earned[..., self._first])

    def _corners(self) -> list[np.ndarray]:
        """The mixtures in which all roles play their first, second, ... strategy (the last, where they have fewer)."""
        roles = self._game.roles
        found = []
        for k in range(max(roles.sizes)):
            point = np.zeros(roles.starts[-1])
            point[[s + min(k, n - 1) for s, n in zip(roles.starts, roles.sizes, strict=False)]] = 1.0
            found.append(point)
        return found


def _tangent(slope: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, float]:
    """The unit vector along the path that goes on as before, and the side of the path it is on.

    The side, the sign of a determinant, stays the same along a path and changes where another path crosses it.
    """
    _, _, rows = np.linalg.svd(slope)
    new = rows[-1] if rows[-1] @ before > 0.0 else -rows[-1]
    return new, float(np.sign(np.linalg.det(np.vstack((slope, new)))))


def _shares(roles: Roles, ratios: np.ndarray) -> np.ndarray:
    """Shares [point, axis] from log ratios [point, free] to the first strategy of the role."""
    parts, start = [], 0
    for size in roles.sizes:
        own = np.concatenate((np.zeros((len(ratios), 1)), ratios[:, start : start + size - 1]), axis=1)
        own = np.exp(own - own.max(axis=1, keepdims=True))
        parts.append(own / own.sum(axis=1, keepdims=True))
        start += size - 1
    return np.concatenate(parts, axis=1)
