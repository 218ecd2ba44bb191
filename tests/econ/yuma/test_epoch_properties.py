"""What holds of any epoch: order and scale do not matter, agreement is monotone, a split validator gains nothing."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from econ import Hyperparameters, epoch
from econ.yuma.median import SUPPORT_TOLERANCE

RULES = {"3": {}, "2": {"version": "2"}, "liquid": {"liquid_alpha_on": True}}


@st.composite
def subnets(draw):
    """Weights, stake, bonds and a rule: some validators silent, some without stake, from one to forty of them."""
    validators, miners = draw(st.sampled_from([(1, 1), (1, 9), (2, 2), (5, 3), (9, 12), (22, 8), (40, 17)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = rng.lognormal(size=(validators, miners)) * (rng.random((validators, miners)) < 0.8)
    weights *= rng.random((validators, 1)) < 0.9
    stake = rng.random(validators) * (rng.random(validators) < 0.9)
    rule = Hyperparameters(
        **RULES[draw(st.sampled_from(sorted(RULES)))],
        kappa=draw(st.floats(0.02, 0.98)),
        bonds_penalty=draw(st.sampled_from([0.0, 0.5, 1.0])),
        bonds_moving_average=draw(st.sampled_from([0.0, 0.9])),
    )
    assume(clear(weights, stake, rule.kappa))
    return weights, stake, rng.random(weights.shape), rule, rng


def clear(weights, stake, kappa):
    """Whether no sum of stake that decides lies where rounding could tip it: 1e-9 below kappa, to 1e-13."""
    total = stake.sum()
    order = np.argsort(-weights, axis=0, kind="stable")
    sums = np.cumsum(stake[order], axis=0) / total if total else np.ones_like(weights)
    return bool((np.abs(sums - (kappa - SUPPORT_TOLERANCE)) > 1e-13).all())


@settings(max_examples=100, deadline=None)
@given(subnets())
def test_who_stands_where_and_the_unit_of_stake_do_not_matter(subnet):
    weights, stake, bonds, rule, rng = subnet
    base = epoch(weights, stake, bonds, rule)
    v, m = rng.permutation(stake.size), rng.permutation(weights.shape[1])
    moved = epoch(weights[v][:, m], 2.0 ** rng.integers(-40, 40) * 3.0 * stake[v], bonds[v][:, m], rule)
    np.testing.assert_allclose(moved.consensus, base.consensus[m], atol=1e-12)
    np.testing.assert_allclose(moved.incentive, base.incentive[m], atol=1e-12)
    np.testing.assert_allclose(moved.dividends, base.dividends[v], atol=1e-12)
    np.testing.assert_allclose(moved.validator_trust, base.validator_trust[v], atol=1e-12)
    np.testing.assert_allclose(moved.bonds, base.bonds[v][:, m], atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(subnets())
def test_incentive_and_dividends_are_shares(subnet):
    weights, stake, bonds, rule, _ = subnet
    result = epoch(weights, stake, bonds, rule)
    for values in (result.incentive, result.dividends):
        assert values.min() >= 0
        assert values.sum() == pytest.approx(1.0) or not values.any()
    assert bool(result.incentive.any()) == bool(result.consensus.any())
    assert (result.validator_trust <= 1 + 1e-12).all()
    assert result.bonds.min() >= 0
    assert result.bonds.max() <= 1 + 1e-12


@settings(max_examples=100, deadline=None)
@given(subnets())
def test_consensus_follows_support(subnet):
    """A validator that moves weight from one miner to another never lowers consensus on the second, nor raises it on
    the first; nor does it touch others. Stake that moves from one validator to another never lowers consensus where
    the receiver's weight is the larger. What needs more support agrees on less.
    """
    weights, stake, bonds, rule, rng = subnet
    base = epoch(weights, stake, bonds, rule)
    who = int(rng.integers(stake.size))
    if weights.shape[1] > 1:
        source, target = rng.permutation(weights.shape[1])[:2]
        shifted = weights.copy()
        part = rng.random() * shifted[who, source]
        shifted[who, source] -= part
        shifted[who, target] += part
        if clear(shifted, stake, rule.kappa):
            after = epoch(shifted, stake, bonds, rule).consensus
            assert after[target] >= base.consensus[target] - 1e-15
            assert after[source] <= base.consensus[source] + 1e-15
            others = np.delete(np.arange(after.size), [source, target])
            np.testing.assert_allclose(after[others], base.consensus[others], rtol=1e-14)
    giver, receiver = who, int(rng.integers(stake.size))
    moved = stake.copy()
    part = rng.random() * moved[giver]
    moved[giver] -= part
    moved[receiver] += part
    rows = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    if clear(weights, moved, rule.kappa):
        after = epoch(weights, moved, bonds, rule).consensus
        gains = rows[receiver] >= rows[giver]
        assert (after[gains] >= base.consensus[gains] - 1e-15).all()
        assert (after[~gains] <= base.consensus[~gains] + 1e-15).all()
    stricter = Hyperparameters(kappa=rule.kappa + rng.random() * (1 - rule.kappa))
    assert (epoch(weights, stake, bonds, stricter).consensus <= base.consensus).all()


def split(weights, stake, parts):
    """The first validator as several, at the end, with these parts of its stake."""
    return (
        np.concatenate([weights[1:], np.repeat(weights[:1], len(parts), axis=0)]),
        np.concatenate([stake[1:], stake[0] * parts]),
    )


@settings(max_examples=60, deadline=None)
@given(subnets(), st.integers(2, 12))
def test_a_split_validator_changes_no_consensus(subnet, count):
    """In Yuma 2 its dividends, over epochs, are those of the whole."""
    weights, stake, _, rule, rng = subnet
    many, several = split(weights, stake, rng.dirichlet(np.ones(count)))
    base = parts = None
    for _ in range(3):
        base = epoch(weights, stake, None if base is None else base.bonds, rule)
        parts = epoch(many, several, None if parts is None else parts.bonds, rule)
        np.testing.assert_allclose(parts.consensus, base.consensus, atol=1e-12)
        np.testing.assert_allclose(parts.incentive, base.incentive, atol=1e-12)
        if rule.version == "2":
            assert parts.dividends[-count:].sum() == pytest.approx(base.dividends[0], abs=1e-12)
            np.testing.assert_allclose(parts.dividends[:-count], base.dividends[1:], atol=1e-12)


def lost_by_split(count, noise, worlds=16, epochs=90, burn_in=40):
    """The part of its dividends that one of ten equal validators of 64 miners loses in Yuma 3, mean and its error.

    All are honest with fresh noise every epoch; the split changes nothing else, so both are paid on the same weights.
    """
    rng = np.random.default_rng(1)
    quality, stake = np.exp(0.5 * rng.normal(size=(worlds, 64))), np.ones(10)
    whole, parts = np.zeros(worlds), np.zeros(worlds)
    bonds = [np.zeros((worlds, 10, 64)), np.zeros((worlds, 9 + count, 64))]
    for number in range(epochs):
        weights = quality[:, None] * np.exp(noise * rng.normal(size=(worlds, 10, 64)))
        copied = np.concatenate([weights[:, 1:], np.repeat(weights[:, :1], count, axis=1)], axis=1)
        _, several = split(weights[0], stake, np.full(count, 1 / count))
        one, other = epoch(weights, stake, bonds[0]), epoch(copied, several, bonds[1])
        bonds = [one.bonds, other.bonds]
        if number >= burn_in:
            whole += one.dividends[:, 0]
            parts += other.dividends[:, -count:].sum(axis=-1)
    lost = 1.0 - parts / whole
    return lost.mean(), lost.std(ddof=1) / np.sqrt(worlds)


@pytest.mark.parametrize(("count", "percent"), [(2, 0.013), (10, 0.065)])
def test_a_split_validator_loses_a_little_in_yuma3(count, percent):
    """Bonds carry no stake: copies crowd the miners that their weights overrate. Percent as the issue states them."""
    mean, error = lost_by_split(count, 0.3)
    assert abs(100 * mean - percent) < 0.15 * percent + 300 * error
    assert lost_by_split(count, 0.0)[0] == pytest.approx(0.0, abs=1e-12)  # equal weights crowd nobody
