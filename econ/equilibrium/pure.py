"""Pure equilibria: the profiles in which nobody gains by switching alone."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.nash import pure_answer
from econ.games.empirical import EmpiricalGame
from econ.games.normal_form import NormalForm

__all__ = ["from_mixtures", "solve_pure"]


def solve_pure(game: EmpiricalGame | NormalForm, *, epsilon: float = 0.5, level: float = 0.95) -> Answer:
    """All pure equilibria of a game, sampled or in normal form.

    >>> answer = solve_pure(NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]))
    >>> [e.strategy["player 1"] for e in answer.equilibria], answer.complete
    ([{'1': 0.0, '2': 1.0}], True)
    """
    if isinstance(game, EmpiricalGame):
        return pure_answer(game, epsilon=epsilon, level=level)
    best = np.ones(game.sizes, dtype=bool)
    for player, table in enumerate(game.payoffs):
        best &= table >= table.max(axis=player, keepdims=True)
    equilibria = []
    for cell in np.argwhere(best):
        mixtures = [np.eye(size)[s] for size, s in zip(game.sizes, cell, strict=True)]
        equilibria.append(from_mixtures(game, mixtures, epsilon))
    return Answer(
        concept="pure",
        equilibria=tuple(equilibria),
        complete=True,
        epsilon=epsilon,
        level=level,
        covers=dict(zip(game.players, map(tuple, game.strategies), strict=True)),
        worlds=None,
    )


def from_mixtures(
    game: NormalForm, mixtures: list[np.ndarray], epsilon: float, component: int | None = None
) -> Equilibrium:
    """The certificate of a profile of mixtures in a game whose payoffs are known."""
    regret = game.regret(mixtures)
    pure = all(float(mixture.max()) == 1.0 for mixture in mixtures)
    strict = pure and all(
        bool((earned[mixture == 0.0] < earned[mixture == 1.0]).all())
        for earned, mixture in zip(game.deviation_payoffs(mixtures), mixtures, strict=True)
    )
    named = {
        player: dict(zip(listed, mixture.tolist(), strict=True))
        for player, listed, mixture in zip(game.players, game.strategies, mixtures, strict=True)
    }
    return Equilibrium(
        kind="symmetric-pure" if pure else "symmetric-mixed",
        strategy=named,
        strategy_interval={p: {s: (x, x) for s, x in shares.items()} for p, shares in named.items()},
        regret=regret,
        regret_interval=(regret, regret),
        verdict=verdict(regret, regret, epsilon),
        strict=strict,
        component=component,
    )
