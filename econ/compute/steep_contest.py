"""The contest with a steepness: shares in proportion to effort to the power theta. None, one or several equilibria.

Player i receives R x_i^theta / Y, Y = sum_j x_j^theta, and pays c_i x_i. Theta 1 is the lottery, a large theta lets the
winner take it all; the same rule is a lottery at cost c_i x^(1/theta), so theta above 1 stands for economies of scale
too. At the share s an active player's effort obeys theta R s (1 - s) = c_i x_i, and for theta > 1 it stays only if
s >= 1 - 1/theta, else it would lose money (Arnosti and Weinberg, "Bitcoin: a natural oligopoly", 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import comb, prod

import numpy as np

from econ.compute.amounts import amounts, number
from econ.compute.contest import solve_contest
from econ.errors import InputError
from econ.measures import herfindahl

__all__ = ["SteepContest", "SteepEquilibrium", "solve_steep_contest", "steep_gains"]

MOST_CELLS = 20_000
"""Sets of active players that are tried, times the number of different costs; players of equal cost count once."""

THETAS = (0.01, 100.0)
"""Between an almost equal split and winner takes all; beyond them powers leave double precision."""

TIE = 1e-11
"""Log totals closer than this to the point of indifference count as indifferent."""

LOWEST = 30.0
"""Shares beyond 1 - exp(-30) are not told from 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SteepEquilibrium:
    """One pure equilibrium; efforts, shares and payoffs by player, money in the unit of the reward.

    `alike` counts the equilibria that differ from it only by exchanging players of equal cost, itself among them;
    `dissipation` is the share of the reward that is spent on winning it; `regret` the largest gain from changing one's
    own effort alone, from a search over all efforts.
    """

    active: int
    effort: np.ndarray
    share: np.ndarray
    payoff: np.ndarray
    dissipation: float
    regret: float
    alike: int

    @property
    def concentration(self) -> float:
        """Herfindahl-Hirschman index of the shares."""
        return float(herfindahl(self.share))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SteepContest:
    """All pure equilibria of a contest, by number of active players, or the finding that there are none.

    `complete` is True if these are proved to be all (equal players exchanged), None if more sets of active players
    exist than were tried. Without an equilibrium players must mix: `econ.compute.mixed_contest`.
    """

    theta: float
    equilibria: tuple[SteepEquilibrium, ...]
    complete: bool | None

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        sizes = sorted({equilibrium.active for equilibrium in self.equilibria})
        if sizes:
            numbers = ", ".join(str(size) for size in sizes)
            said = f"Pure equilibria with {numbers} active players."
            return said if self.complete else f"{said} There may be more: not all sets of active players were tried."
        if self.complete:
            theta = f"{self.theta:.10g}"
            return f"At a steepness of {theta} no equilibrium in pure strategies exists: efforts must be random."
        return "No pure equilibrium was found; not all sets of active players were tried."


