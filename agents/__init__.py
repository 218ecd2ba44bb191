"""The players, and the table they sit at: policies over rows, and the subnet they meet in."""

from agents.errors import PolicyError
from agents.miners import ColludingMiner, HonestMiner
from agents.policy import DelegatorPolicy, MinerPolicy, Offer, OwnerPolicy, Traits, ValidatorPolicy
from agents.seats import Miner, Validator
from agents.settings import CabalSettings, MinerSettings, ValidatorSettings
from agents.subnet import Subnet
from agents.validators import ColludingValidator, HonestValidator, WeightCopier

__all__ = [
    "CabalSettings",
    "ColludingMiner",
    "ColludingValidator",
    "DelegatorPolicy",
    "HonestMiner",
    "HonestValidator",
    "Miner",
    "MinerPolicy",
    "MinerSettings",
    "Offer",
    "OwnerPolicy",
    "PolicyError",
    "Subnet",
    "Traits",
    "Validator",
    "ValidatorPolicy",
    "ValidatorSettings",
    "WeightCopier",
]
