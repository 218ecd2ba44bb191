"""Correlated and coarse correlated equilibria of games in normal form: linear programs over the profiles."""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.certificate import Game, answer_of, far_apart
from econ.equilibrium.correlated_among_alike import correlated_among_alike
from econ.equilibrium.profile_program import Program, points_of
from econ.equilibrium.pure import nearest_pure
from econ.equilibrium.solver import solver
from econ.games.normal_form import NormalForm

__all__ = ["correlated_range", "correlated_regret", "possible_gains", "solve_coarse", "solve_correlated"]

MOST_ENTRIES = 20_000_000
MOST_ITERATIONS = 1_000_000
"""Iterations of a linear program, unless a solver is told otherwise."""


@solver(Game)
def solve_correlated(
    game: Game, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_ITERATIONS, seed: int = 0
) -> Answer:
    """Correlated equilibria: nobody who is told what to play gains from another strategy (Aumann 1974).

    Listed are the one of the largest sum of payoffs (kind `welfare`), that whose worst-off player gets most (`fair`)
    and that of the largest entropy (`entropy`); `figures` hold the range of the sum and of every player's payoff over
    all correlated equilibria. These are a polytope: `complete` is False where a range shows that there are several.
    `budget` is the iterations of one linear program; where it ends, what was found before is listed. Of a sampled game
    those of the estimates are listed, in which players of a role are told alike, each with the interval of its regret.

    >>> chicken = np.array([[0, 7], [2, 6]])
    >>> answer = solve_correlated(NormalForm([chicken, chicken.T]))
    >>> [round(answer.figures[name], 6) for name in ("welfare low", "welfare high")]
    [7.2, 10.5]
    """
    return _solve(game, "correlated", epsilon, level, budget)


@solver(Game)
def solve_coarse(
    game: Game, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_ITERATIONS, seed: int = 0
) -> Answer:
    """Coarse correlated equilibria: nobody gains from one fixed strategy instead (Moulin and Vial 1978).

    Listed as for `solve_correlated`; they are what players without regret end up with on average.

    >>> pennies = np.array([[1, -1], [-1, 1]])
    >>> answer = solve_coarse(NormalForm([pennies, -pennies]))
    >>> round(answer.figures["welfare high"], 9)
    0.0
    """
    return _solve(game, "coarse", epsilon, level, budget)


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
    program = Program(possible_gains(game, concept), MOST_ITERATIONS)
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


def possible_gains(game: NormalForm, concept: str) -> Any:
    """What not following gains, [possible gain, profile], as a sparse matrix, payoffs scaled by their largest."""
    from scipy.sparse import csr_array

    if concept not in ("correlated", "coarse"):
        raise ValueError(f"concept is {concept!r}; it is correlated or coarse")
    largest = max(float(np.abs(table).max()) for table in game.payoffs) or 1.0
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
        paid = np.moveaxis(table / largest, player, 0).reshape(game.sizes[player], -1)
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
    return csr_array((flat[kept], where), shape=(rows, profiles))


def _solve(game: Game, concept: str, epsilon: float, level: float, budget: int) -> Answer:
    if not isinstance(game, NormalForm):
        return correlated_among_alike(game, concept, epsilon=epsilon, level=level, budget=budget)
    paid = np.stack([table.ravel() for table in game.payoffs])
    points = points_of(Program(possible_gains(game, concept), budget), paid, paid.sum(axis=0), game.players)
    equilibria = [
        _equilibrium(game, kind, joint.reshape(game.sizes), concept, epsilon) for kind, joint in points.found.items()
    ]
    checked = "every gain from not following is computed again from the payoffs themselves"
    lost = [one.kind for one in equilibria if one.verdict == "rejected"] if far_apart(game) else []
    if lost:
        equilibria = [one for one in equilibria if one.kind not in lost]
        checked += f"; not listed: {', '.join(lost)}, which doubles do not hold for payoffs so far apart"
    return answer_of(
        game,
        concept,
        equilibria or [nearest_pure(game, epsilon)],
        complete=False if points.wide else None,
        epsilon=epsilon,
        level=level,
        figures=points.figures,
        unsearched=int(not points.whole or bool(lost)),
        checked=checked,
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
