"""The contest for a fixed reward: shares in proportion to effort, linear costs, capacities. One equilibrium, exact.

Players 0..n-1 choose efforts x_i in [0, A_i] at a cost of c_i a unit and receive R x_i / X, X the sum of efforts: the
lottery of Bitcoin's miners, and of a subnet that pays in proportion to work. Existence and uniqueness: Szidarovszky
and Okuguchi, "On the existence and uniqueness of pure Nash equilibrium in rent-seeking games", 1997. Share functions:
Cornes and Hartley, "Asymmetric contests with general technologies", 2005.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.compute.amounts import amounts, number
from econ.errors import InputError
from econ.measures import herfindahl

__all__ = [
    "Contest",
    "contest_gains",
    "entrants",
    "free_entry_effort",
    "merger_gain",
    "solve_contest",
]

HALVINGS = 200
"""More than enough to bracket a double to its last digit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contest:
    """The equilibrium of one contest. Efforts in the unit of the capacities, money in the unit of the reward.

    `value[player]` is what one more unit of capacity would earn its owner (0 where capacity does not bind).
    `attained` is False where a single player can take part: it wins the reward with an effort as small as it likes,
    so the figures are those of the limit. `regret` is the largest gain from changing one's own effort alone.
    """

    reward: float
    total: float
    effort: np.ndarray
    share: np.ndarray
    payoff: np.ndarray
    value: np.ndarray
    regret: float
    attained: bool

    @property
    def active(self) -> int:
        """How many players win a share."""
        return int((self.share > 0).sum())

    @property
    def dissipation(self) -> float:
        """The share of the reward that is spent on winning it; 0 where nobody is paid."""
        won = self.reward * float(self.share.sum())
        return 1.0 - float(self.payoff.sum()) / won if won > 0 else 0.0

    @property
    def concentration(self) -> float:
        """Herfindahl-Hirschman index of the shares. Without capacities dissipation and concentration add up to 1."""
        return float(herfindahl(self.share))


def solve_contest(reward: float, costs: np.ndarray, capacities: np.ndarray | None = None) -> Contest:
    """The only Nash equilibrium of the contest with costs[player] and capacities[player] (None: without limit).

    The share that player i wants when all efforts come to X is s_i(X) = min(max(1 - c_i X / R, 0), A_i / X); the shares
    add up to 1 at one X. With m players free at costs summing to C and capacity K of those at their limit, X is the
    root of C X^2 / R - (m - 1) X - K = 0; without capacities X = R (m - 1) / C, s_i = 1 - c_i X / R and player i
    keeps R s_i^2.

    Errors: a negative or infinite reward or cost, a negative capacity, no players, or an effort that costs nothing and
    has no limit: `InputError`.

    >>> contest = solve_contest(100.0, np.array([1.0, 1.2, 1.5, 3.0]))
    >>> round(contest.total, 3), contest.share.round(4).tolist()
    (54.054, [0.4595, 0.3514, 0.1892, 0.0])
    >>> solve_contest(100.0, np.array([1.0, 1.2, 1.5]), np.array([5.0, np.inf, np.inf])).effort.round(3).tolist()
    [5.0, 20.833, 15.666]
    """
    reward = number("reward", reward, "money a day")
    costs = amounts("costs", costs, "money for one unit of effort")
    n = costs.size
    capacities = (
        np.full(n, np.inf)
        if capacities is None
        else amounts("capacities", capacities, "units of effort", count=n, infinite=True)
    )
    free_lunch = (costs == 0) & np.isinf(capacities)
    if free_lunch.any():
        i = int(free_lunch.argmax())
        raise InputError(f"costs[{i}] is 0 without a capacity; effort must cost something: give a capacity or a cost")
    can = (capacities > 0) & (reward > 0)
    if can.sum() < 2:
        share = can.astype(float)
        zero = np.zeros(n)
        return Contest(
            reward=reward,
            total=0.0,
            effort=zero,
            share=share,
            payoff=reward * share,
            value=zero,
            regret=0.0,
            attained=not can.any(),
        )
    total, free, capped = _total(reward, costs, np.where(can, capacities, 0.0))
    effort = np.where(capped, np.where(can, capacities, 0.0), 0.0)
    effort = np.where(free, total - costs * total**2 / reward, effort)
    share = effort / total
    marginal = reward * (1.0 - share) / total - costs
    payoff = reward * share - costs * effort
    return Contest(
        reward=reward,
        total=total,
        effort=effort,
        share=share,
        payoff=payoff,
        value=np.where(capped | ~can, np.maximum(marginal, 0.0), 0.0),
        regret=float(contest_gains(reward, costs, capacities, effort).max()),
        attained=True,
    )