def solve_steep_contest(reward: float, costs: np.ndarray, theta: float) -> SteepContest:
    """The pure equilibria of the contest with costs[player] above 0 at steepness `theta`.

    Up to 1 there is exactly one. For 1 < theta <= 2 each set of active players has at most one: their shares at Y fall
    as Y grows and must add up to 1; it is an equilibrium if every share is at least a = 1 - 1/theta and no one else
    gains by entering, i.e. a^a (1 - a)^(1 - a) R <= c_j Y^(1/theta). Above 2 nobody's share could reach a beside
    another, so there is none (a lone player would lower its effort for ever).

    Errors: theta outside [0.01, 100], a cost of 0, fewer than two players, no reward: `InputError`.

    >>> [e.active for e in solve_steep_contest(1.0, np.ones(10), 1.5).equilibria]
    [2, 3]
    >>> solve_steep_contest(1.0, np.ones(3), 2.5).sentence
    'At a steepness of 2.5 no equilibrium in pure strategies exists: efforts must be random.'
    """
    reward, costs, theta = checked_contest(reward, costs, theta)
    if theta == 1.0:
        lottery = _equilibrium(reward, costs, theta, solve_contest(reward, costs).effort, 1)
        return SteepContest(theta=theta, equilibria=(lottery,), complete=True)
    if theta < 1.0:
        return SteepContest(theta=theta, equilibria=(_flat(reward, costs, theta),), complete=True)
    if theta > 2.0:
        return SteepContest(theta=theta, equilibria=(), complete=True)
    distinct, kind, sizes = np.unique(costs, return_inverse=True, return_counts=True)
    sets, complete = _candidates(sizes, int(theta / (theta - 1.0) + 1e-9))
    found = []
    for counts, total in zip(*_balanced(reward, distinct, theta, sets, sizes), strict=True):
        shares = _shares(reward, distinct[None], theta, np.array([[total]]))[0]
        active = np.zeros(costs.size, dtype=bool)
        for k, count in enumerate(counts):
            active[np.flatnonzero(kind == k)[:count]] = True
        share = np.where(active, shares[kind], 0.0)
        effort = theta * reward * share * (1.0 - share) / costs
        alike = prod(comb(int(size), int(count)) for size, count in zip(sizes, counts, strict=True))
        found.append(_equilibrium(reward, costs, theta, effort, alike))
    found.sort(key=lambda equilibrium: (equilibrium.active, -equilibrium.concentration))
    return SteepContest(theta=theta, equilibria=tuple(found), complete=True if complete else None)


def steep_gains(reward: float, costs: np.ndarray, theta: float, effort: np.ndarray) -> np.ndarray:
    """What each player [player] would gain at most by another effort, at least 0.

    The payoff has at most one peak inside besides staying out; it is found on a fine grid of the log-odds of the share
    and then narrowed down. With nobody else active the reward can be had for next to nothing.

    >>> steep_gains(1.0, np.ones(2), 1.0, np.array([0.25, 0.25])).round(9).tolist()
    [0.0, 0.0]
    """
    powers = effort**theta
    others = (powers.sum() - powers)[:, None]
    now = _payoffs(reward, costs, theta, effort)
    low, high = np.full(costs.shape, -40.0), np.full(costs.shape, 40.0)
    best = np.zeros(costs.shape)
    for points in (2001, 41, 41, 41, 41):
        odds = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, points)
        with np.errstate(over="ignore"):  # what costs more than any number is never best
            payoff = reward / (1.0 + np.exp(-odds)) - costs[:, None] * (others * np.exp(odds)) ** (1.0 / theta)
        top = payoff.argmax(axis=1)
        best = np.maximum(best, payoff.max(axis=1))
        step = (high - low) / (points - 1.0)
        middle = np.take_along_axis(odds, top[:, None], axis=1)[:, 0]
        low, high = middle - step, middle + step
    return np.maximum(best - now, 0.0)


def checked_contest(reward: float, costs: np.ndarray, theta: float) -> tuple[float, np.ndarray, float]:
    """The same, checked: a reward and costs above 0, two players at least, theta within its range."""
    reward, costs = number("reward", reward, "money a day"), amounts("costs", costs, "money for one unit of effort")
    if not isinstance(theta, int | float | np.number) or not THETAS[0] <= theta <= THETAS[1]:
        raise InputError(f"theta is {theta}; it is a steepness and must lie in [{THETAS[0]}, {THETAS[1]:g}]")
    if costs.size < 2:
        raise InputError(f"costs has {costs.size} player; a contest needs two: add a player, or use solve_contest")
    if reward == 0 or (costs == 0).any():
        raise InputError(f"reward is {reward:g}, the lowest cost {costs.min():g}; both must be above 0")
    return reward, costs, float(theta)


def _payoffs(reward: float, costs: np.ndarray, theta: float, effort: np.ndarray) -> np.ndarray:
    powers = effort**theta
    return reward * powers / powers.sum() - costs * effort


def _equilibrium(reward: float, costs: np.ndarray, theta: float, effort: np.ndarray, alike: int) -> SteepEquilibrium:
    powers = effort**theta
    return SteepEquilibrium(
        active=int((effort > 0).sum()),
        effort=effort,
        share=powers / powers.sum(),
        payoff=_payoffs(reward, costs, theta, effort),
        dissipation=float((costs * effort).sum() / reward),
        regret=float(steep_gains(reward, costs, theta, effort).max()),
        alike=alike,
    )


