"""Economics on arrays: the rule, games and their equilibria, what a reward is worth. No agent, no file, no screen."""

from econ.yuma import Epoch, Hyperparameters, emission, epoch

__all__ = ["Epoch", "Hyperparameters", "emission", "epoch"]
