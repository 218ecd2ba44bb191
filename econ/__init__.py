"""Economics on arrays: the rule, games and their equilibria, what a reward is worth. No agent, no file, no screen."""

from econ.equilibrium import Answer, Equilibrium, solve
from econ.games import EmpiricalGame, NormalForm, Roles
from econ.yuma import Epoch, Hyperparameters, Rules, emission, epoch

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
    "solve",
]
