"""Correlated and coarse correlated equilibria among players of a role, who are told what to play at random seats.

A distribution over count profiles is drawn, its strategies are dealt to the seats of each role at random, and each
player is told only its own. Among interchangeable players nothing is lost by that: a correlated equilibrium of the game
of all seats, averaged over the seats of each role, is one of these and pays a role the same in sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.certificate import SymmetricGame, answer_of, certified_mixture, named, sampled_worlds
from econ.equilibrium.profile_program import Program, points_of, reach_of
from econ.equilibrium.regret import expected_width
from econ.games.empirical import ROUNDING, EmpiricalGame, Gains

__all__ = ["correlated_among_alike", "joint_of", "label"]

MOST_PROFILES = 20_000


def correlated_among_alike(game: SymmetricGame, concept: str, *, epsilon: float, level: float, budget: int) -> Answer:
    """The (coarse) correlated equilibria of the largest welfare, the fairest among roles and of the largest entropy.

    Payoffs and welfare are those of the estimates; the regret of each has the interval of the data, and so have the
    ends of the ranges: `figure_intervals` hold for every game of the band. Welfare is the sum over all seats, entropy
    that of the count profiles.

    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("drivers",), players=(2,), strategies=(("dare", "yield"),))
    >>> chicken = EmpiricalGame.exact(roles, np.array([[0.0, np.nan], [7.0, 2.0], [np.nan, 6.0]]))
    >>> answer = correlated_among_alike(chicken, "correlated", epsilon=0.5, level=0.95, budget=1000)
    >>> [round(answer.figures[name], 6) for name in ("welfare low", "welfare high")]
    [7.2, 10.5]
    """
    known = game if isinstance(game, EmpiricalGame) else game.to_empirical()
    roles = known.roles
    if roles.profile_count > MOST_PROFILES:
        raise ValueError(
            f"the game has {roles.profile_count} profiles; distributions over at most {MOST_PROFILES} are solved: list "
            "fewer strategies"
        )
    gains = known.gains(level)
    profiles = roles.profiles()
    earned = np.where(profiles > 0, np.nan_to_num(known.mean) * profiles, 0.0)
    paid = np.stack([earned[:, part].sum(axis=1) for part in roles.slices()])
    seats = np.array(roles.players)[:, None]
    points = points_of(Program(_rows(gains, profiles, concept), budget), paid / seats, paid.sum(axis=0), roles.names)
    even = np.concatenate([np.full(size, 1.0 / size) for size in roles.sizes])
    return answer_of(
        game,
        concept,
        [
            _equilibrium(known, gains, profiles, kind, joint, concept, paid / seats, epsilon)
            for kind, joint in points.found.items()
        ]
        or [certified_mixture(known, even, "uniform", epsilon=epsilon, level=level)],
        complete=False if points.wide else None,
        epsilon=epsilon,
        level=level,
        figures=points.figures,
        figure_intervals=_reach(known, level, profiles, concept, budget) if points.whole and known.decides else {},
        unsearched=int(not points.whole),
        checked="every gain from not following is computed again from the differences of payoffs, with its interval",
    )


def label(roles: Any, profile: np.ndarray) -> tuple[str, ...]:
    """A profile in words, a role an entry: `7 honest, 3 weight-copier`."""
    return tuple(
        ", ".join(f"{count} {name}" for count, name in zip(profile[part].tolist(), listed, strict=True) if count)
        for listed, part in zip(roles.strategies, roles.slices(), strict=True)
    )


def joint_of(roles: Any, profiles: np.ndarray, joint: np.ndarray) -> tuple[tuple[tuple[str, ...], float], ...]:
    """The profiles that have a chance, in words, and their chances."""
    return tuple((label(roles, profiles[k]), float(joint[k])) for k in np.flatnonzero(joint > 0.0))


def _moves(gains: Gains, profiles: np.ndarray, role: int, told: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The profiles in which a player of a role is told i, the chance that one is, and the number of its opponents."""
    roles = gains.roles
    place = roles.starts[role] + told
    rows = np.flatnonzero(profiles[:, place] > 0)
    others = profiles[rows].copy()
    others[:, place] -= 1
    return rows, profiles[rows, place] / roles.players[role], roles.without_one(role).index(others)


