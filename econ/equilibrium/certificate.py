"""The certificate of a profile of mixtures in a game whose payoffs are known, and the answer that holds some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.games.empirical import ROUNDING
from econ.games.normal_form import NormalForm

__all__ = ["answer_of", "exact_regret", "from_fractions", "from_mixtures", "named_shares", "two_players"]

MOST_PAYOFF = 1e100
"""Beyond this differences and products of payoffs would overflow."""


def two_players(game: NormalForm) -> tuple[int, int]:
    """The numbers of strategies of a game of two players whose payoffs can be computed with, or `ValueError`."""
    if len(game.sizes) != 2:
        raise ValueError(f"the game has {len(game.sizes)} players; this needs a game of 2")
    largest = max(float(np.abs(table).max()) for table in game.payoffs)
    if largest > MOST_PAYOFF:
        raise ValueError(
            f"payoffs reach {largest:g}; at most {MOST_PAYOFF:g} are solved in double precision: scale the game down"
        )
    return game.sizes[0], game.sizes[1]


def from_mixtures(
    game: NormalForm, mixtures: Sequence[np.ndarray], epsilon: float, component: int | None = None
) -> Equilibrium:
    """The certificate of a profile of mixtures, its regret computed from the payoffs; rounding counts as 0.

    >>> game = NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])])
    >>> found = from_mixtures(game, [np.array([1.0, 0.0]), np.array([1.0, 0.0])], 0.5)
    >>> found.regret, found.verdict
    (2.0, 'rejected')
    """
    earned = game.deviation_payoffs(mixtures)
    regret = max(0.0, *(float(own.max() - own @ mixture) for own, mixture in zip(earned, mixtures, strict=True)))
    if regret <= ROUNDING * max(float(np.abs(own).max()) for own in earned):
        regret = 0.0
    return _certified(game, mixtures, earned, regret, epsilon, component)


def from_fractions(
    game: NormalForm, mixtures: Sequence[Sequence[Fraction]], epsilon: float, component: int | None = None
) -> Equilibrium:
    """The certificate of exact shares in a game of two: the regret is theirs, the listed shares are rounded."""
    rounded = [np.array([float(share) for share in mixture]) for mixture in mixtures]
    regret = float(exact_regret(game, mixtures))
    return _certified(game, rounded, game.deviation_payoffs(rounded), regret, epsilon, component)


def exact_regret(game: NormalForm, mixtures: Sequence[Sequence[Fraction]]) -> Fraction:
    """The regret of exact shares in a game of two, without any rounding: doubles are fractions.

    >>> game = NormalForm([np.array([[3e17, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]])])
    >>> share = Fraction(1, 15 * 10**16 + 1)
    >>> exact_regret(game, [[Fraction(3, 5), Fraction(2, 5)], [share, 1 - share]])
    Fraction(0, 1)
    """
    x, y = mixtures
    most = Fraction(0)
    for table, own, other in ((game.payoffs[0], x, y), (game.payoffs[1].T, y, x)):
        played = [k for k, share in enumerate(other) if share]
        earned = [sum((Fraction(row[k]) * other[k] for k in played), Fraction(0)) for row in table.tolist()]
        mean = sum((share * value for share, value in zip(own, earned, strict=True) if share), Fraction(0))
        most = max(most, max(earned) - mean)
    return most


def answer_of(
    game: NormalForm,
    concept: str,
    equilibria: Sequence[Equilibrium],
    *,
    complete: bool | None,
    epsilon: float,
    level: float,
    **more: Any,
) -> Answer:
    """The answer of a game whose payoffs are known: no worlds, all strategies of all players covered."""
    if not epsilon >= 0.0:
        raise ValueError(f"epsilon is {epsilon}; it is a gain and must be at least 0")
    return Answer(
        concept=concept,
        equilibria=tuple(equilibria),
        complete=complete,
        epsilon=epsilon,
        level=level,
        covers=dict(zip(game.players, map(tuple, game.strategies), strict=True)),
        worlds=None,
        **more,
    )


def named_shares(game: NormalForm, mixtures: Sequence[np.ndarray]) -> Mapping[str, Mapping[str, float]]:
    """Shares by player and strategy."""
    return {
        player: dict(zip(listed, np.asarray(mixture).tolist(), strict=True))
        for player, listed, mixture in zip(game.players, game.strategies, mixtures, strict=True)
    }


def _certified(
    game: NormalForm,
    mixtures: Sequence[np.ndarray],
    earned: Sequence[np.ndarray],
    regret: float,
    epsilon: float,
    component: int | None,
) -> Equilibrium:
    pure = all(float(np.asarray(mixture).max()) == 1.0 for mixture in mixtures)
    strict = pure and all(
        bool((own[mixture == 0.0] < own[mixture == 1.0]).all()) for own, mixture in zip(earned, mixtures, strict=True)
    )
    named = named_shares(game, mixtures)
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
