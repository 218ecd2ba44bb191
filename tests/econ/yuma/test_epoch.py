"""The rule: worked cases, and the compiled kernel against plain NumPy."""

import numpy as np
import pytest

from econ import Hyperparameters, emission, epoch
from econ.yuma.bonds import shares
from econ.yuma.epoch import epoch_of_shares, epoch_of_shares_numpy
from econ.yuma.median import stake_weighted_median

FIELDS = ("consensus", "incentive", "dividends", "validator_trust", "bonds")


def random_subnet(seed, validators, miners, worlds=(3,)):
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(size=(*worlds, validators, miners)) * (rng.random((*worlds, validators, miners)) < 0.8)
    stake = rng.random((*worlds, validators)) * (rng.random((*worlds, validators)) < 0.9)
    return shares(weights), shares(stake), rng.random((*worlds, validators, miners))


@pytest.mark.parametrize("liquid", [False, True])
@pytest.mark.parametrize("version", ["3", "2"])
@pytest.mark.parametrize("kappa", [0.0, 0.3, 0.5, 0.500001, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (10, 64), (33, 17), (64, 9)])
def test_kernel_equals_numpy(version, kappa, shape, liquid):
    rule = Hyperparameters(
        version=version, kappa=kappa, bonds_penalty=0.7, bonds_moving_average=0.8, liquid_alpha_on=liquid
    )
    weights, stake, bonds = random_subnet(11, *shape)
    compiled, plain = epoch_of_shares(weights, stake, bonds, rule), epoch_of_shares_numpy(weights, stake, bonds, rule)
    for name in FIELDS:
        np.testing.assert_allclose(getattr(compiled, name), getattr(plain, name), rtol=0, atol=1e-12, err_msg=name)


def test_worked_yuma3_epoch():
    """Three equal validators; the third overrates miner 0 and loses what lies above consensus."""
    result = epoch(np.array([[3.0, 1.0], [1.0, 1.0], [1.0, 0.0]]), np.array([2.0, 2.0, 2.0]))
    np.testing.assert_allclose(result.consensus, [0.75, 0.25])  # supported by two of three
    np.testing.assert_allclose(result.validator_trust, [1.0, 0.75, 0.75])
    np.testing.assert_allclose(result.incentive, [2.0 / 2.5, 0.5 / 2.5])  # clipped sums 2.0 and 0.5
    np.testing.assert_allclose(result.bonds, [[0.075, 0.025], [0.05, 0.025], [0.075, 0.0]])
    shares_of_bonds = np.array([[3 / 8, 1 / 2], [2 / 8, 1 / 2], [3 / 8, 0]])
    np.testing.assert_allclose(result.dividends, shares_of_bonds @ result.incentive)


def test_liquid_alpha_by_hand():
    """One validator of stake 1: consensus is its weight, so d is 0 where it buys and B - w where it sells."""
    rule = Hyperparameters(liquid_alpha_on=True, alpha_low=0.7, alpha_high=0.9, alpha_sigmoid_steepness=10.0)
    result = epoch(np.array([[3.0, 1.0, 0.0]]), np.array([1.0]), np.array([[0.5, 0.75, 0.4]]), rule)
    buy, sell = (0.7 + 0.2 / (1 + np.exp(-10 * (d - 0.5))) for d in (0.0, 0.5))
    np.testing.assert_allclose(result.bonds[0, 0], (1 - buy) * 0.5 + buy * 0.75)
    np.testing.assert_allclose(result.bonds[0, 1], (1 - sell) * 0.75 + sell * 0.25)
    assert result.bonds[0, 2] == 0.0  # no weight: the bond vanishes at once
    apart = epoch(np.eye(3), np.ones(3), np.full((3, 3), 0.5), rule)  # nobody agrees: the constant alpha rules
    np.testing.assert_allclose(apart.bonds, 0.9 * 0.5 * np.ones((3, 3)))  # all weight clipped, old bonds decay


def test_yuma2_keeps_old_bonds_where_nobody_weighs():
    rule = Hyperparameters(version="2", bonds_moving_average=0.9)
    old = np.array([[1.0, 1.0], [0.25, 1.0]])
    result = epoch(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([1.0, 1.0]), old, rule)
    np.testing.assert_allclose(result.bonds[:, 1], [1.0, 1.0])  # column without new weight: unchanged
    first = 0.1 * 0.5 + 0.9 * np.array([0.8, 0.2])  # column shares, averaged
    np.testing.assert_allclose(result.bonds[:, 0], first / first.max())


