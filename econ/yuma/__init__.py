"""The rule: Yuma consensus on arrays."""

from econ.yuma.epoch import Epoch, emission, epoch, epochs
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.rules import Rules
from econ.yuma.variants import RULES, Rule, rule

__all__ = ["RULES", "Epoch", "Hyperparameters", "Rule", "Rules", "emission", "epoch", "epochs", "rule"]
