"""The certificate of a mixture or of a profile of mixtures, however it was found, and the answer that holds some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.regret import mixture_regret
from econ.games.empirical import FAINT, ROUNDING, EmpiricalGame
from econ.games.normal_form import NormalForm
from econ.games.role_symmetric import RoleSymmetric
from econ.games.roles import Roles

__all__ = [
    "Game",
    "SymmetricGame",
    "answer_of",
    "certified_mixture",
    "exact_regret",
    "far_apart",
    "from_fractions",
    "from_mixtures",
    "named",
    "named_shares",
    "sampled_worlds",
    "two_players",
]

SymmetricGame = EmpiricalGame | RoleSymmetric
Game = NormalForm | SymmetricGame


def two_players(game: NormalForm) -> tuple[int, int]:
    """The numbers of strategies of a game of two players, or `ValueError`."""
    if len(game.sizes) != 2:
        raise ValueError(f"the game has {len(game.sizes)} player{'s' * (len(game.sizes) > 1)}; this needs a game of 2")
    return game.sizes[0], game.sizes[1]


def far_apart(game: NormalForm) -> bool:
    """Whether somebody's gain from a switch is so small beside the spread of its payoffs that rounding may hide it.

    >>> far_apart(NormalForm([np.array([[1e12, 0.0], [0.0, 1.0]]), np.eye(2)]))
    True
    """
    for player, table in enumerate(game.payoffs):
        steps = np.diff(np.sort(table, axis=player), axis=player)
        spread = float(table.max() - table.min())
        if spread and steps.min(initial=spread, where=steps > 0.0) < FAINT * spread:
            return True
    return False


def from_mixtures(
    game: NormalForm, mixtures: Sequence[np.ndarray], epsilon: float, component: int | None = None
) -> Equilibrium:
    """The certificate of a profile of mixtures, its regret from the payoffs. Where they mix, rounding is 0.

    >>> game = NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])])
    >>> found = from_mixtures(game, [np.array([1.0, 0.0]), np.array([1.0, 0.0])], 0.5)
    >>> found.regret, found.verdict
    (2.0, 'rejected')
    """
    earned = game.deviation_payoffs(mixtures)
    regret = max(0.0, *(float(own.max() - own @ mixture) for own, mixture in zip(earned, mixtures, strict=True)))
    mixed = any(float(np.asarray(mixture).max()) < 1.0 for mixture in mixtures)
    if mixed and regret <= ROUNDING * max(float(np.abs(own).max()) for own in earned):
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


def certified_mixture(
    game: SymmetricGame, point: np.ndarray, kind: str, *, epsilon: float, level: float
) -> Equilibrium:
    """A mixture point[axis] that all players of a role share, with the regret that the payoffs give it."""
    if not game.is_complete:
        middle = float(game.regret(point))  # NaN where a missing profile matters
        known = not np.isnan(middle) and isinstance(game, RoleSymmetric)
        low, high = (middle, middle) if known else (0.0, np.inf)
        middle = 0.0 if np.isnan(middle) else middle
    else:
        middle, low, high = mixture_regret(game.gains(level), point)
    shares = point.tolist()
    return Equilibrium(
        kind=kind,
        strategy=named(game.roles, shares),
        strategy_interval=named(game.roles, [(x, x) for x in shares]),
        regret=middle,
        regret_interval=(low, high),
        verdict=verdict(low, high, epsilon, sampled_worlds(game)),
    )


def answer_of(
    game: Game,
    concept: str,
    equilibria: Sequence[Equilibrium],
    *,
    complete: bool | None,
    epsilon: float,
    level: float,
    **more: Any,
) -> Answer:
    """The answer that lists these: it covers all strategies of the game, and rests on its worlds, if it has any."""
    roles = roles_of(game)
    return Answer(
        concept=concept,
        equilibria=tuple(equilibria),
        complete=complete,
        epsilon=epsilon,
        level=level,
        covers=dict(zip(roles.names, roles.strategies, strict=True)),
        worlds=sampled_worlds(game),
        **more,
    )


def roles_of(game: Game) -> Roles:
    """Who plays what; of a game in normal form every player is a role of one seat."""
    return game.roles() if isinstance(game, NormalForm) else game.roles


def sampled_worlds(game: Game) -> int | None:
    """The number of worlds a verdict may rest on; None where payoffs are known."""
    return game.worlds if isinstance(game, EmpiricalGame) and not game.is_exact else None


def named(roles: Roles, values: list) -> dict[str, dict]:
    """Values along the axis by role and strategy."""
    return {
        name: dict(zip(listed, values[part], strict=True))
        for name, listed, part in zip(roles.names, roles.strategies, roles.slices(), strict=True)
    }


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