@pytest.mark.parametrize("version", ["3", "2"])
def test_bonds_penalty_counts_clipped_weight(version):
    weights, stake = np.array([[0.5, 0.5], [0.5, 0.5], [0.9, 0.1]]), np.ones(3)
    full, none = (
        epoch(weights, stake, None, Hyperparameters(version=version, bonds_penalty=p)).dividends[2] for p in (1.0, 0.0)
    )
    assert full < none


@pytest.mark.parametrize("validators", range(2, 65))
def test_exactly_kappa_supports(validators):
    """Equal stakes and kappa = m / V: exactly m supporters are enough, in either order, m - 1 are not."""
    stake = np.full(validators, 1.0 / validators)
    for supporters in {1, validators // 2, validators - 1, validators} - {0}:
        kappa = supporters / validators
        for order in (1, -1):
            enough = np.array([1.0] * supporters + [0.0] * (validators - supporters))[::order, None]
            fewer = np.array([1.0] * (supporters - 1) + [0.0] * (validators - supporters + 1))[::order, None]
            assert stake_weighted_median(enough, stake, kappa)[0] == 1.0
            assert stake_weighted_median(fewer, stake, kappa)[0] == 0.0
            rule, other = Hyperparameters(kappa=kappa), np.full((validators, 1), 0.5)
            for votes, agreed in ((enough, 2 / 3), (fewer, 0.0)):  # of rows (vote, 1/2), normalised
                found = epoch(np.hstack([votes, other]), stake, None, rule).consensus[0]
                assert found == pytest.approx(agreed)


def test_kappa_extremes_and_missing_stake():
    weights = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    stake = np.array([0.5, 0.5, 0.0])
    np.testing.assert_allclose(stake_weighted_median(weights, stake, 0.0), [0.9, 0.8])
    np.testing.assert_allclose(stake_weighted_median(weights, stake, 1.0), [0.2, 0.1])
    nothing = epoch(weights, np.zeros(3))
    assert not nothing.consensus.any()
    assert not nothing.dividends.any()
    silent = epoch(np.zeros((3, 2)), stake)
    assert not silent.incentive.any()
    assert not silent.validator_trust.any()


def test_emission_split_and_fallbacks():
    weights, stake = np.array([[0.5, 0.5], [0.4, 0.6]]), np.array([3.0, 1.0])
    result = epoch(weights, stake)
    validators, miners = emission(result, stake, 0.25)
    assert validators.sum() == pytest.approx(0.25)
    assert miners.sum() == pytest.approx(0.75)
    validators, miners = emission(epoch(np.zeros((2, 2)), stake), stake)
    np.testing.assert_allclose(validators, [0.75, 0.25])  # nobody earns: paid by stake
    assert not miners.any()


def test_leading_axes_are_independent():
    weights, stake, bonds = random_subnet(5, 6, 7, worlds=(2, 3))
    together = epoch(weights, stake, bonds)
    for world in np.ndindex(2, 3):
        alone = epoch(weights[world], stake[world], bonds[world])
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(together, name)[world], getattr(alone, name))


def test_chain_integers_round_trip():
    for raw in range(65536):
        there = Hyperparameters.from_chain({"kappa": raw, "bonds_penalty": raw}).to_chain()
        assert (there["kappa"], there["bonds_penalty"]) == (raw, raw)
    for raw in range(1638, 65536, 7):
        both = {"alpha_low": raw, "alpha_high": raw}
        there = Hyperparameters.from_chain(both).to_chain()
        assert {name: there[name] for name in both} == both
    for raw in range(-32768, 32768, 5):
        given = {"alpha_sigmoid_steepness": raw}
        assert Hyperparameters.from_chain(given).to_chain()["alpha_sigmoid_steepness"] == raw
    for raw in (0, 1, 899_999, 900_000, 975_000, 1_000_000):
        assert Hyperparameters.from_chain({"bonds_moving_average": raw}).to_chain()["bonds_moving_average"] == raw


def test_defaults_are_the_chains():
    """subtensor, June 2026: kappa 32767, alpha values 45875 and 58982, bonds average 900000, penalty 65535."""
    there = Hyperparameters().to_chain()
    assert (there["kappa"], there["alpha_low"], there["alpha_high"]) == (32767, 45875, 58982)
    assert (there["bonds_penalty"], there["bonds_moving_average"]) == (65535, 900_000)
    assert there["yuma3_on"]
