"""Correlated and coarse correlated equilibria of games in normal form: linear programs over the profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.certificate import MOST_PAYOFF, answer_of
from econ.games.normal_form import NormalForm

__all__ = ["correlated_range", "correlated_regret", "solve_coarse", "solve_correlated"]

MOST_ENTRIES = 20_000_000
MOST_ENTROPY = 500
"""Profiles up to which the distribution of largest entropy is computed."""
WIDE = 1e-6
"""A range of payoffs wider than this share of the largest payoff is no rounding."""
LEAST_SHARE = 1e-9
"""Probabilities below this are rounding of the solver and are set to 0."""


def solve_correlated(game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95) -> Answer:
    """Correlated equilibria: nobody who is told what to play gains from another strategy (Aumann 1974).

    Listed are the one of the largest sum of payoffs (kind `welfare`), that whose worst-off player gets most (`fair`)
    and that of the largest entropy (`entropy`); `figures` hold the range of the sum and of every player's payoff over
    all correlated equilibria. These are a polytope: `complete` is False where a range shows that there are several.

    >>> chicken = np.array([[0, 7], [2, 6]])
    >>> answer = solve_correlated(NormalForm([chicken, chicken.T]))
    >>> [round(answer.figures[name], 6) for name in ("welfare low", "welfare high")]
    [7.2, 10.5]
    """
    return _solve(game, "correlated", epsilon, level)


def solve_coarse(game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95) -> Answer:
    """Coarse correlated equilibria: nobody gains from one fixed strategy instead (Moulin and Vial 1978).

    Listed as for `solve_correlated`; they are what players without regret end up with on average.

    >>> pennies = np.array([[1, -1], [-1, 1]])
    >>> answer = solve_coarse(NormalForm([pennies, -pennies]))
    >>> round(answer.figures["welfare high"], 9)
    0.0
    """
    return _solve(game, "coarse", epsilon, level)


def correlated_range(game: NormalForm, objective: np.ndarray, *, concept: str = "correlated") -> tuple[float, float]:
    """The least and the largest expectation of `objective[profile]` over all (coarse) correlated equilibria.

    >>> chicken = np.array([[0, 7], [2, 6]])
    >>> low, high = correlated_range(NormalForm([chicken, chicken.T]), np.array([[1.0, 0.0], [0.0, 0.0]]))
    >>> round(low, 9), round(high, 6)
    (0.0, 0.2)
    """
    objective = np.asarray(objective, dtype=float)
    if objective.shape != game.sizes or not np.isfinite(objective).all():
        raise ValueError(
            f"objective has shape {objective.shape}; it must be one finite number a profile, shape {game.sizes}"
        )
    program = _Program(game, concept)
    low, high = (program.best(sign * objective.ravel()) for sign in (-1.0, 1.0))
    return float(low @ objective.ravel()), float(high @ objective.ravel())


def correlated_regret(game: NormalForm, joint: np.ndarray, *, concept: str = "correlated") -> float:
    """The most that anybody gains from `joint[profile]`: by another strategy when told one, or, coarse, by a fixed one.

    >>> chicken = np.array([[0, 7], [2, 6]])
    >>> correlated_regret(NormalForm([chicken, chicken.T]), np.array([[0.0, 0.0], [0.0, 1.0]]))
    1.0
    """
    most = 0.0
    for player, table in enumerate(game.payoffs):
        paid = np.moveaxis(table, player, 0).reshape(len(np.moveaxis(table, player, 0)), -1)
        weight = np.moveaxis(joint, player, 0).reshape(paid.shape)
        gains = paid @ weight.T  # [played instead, told]
        told = np.einsum("ij,ij->i", paid, weight)
        if concept == "coarse":
            most = max(most, float((gains.sum(axis=1) - told.sum()).max()))
        else:
            most = max(most, float((gains.max(axis=0) - told).sum()))
    return most


class _Program:
    """The polytope {p >= 0, sum p = 1, gains p <= 0} over all profiles, payoffs scaled by their largest."""

    def __init__(self, game: NormalForm, concept: str) -> None:
        from scipy.sparse import csr_array

        if concept not in ("correlated", "coarse"):
            raise ValueError(f"concept is {concept!r}; it is correlated or coarse")
        self.size = max(float(np.abs(table).max()) for table in game.payoffs) or 1.0
        if self.size > MOST_PAYOFF:
            raise ValueError(f"payoffs reach {self.size:g}; at most {MOST_PAYOFF:g} are solved: scale the game down")
        profiles = game.payoffs[0].size
        rows = sum(size * (size - 1) if concept == "correlated" else size for size in game.sizes)
        entries = profiles * sum(size - 1 if concept == "correlated" else size for size in game.sizes)
        if entries > MOST_ENTRIES:
            raise ValueError(
                f"the game has {profiles} profiles and {entries} possible gains; at most {MOST_ENTRIES} are solved: "
                "remove dominated strategies"
            )
        number = np.arange(profiles).reshape(game.sizes)
        values, row, column, at = [], [], [], 0
        for player, table in enumerate(game.payoffs):
            paid = np.moveaxis(table / self.size, player, 0).reshape(game.sizes[player], -1)
            place = np.moveaxis(number, player, 0).reshape(paid.shape)
            if concept == "correlated":
                told, instead = np.nonzero(~np.eye(len(paid), dtype=bool))
                values.append((paid[instead] - paid[told]).ravel())
                column.append(place[told].ravel())
                row.append(np.repeat(at + np.arange(len(told)), paid.shape[1]))
                at += len(told)
            else:
                gains = paid[:, None, :] - paid[None]  # [instead, told, others]
                values.append(gains.ravel())
                column.append(np.broadcast_to(place, gains.shape).ravel())
                row.append(np.repeat(at + np.arange(len(paid)), place.size))
                at += len(paid)
        flat = np.concatenate(values)
        kept = flat != 0.0
        where = (np.concatenate(row)[kept], np.concatenate(column)[kept])
        self.gains = csr_array((flat[kept], where), shape=(rows, profiles))
        self.profiles = profiles

    def best(self, objective: np.ndarray) -> np.ndarray:
        """The distribution of the largest expectation of an objective."""
        largest = float(np.abs(objective).max()) or 1.0
        return self._solved(-objective / largest, self.gains, self.profiles)

    def fairest(self, payoffs: Sequence[np.ndarray]) -> np.ndarray:
        """The distribution in which the smallest of the players' payoffs is largest."""
        from scipy.sparse import block_array, csr_array

        own = np.stack([table.ravel() / self.size for table in payoffs])
        column = csr_array(np.ones((len(own), 1)))
        above = block_array([[self.gains, None], [csr_array(-own), column]], format="csr")
        return self._solved(np.append(np.zeros(self.profiles), -1.0), above, self.profiles)

    def widest(self) -> np.ndarray | None:
        """The distribution of the largest entropy, or None where the cone solver does not find it."""
        import cvxpy  # most of a second to import

        share = cvxpy.Variable(self.profiles, nonneg=True)
        constraints = [cvxpy.sum(share) == 1.0]
        if self.gains.shape[0]:
            constraints.append(self.gains @ share <= 0.0)
        problem = cvxpy.Problem(cvxpy.Maximize(cvxpy.sum(cvxpy.entr(share))), constraints)
        try:
            problem.solve(solver=cvxpy.CLARABEL)
        except cvxpy.SolverError:
            return None
        return None if share.value is None else _distribution(share.value)

    def _solved(self, cost: np.ndarray, above: Any, profiles: int) -> np.ndarray:
        from scipy.optimize import linprog

        free = [(0.0, None)] * profiles + [(None, None)] * (len(cost) - profiles)
        total = np.append(np.ones(profiles), np.zeros(len(cost) - profiles))[None]
        found = linprog(
            cost,
            A_ub=above if above.shape[0] else None,
            b_ub=np.zeros(above.shape[0]) if above.shape[0] else None,
            A_eq=total,
            b_eq=[1.0],
            bounds=free,
            method="highs",
        )
        if found.status != 0:
            raise ValueError(f"the linear program was not solved ({found.message.split('.')[0]}); scale the payoffs")
        return _distribution(found.x[:profiles])


