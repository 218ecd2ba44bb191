"""The certificate of a mixture that some other route found: its regret on the original game."""

from __future__ import annotations

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.regret import mixture_regret
from econ.games.empirical import EmpiricalGame
from econ.games.role_symmetric import RoleSymmetric
from econ.games.roles import Roles

__all__ = ["SymmetricGame", "answer_of", "certified_mixture", "named", "sampled_worlds"]

SymmetricGame = EmpiricalGame | RoleSymmetric


def named(roles: Roles, values: list) -> dict[str, dict]:
    """Values along the axis by role and strategy."""
    return {
        name: dict(zip(listed, values[part], strict=True))
        for name, listed, part in zip(roles.names, roles.strategies, roles.slices(), strict=True)
    }


def sampled_worlds(game: SymmetricGame) -> int | None:
    """The number of worlds a verdict may rest on; None where payoffs are known."""
    return None if isinstance(game, RoleSymmetric) or game.is_exact else game.worlds


def certified_mixture(
    game: SymmetricGame, point: np.ndarray, kind: str, *, epsilon: float, level: float
) -> Equilibrium:
    """A mixture point[axis] with the regret that the payoffs give it, however it was found."""
    if isinstance(game, RoleSymmetric) and not game.is_complete:
        middle = float(game.regret(point))  # NaN where a missing profile matters
        low, high = (0.0, np.inf) if np.isnan(middle) else (middle, middle)
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
    concept: str,
    game: SymmetricGame,
    equilibria: tuple[Equilibrium, ...],
    *,
    complete: bool | None,
    epsilon: float,
    level: float,
) -> Answer:
    """The answer that lists these."""
    return Answer(
        concept=concept,
        equilibria=equilibria,
        complete=complete,
        epsilon=epsilon,
        level=level,
        covers=dict(zip(game.roles.names, game.roles.strategies, strict=True)),
        worlds=sampled_worlds(game),
    )
