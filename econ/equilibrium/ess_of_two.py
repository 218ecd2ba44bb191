"""Evolutionarily stable strategies of a game of two in normal form (Maynard Smith and Price 1973; Selten 1980)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.certificate import answer_of, from_mixtures
from econ.equilibrium.pure import nearest_pure, solve_pure
from econ.games.normal_form import NormalForm

__all__ = ["is_evolutionarily_stable", "solve_ess_of_two"]

CLOSE = 1e-9
"""A share, or a difference of payoffs in units of their spread, below this is rounding."""
MOST_OUTSIDE = 14
"""Best replies outside the support up to which every set of them is looked at."""
INVADERS = 1e-6
"""The share of mutants that the second route lets in."""


def solve_ess_of_two(game: NormalForm, *, epsilon: float, level: float, budget: int) -> Answer:
    """All evolutionarily stable strategies: of a symmetric game in one population, else with one for each player.

    1. A symmetric game (the second table is the first, transposed): x is stable if it is a best reply to itself and
       earns more against every other best reply than that earns against itself. Such x are among the extreme symmetric
       equilibria, and a quadratic form decides (Haigh 1975; Abakuks 1980).
    2. With a population for each player only strict equilibria are stable (Selten 1980); so also with three or more.

    If the work ends before any is found, the state in which mutants gain least is listed, with what they gain.

    >>> hawk = np.array([[-1.0, 4.0], [0.0, 2.0]])
    >>> [round(e.strategy["player 1"]["1"], 6) for e in solve_ess_of_two(
    ...     NormalForm([hawk, hawk.T]), epsilon=0.5, level=0.95, budget=1000).equilibria]
    [0.666667]
    """
    if len(game.sizes) == 2:
        first, second = game.payoffs
        answer = solve_bimatrix(game, epsilon=epsilon, level=level, budget=budget)
        symmetric = first.shape == second.T.shape and bool((first == second.T).all())
    else:
        first, symmetric = game.payoffs[0], False
        answer = solve_pure(game, epsilon=epsilon, level=level, budget=budget)
    settled = answer.complete is not None
    found: list[Equilibrium] = []
    for one in answer.equilibria:
        if not symmetric:
            if one.strict:
                found.append(replace(one, kind="ess"))
            continue
        x, y = (np.array(list(shares.values())) for shares in one.strategy.values())
        if np.abs(x - y).max() <= CLOSE:
            stable = is_evolutionarily_stable(first, x)
            settled &= stable is not None
            if stable and _resists(first, x):
                found.append(replace(one, kind="ess", component=None))
    if answer.unsearched and not found:
        found.append(_nearest(game, symmetric, epsilon))
    how = "one population" if symmetric else "a population for each player: stable means strict"
    return answer_of(
        game,
        "ess",
        found,
        complete=True if settled else None,
        epsilon=epsilon,
        level=level,
        unsearched=answer.unsearched,
        steps=(how,),
        checked=f"a share of {INVADERS:g} of each other strategy earns less than what it meets"
        if symmetric
        else answer.checked,
    )


def _nearest(game: NormalForm, symmetric: bool, epsilon: float) -> Equilibrium:
    """The state in which a mutant gains least, of those in which all of a population do the same."""
    if not symmetric:
        return nearest_pure(game, epsilon)
    table = game.payoffs[0]
    all_alike = np.eye(len(table))[int(np.argmin(table.max(axis=0) - np.diag(table)))]
    return from_mixtures(game, [all_alike, all_alike], epsilon)


def is_evolutionarily_stable(table: np.ndarray, shares: np.ndarray) -> bool | None:
    """Whether a best reply to itself is stable; None where too many other best replies are to be looked at.

    With k in the support, Q[i, j] = (a[k, j] + a[i, k] - a[i, j] - a[k, k]) + its transpose over all other best replies
    must be positive wherever those outside the support do not fall: for free directions by its Schur complement, for
    the rest by strict copositivity.

    >>> is_evolutionarily_stable(np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([1 / 3, 2 / 3]))
    False
    """
    scale = float(table.max() - table.min()) or 1.0
    earned = table @ shares
    best = np.flatnonzero(earned >= earned.max() - CLOSE * scale)
    played = [int(i) for i in best if shares[i] > CLOSE]
    k, free = played[0], played[1:]
    outside = [int(i) for i in best if shares[i] <= CLOSE]
    if len(outside) > MOST_OUTSIDE:
        return None
    others = [*free, *outside]
    if not others:
        return True
    here = table[np.ix_(others, others)]
    q = table[k, others][None] + table[others, k][:, None] - here - table[k, k]
    q = (q + q.T) / scale
    f = len(free)
    if f and np.linalg.eigvalsh(q[:f, :f]).min() <= CLOSE:
        return False
    rest = q[f:, f:] - (q[f:, :f] @ np.linalg.solve(q[:f, :f], q[:f, f:]) if f else 0.0)
    return _strictly_copositive(rest)


def _strictly_copositive(matrix: np.ndarray) -> bool:
    """Whether x'Mx > 0 for all x >= 0 but 0: no part has a positive eigenvector to a value <= 0 (Kaplan 2000)."""
    size = len(matrix)
    for count in range(1, size + 1):
        for places in combinations(range(size), count):
            values, vectors = np.linalg.eigh(matrix[np.ix_(places, places)])
            for value, vector in zip(values, vectors.T, strict=True):
                if value <= CLOSE and ((vector > CLOSE).all() or (vector < -CLOSE).all()):
                    return False
    return True


def _resists(table: np.ndarray, shares: np.ndarray) -> bool:
    """Whether every pure mutant, few of them, earns less than the shares that it meets."""
    for j in range(len(shares)):
        mutant = np.eye(len(shares))[j]
        if np.abs(mutant - shares).max() <= CLOSE:
            continue
        met = (1.0 - INVADERS) * shares + INVADERS * mutant
        if float((shares - mutant) @ table @ met) <= 0.0:
            return False
    return True
