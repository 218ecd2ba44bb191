"""The table the players sit at: what everybody is like and has, apart from strategies; one table of settings a file."""

from agents.settings.cabal import CabalSettings
from agents.settings.miners import MinerSettings
from agents.settings.registration import RegistrationSettings
from agents.settings.stake import DelegatorSettings, OwnerSettings
from agents.settings.start import parse_start
from agents.settings.validators import ValidatorSettings

__all__ = [
    "CabalSettings",
    "DelegatorSettings",
    "MinerSettings",
    "OwnerSettings",
    "RegistrationSettings",
    "ValidatorSettings",
    "parse_start",
]
