"""Small subnets of many worlds, and intervals over worlds."""

from collections.abc import Callable

import numpy as np
import pytest

from agents import HonestValidator, MinerSettings, Subnet, ValidatorSettings
from econ.inference import mean_interval, ratio_interval
from econ.yuma.rules import Rules

TEN = [HonestValidator()] * 10


def played(validators=None, miners=64, *, epochs=100, burn_in=30, worlds=16, start="honest:5", **settings) -> Subnet:
    """A subnet (ten honest validators unless others are given) after so many epochs."""
    subnet = Subnet(validators or TEN, miners, worlds=worlds, burn_in=burn_in, series=False, start=start, **settings)
    subnet.run(epochs)
    return subnet


def per_honest(policy, *, noise=0.3, drift=0.3, miners=64, worlds=16, epochs=120, burn_in=40, **rules) -> np.ndarray:
    """One seat's dividends over the mean of nine honest seats beside it, [world]."""
    subnet = played(
        [HonestValidator()] * 9 + [policy],
        miners,
        rules=Rules(**rules),
        validator_settings=ValidatorSettings(noise=noise),
        miner_settings=MinerSettings(drift=drift),
        worlds=worlds,
        epochs=epochs,
        burn_in=burn_in,
        start="uniform",
    )
    dividends = subnet.ledger.dividends
    return dividends[:, 9] / dividends[:, :9].mean(axis=1)


class Sure:
    """What holds with 95% confidence of a mean over worlds."""

    @staticmethod
    def near(values, expected, tolerance=0.003):
        """The mean lies within the tolerance of what is expected, as far as its interval can tell."""
        mean, low, high = mean_interval(np.asarray(values))
        assert low - tolerance <= expected <= high + tolerance, f"{mean:.4f} [{low:.4f}, {high:.4f}], not {expected}"

    @staticmethod
    def above(values, limit):
        """The mean lies above the limit."""
        mean, low, high = mean_interval(np.asarray(values))
        assert low > limit, f"{mean:.4f} [{low:.4f}, {high:.4f}] is not above {limit}"

    @staticmethod
    def below(values, limit):
        """The mean lies below the limit."""
        mean, low, high = mean_interval(np.asarray(values))
        assert high < limit, f"{mean:.4f} [{low:.4f}, {high:.4f}] is not below {limit}"

    @staticmethod
    def ratio(numerator, denominator, expected, tolerance):
        """The ratio of the means lies within the tolerance of what is expected, as far as its interval can tell."""
        ratio, low, high = ratio_interval(np.asarray(numerator), np.asarray(denominator))
        assert low - tolerance <= expected <= high + tolerance, f"{ratio:.3f} [{low:.3f}, {high:.3f}], not {expected}"


@pytest.fixture(scope="session")
def play() -> Callable[..., Subnet]:
    return played


@pytest.fixture(scope="session")
def relative() -> Callable[..., np.ndarray]:
    return per_honest


@pytest.fixture(scope="session")
def sure() -> type[Sure]:
    return Sure
