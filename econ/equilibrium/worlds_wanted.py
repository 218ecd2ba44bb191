"""Which profiles keep a verdict open: where more worlds are played when some equilibria are not decided."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium
from econ.equilibrium.bernstein import basis
from econ.games.empirical import EmpiricalGame
from econ.games.roles import Roles

__all__ = ["worlds_wanted"]

REST = 0.1
"""The part of an interval's width that may come from profiles that are not played again."""
SPARE = 1.15
"""How many times the worlds that would settle a verdict if spreads and means stayed as they are."""
LEAST_STEP, MOST_STEP = 1.25, 4.0
"""How many times as many worlds are played next, at least and at most."""


def worlds_wanted(game: EmpiricalGame, answer: Answer, level: float) -> np.ndarray:
    """In how many worlds [profile] to play each profile for the sake of the verdicts that `level` leaves open.

    Of an undecided equilibrium: of every switch that may gain more than epsilon the comparisons that make nine tenths
    of its interval, the widest first, in as many worlds as would settle it. Twice as many of all profiles where no
    equilibrium is listed, one is a joint distribution, or there are too few for any verdict. An interval holds at any
    number of worlds of its own comparison, so the choice costs no confidence.
    """
    now = game.worlds_of
    wanted = now.copy()
    undecided = [one for one in answer.equilibria if one.verdict not in ("certified", "rejected")]
    if not answer.equilibria or not game.decides or any(one.joint is not None for one in undecided):
        return 2 * now
    gains = game.gains(level)
    for role, number in ((role, game.roles.joined_by_one(role)) for role in range(len(game.roles.names))):
        for chance in (chance for one in undecided for chance in _chances(game.roles, one, role)):
            for j, rows in enumerate(number):
                width = chance * gains.half_width[role][:, j]  # [others, i]
                total, mean = float(width.sum()), float((chance * gains.mean[role][:, j]).sum())
                if mean + total <= answer.epsilon:
                    continue
                order = np.argsort(-width, axis=None, kind="stable")
                passed = np.cumsum(width.ravel()[order])
                until = int(np.searchsorted(passed, (1.0 - REST) * total)) + 1
                others, i = np.unravel_index(order[:until], width.shape)
                step = SPARE * (total / max(abs(answer.epsilon - mean), 1e-300)) ** 2
                here, there = rows[others], number[i, others]
                worlds = np.ceil(np.minimum(now[here], now[there]) * np.clip(step, LEAST_STEP, MOST_STEP)).astype(int)
                np.maximum.at(wanted, here, worlds)
                np.maximum.at(wanted, there, worlds)
    return wanted if (wanted > now).any() else 2 * now


def _chances(roles: Roles, one: Equilibrium, role: int) -> Iterator[np.ndarray]:
    """How likely [others, i] a player of a role plays i beside the others; of named seats, each that is there."""
    part = list(roles.slices())[role]
    others = roles.without_one(role)
    if one.counts is None:
        point = np.array([one.strategy[name][strategy] for name, strategy in roles.axis])
        yield np.outer(basis(others.players, roles.sizes, point), point[part])
        return
    counts = np.array([one.counts[name][strategy] for name, strategy in roles.axis])
    for i in np.flatnonzero(counts[part]).tolist():
        left = counts.copy()
        left[part.start + i] -= 1
        chance = np.zeros((others.profile_count, part.stop - part.start))
        chance[others.index(left), i] = 1.0
        yield chance
