"""Evolutionary stability in a finite population: a mutant is compared with residents of its own profile.

A player who switches alone compares two profiles; an imitator compares two players of one. With few players the two
differ: a mutant that lowers its own payoff but its neighbours' more is copied. This is what imitators follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from math import prod

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.certificate import Game, SymmetricGame, answer_of, named, sampled_worlds
from econ.equilibrium.ess_of_two import solve_ess_of_two
from econ.equilibrium.solver import solver
from econ.games.empirical import ROUNDING, EmpiricalGame
from econ.games.normal_form import NormalForm
from econ.games.role_symmetric import RoleSymmetric
from econ.games.roles import Roles

__all__ = ["Invasion", "invasions", "solve_ess"]

MOST_STATES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Invasion:
    """What `mutants` players of one strategy earn more than the residents of their role, in one and the same profile.

    `state[role]` is the strategy that everybody else plays. Positive: imitation spreads the mutant.
    """

    state: tuple[str, ...]
    role: str
    mutant: str
    mutants: int
    advantage: float
    interval: tuple[float, float]


def invasions(game: SymmetricGame, *, mutants: int = 1, level: float = 0.95) -> tuple[Invasion, ...]:
    """The advantage of so many mutants of every kind in every state in which all of a role do the same.

    Of the first 20,000 states. Intervals hold together at `level`, at any stopping time. Roles with no more players
    than mutants are left out: nobody is left to compare with.

    >>> roles = Roles(names=("r",), players=(3,), strategies=(("kind", "spite"),))
    >>> table = np.array([[3.0, np.nan], [0.0, 2.0], [-1.0, 1.0], [np.nan, 0.0]])
    >>> [(i.state, i.mutant, i.advantage) for i in invasions(RoleSymmetric(roles=roles, payoffs=table))]
    [(('kind',), 'spite', 2.0), (('spite',), 'kind', -2.0)]
    """
    if mutants < 1:
        raise ValueError(f"mutants is {mutants}; it is a number of players and must be at least 1")
    return _invasions(game, _states(game.roles, MOST_STATES), mutants, level)


def _invasions(game: SymmetricGame, states: list[tuple[int, ...]], mutants: int, level: float) -> tuple[Invasion, ...]:
    roles = game.roles
    rows = _rows(roles, states, mutants)
    if not rows:
        return ()
    profile, own, other = np.zeros((len(rows), roles.starts[-1]), dtype=np.int64), [], []
    for k, (state, role, j) in enumerate(rows):
        profile[k, [start + s for start, s in zip(roles.starts, state, strict=False)]] = roles.players
        own.append(roles.starts[role] + j)
        other.append(roles.starts[role] + state[role])
        profile[k, other[-1]] -= mutants
        profile[k, own[-1]] += mutants
    number = roles.index(profile)
    payoffs = game.payoffs if not isinstance(game, RoleSymmetric) else game.payoffs[..., None]
    ahead = payoffs[number, own] - payoffs[number, other]  # [row, world]
    ahead[np.abs(ahead) <= ROUNDING * float(np.fmax.reduce(np.abs(payoffs), axis=None, initial=0.0))] = 0.0
    half = np.zeros(len(rows))
    if isinstance(game, EmpiricalGame):
        half = game.half_width(ahead, (number, np.array(own)), (number, np.array(other)), (1.0 - level) / len(rows))
    return tuple(
        Invasion(
            state=tuple(names[s] for names, s in zip(roles.strategies, state, strict=True)),
            role=roles.names[role],
            mutant=roles.strategies[role][j],
            mutants=mutants,
            advantage=float(mean),
            interval=(float(mean - h), float(mean + h)),
        )
        for (state, role, j), mean, h in zip(rows, ahead.mean(axis=1), half, strict=True)
    )


@solver(Game)
def solve_ess(
    game: Game,
    *,
    mutants: int = 1,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int = MOST_STATES,
    seed: int = 0,
) -> Answer:
    """The states in which no group of up to `mutants` equal mutants earns more than the residents of its own profile.

    Equation (Schaffer 1988): u_j(all i but one j) <= u_i(all i but one j). The regret that is given is the largest
    advantage of a mutant, `strict` says that all of them earn less; the answer is complete where the intervals settle
    every sign. It rests on payoffs within profiles and so is independent of what switching alone brings. Only the first
    `budget` states are tried (one at least); if none of these is stable the best of them is listed. Of a game of two in
    normal form, where nobody meets its like, what is stable in large populations is found instead (`solve_ess_of_two`),
    with `budget` bases.

    >>> roles = Roles(names=("r",), players=(3,), strategies=(("kind", "spite"),))
    >>> table = np.array([[3.0, np.nan], [0.0, 2.0], [-1.0, 1.0], [np.nan, 0.0]])
    >>> [e.strategy["r"] for e in solve_ess(RoleSymmetric(roles=roles, payoffs=table)).equilibria]
    [{'kind': 0.0, 'spite': 1.0}]
    """
    if isinstance(game, NormalForm):
        return solve_ess_of_two(game, epsilon=epsilon, level=level, budget=budget)
    if mutants < 1:
        raise ValueError(f"mutants is {mutants}; it is a number of players and must be at least 1")
    error = (1.0 - level) / mutants  # shared by the sizes of groups
    roles = game.roles
    states = _states(roles, budget)
    left_out = prod(roles.sizes) - len(states)
    found: dict[tuple[str, ...], list[Invasion]] = {}
    for size in range(1, mutants + 1):
        for one in _invasions(game, states, size, 1.0 - error):
            found.setdefault(one.state, []).append(one)
    settled, equilibria, listed = not left_out, [], {}
    for state in (tuple(n[s] for n, s in zip(roles.strategies, state, strict=True)) for state in states):
        tried = listed[state] = found.get(state, [])
        low, high = (max((i.interval[k] for i in tried), default=-np.inf) for k in (0, 1))
        settled &= bool(high < 0.0 or low > 0.0 or low == high)
        if all(i.advantage <= 0.0 for i in tried):  # NaN, of a missing profile, is no such thing
            equilibria.append(_state(game, state, tried, epsilon))
    tried_all = "every state" if not left_out else "every state that was tried"
    known = settled and (isinstance(game, RoleSymmetric) or game.decides)
    if left_out and not equilibria:
        best = min(listed, key=lambda state: max((i.advantage for i in listed[state]), default=0.0))
        equilibria.append(_state(game, best, listed[best], epsilon))
    return answer_of(
        game,
        "ess",
        tuple(equilibria),
        complete=True if known else None,
        epsilon=epsilon,
        level=level,
        unsearched=left_out,
        checked=f"{tried_all} was compared with every mutant of its own profiles",
    )


def _state(game: SymmetricGame, state: tuple[str, ...], tried: list[Invasion], epsilon: float) -> Equilibrium:
    roles = game.roles
    played = [float(state[roles.names.index(role)] == strategy) for role, strategy in roles.axis]
    most, low, high = (
        max([0.0, *values])
        for values in ([i.advantage for i in tried], [i.interval[0] for i in tried], [i.interval[1] for i in tried])
    )
    return Equilibrium(
        kind="symmetric-pure",
        strategy=named(roles, played),
        strategy_interval=named(roles, [(x, x) for x in played]),
        regret=most,
        regret_interval=(low, high),
        verdict=verdict(low, high, epsilon, sampled_worlds(game)),
        strict=all(i.interval[1] < 0.0 for i in tried),
    )


def _states(roles: Roles, most: int) -> list[tuple[int, ...]]:
    """The first so many states in which all of a role do the same, one at least."""
    return list(islice(product(*(range(size) for size in roles.sizes)), max(most, 1)))


def _rows(roles: Roles, states: list[tuple[int, ...]], mutants: int) -> list[tuple[tuple[int, ...], int, int]]:
    """Every (state, role, mutant strategy) in which residents are left."""
    return [
        (state, role, j)
        for state in states
        for role, (players, size) in enumerate(zip(roles.players, roles.sizes, strict=True))
        if players > mutants
        for j in range(size)
        if j != state[role]
    ]
