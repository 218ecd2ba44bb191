"""What is checked before a solver begins: the kind of game, the size of its payoffs, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from math import isfinite
from numbers import Integral, Real
from typing import Any, ParamSpec, TypeGuard, get_args

import numpy as np

from econ.equilibrium.answer import Answer, check_epsilon
from econ.games.empirical import EmpiricalGame
from econ.games.normal_form import NormalForm
from econ.games.role_symmetric import RoleSymmetric

__all__ = ["MOST_PAYOFF", "solver"]

MOST_PAYOFF = 1e100
"""Beyond this differences and products of payoffs would overflow."""

P = ParamSpec("P")


def solver(*kinds: Any) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Have a solver of these kinds of games refuse, in one line, any other and whatever it cannot be asked with.

    `TypeError` for what is no game, `ValueError` for a game of another kind, payoffs that cannot be computed with, and
    an epsilon, level, budget or seed that is none. A whole budget may come as a float, as 1e6.
    """
    wanted = tuple(kind for given in kinds for kind in (get_args(given) or (given,)))

    def of(solve: Callable[P, Answer]) -> Callable[P, Answer]:
        taken = signature(solve)

        @wraps(solve)
        def checked(*args: P.args, **keywords: P.kwargs) -> Answer:
            asked = taken.bind(*args, **keywords)
            asked.apply_defaults()
            told = asked.arguments
            _check_game(told["game"], wanted, solve.__name__)
            _check_level(told["level"])
            check_epsilon(told["epsilon"])
            budget = _whole_budget(told["budget"], may_be_open=taken.parameters["budget"].default is None)
            if not isinstance(told["seed"], Integral) or told["seed"] < 0:
                raise ValueError(f"seed is {told['seed']!r:.40}; it is a whole number of at least 0")
            return solve(*asked.args, **{**asked.kwargs, "budget": budget})

        return checked

    return of


def _check_game(game: Any, wanted: tuple[type, ...], name: str) -> None:
    listed = ", ".join(kind.__name__ for kind in wanted)
    if not isinstance(game, (NormalForm, EmpiricalGame, RoleSymmetric)):
        raise TypeError(f"{name} is for games of econ.games ({listed}); this is of type {type(game).__name__}")
    if not isinstance(game, wanted):
        raise ValueError(
            f"{name} is for {listed}; this is of type {type(game).__name__}: econ.equilibrium.solve(game, concept) "
            "finds the solver for a kind of game, and tells which concepts it has"
        )
    tables: Iterable[np.ndarray] = game.payoffs if isinstance(game, NormalForm) else (game.payoffs,)
    largest = max(float(np.fmax.reduce(np.abs(table), axis=None, initial=0.0)) for table in tables)
    if largest > MOST_PAYOFF:
        raise ValueError(
            f"payoffs reach {largest:g}; at most {MOST_PAYOFF:g} are solved in double precision: scale the game down"
        )


def _check_level(level: Any) -> None:
    if not _is_number(level) or not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r:.40}; it is a confidence and must lie between 0 and 1")


def _whole_budget(budget: Any, *, may_be_open: bool) -> int | None:
    if budget is None and may_be_open:
        return None
    if not _is_number(budget) or not budget >= 0 or not isfinite(budget):
        raise ValueError(f"budget is {budget!r:.40}; it is work that may be done, a number of at least 0")
    return int(budget)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, Real)
