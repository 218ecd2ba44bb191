"""The regret of a mixture by playing it: opponents are drawn from it, and all alternatives tried against them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from econ.equilibrium.answer import verdict
from econ.games.deviations import expected
from econ.games.roles import Roles
from econ.inference.sequences import asymptotic_half_width

__all__ = ["DirectRegret", "direct_regret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectRegret:
    """What each role-strategy gains over the mixture, gain[axis] with half_width[axis]; the regret and its verdict.

    `draws` counts the independent draws of opponents, the unit of the interval; `runs` profiles played times worlds.
    """

    gain: np.ndarray
    half_width: np.ndarray
    regret: float
    regret_interval: tuple[float, float]
    verdict: str
    draws: int
    runs: int


def direct_regret(
    roles: Roles,
    sample: Callable[[np.ndarray, range], np.ndarray],
    mixture: np.ndarray,
    *,
    epsilon: float = 0.5,
    level: float = 0.95,
    draws: int = 64,
    worlds: int = 1,
    first_world: int = 0,
    seed: int = 0,
) -> DirectRegret:
    """The regret of shares[axis] without a table of profiles: few comparisons, however many profiles there are.

    1. For each role and each draw the opponents of one player draw their strategies from the mixture.
    2. That player's strategies are all played beside them in the same `worlds` worlds, sample(profiles, worlds) ->
       payoffs[profile, axis, world]; a draw is one independent number for each strategy.
    3. Intervals are asymptotic sequences over draws, at least 64 for a verdict, and hold together.

    Worlds from `first_world` on are used: for a mixture chosen from data give one that was not among them.

    >>> roles = Roles(names=("r",), players=(2,), strategies=(("hawk", "dove"),))
    >>> table = np.array([[-1.0, np.nan], [4.0, 0.0], [np.nan, 2.0]])
    >>> found = direct_regret(roles, lambda p, w: table[roles.index(p)][..., None], np.array([0.0, 1.0]))
    >>> found.regret, found.verdict
    (2.0, 'rejected')
    """
    if draws < 1 or worlds < 1:
        raise ValueError(f"draws is {draws} and worlds {worlds}; both must be at least 1")
    shares = roles.checked_mixture(mixture)
    gains = np.zeros((draws, roles.starts[-1]))
    step = np.eye(roles.starts[-1], dtype=np.int64)
    compared = [role for role, size in enumerate(roles.sizes) if size > 1]
    parts = list(roles.slices())
    runs = 0
    for draw in range(draws):
        rng = np.random.default_rng([seed, draw])
        played = range(first_world + draw * worlds, first_world + (draw + 1) * worlds)
        for role in compared:
            part = parts[role]
            others = np.concatenate(
                [
                    rng.multinomial(players - (r == role), shares[own] / shares[own].sum())
                    for r, (own, players) in enumerate(zip(parts, roles.players, strict=True))
                ]
            )
            places = np.arange(part.start, part.stop)
            payoffs = np.asarray(sample(others + step[places], played), dtype=float)
            earned = payoffs[np.arange(len(places)), places].mean(axis=-1)
            gains[draw, part] = earned - expected(earned, shares[part])
            runs += len(places) * worlds
    error = (1.0 - level) / max(sum(roles.sizes[role] for role in compared), 1)
    mean = gains.mean(axis=0)
    spread = gains.std(axis=0, ddof=1) if draws > 1 else np.ones(len(mean))
    half = asymptotic_half_width(spread, draws, error)
    low, high = max(0.0, float(np.max(mean - half))), max(0.0, float(np.max(mean + half)))
    return DirectRegret(
        gain=mean,
        half_width=half,
        regret=max(0.0, float(np.max(mean))),
        regret_interval=(low, high),
        verdict=verdict(low, high, epsilon, draws),
        draws=draws,
        runs=runs,
    )
