"""Owners of machines between Bitcoin, subnets and the cloud: they switch, invest, sell tokens, give up, with lags."""

from agents.machines.market import MachineMarket
from agents.machines.settings import HabitSettings, TokenSettings

__all__ = ["HabitSettings", "MachineMarket", "TokenSettings"]
