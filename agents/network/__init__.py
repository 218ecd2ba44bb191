"""A network of subnets: pools, epochs, and those who move money between them."""

from agents.network.delegators import IndexHolder, Raider, RootHolder, Settled, YieldSeeker
from agents.network.model import DELEGATORS, TRADERS, Network
from agents.network.newcomers import EntrySettings
from agents.network.owners import Burner, PlainOwner, Pumper
from agents.network.policies import MarketDelegator, MarketOwner, MarketTrader
from agents.network.settings import ChainSettings, FlowSettings, NetworkSettings, StartSettings, UidSettings
from agents.network.tao_price import (
    GeometricBrownian,
    JumpDiffusion,
    PriceProcess,
    PriceSeries,
    PriceSettings,
    calibrated,
)
from agents.network.traders import MomentumTrader, NoiseTrader, ValueTrader
from agents.network.views import MarketView

__all__ = [
    "DELEGATORS",
    "TRADERS",
    "Burner",
    "ChainSettings",
    "EntrySettings",
    "FlowSettings",
    "GeometricBrownian",
    "IndexHolder",
    "JumpDiffusion",
    "MarketDelegator",
    "MarketOwner",
    "MarketTrader",
    "MarketView",
    "MomentumTrader",
    "Network",
    "NetworkSettings",
    "NoiseTrader",
    "PlainOwner",
    "PriceProcess",
    "PriceSeries",
    "PriceSettings",
    "Pumper",
    "Raider",
    "RootHolder",
    "Settled",
    "StartSettings",
    "UidSettings",
    "ValueTrader",
    "YieldSeeker",
    "calibrated",
]
