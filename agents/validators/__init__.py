"""Validators' policies, by family: those who measure, copy, idle, collude, favour, and play for bonds or stake."""

from agents.validators.bonding import EarlyBonder
from agents.validators.colluding import CarefulColludingValidator, ColludingValidator
from agents.validators.copying import StakeMeanCopier, TargetCopier, WeightCopier
from agents.validators.favouring import BribedCopier, BribedValidator, UndervaluingValidator
from agents.validators.honest import AveragingValidator, HonestValidator
from agents.validators.lazy import LazyValidator, StaleValidator
from agents.validators.shading import SelectiveEvaluator, ShadingValidator
from agents.validators.staking import StakeRenter, TakeUndercutter

__all__ = [
    "AveragingValidator",
    "BribedCopier",
    "BribedValidator",
    "CarefulColludingValidator",
    "ColludingValidator",
    "EarlyBonder",
    "HonestValidator",
    "LazyValidator",
    "SelectiveEvaluator",
    "ShadingValidator",
    "StakeMeanCopier",
    "StakeRenter",
    "StaleValidator",
    "TakeUndercutter",
    "TargetCopier",
    "UndervaluingValidator",
    "WeightCopier",
]
