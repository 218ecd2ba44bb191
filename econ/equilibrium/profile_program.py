"""Linear and entropy programs over the distributions of profiles from which nobody gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Points", "Program", "points_of", "reach_of"]

MOST_ENTROPY = 500
"""Profiles up to which the distribution of largest entropy is computed."""
WIDE = 1e-6
"""A range of payoffs wider than this share of the largest payoff is no rounding."""
HOLDS = 1e-6
"""A gain of this share of the largest that it is made of is rounding of the solver."""
TRIES = (("highs", True), ("highs-ds", False), ("highs-ipm", True), ("highs-ipm", False))
"""Ways to solve a linear program, with and without simplifying it first: where numbers are far apart one may fail."""
LEAST_SHARE = 1e-9
"""Probabilities below this are rounding of the solver and are set to 0."""


class _OutOfBudgetError(Exception):
    """A linear program was not solved in the iterations that it may take."""


class _EmptyError(Exception):
    """No distribution meets the constraints: of gains that may be larger than they are."""


class _UnsolvedError(ValueError):
    """No way to solve a linear program got through."""


class Program:
    """The polytope {p >= 0, sum p = 1, gains p <= 0} over all profiles; `gains`[possible gain, profile] is sparse."""

    def __init__(self, gains: Any, budget: int) -> None:
        largest = abs(gains).max(axis=1).toarray().ravel() if gains.nnz else np.ones(gains.shape[0])
        weight = 1.0 / np.where(largest > 0.0, largest, 1.0)
        self.gains = gains.multiply(weight[:, None]).tocsr()  # a gain counts beside those it is added to
        self.profiles, self._budget = int(gains.shape[1]), budget

    def holds(self, share: np.ndarray) -> bool:
        """Whether nobody gains from share[profile], up to the program's rounding of each gain by itself."""
        return self.gains.shape[0] == 0 or float((self.gains @ share).max()) <= HOLDS

    def best(self, objective: np.ndarray) -> np.ndarray:
        """The distribution[profile] of the largest expectation of objective[profile]."""
        largest = float(np.abs(objective).max()) or 1.0
        return self._solved(-objective / largest, self.gains)

    def fairest(self, paid: np.ndarray) -> np.ndarray:
        """The distribution in which the smallest expectation of paid[player, profile] is largest."""
        from scipy.sparse import block_array, csr_array

        size = float(np.abs(paid).max()) or 1.0
        column = csr_array(np.ones((len(paid), 1)))
        above = block_array([[self.gains, None], [csr_array(-paid / size), column]], format="csr")
        return self._solved(np.append(np.zeros(self.profiles), -1.0), above)

    def widest(self) -> np.ndarray | None:
        """The distribution of the largest entropy, or None where the cone solver does not find it.

        Largest is sum t where t_k <= -p_k log p_k, which says that (t_k, p_k, 1) lies in the exponential cone. Asked is
        the solver itself: cvxpy, which writes the same program, takes half a second to load.
        """
        import clarabel
        from scipy.sparse import block_array, csc_array, eye_array

        size, rows = self.profiles, self.gains.shape[0]
        one, none = eye_array(size), csc_array((rows, size))
        above = (
            block_array([[none, self.gains], [None, -one]]) if rows else block_array([[csc_array((size, size)), -one]])
        )
        cone = csc_array((np.full(2 * size, -1.0), (_cone_rows(size), np.arange(2 * size))), shape=(3 * size, 2 * size))
        total = csc_array(np.concatenate((np.zeros(size), np.ones(size)))[None])
        limits = np.concatenate(([1.0], np.zeros(rows + size), np.tile([0.0, 0.0, 1.0], size)))
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        program = clarabel.DefaultSolver(
            csc_array((2 * size, 2 * size)),
            np.concatenate((np.full(size, -1.0), np.zeros(size))),
            csc_array(block_array([[total], [above], [cone]])),
            limits,
            [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(rows + size), *[clarabel.ExponentialConeT()] * size],
            settings,
        )
        found = program.solve()
        return _distribution(np.array(found.x[size:])) if str(found.status) == "Solved" else None

    def _solved(self, cost: np.ndarray, above: Any) -> np.ndarray:
        from scipy.optimize import linprog

        more = len(cost) - self.profiles
        for method, presolve in TRIES:
            found = linprog(
                cost,
                A_ub=above if above.shape[0] else None,
                b_ub=np.zeros(above.shape[0]) if above.shape[0] else None,
                A_eq=np.append(np.ones(self.profiles), np.zeros(more))[None],
                b_eq=[1.0],
                bounds=[(0.0, None)] * self.profiles + [(None, None)] * more,
                method=method,
                options={"maxiter": self._budget, "presolve": presolve},
            )
            if found.status in (0, 1):
                break
        if found.status == 1:
            raise _OutOfBudgetError
        if found.status == 2:
            raise _EmptyError
        if found.status != 0:
            raise _UnsolvedError(
                f"the linear program was not solved ({found.message.split('.')[0]}); scale the payoffs"
            )
        return _distribution(found.x[: self.profiles])


