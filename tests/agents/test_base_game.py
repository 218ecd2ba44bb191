"""The base game's figures, on which independent models agree (the table of the first game)."""

import numpy as np
import pytest

from agents import (
    CabalSettings,
    ColludingValidator,
    HonestValidator,
    MinerSettings,
    Subnet,
    ValidatorSettings,
    WeightCopier,
)
from econ.yuma.rules import Rules

TABLE = [
    # noise, drift, reveal period, penalty, kappa, Yuma 3, Yuma 2
    (0.1, 0.0, 1, 1.0, 0.5, 1.022, 1.022),
    (0.3, 0.0, 1, 1.0, 0.5, 1.070, 1.074),
    (0.3, 0.0, 1, 1.0, 0.500001, 1.065, 1.067),
    (0.3, 0.0, 1, 0.0, 0.5, 0.999, 1.007),
    (0.3, 0.1, 5, 1.0, 0.5, 1.009, 1.021),
    (0.3, 0.3, 5, 1.0, 0.5, 0.806, 0.872),
]


def copiers_pay(rules, noise=0.3, drift=0.3):
    """One copier's dividends over the honest mean: the mean of 64 worlds and its half-width."""
    subnet = Subnet(
        [HonestValidator()] * 9 + [WeightCopier()],
        rules=rules,
        validator_settings=ValidatorSettings(noise=noise),
        miner_settings=MinerSettings(drift=drift),
        start="uniform",
        worlds=64,
        burn_in=60,
        series=False,
    )
    subnet.run(300)
    dividends = subnet.ledger.dividends
    ratio = dividends[:, 9] / dividends[:, :9].mean(axis=1)
    return ratio.mean(), 2 * ratio.std(ddof=1) / np.sqrt(64)


def with_worthless_cabal(colluding):
    """A subnet of ten in which so many collude for miners that are worth nothing, after 40 epochs."""
    subnet = Subnet(
        [HonestValidator()] * (10 - colluding) + [ColludingValidator()] * colluding,
        cabal=CabalSettings(utility=0.0),
        worlds=3,
        burn_in=10,
        series=False,
    )
    subnet.run(40)
    return subnet


@pytest.mark.parametrize("version", ["3", "2"])
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_what_one_copier_earns(row, version):
    noise, drift, period, penalty, kappa, *expected = row
    rules = Rules(version=version, kappa=kappa, bonds_penalty=penalty, reveal_period=period)
    ratio, half_width = copiers_pay(rules, noise, drift)
    assert abs(ratio - expected[version == "2"]) <= 0.003 + half_width


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, 0.806), ({"bonds_moving_average": 0.3}, 0.842), ({"liquid_alpha_on": True}, 0.842)],
    ids=["alpha .1", "alpha .7", "liquid alpha .7 to .9"],
)
def test_faster_bonds_help_the_copier(changes, expected):
    """At noise .3, drift .3, period 5; with 64 miners liquid alpha is a constant alpha at its lower end."""
    ratio, half_width = copiers_pay(Rules(reveal_period=5, **changes))
    assert abs(ratio - expected) <= 0.003 + half_width


def test_a_worthless_cabal_below_kappa_earns_exactly_nothing():
    subnet = with_worthless_cabal(4)
    assert subnet.cabal_mask.sum(axis=1).tolist() == [8, 8, 8]
    assert (subnet.ledger.miner_emission[subnet.cabal_mask] == 0.0).all()


def test_a_cabal_with_kappa_of_stake_is_paid():
    subnet = with_worthless_cabal(6)
    assert subnet.ledger.miner_emission[:, -8:].sum(axis=1).min() > 100
