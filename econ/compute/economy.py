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

    bitcoin_price: float = quantity(60_000.0, "USD a bitcoin", "[0, inf)", "market", "Price of bitcoin.")
    bitcoin_subsidy: float = quantity(
        3.125, "bitcoin a block", "[0, inf)", "root", "3.125 since April 2024; halves every four years."
    )
    bitcoin_fees: float = quantity(0.0, "bitcoin a block", "[0, inf)", "market", "Transaction fees.")
    tao_price: float = quantity(450.0, "USD a TAO", "[0, inf)", "market", "Price of TAO.")
    alpha_prices: float = quantity(
        1.0, "TAO", "[0, inf)", "market", "Sum over subnets of the price of an alpha, one alpha a block each."
    )
    miner_share: float = quantity(0.41, "a share", "[0, 1]", "root", "Part of a subnet's alpha that goes to miners.")
    kept_when_sold: float = quantity(
        1.0, "a share", "[0, 1]", "market", "What is left of the reward after slippage and fees."
    )
    subnets: int = quantity(1, "a number", "[1, 128]", "market", "Subnets sharing the reward evenly.")
    volatility: float = quantity(
        0.05,
        "a share",
        "[0, inf)",
        "market",
        "Standard deviation of a day's subnet reward in USD; 0.05 a day is about 1 a year.",
    )
    risk_aversion: float = quantity(
        0.0,
        "one over USD a day",
        "[0, inf)",
        "player",
        "Constant absolute risk aversion of every owner; at 1e-5 an even chance of 100,000 USD is worth 38,000.",
    )
    cloud_price: float = quantity(
        2.5, "USD a GPU-hour", "[0, inf)", "market", "Rent of an H100 when all GPUs are rented out."
    )
    cloud_price_fall: float = quantity(
        0.2,
        "percent",
        "[0, inf)",
        "market",
        "How much the cloud's price falls when 1% more GPUs are rented; 0 is a posted price for any number.",
    )
    energy_price: float = quantity(0.05, "USD a kWh", "[0, inf)", "market", "Mean price of energy.")
    energy_spread: float = quantity(
        0.4, "a share", "[0, 2]", "market", "Highest less lowest energy price, over the mean."
    )
    asic_efficiency: float = quantity(25.0, "J a TH", "(0, inf)", "player", "Energy of the mining fleet.")
    asic_other_cost: float = quantity(
        2_000.0, "USD a day for one EH/s", "[0, inf)", "player", "Upkeep of ASICs besides energy."
    )
    hash_capacity: float = quantity(700.0, "EH/s", "[0, inf)", "player", "ASICs of all mining companies.")
    miners: int = quantity(8, "a number", "[1, 1000]", "player", "Mining companies.")
    gpu_power: float = quantity(1.2, "kW", "(0, inf)", "player", "Of one GPU, cooling and servers included.")
    gpu_other_cost: float = quantity(
        10.0, "USD a day for one GPU", "[0, inf)", "player", "Upkeep of a GPU besides energy."
    )
    small_gpus: float = quantity(100_000.0, "GPUs", "[0, inf)", "player", "GPUs of small owners together.")
    small_owners: int = quantity(20, "a number", "[1, 1000]", "player", "Small GPU owners.")
    provider_gpus: float = quantity(
        3_000_000.0, "GPUs", "[0, inf)", "player", "GPUs of the large cloud providers together."
    )
    providers: int = quantity(4, "a number", "[1, 1000]", "player", "Large cloud providers.")
    convertible: float = quantity(
        0.05, "a share", "[0, 1]", "player", "Part of the mining sites' power that could feed GPUs."
    )
    gpu_capital: float = quantity(30_000.0, "USD a GPU", "[0, inf)", "market", "Price of a GPU for a converted site.")
    site_capital: float = quantity(
        5e6, "USD a MW", "[0, inf)", "market", "Cooling, network and building work to convert a MW."
    )
    life: float = quantity(4.0, "years", "(0, inf)", "player", "Over which capital is paid back.")
    capital_rate: float = quantity(0.1, "a share a year", "[0, 10]", "market", "Interest on capital.")
    conversion_rise: float = quantity(
        0.5, "a share", "[0, inf)", "player", "How much dearer the last convertible MW is than the first."
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
