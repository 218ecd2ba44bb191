"""Games by formula, exact or sampled."""

from collections.abc import Callable

import numpy as np
import pytest

from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles


def one_role(players: int, strategies: int) -> Roles:
    return Roles(names=("r",), players=(players,), strategies=(tuple("abcdef"[:strategies]),))


def payoff_table(roles: Roles, payoff: Callable[[np.ndarray, int], float]) -> np.ndarray:
    profiles = roles.profiles()
    table = np.full(profiles.shape, np.nan)
    for k, counts in enumerate(profiles):
        for place in np.flatnonzero(counts):
            table[k, place] = payoff(counts, int(place))
    return table


@pytest.fixture
def exact() -> Callable[..., EmpiricalGame]:
    """exact(roles, payoff(counts, place)): a game known without error."""
    return lambda roles, payoff: EmpiricalGame.exact(roles, payoff_table(roles, payoff))


@pytest.fixture
def matched() -> Callable[..., EmpiricalGame]:
    """matched(matrix, players): one role whose players meet one another in pairs, on average."""

    def make(matrix: np.ndarray, players: int = 10) -> EmpiricalGame:
        matrix = np.asarray(matrix, dtype=float)
        roles = one_role(players, len(matrix))
        own = np.eye(len(matrix))
        return EmpiricalGame.exact(
            roles, payoff_table(roles, lambda counts, a: float(matrix[a] @ (counts - own[a])) / (players - 1))
        )

    return make


@pytest.fixture
def sampled() -> Callable[..., EmpiricalGame]:
    """sampled(game, worlds, noise, seed): an exact game seen through independent noise."""

    def make(game: EmpiricalGame, worlds: int, noise: float, seed: int = 0) -> EmpiricalGame:
        draws = np.random.default_rng(seed).normal(size=(*game.payoffs.shape[:2], worlds))
        return EmpiricalGame(roles=game.roles, payoffs=game.payoffs + noise * draws)

    return make


@pytest.fixture
def from_gains() -> Callable[..., EmpiricalGame]:
    """from_gains(g): one role of two strategies; g[k] is what the second gains over the first when k others play it."""

    def make(gains: np.ndarray) -> EmpiricalGame:
        roles = one_role(len(gains), 2)
        return EmpiricalGame.exact(
            roles, payoff_table(roles, lambda counts, a: 0.0 if a == 0 else float(gains[counts[1] - 1]))
        )

    return make
