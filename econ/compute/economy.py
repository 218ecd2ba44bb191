"""The market for machines in everyday quantities: prices, fleets and energy, turned into an allocation game."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.compute.game import AllocationGame, Owners
from econ.quantity import Settings, quantity

__all__ = ["ComputeSettings"]

BITCOIN_BLOCKS_A_DAY = 144
BITTENSOR_BLOCKS_A_DAY = 7200
HOURS_A_DAY = 24
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeSettings(Settings):
    """What Bitcoin, subnets and the cloud pay, and who owns which machines. All fleets and costs are assumptions.

    Owners come in three groups: mining companies with ASICs, small GPU owners, large cloud providers. Within the first
    two energy prices rise evenly from the lowest to the highest; machines are split evenly.

    >>> settings = ComputeSettings()
    >>> settings.hash_reward, round(settings.subnet_reward)
    (27000000.0, 1328400)
    >>> settings.game().owners.count == len(settings.groups)
    True
    """

    bitcoin_price: float = quantity(60_000.0, unit="USD a bitcoin", help="Price of bitcoin.", set_by="market", low=0)
    bitcoin_subsidy: float = quantity(
        3.125, unit="bitcoin a block", help="3.125 since April 2024; halves every four years.", set_by="root", low=0
    )
    bitcoin_fees: float = quantity(0.0, unit="bitcoin a block", help="Transaction fees.", set_by="market", low=0)
    tao_price: float = quantity(450.0, unit="USD a TAO", help="Price of TAO.", set_by="market", low=0)
    alpha_prices: float = quantity(
        1.0,
        unit="TAO",
        help="Sum over subnets of the price of an alpha, one alpha a block each.",
        set_by="market",
        low=0,
    )
    miner_share: float = quantity(
        0.41, unit="a share", help="Part of a subnet's alpha that goes to miners.", set_by="root", low=0, high=1
    )
    kept_when_sold: float = quantity(
        1.0, unit="a share", help="What is left of the reward after slippage and fees.", set_by="market", low=0, high=1
    )
    subnets: int = quantity(
        1, unit="a number", help="Subnets sharing the reward evenly.", set_by="market", low=1, high=128
    )
    volatility: float = quantity(
        0.05,
        unit="a share",
        help="Standard deviation of a day's subnet reward in USD; 0.05 a day is about 1 a year.",
        set_by="market",
        low=0,
    )
    risk_aversion: float = quantity(
        0.0,
        unit="one over USD a day",
        help="Constant absolute risk aversion of every owner; at 1e-5 an even chance of 100,000 USD is worth 38,000.",
        set_by="player",
        low=0,
    )
    cloud_price: float = quantity(
        2.5, unit="USD a GPU-hour", help="Rent of an H100 when all GPUs are rented out.", set_by="market", low=0
    )
    cloud_price_fall: float = quantity(
        0.2,
        unit="percent",
        help="How much the cloud's price falls when 1% more GPUs are rented; 0 is a posted price for any number.",
        set_by="market",
        low=0,
    )
    energy_price: float = quantity(0.05, unit="USD a kWh", help="Mean price of energy.", set_by="market", low=0)
    energy_spread: float = quantity(
        0.4, unit="a share", help="Highest less lowest energy price, over the mean.", set_by="market", low=0, high=2
    )
    asic_efficiency: float = quantity(
        25.0, unit="J a TH", help="Energy of the mining fleet.", set_by="player", low=0, low_open=True
    )
    asic_other_cost: float = quantity(
        2_000.0, unit="USD a day for one EH/s", help="Upkeep of ASICs besides energy.", set_by="player", low=0
    )
    hash_capacity: float = quantity(700.0, unit="EH/s", help="ASICs of all mining companies.", set_by="player", low=0)
    miners: int = quantity(8, unit="a number", help="Mining companies.", set_by="player", low=1, high=1000)
    gpu_power: float = quantity(
        1.2, unit="kW", help="Of one GPU, cooling and servers included.", set_by="player", low=0, low_open=True
    )
    gpu_other_cost: float = quantity(
        10.0, unit="USD a day for one GPU", help="Upkeep of a GPU besides energy.", set_by="player", low=0
    )
    small_gpus: float = quantity(100_000.0, unit="GPUs", help="GPUs of small owners together.", set_by="player", low=0)
    small_owners: int = quantity(20, unit="a number", help="Small GPU owners.", set_by="player", low=1, high=1000)
    provider_gpus: float = quantity(
        3_000_000.0, unit="GPUs", help="GPUs of the large cloud providers together.", set_by="player", low=0
    )
    providers: int = quantity(4, unit="a number", help="Large cloud providers.", set_by="player", low=1, high=1000)
    convertible: float = quantity(
        0.05,
        unit="a share",
        help="Part of the mining sites' power that could feed GPUs.",
        set_by="player",
        low=0,
        high=1,
    )
    gpu_capital: float = quantity(
        30_000.0, unit="USD a GPU", help="Price of a GPU for a converted site.", set_by="market", low=0
    )
    site_capital: float = quantity(
        5e6, unit="USD a MW", help="Cooling, network and building work to convert a MW.", set_by="market", low=0
    )
    life: float = quantity(
        4.0, unit="years", help="Over which capital is paid back.", set_by="player", low=0, low_open=True
    )
    capital_rate: float = quantity(
        0.1, unit="a share a year", help="Interest on capital.", set_by="market", low=0, high=10
    )
    conversion_rise: float = quantity(
        0.5,
        unit="a share",
        help="How much dearer the last convertible MW is than the first.",
        set_by="player",
        low=0,
    )

    @property
    def hash_reward(self) -> float:
        """What Bitcoin pays, USD a day."""
        return BITCOIN_BLOCKS_A_DAY * (self.bitcoin_subsidy + self.bitcoin_fees) * self.bitcoin_price

    @property
    def subnet_reward(self) -> float:
        """What all subnets pay their miners, USD a day: alpha valued at its price. It does not halve with TAO."""
        alpha = BITTENSOR_BLOCKS_A_DAY * self.miner_share
        return alpha * self.alpha_prices * self.tao_price * self.kept_when_sold

    @property
    def conversion_cost(self) -> float:
        """USD a day for the first MW of a mining site turned over to GPUs: an annuity on its capital."""
        capital = self.site_capital + self.gpu_capital * 1000.0 / self.gpu_power
        years = (1.0 - (1.0 + self.capital_rate) ** -self.life) / self.capital_rate if self.capital_rate else self.life
        return capital / (years * DAYS_A_YEAR)

    @property
    def groups(self) -> tuple[str, ...]:
        """The group of each owner, in the order of the game's owners."""
        return ("miner",) * self.miners + ("small owner",) * self.small_owners + ("provider",) * self.providers

    def game(self) -> AllocationGame:
        """The allocation game of these settings."""
        m, s, p = self.miners, self.small_owners, self.providers
        energy = np.concatenate([_around(self.energy_price, self.energy_spread, count) for count in (m, s)])
        energy = np.append(energy, np.full(p, self.energy_price))
        asics = np.repeat([self.hash_capacity / m, 0.0, 0.0], [m, s, p])
        sites = self.convertible * asics * self.asic_efficiency  # one EH/s at one J/TH takes one MW
        first = self.conversion_cost
        largest = float(np.max(sites))
        price = self.cloud_price * HOURS_A_DAY
        gpus = np.repeat([0.0, self.small_gpus / s, self.provider_gpus / p], [m, s, p])
        fall = self.cloud_price_fall if gpus.any() else 0.0
        return AllocationGame(
            owners=Owners(
                asics=asics,
                hash_cost=energy * HOURS_A_DAY * 1000.0 * self.asic_efficiency + self.asic_other_cost,
                gpus=gpus,
                gpu_cost=energy * HOURS_A_DAY * self.gpu_power + self.gpu_other_cost,
                convertible=sites,
                conversion_cost=np.array(first),
                conversion_steepness=np.array(first * self.conversion_rise / largest if largest > 0 else 0.0),
                hash_per_megawatt=np.array(1.0 / self.asic_efficiency),
                gpus_per_megawatt=np.array(1000.0 / self.gpu_power),
                risk_aversion=np.array(self.risk_aversion),
            ),
            hash_reward=self.hash_reward,
            subnet_rewards=np.full(self.subnets, self.subnet_reward / self.subnets),
            volatility=np.array(self.volatility),
            cloud_price=price * (1.0 + fall),
            cloud_slope=price * fall / float(gpus.sum()) if fall else 0.0,
        )


def _around(mean: float, spread: float, count: int) -> np.ndarray:
    """Evenly spaced values around the mean, the highest less the lowest being `spread` of it."""
    return mean * (1.0 + (np.linspace(-0.5, 0.5, count) * spread if count > 1 else np.zeros(1)))
