"""Contests too steep for pure strategies: the two cheapest players randomise, the others stay out.

Of two players the payoffs R p - c_1 x_1 and R (1 - p) - c_2 x_2 become opposite to one another when each is added what
depends on the other's effort alone; that changes no best reply. So the contest of two has the equilibria of a zero-sum
game, and on a grid of efforts a linear program finds one. Beside them the players of higher cost stay out, as in the
all-pay auction (Baye, Kovenock and de Vries, 1996; for steep contests Alcalde and Dahm, "Rent seeking and rent
dissipation: a neutrality result", 2010); the regret, measured off the grid and over all players, says how nearly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.compute.steep_contest import checked_contest
from econ.errors import InputError

__all__ = ["MixedContest", "solve_mixed_contest"]

FINER = 10
"""The regret is searched on a grid so many times finer."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixedContest:
    """An approximate equilibrium in mixed strategies. Money in the unit of the reward.

    `efforts[bid]` is the grid, `probability[player, bid]` how often each effort is chosen, `payoff[player]` what is
    expected; `spent` is the expected cost of all efforts as a share of the reward. `regret` is the largest gain of any
    player from a single effort on a finer grid: the equilibrium holds up to that much, no closer.
    """

    theta: float
    efforts: np.ndarray
    probability: np.ndarray
    payoff: np.ndarray
    spent: float
    regret: float


def solve_mixed_contest(reward: float, costs: np.ndarray, theta: float, *, bids: int = 201) -> MixedContest:
    """Mixed strategies of the two cheapest players on a grid of `bids` efforts from 0 to R over the second-lowest cost.

    Nobody bids more: the second player would lose money and the first need not go higher. Errors: as
    `solve_steep_contest`, and `bids` outside 11 to 2001: `InputError`.

    >>> mixed = solve_mixed_contest(1.0, np.array([1.0, 2.0, 3.0]), 20.0)
    >>> [round(abs(float(x)), 2) for x in mixed.payoff], mixed.regret < 0.01
    ([0.5, 0.0, 0.0], True)
    """
    reward, costs, theta = checked_contest(reward, costs, theta)
    if not 11 <= bids <= 2001:
        raise InputError(f"bids is {bids}; it is the number of efforts to choose from and must lie in [11, 2001]")
    from scipy.optimize import linprog  # here, so that importing econ stays fast

    order = np.argsort(costs, kind="stable")
    first, second = (float(costs[i]) for i in order[:2])
    efforts = np.linspace(0.0, reward / second, bids)
    gain = _chance(efforts[:, None], efforts[None], theta) * reward - first * efforts[:, None] + second * efforts[None]
    # maximise v subject to (gain' p)_j >= v for every effort j of the second player; the multipliers are its mixture
    for method in ("highs", "highs-ipm"):
        done = linprog(
            np.append(np.zeros(bids), -1.0),
            A_ub=np.hstack([-gain.T / reward, np.ones((bids, 1))]),
            b_ub=np.zeros(bids),
            A_eq=np.append(np.ones(bids), 0.0)[None],
            b_eq=[1.0],
            bounds=[(0, None)] * bids + [(None, None)],
            method=method,
        )
        if done.status == 0:
            break
    else:
        raise InputError(f"bids is {bids} at theta {theta:g}; the linear program found no answer: take fewer bids")
    mixtures = [np.maximum(part, 0.0) for part in (done.x[:bids], -done.ineqlin.marginals)]
    mine, theirs = (part / part.sum() for part in mixtures)
    probability = np.zeros((costs.size, bids))
    probability[:, 0] = 1.0
    probability[order[0]], probability[order[1]] = mine, theirs
    wins = float(mine @ _chance(efforts[:, None], efforts[None], theta) @ theirs)
    payoff = np.zeros(costs.size)
    payoff[order[0]] = reward * wins - first * float(mine @ efforts)
    payoff[order[1]] = reward * (1.0 - wins) - second * float(theirs @ efforts)
    return MixedContest(
        theta=theta,
        efforts=efforts,
        probability=probability,
        payoff=payoff,
        spent=1.0 - float(payoff.sum()) / reward,
        regret=_regret(reward, costs[order], theta, efforts, mine, theirs, payoff[order]),
    )


def _chance(own: np.ndarray, other: np.ndarray, theta: float) -> np.ndarray:
    """The chance that own beats other, [broadcast]; a half where both are 0, as for equal efforts."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        chance = 1.0 / (1.0 + (other / own) ** theta)
    return np.where((own == 0) & (other == 0), 0.5, np.where(own == 0, 0.0, chance))


def _regret(
    reward: float,
    costs: np.ndarray,
    theta: float,
    efforts: np.ndarray,
    mine: np.ndarray,
    theirs: np.ndarray,
    payoff: np.ndarray,
) -> float:
    """The largest gain over a finer grid: of the two against one another, of the cheapest outsider against both."""
    finer = np.linspace(0.0, efforts[-1], FINER * (efforts.size - 1) + 1)
    gains = []
    for player, other in ((0, theirs), (1, mine)):
        won = _chance(finer[:, None], efforts[None], theta) @ other
        gains.append(float((reward * won - costs[player] * finer).max() - payoff[player]))
    if costs.size > 2:
        tried = finer[1 :: max(1, finer.size // 200)]
        held = np.flatnonzero((mine > 0) | (theirs > 0))
        with np.errstate(over="ignore"):
            odds = (efforts[held] / tried[:, None]) ** theta  # [effort tried, effort of another]
        won = np.einsum("xab,a,b->x", 1.0 / (1.0 + odds[:, :, None] + odds[:, None]), mine[held], theirs[held])
        gains.append(float((reward * won - costs[2] * tried).max()))
    return max(0.0, *gains)
