"""What selfish play costs all together: the price of anarchy and of stability (Koutsoupias and Papadimitriou 1999)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium
from econ.equilibrium.bimatrix import MOST_BASES, solve_bimatrix
from econ.equilibrium.certificate import answer_of, from_mixtures
from econ.equilibrium.correlated import correlated_range
from econ.equilibrium.pure import solve_pure
from econ.equilibrium.solver import solver
from econ.games.normal_form import NormalForm

__all__ = ["solve_anarchy"]


@solver(NormalForm)
def solve_anarchy(
    game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_BASES, seed: int = 0
) -> Answer:
    """The best profile beside the worst and the best equilibria of each kind, and their ratios.

    The ratio is optimum over equilibrium where no sum of payoffs is negative, and cost of the equilibrium over least
    cost where payoffs are costs, no sum positive: 1 where nothing is lost. Where sums have both signs, or it would
    divide by 0, there is no ratio and only the welfare is told. `figures` give `anarchy` (worst) and `stability` (best)
    over pure, Nash (two players), correlated and coarse equilibria, each a wider set than the one before; None where
    none is known. Welfare is linear in each mixture, so the worst and best of a continuum are among its extreme
    equilibria. Listed are the optimum, whose regret says how much leaving it pays, and the worst and the best pure and
    Nash equilibria. `budget` is that of all Nash equilibria of two players.

    >>> cost = -np.array([[2.0, 1.0], [2.0, 2.0]])  # two drivers, a road of one hour a driver and one of two hours
    >>> answer = solve_anarchy(NormalForm([cost, cost.T]))
    >>> round(answer.figures["anarchy, pure"], 12), answer.figures["stability, pure"]
    (1.333333333333, 1.0)
    """
    total = np.sum(game.payoffs, axis=0)
    best = np.unravel_index(int(np.argmax(total)), total.shape)
    optimum = float(total[best])
    profile = [np.eye(size)[int(k)] for size, k in zip(game.sizes, best, strict=True)]
    equilibria = [_told(game, from_mixtures(game, profile, epsilon), "optimum")]
    figures: dict[str, float | None] = {"optimum": optimum}
    known = {"pure": solve_pure(game, epsilon=epsilon, level=level)}
    if len(game.sizes) == 2:
        known["nash"] = solve_bimatrix(game, epsilon=epsilon, level=level, budget=budget)
    for kind, answer in known.items():
        sums = [_welfare(game, one) for one in answer.equilibria]
        figures |= _ratios(total, optimum, sums, kind)
        if sums:
            equilibria.append(_told(game, answer.equilibria[int(np.argmin(sums))], f"worst {kind}"))
            equilibria.append(_told(game, answer.equilibria[int(np.argmax(sums))], f"best {kind}"))
    for kind in ("correlated", "coarse"):
        figures |= _ratios(total, optimum, correlated_range(game, total, concept=kind), kind)
    whole = len(game.sizes) == 2 and known["nash"].complete is not None
    return answer_of(
        game,
        "anarchy",
        equilibria,
        complete=True if whole else None,
        epsilon=epsilon,
        level=level,
        figures=figures,
        unsearched=known["nash"].unsearched if len(game.sizes) == 2 else 0,
        checked="welfare and regrets are computed from the payoffs themselves",
    )


def _ratios(total: np.ndarray, optimum: float, sums: Sequence[float], kind: str) -> dict[str, float | None]:
    """The worst and the best welfare of some equilibria, and what the optimum is of them, or they of the least cost."""
    low, high = min(sums, default=None), max(sums, default=None)
    paid, costs = bool((total >= 0.0).all()), bool((total <= 0.0).all())
    ratios: list[float | None] = []
    for end in (low, high):
        above, below = (optimum, end) if paid else (end, optimum)
        ratios.append(above / below if (paid or costs) and above is not None and below else None)
    return {
        f"anarchy, {kind}": ratios[0],
        f"stability, {kind}": ratios[1],
        f"worst welfare, {kind}": low,
        f"best welfare, {kind}": high,
    }


def _mixtures(equilibrium: Equilibrium) -> list[np.ndarray]:
    return [np.array(list(shares.values())) for shares in equilibrium.strategy.values()]


def _welfare(game: NormalForm, equilibrium: Equilibrium) -> float:
    """The expected sum of payoffs."""
    return sum(_payoffs(game, equilibrium))


def _payoffs(game: NormalForm, equilibrium: Equilibrium) -> list[float]:
    mixtures = _mixtures(equilibrium)
    return [float(own @ mixture) for own, mixture in zip(game.deviation_payoffs(mixtures), mixtures, strict=True)]


def _told(game: NormalForm, equilibrium: Equilibrium, kind: str) -> Equilibrium:
    return replace(
        equilibrium,
        kind=kind,
        payoffs=dict(zip(game.players, _payoffs(game, equilibrium), strict=True)),
        component=None,
    )
