"""The arithmetic of the consensus guarantee, against the definition written out."""

import numpy as np
import pytest

from econ.errors import InputError
from econ.retention import camps, honest_earnings, retention_line, worst_case
from econ.yuma import Hyperparameters
from econ.yuma.epoch import epoch_of_shares_numpy


def drawn(seed=0, validators=12, miners=20, **settings):
    luck = np.random.default_rng(seed)
    return camps(0.6, luck.normal(size=validators), luck.normal(size=(validators, miners)), **settings)


def test_camps_are_split_and_normalised():
    made = drawn()
    assert (made.honest_validators, made.honest_miners) == (7, 12)
    assert made.stake[:7].sum() == pytest.approx(0.6, abs=1e-8)
    for part in (slice(None, 12), slice(12, None)):
        np.testing.assert_allclose(made.ratings[:, part].sum(axis=1), 1.0)
    assert (made.stake * 2**32 == np.floor(made.stake * 2**32)).all()
    few = camps(0.01, np.zeros(2), np.zeros((2, 3)))
    assert (few.honest_validators, few.honest_miners) == (1, 1)


def by_definition(made, honest, cabal, rule):
    weights = np.empty(made.ratings.shape)
    for i in range(len(weights)):
        to_honest = honest if i < made.honest_validators else 1 - cabal
        share = np.where(np.arange(weights.shape[1]) < made.honest_miners, to_honest, 1 - to_honest)
        stored = np.floor(65535 * (share * made.ratings[i]))
        stored = np.rint(stored * (65535 / stored.max()))
        weights[i] = stored / stored.sum()
    paid = epoch_of_shares_numpy(weights, made.stake, np.zeros_like(weights), rule)
    return paid.incentive[: made.honest_miners].sum(), paid.dividends[: made.honest_validators].sum()


@pytest.mark.parametrize("version", ["2", "3"])
def test_every_point_is_one_epoch_of_the_rule(version):
    made, rule = drawn(3), Hyperparameters(version=version, bonds_penalty=0.5, bonds_moving_average=0.0)
    honest, cabal = np.array([0.0, 0.3, 0.9, 1.0]), np.array([0.0, 0.2, 0.7, 1.0, 0.5])
    incentive, dividends = honest_earnings(made, honest, cabal, rule)
    for h, own in enumerate(honest):
        for c, theirs in enumerate(cabal):
            expected = by_definition(made, own, theirs, rule)
            np.testing.assert_allclose((incentive[h, c], dividends[h, c]), expected, atol=1e-12)


def test_where_nobody_agrees_stake_is_paid():
    made = camps(0.5, np.zeros(4), np.zeros((4, 4)))
    rule = Hyperparameters(kappa=0.9)
    incentive, dividends = honest_earnings(made, np.array([1.0]), np.array([1.0]), rule)
    assert (float(incentive[0, 0]), float(dividends[0, 0])) == (0.5, 0.5)


def test_stake_at_kappa_falls_short_of_it_as_on_the_chain():
    luck = np.random.default_rng(0)
    made = camps(0.6, luck.normal(size=64), luck.normal(size=(64, 448)))
    rule = Hyperparameters(version="2", kappa=39321 / 65535, bonds_moving_average=0.0)
    incentive, dividends = honest_earnings(made, np.array([0.95]), np.array([1.0]), rule)
    assert 0.5 * (incentive + dividends)[0, 0] == pytest.approx(0.27, abs=0.02), "a float model calls it supported"


def test_lines_are_read_from_above():
    utility = np.array([0.0, 0.5, 1.0])
    earnings = np.array([[0.9, 0.1, 0.7, 0.0], [0.4, 0.1, 0.7, 0.6], [0.8, 0.5, 0.7, 0.6]])
    line = retention_line(earnings, utility, 0.6)
    np.testing.assert_allclose(line, [0.75, np.nan, 0.0, 0.5])
    assert worst_case(line) == np.inf
    assert worst_case(line[[0, 2, 3]]) == 0.75


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((0.6, np.zeros(3), np.zeros((4, 5))), "stake_noise has shape"),
        ((0.6, np.zeros(1), np.zeros((1, 5))), "two or more"),
        ((1.0, np.zeros(4), np.zeros((4, 5))), "honest_stake is 1.0"),
    ],
)
def test_bad_camps_are_refused(words, said):
    with pytest.raises(InputError, match=said):
        camps(*words)
