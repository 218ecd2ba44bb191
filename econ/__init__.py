"""Economics on arrays: the rule, games and their equilibria, what a reward is worth. No agent, no file, no screen."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from econ.yuma import Epoch, Hyperparameters, Rules, emission, epoch, epochs

if TYPE_CHECKING:
    from econ.equilibrium import Answer, Equilibrium, solve
    from econ.games import EmpiricalGame, NormalForm, Roles

__all__ = [
    "Answer",
    "EmpiricalGame",
    "Epoch",
    "Equilibrium",
    "Hyperparameters",
    "NormalForm",
    "Roles",
    "Rules",
    "emission",
    "epoch",
    "epochs",
    "solve",
]

_HOMES = {
    "Answer": "equilibrium",
    "EmpiricalGame": "games",
    "Equilibrium": "equilibrium",
    "NormalForm": "games",
    "Roles": "games",
    "solve": "equilibrium",
}


def __getattr__(name: str) -> Any:
    """Games and their solvers are imported when they are asked for: who wants an epoch alone does not wait for them."""
    if name in _HOMES.values():
        return importlib.import_module(f"econ.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'econ' has no attribute {name!r}")
    return getattr(importlib.import_module(f"econ.{_HOMES[name]}"), name)
