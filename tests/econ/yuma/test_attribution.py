"""Parts of dividends: they add up, each is what it says, and an epoch without a cause has no such part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ import Hyperparameters, epoch
from econ.yuma.attribution import PARTS, attribute_dividends


def subnet(seed, validators=6, miners=9, worlds=(3,)):
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(size=(*worlds, validators, miners)) * (rng.random((*worlds, validators, miners)) < 0.8)
    stake = rng.random((*worlds, validators)) * (rng.random((*worlds, validators)) < 0.9)
    return weights, stake, rng.random((*worlds, validators, miners))


@pytest.mark.parametrize("version", ["3", "2"])
@pytest.mark.parametrize("liquid", [False, True])
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 9), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_parts_add_up(version, liquid, seed, validators, miners, kappa, penalty, kept):
    rule = Hyperparameters(
        version=version, kappa=kappa, bonds_penalty=penalty, bonds_moving_average=kept, liquid_alpha_on=liquid
    )
    weights, stake, bonds = subnet(seed, validators, miners)
    found, result = attribute_dividends(weights, stake, bonds, rule), epoch(weights, stake, bonds, rule)
    assert found.parts().shape == (3, validators, len(PARTS))
    np.testing.assert_allclose(found.parts().sum(axis=-1), result.dividends, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(found.dividends, result.dividends)
    np.testing.assert_allclose(found.validator_trust, result.validator_trust, rtol=0, atol=1e-12)
    assert (found.clipped_weight >= 0).all()


@pytest.mark.parametrize("version", ["3", "2"])
def test_an_epoch_without_a_cause_has_no_such_part(version):
    weights, stake, bonds = subnet(5)
    free = attribute_dividends(weights, stake, bonds, Hyperparameters(version=version, bonds_penalty=0.0))
    assert not free.penalty.any()
    no_past = attribute_dividends(weights, stake, None, Hyperparameters(version=version, bonds_penalty=0.4))
    assert np.abs(no_past.history).max() < 1e-12
    unclipped = Hyperparameters(version=version, kappa=0.0)  # the largest weight is consensus
    whole = attribute_dividends(weights, np.ones_like(stake), bonds, unclipped)
    assert not whole.clipped_weight.any()
    assert np.abs(whole.clipping).max() < 1e-12
    assert np.abs(whole.penalty).max() < 1e-12


def test_unclipped_yuma_2_pays_par():
    """Bonds at once are stake times weight, miners' pay their sum: what a validator weighs cancels."""
    weights, stake, bonds = subnet(7)
    assert weights.any(axis=-1).all()
    assert np.abs(attribute_dividends(weights, stake, bonds, Hyperparameters(version="2")).weights_part).max() < 1e-12
    assert np.abs(attribute_dividends(weights, stake, bonds).weights_part).max() > 1e-3


@pytest.mark.parametrize("version", ["3", "2"])
def test_the_penalty_is_the_difference_it_makes(version):
    """Without history, clipping to penalty is the dividend with the penalty less the one without."""
    weights, stake, _ = subnet(9)
    paid, free = (
        epoch(weights, stake, None, Hyperparameters(version=version, bonds_penalty=p)).dividends for p in (1.0, 0.0)
    )
    found = attribute_dividends(weights, stake, None, Hyperparameters(version=version, bonds_penalty=1.0))
    np.testing.assert_allclose(found.penalty, paid - free, atol=1e-12)


def test_a_subnet_that_pays_nothing():
    found = attribute_dividends(np.zeros((2, 3)), np.array([3.0, 1.0]))
    np.testing.assert_allclose(found.parts()[:, :2], [[0.75, -0.75], [0.25, -0.25]])
    assert not found.dividends.any()
    assert not attribute_dividends(np.ones((2, 3)), np.zeros(2)).parts().any()


def test_wrong_input_is_refused_as_by_the_epoch():
    with pytest.raises(ValueError, match="stake"):
        attribute_dividends(np.ones((2, 3)), np.ones(3))
