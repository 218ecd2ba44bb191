"""The rule: Yuma consensus on arrays."""

from econ.yuma.epoch import Epoch, emission, epoch
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["Epoch", "Hyperparameters", "emission", "epoch"]
