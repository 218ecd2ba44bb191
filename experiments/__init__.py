"""From players to answers: scenarios, simulation, the empirical game and its solution."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments import designs
    from experiments.batch import Batch, run_design, run_study
    from experiments.errors import BadInput
    from experiments.payoffs import empirical_game
    from experiments.playing import play
    from experiments.scenario import Scenario
    from experiments.simulation import simulate
    from experiments.solution import Solution
    from experiments.solving import solve_scenario
    from experiments.study import Finding, Study

__all__ = [
    "BadInput",
    "Batch",
    "Finding",
    "Scenario",
    "Solution",
    "Study",
    "designs",
    "empirical_game",
    "play",
    "run_design",
    "run_study",
    "simulate",
    "solve_scenario",
]

_HOMES = {
    "BadInput": "errors",
    "Batch": "batch",
    "Finding": "study",
    "Scenario": "scenario",
    "Solution": "solution",
    "Study": "study",
    "empirical_game": "payoffs",
    "play": "playing",
    "run_design": "batch",
    "run_study": "batch",
    "simulate": "simulation",
    "solve_scenario": "solving",
}


def __getattr__(name: str) -> Any:
    """Names are imported when they are asked for, so that `import experiments` is light; no module has their name."""
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    return getattr(importlib.import_module(f"experiments.{_HOMES[name]}"), name)
