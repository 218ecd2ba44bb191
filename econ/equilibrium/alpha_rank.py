"""Alpha-rank: how often each state is visited when rare mutants arise and selection decides who stays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from math import prod

import numpy as np

from econ.equilibrium.answer import Answer
from econ.equilibrium.certificate import Game, SymmetricGame, answer_of, certified_mixture
from econ.equilibrium.moran import log_fixation, log_stationary
from econ.equilibrium.solver import solver
from econ.games.normal_form import NormalForm
from econ.games.roles import Roles

__all__ = ["Ranking", "alpha_rank", "solve_alpha_rank"]

LEAST_SPREAD = 1e-100
"""Below this the strength of selection that settles a ranking would overflow."""

MOST_STATES = 600
STRONGEST = 1e9
"""Times the spread of payoffs: selection is not made stronger than this."""
SETTLED = 1e-6
"""Two distributions this close, in total, at selection ten times as strong, are the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The long-run share of time, mass[state], of every state (a strategy for each role), most visited first.

    `intensity` is the strength of selection, per unit of payoff. `settled` says that the distribution no longer changes
    when selection gets stronger. `unranked` states were left out: the others are visited as if those did not exist.
    """

    states: tuple[tuple[str, ...], ...]
    mass: tuple[float, ...]
    intensity: float
    settled: bool
    unranked: int = 0


def alpha_rank(
    game: SymmetricGame, *, intensity: float | None = None, population: int = 50, most_states: int = MOST_STATES
) -> Ranking:
    """The stationary distribution over states in which all of a role do the same (Omidshafiei et al. 2019).

    1. From a state one player of one role turns to another strategy, all alternatives equally likely, and takes over
       its role or dies out before the next mutant: Moran's process on the payoffs of the profiles between.
    2. A role of one seat stands for a `population` that meets the others, all of its mutants with the same advantage.
    3. Without an `intensity` selection is made stronger until the distribution settles. All in logarithms.

    Only the first `most_states` are ranked (one at least), each reached from those before it.

    >>> from econ.games.role_symmetric import RoleSymmetric
    >>> roles = Roles(names=("r",), players=(2,), strategies=(("c", "d"),))
    >>> dilemma = RoleSymmetric(roles=roles, payoffs=np.array([[3.0, np.nan], [0.0, 5.0], [np.nan, 1.0]]))
    >>> ranking = alpha_rank(dilemma)
    >>> ranking.states[0], round(ranking.mass[0], 6)
    (('d',), 1.0)
    """
    roles = game.roles
    if population < 2:
        raise ValueError(f"population is {population}; selection needs at least 2")
    states = list(islice(product(*(range(size) for size in roles.sizes)), max(most_states, 1)))
    table = game.payoffs if game.payoffs.ndim == 2 else game.payoffs.mean(axis=2)
    moves = _moves(roles, table, states, population)
    if any(not np.isfinite(ahead).all() for *_, ahead in moves):
        raise ValueError("a profile between two states is missing; sample it, or restrict the game to known ones")
    spread = max((float(np.abs(ahead).max(initial=0.0)) for *_, ahead in moves), default=0.0)
    if 0.0 < spread < LEAST_SPREAD:
        raise ValueError(
            f"payoffs differ by {spread:g} at most; at least {LEAST_SPREAD:g} are ranked: scale the game up"
        )
    if intensity is None:
        intensity, mass, settled = _strongest(moves, len(states), spread)
    else:
        mass, settled = _stationary(moves, len(states), intensity), False
    order = sorted(range(len(states)), key=lambda k: (-round(float(mass[k]), 12), k))
    return Ranking(
        states=tuple(tuple(n[s] for n, s in zip(roles.strategies, states[k], strict=True)) for k in order),
        mass=tuple(float(mass[k]) for k in order),
        intensity=intensity,
        settled=settled,
        unranked=prod(roles.sizes) - len(states),
    )


@solver(Game)
def solve_alpha_rank(
    game: Game,
    *,
    population: int = 50,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int = MOST_STATES,
    seed: int = 0,
) -> Answer:
    """The shares of strategies that alpha-rank visits in the limit of strong selection, as a mixture with its regret.

    A ranking is no equilibrium: the regret says how far its shares are from one. `population` stands for a role of one
    seat, as every player of a game in normal form is. `complete` is True if the limit is settled. Only the first
    `budget` states are ranked (one at least), the rest are counted in `unsearched`.
    """
    if isinstance(game, NormalForm):
        game = game.to_empirical()
    ranking = alpha_rank(game, population=population, most_states=budget)
    point = np.zeros(game.roles.starts[-1])
    number = {pair: k for k, pair in enumerate(game.roles.axis)}
    for state, mass in zip(ranking.states, ranking.mass, strict=True):
        for role, strategy in zip(game.roles.names, state, strict=True):
            point[number[role, strategy]] += mass
    for part in game.roles.slices():
        point[part] /= point[part].sum()
    found = certified_mixture(game, point, "ranking", epsilon=epsilon, level=level)
    known = ranking.settled and not ranking.unranked and (game.decides if hasattr(game, "decides") else True)
    return answer_of(
        game,
        "alpha-rank",
        (found,),
        complete=True if known else None,
        epsilon=epsilon,
        level=level,
        unsearched=ranking.unranked,
        checked="the regret of the shares is computed from the payoffs, not from the ranking",
    )


def _moves(
    roles: Roles, table: np.ndarray, states: list[tuple[int, ...]], population: int
) -> list[tuple[int, int, np.ndarray]]:
    """(from, to, advantage of 1, 2, ... mutants) for all pairs of these states that differ in one role."""
    number = {state: k for k, state in enumerate(states)}
    moves = []
    for state in states:
        counts = np.zeros(roles.starts[-1], dtype=np.int64)
        counts[[start + s for start, s in zip(roles.starts, state, strict=False)]] = roles.players
        for role, (players, size) in enumerate(zip(roles.players, roles.sizes, strict=True)):
            here = roles.starts[role] + state[role]
            for j in range(size):
                to = number.get((*state[:role], j, *state[role + 1 :]))
                if j == state[role] or to is None:
                    continue
                there = roles.starts[role] + j
                mutants = np.arange(1, players) if players > 1 else np.array([1])
                between = np.repeat(counts[None], len(mutants), axis=0)
                between[:, here] -= mutants
                between[:, there] += mutants
                earned = table[roles.index(between)]
                if players > 1:
                    ahead = earned[:, there] - earned[:, here]
                else:
                    ahead = np.full(population - 1, earned[0, there] - table[roles.index(counts), here])
                moves.append((number[state], to, ahead))
    return moves


def _stationary(moves: list[tuple[int, int, np.ndarray]], states: int, intensity: float) -> np.ndarray:
    rates = np.full((states, states), -np.inf)
    for since, to, ahead in moves:
        rates[since, to] = log_fixation(ahead, intensity)
    return np.exp(log_stationary(rates)) if states > 1 else np.ones(1)


def _strongest(moves: list[tuple[int, int, np.ndarray]], states: int, spread: float) -> tuple[float, np.ndarray, bool]:
    """Selection ten times stronger again and again until nothing changes."""
    intensity = 1.0 / spread if spread > 0.0 else 1.0
    mass = _stationary(moves, states, intensity)
    while spread > 0.0 and intensity * spread < STRONGEST:
        intensity *= 10.0
        before, mass = mass, _stationary(moves, states, intensity)
        if intensity * spread >= 1e3 and float(np.abs(mass - before).sum()) <= SETTLED:
            return intensity, mass, True
    return intensity, mass, spread == 0.0