def _flat(reward: float, costs: np.ndarray, theta: float) -> SteepEquilibrium:
    """Theta below 1: shares of all players at Y fall strictly as Y grows; the Y at which they add up to 1."""
    low, high = -700.0, 700.0
    relative = costs / costs.min()

    def shares(log_total: float) -> np.ndarray:
        """Root in t = log s of log theta + (1 - 1/theta) t + log(1 - e^t) = log c + log Y / theta, falling in t."""
        below, above = np.full(costs.shape, -1400.0), np.zeros(costs.shape)
        wanted = np.log(relative) + log_total / theta - np.log(theta)
        for _ in range(70):
            t = (below + above) / 2.0
            with np.errstate(divide="ignore"):
                higher = (1.0 - 1.0 / theta) * t + np.log(-np.expm1(t)) > wanted
            below, above = np.where(higher, t, below), np.where(higher, above, t)
        return np.exp((below + above) / 2.0)

    for _ in range(100):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        low, high = (middle, high) if shares(middle).sum() > 1.0 else (low, middle)
    share = shares(high)
    share = share / share.sum()
    return _equilibrium(reward, costs, theta, theta * reward * share * (1.0 - share) / costs, 1)


def _candidates(sizes: np.ndarray, most: int) -> tuple[np.ndarray, bool]:
    """Sets of 2 to `most` active players as counts[set, kind], kinds from cheap to dear; whether these are all."""
    ranges = [range(min(int(size), most) + 1) for size in sizes]
    enough = max(2, MOST_CELLS // sizes.size)
    sets: list[tuple[int, ...]] = []
    for tried, dearest_first in enumerate(product(*ranges[::-1])):  # so that sets of cheap players come first
        if tried >= 50 * MOST_CELLS or len(sets) >= enough:
            return np.array(sets), False
        if 2 <= sum(dearest_first) <= most:
            sets.append(dearest_first[::-1])
    return np.array(sets).reshape(-1, sizes.size), True


def _balanced(
    reward: float, costs: np.ndarray, theta: float, sets: np.ndarray, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of the sets those in equilibrium, and for each log Y, all found by bisection at once."""
    a = 1.0 - 1.0 / theta
    stays = theta * (np.log(reward / costs) + a * np.log(a))  # log Y, own part included, up to which nobody loses money
    enters = stays + np.log(1.0 - a)  # log Y of the others below which it pays to enter
    playing = sets > 0
    high = np.where(playing, stays, np.inf).min(axis=1)
    low = high - 2.0 * LOWEST

    def excess(log_total: np.ndarray) -> np.ndarray:
        return (sets * _shares(reward, costs[None], theta, log_total[:, None])).sum(axis=1) - 1.0

    possible = excess(high) <= 1e-12
    for _ in range(80):
        middle = (low + high) / 2.0
        more = excess(middle) > 0
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    kept = possible & ~((sets < sizes) & (high[:, None] < enters - TIE)).any(axis=1)
    return sets[kept], high[kept]


def _shares(reward: float, costs: np.ndarray, theta: float, log_total: np.ndarray) -> np.ndarray:
    """The share of an active player [set, kind] at log Y: the root s >= a of theta R s^a (1 - s) = c Y^(1/theta).

    In t = log s the left side is concave and falls, so Newton's method from above is safe.
    """
    a = 1.0 - 1.0 / theta
    wanted = np.log(costs / (theta * reward)) + log_total / theta
    wanted = np.clip(wanted, -LOWEST, a * np.log(a) + np.log(1.0 - a))
    t = np.log(-np.expm1(wanted))
    for _ in range(40):
        s = np.exp(t)
        step = (a * t + np.log1p(-s) - wanted) / (a - s / (1.0 - s))
        t = np.maximum(t - step, np.log(a))
        if np.abs(step).max() < 1e-15:
            break
    return np.exp(t)
