"""The same contest as a convex program: its equilibrium is where a sum of concave functions of the shares is largest.

Without capacities the shares solve: maximise sum_i (R / c_i)(d_i - d_i^2 / 2) subject to sum_i d_i = 1, d >= 0, and the
multiplier of the equality is the total effort X. This is the mechanism of Johari and Tsitsiklis ("Efficiency loss in a
network resource allocation game", 2004) for linear utilities. A capacity bounds a share by A_i / X, so there X is the
number that the program with these bounds gives back as its own multiplier.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from econ.compute.amounts import amounts, number
from econ.errors import InputError

__all__ = ["contest_program"]

_SOLVERS: Mapping[str, Mapping[str, float]] = {
    "CLARABEL": {"max_iter": 300, **{f"tol_{each}": 1e-14 for each in ("gap_abs", "gap_rel", "feas", "ktratio")}},
    "OSQP": {"eps_abs": 1e-9, "eps_rel": 1e-9, "max_iter": 100_000, "polishing": True},
}
"""An interior point first; where costs differ by many orders of magnitude the one or the other may end too early."""

_EXACT = 1e-12
"""The second solver is asked where the first one's answer misses the conditions of optimality by more than this."""


def contest_program(reward: float, costs: np.ndarray, capacities: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """Shares [player] and total effort of the equilibrium, by quadratic programming.

    Needs at least two players who can take part, a reward above 0 and costs above 0, else `InputError`.

    >>> shares, total = contest_program(100.0, np.array([1.0, 1.2, 1.5, 3.0]))
    >>> shares.round(6).tolist(), round(total, 6)
    ([0.459459, 0.351351, 0.189189, 0.0], 54.054054)
    """
    reward = number("reward", reward, "money a day")
    costs = amounts("costs", costs, "money for one unit of effort")
    limits = (
        np.full(costs.size, np.inf)
        if capacities is None
        else amounts("capacities", capacities, "units of effort", count=costs.size, infinite=True)
    )
    if reward == 0 or (costs == 0).any() or (limits > 0).sum() < 2:
        raise InputError(
            f"reward is {reward:g}, the lowest cost {costs.min():g}, players with capacity {int((limits > 0).sum())}; "
            "the program needs a reward and costs above 0 and two players: use solve_contest"
        )
    if np.isinf(limits).all():
        return _program(reward, costs, np.ones(costs.size))
    from scipy.optimize import brentq  # here, so that importing econ stays fast

    most = float(limits.sum())
    if np.isfinite(most) and (reward * (1.0 - limits / most) / most >= costs)[limits > 0].all():
        return limits / most, most  # the marginal reward covers everybody's cost at full capacity

    def excess(total: float) -> float:
        return _program(reward, costs, np.minimum(limits / total, 1.0))[1] - total

    high = min(most * (1.0 - 1e-12), reward / costs.min())
    total = float(brentq(excess, high * 1e-9, high, xtol=1e-13 * high, rtol=1e-14))
    return _program(reward, costs, np.minimum(limits / total, 1.0))[0], total


def _program(reward: float, costs: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, float]:
    import cvxpy as cp  # here, because it takes a second to import

    worth = costs.min() / costs  # scaled: the multiplier is then X c_min / R
    shares = cp.Variable(costs.size)
    whole = cp.sum(shares) == 1
    gain = cp.sum(cp.multiply(worth, shares)) - cp.sum_squares(cp.multiply(np.sqrt(worth / 2.0), shares))
    problem = cp.Problem(cp.Maximize(gain), [whole, shares >= 0, shares <= bounds])
    best, least = None, np.inf
    for solver, settings in _SOLVERS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what came of it is measured below instead
            try:
                problem.solve(solver=solver, **settings)
            except cp.SolverError:
                continue
        if shares.value is None:
            continue
        found, price = np.asarray(shares.value), abs(float(whole.dual_value))
        wanted = np.clip(1.0 - price / worth, 0.0, bounds)  # the conditions of optimality
        missed = max(float(np.abs(found - wanted).max()), abs(float(wanted.sum()) - 1.0))
        if missed < least:
            best, least = (found, price), missed
        if least <= _EXACT:
            break
    if best is None:
        raise InputError(f"the quadratic program ended as {problem.status}; scale costs (now {costs.min():g} and up)")
    return best[0], best[1] * reward / float(costs.min())