@dataclass(slots=True)
class Points:
    """The points of a polytope of correlated equilibria that are listed, and the ranges over it."""

    found: dict[str, np.ndarray]
    figures: dict[str, float | None]
    whole: bool
    wide: bool


def points_of(program: Program, paid: np.ndarray, welfare: np.ndarray, names: Sequence[str]) -> Points:
    """The distributions of the largest welfare[profile], the fairest and the widest, and how far payoffs reach.

    `paid`[name, profile] is what the players (or those of a role) get. If the program runs out of budget, what was
    found before; so too where numbers are so far apart that no way to solve it gets through.
    """
    points = Points({}, {}, whole=False, wide=False)
    try:
        points.found["welfare"] = program.best(welfare)
        points.found["fair"] = program.fairest(paid)
        if program.profiles <= MOST_ENTROPY:
            widest = program.widest()
            if widest is not None:
                points.found["entropy"] = widest
        points.figures["welfare low"] = float(program.best(-welfare) @ welfare)
        points.figures["welfare high"] = float(points.found["welfare"] @ welfare)
        for name, own in zip(names, paid, strict=True):
            points.figures[f"{name} low"] = float(program.best(-own) @ own)
            points.figures[f"{name} high"] = float(program.best(own) @ own)
    except (_OutOfBudgetError, _EmptyError, _UnsolvedError):
        return points
    ranges = [x for x in points.figures.values() if x is not None]
    size = float(np.abs(paid).max())
    points.wide = any(high - low > WIDE * size for low, high in zip(ranges[::2], ranges[1::2], strict=True))
    points.whole = True
    return points


def reach_of(
    outer: Program, inner: Program, paid: np.ndarray, half: np.ndarray, names: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """Between what the ends of the ranges of paid[name, profile] -+ half lie, whatever game of a band is the true one.

    1. `outer` is the polytope of the smallest gains of the band: it holds that of the true game, so no payoff of the
       true one lies beyond its ends.
    2. `inner` is that of the largest gains: the true one holds it, and reaches at least to its ends; where it is empty,
       the true range may shrink to a point anywhere between the outer ends.

    None of it is given where the work runs out.
    """
    found: dict[str, tuple[float, float]] = {}
    try:
        for name, middle, blur in zip(names, paid, half, strict=True):
            top, bottom = middle + blur, middle - blur
            highest, lowest = _most(outer, top), -_most(outer, -bottom)
            try:
                high, low = _most(inner, bottom), -_most(inner, -top)
            except _EmptyError:
                high, low = lowest, highest
            found[f"{name} low"], found[f"{name} high"] = (lowest, max(low, lowest)), (min(high, highest), highest)
    except _OutOfBudgetError:
        return {}
    return found


def _most(program: Program, objective: np.ndarray) -> float:
    return float(program.best(objective) @ objective)


def _cone_rows(size: int) -> np.ndarray:
    """Where t_k and p_k stand among the rows (t_0, p_0, 1, t_1, p_1, 1, ...)."""
    return np.concatenate((np.arange(size) * 3, np.arange(size) * 3 + 1))


def _distribution(values: np.ndarray) -> np.ndarray:
    shares = np.where(values > LEAST_SHARE, values, 0.0)
    return np.asarray(shares / shares.sum())