def _distribution(values: np.ndarray) -> np.ndarray:
    shares = np.where(values > LEAST_SHARE, values, 0.0)
    return shares / shares.sum()


def _solve(game: NormalForm, concept: str, epsilon: float, level: float) -> Answer:
    program = _Program(game, concept)
    total = np.sum(game.payoffs, axis=0).ravel()
    found = {"welfare": program.best(total), "fair": program.fairest(game.payoffs)}
    if program.profiles <= MOST_ENTROPY:
        widest = program.widest()
        if widest is not None:
            found["entropy"] = widest
    figures: dict[str, float] = {
        "welfare low": float(program.best(-total) @ total),
        "welfare high": float(found["welfare"] @ total),
    }
    for player, table in zip(game.players, game.payoffs, strict=True):
        own = table.ravel()
        figures[f"{player} low"] = float(program.best(-own) @ own)
        figures[f"{player} high"] = float(program.best(own) @ own)
    ranges = list(figures.values())
    wide = any(high - low > WIDE * program.size for low, high in zip(ranges[::2], ranges[1::2], strict=True))
    return answer_of(
        game,
        concept,
        [_equilibrium(game, kind, joint.reshape(game.sizes), concept, epsilon) for kind, joint in found.items()],
        complete=False if wide else None,
        epsilon=epsilon,
        level=level,
        figures=figures,
        checked="every gain from not following is computed again from the payoffs themselves",
    )


def _equilibrium(game: NormalForm, kind: str, joint: np.ndarray, concept: str, epsilon: float) -> Equilibrium:
    regret = correlated_regret(game, joint, concept=concept)
    names = dict(zip(game.players, game.strategies, strict=True))
    shares = {}
    for axis, (player, listed) in enumerate(names.items()):
        marginal = joint.sum(axis=tuple(k for k in range(joint.ndim) if k != axis))
        shares[player] = dict(zip(listed, marginal.tolist(), strict=True))
    profiles = [tuple(int(k) for k in cell) for cell in np.argwhere(joint > 0.0)]
    return Equilibrium(
        kind=kind,
        strategy=shares,
        strategy_interval={p: {s: (x, x) for s, x in own.items()} for p, own in shares.items()},
        regret=regret,
        regret_interval=(regret, regret),
        verdict=verdict(regret, regret, epsilon),
        payoffs={player: float((table * joint).sum()) for player, table in zip(names, game.payoffs, strict=True)},
        joint=tuple(
            (tuple(listed[k] for listed, k in zip(game.strategies, cell, strict=True)), float(joint[cell]))
            for cell in profiles
        ),
    )
