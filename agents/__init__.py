"""The players, and the table they sit at: policies over rows, and the subnet they meet in."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from agents.delegators import IndexDelegator, LoyalDelegator, QualityAwareDelegator, YieldChaser
from agents.errors import PolicyError
from agents.learning import Bandit, HillClimb, Imitation, Learning, Proportional, variants_of
from agents.miners import (
    BribingMiner,
    ColludingMiner,
    Griefer,
    HitAndRun,
    HonestMiner,
    LazyMiner,
    ModelCopier,
    SplittingSybil,
    Squatter,
    Sybil,
)
from agents.owners import BurningOwner, HonestOwner, PumpingOwner
from agents.policy import DelegatorPolicy, MinerPolicy, Offer, OwnerPolicy, Traits, ValidatorPolicy, WorldPolicy
from agents.registry import find, register
from agents.settings import (
    CabalSettings,
    DelegatorSettings,
    MinerSettings,
    OwnerSettings,
    RegistrationSettings,
    ValidatorSettings,
)
from agents.staking import Childkey
from agents.validators import (
    AveragingValidator,
    BribedCopier,
    BribedValidator,
    CarefulColludingValidator,
    ColludingValidator,
    EarlyBonder,
    HonestValidator,
    LazyValidator,
    SelectiveEvaluator,
    ShadingValidator,
    StakeMeanCopier,
    StakeRenter,
    StaleValidator,
    TakeUndercutter,
    TargetCopier,
    UndervaluingValidator,
    WeightCopier,
)

if TYPE_CHECKING:
    from agents.seats import Delegator, Miner, Owner, Validator
    from agents.subnet import Subnet

__all__ = [
    "AveragingValidator",
    "Bandit",
    "BribedCopier",
    "BribedValidator",
    "BribingMiner",
    "BurningOwner",
    "CabalSettings",
    "CarefulColludingValidator",
    "Childkey",
    "ColludingMiner",
    "ColludingValidator",
    "Delegator",
    "DelegatorPolicy",
    "DelegatorSettings",
    "EarlyBonder",
    "Griefer",
    "HillClimb",
    "HitAndRun",
    "HonestMiner",
    "HonestOwner",
    "HonestValidator",
    "Imitation",
    "IndexDelegator",
    "LazyMiner",
    "LazyValidator",
    "Learning",
    "LoyalDelegator",
    "Miner",
    "MinerPolicy",
    "MinerSettings",
    "ModelCopier",
    "Offer",
    "Owner",
    "OwnerPolicy",
    "OwnerSettings",
    "PolicyError",
    "Proportional",
    "PumpingOwner",
    "QualityAwareDelegator",
    "RegistrationSettings",
    "SelectiveEvaluator",
    "ShadingValidator",
    "SplittingSybil",
    "Squatter",
    "StakeMeanCopier",
    "StakeRenter",
    "StaleValidator",
    "Subnet",
    "Sybil",
    "TakeUndercutter",
    "TargetCopier",
    "Traits",
    "UndervaluingValidator",
    "Validator",
    "ValidatorPolicy",
    "ValidatorSettings",
    "WeightCopier",
    "WorldPolicy",
    "YieldChaser",
    "find",
    "register",
    "variants_of",
]

_OF_MESA = {"Delegator": "seats", "Miner": "seats", "Owner": "seats", "Subnet": "subnet", "Validator": "seats"}
"""What needs Mesa, which takes longer to import than all else: batches play without it."""


_LATER = {"testing", "wrap"}
"""Modules that are imported when they are first looked at."""


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return import_module(f"agents.{name}")
    if name not in _OF_MESA:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"agents.{_OF_MESA[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_OF_MESA, *_LATER})
