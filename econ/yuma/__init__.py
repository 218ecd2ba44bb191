"""The rule: Yuma consensus on arrays."""

from econ.yuma.epoch import Epoch, emission, epoch
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.rules import Rules

__all__ = ["Epoch", "Hyperparameters", "Rules", "emission", "epoch"]