def _reach(
    game: EmpiricalGame, level: float, profiles: np.ndarray, concept: str, budget: int
) -> dict[str, tuple[float, float]]:
    """The intervals of the ends of all ranges: half of the error is the gains', the other half that of what is paid."""
    if game.is_exact:
        return {}
    roles = game.roles
    gains = game.gains((1.0 + level) / 2.0)
    seats = np.zeros((len(roles.names) + 1, *profiles.shape))
    seats[0] = profiles
    for role, part in enumerate(roles.slices()):
        seats[role + 1, :, part] = profiles[:, part] / roles.players[role]
    paid = np.einsum("rpa,pa->rp", seats, np.nan_to_num(game.mean))
    half = game.sum_half_width(seats, (1.0 - level) / 2.0)
    outer, inner = (Program(_rows(gains, profiles, concept, blur), budget) for blur in (-1.0, 1.0))
    return reach_of(outer, inner, paid, half, ("welfare", *roles.names))


def _rows(gains: Gains, profiles: np.ndarray, concept: str, blur: float = 0.0) -> Any:
    """What not following gains, [possible gain, profile], scaled, as a sparse matrix: the estimate, or `blur`
    half-widths more."""
    from scipy.sparse import csr_array

    largest = max(float(np.abs(mean).max(initial=0.0)) for mean in gains.mean) or 1.0
    lines = []
    for role, size in enumerate(gains.roles.sizes):
        for instead in range(size):
            whole = np.zeros(len(profiles))
            for told in range(size):
                if told == instead:
                    continue
                rows, chance, number = _moves(gains, profiles, role, told)
                line = np.zeros(len(profiles))
                gain = gains.mean[role][number, instead, told]
                if blur:
                    gain = gain + blur * gains.half_width[role][number, instead, told]
                line[rows] = chance * gain / largest
                whole += line
                if concept == "correlated":
                    lines.append(line)
            if concept == "coarse" and size > 1:
                lines.append(whole)
    return csr_array(np.array(lines).reshape(len(lines), len(profiles)))


def _regret(gains: Gains, profiles: np.ndarray, joint: np.ndarray, concept: str) -> tuple[float, float, float]:
    """The most that a player gains by not following: by another strategy for each it is told, or, coarse, by one."""
    middle, low, high = [0.0], [0.0], [0.0]
    for role, size in enumerate(gains.roles.sizes):
        mean, half = np.zeros((2, size, size))  # [told, instead]
        for told in range(size):
            rows, chance, number = _moves(gains, profiles, role, told)
            weights = chance * joint[rows]
            mean[told] = weights @ gains.mean[role][number, :, told]
            half[told] = expected_width(weights, gains.half_width[role][number, :, told])
        for ends, values in ((middle, mean), (low, mean - half), (high, mean + half)):
            best = values.max(axis=1).sum() if concept == "correlated" else values.sum(axis=0).max()
            ends.append(float(best))
    scale = ROUNDING * max(float(np.abs(mean).max(initial=0.0)) for mean in gains.mean)
    found = [max(ends) if max(ends) > scale else 0.0 for ends in (middle, low, high)]
    return found[0], found[1], found[2]


def _equilibrium(
    game: EmpiricalGame,
    gains: Gains,
    profiles: np.ndarray,
    kind: str,
    joint: np.ndarray,
    concept: str,
    paid: np.ndarray,
    epsilon: float,
) -> Equilibrium:
    roles = game.roles
    regret, low, high = _regret(gains, profiles, joint, concept)
    shares = (joint @ profiles / np.repeat(roles.players, roles.sizes)).tolist()
    return Equilibrium(
        kind=kind,
        strategy=named(roles, shares),
        strategy_interval=named(roles, [(x, x) for x in shares]),
        regret=regret,
        regret_interval=(low, high),
        verdict=verdict(low, high, epsilon, sampled_worlds(game)),
        payoffs=dict(zip(roles.names, (paid @ joint).tolist(), strict=True)),
        joint=joint_of(roles, profiles, joint),
    )