def share_functions(total: float, reward: float, costs: np.ndarray, capacities: np.ndarray) -> np.ndarray:
    """The shares s_i(X) [player] that the players want when all efforts come to X = total > 0.

    >>> share_functions(50.0, 100.0, np.array([1.0, 1.5, 3.0]), np.array([10.0, np.inf, np.inf])).tolist()
    [0.2, 0.25, 0.0]
    """
    return np.minimum(np.maximum(1.0 - costs * total / reward, 0.0), capacities / total)


def contest_gains(reward: float, costs: np.ndarray, capacities: np.ndarray, effort: np.ndarray) -> np.ndarray:
    """What each player [player] would gain by its best reply to the others' efforts, at least 0.

    The best reply to others' efforts O > 0 is sqrt(R O / c) - O, within [0, A].

    >>> contest_gains(1.0, np.ones(2), np.full(2, np.inf), np.array([0.25, 0.25])).tolist()
    [0.0, 0.0]
    """
    others = effort.sum() - effort
    wished = np.full(effort.shape, np.inf)
    np.divide(reward * others, costs, out=wished, where=costs > 0)
    best = np.clip(np.sqrt(wished) - others, 0.0, capacities)

    def payoff(x: np.ndarray) -> np.ndarray:
        everyone = x + others
        return reward * np.divide(x, everyone, out=np.zeros_like(x), where=everyone > 0) - costs * x

    return np.maximum(payoff(best) - payoff(effort), 0.0)


def free_entry_effort(reward: float, cost: float) -> float:
    """The total effort at which nobody gains by entering at this cost: R / c, where the whole reward is spent.

    >>> free_entry_effort(27e6, 30_000.0)
    900.0
    """
    reward, cost = number("reward", reward, "money a day"), number("cost", cost, "money for one unit of effort")
    if cost == 0:
        raise InputError("cost is 0.0; at no cost entry never ends: give a cost above 0")
    return reward / cost


def entrants(reward: float, entry_fee: float) -> int:
    """How many equal players enter when each pays a fee first: the largest n with R / n^2 >= fee.

    >>> entrants(100.0, 1.0), entrants(100.0, 101.0)
    (10, 0)
    """
    reward, fee = number("reward", reward, "money a day"), number("entry_fee", entry_fee, "money a day")
    if fee == 0:
        raise InputError("entry_fee is 0.0; without a fee entry never ends: give a fee above 0")
    n = int(np.sqrt(reward / fee))
    return n + 1 if reward >= fee * (n + 1) ** 2 else n


def merger_gain(reward: float, costs: np.ndarray, first: int, second: int) -> float:
    """What two players without capacities gain together by acting as one at the lower of their costs.

    Of n equals each keeps R / n^2, so a merger of two pays up to n = 3.

    >>> [round(merger_gain(1.0, np.ones(n), 0, 1), 4) for n in (3, 4)]
    [0.0278, -0.0139]
    """
    costs = amounts("costs", costs, "money for one unit of effort")
    if not (0 <= first < costs.size and 0 <= second < costs.size and first != second):
        raise InputError(f"players {first} and {second} of {costs.size}; two different ones must be named")
    apart = solve_contest(reward, costs).payoff[[first, second]].sum()
    cheaper = min(costs[first], costs[second])
    together = np.append(np.delete(costs, [first, second]), cheaper)
    return float(solve_contest(reward, together).payoff[-1] - apart)


def _total(reward: float, costs: np.ndarray, capacities: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """X, who is free and who is at the limit: bisection finds who is which, and a quadratic then gives X exactly."""
    finite = capacities[np.isfinite(capacities)].sum()
    priced = costs[np.isinf(capacities)]
    low, high = 0.0, finite + (reward / priced.min() if priced.size else 0.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if share_functions(middle, reward, costs, capacities).sum() > 1.0:
            low = middle
        else:
            high = middle
    wanted = 1.0 - costs * high / reward
    capped = (wanted * high >= capacities) & (capacities > 0)
    free = (wanted > 0) & ~capped & (capacities > 0)
    if not free.any():
        return float(capacities[capped].sum()), free, capped
    price, limit, m = costs[free].sum(), capacities[capped].sum(), int(free.sum())
    return (
        float(reward * ((m - 1) + np.sqrt((m - 1) ** 2 + 4.0 * price * limit / reward)) / (2.0 * price)),
        free,
        capped,
    )
