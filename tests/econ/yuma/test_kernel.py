"""The compiled epoch against plain NumPy: ties, zeros, extremes, tiny numbers, both layouts, any number of worlds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ import Hyperparameters, epoch
from econ.yuma.bonds import shares
from econ.yuma.epoch import epoch_of_shares, epoch_of_shares_numpy

FIELDS = ("consensus", "incentive", "dividends", "validator_trust", "bonds")
RULES = {"3": {}, "2": {"version": "2"}, "liquid": {"liquid_alpha_on": True}}


def agree(weights, stake, bonds, rule, within=1e-12):
    compiled, plain = epoch_of_shares(weights, stake, bonds, rule), epoch_of_shares_numpy(weights, stake, bonds, rule)
    for name in FIELDS:
        np.testing.assert_allclose(getattr(compiled, name), getattr(plain, name), rtol=0, atol=within, err_msg=name)
    return compiled


def away_from_ties(weights, stake, kappa):
    """Whether no sum of stake that could decide lies within 1e-9 of where the tolerance ends, kappa - 1e-9."""
    order = np.argsort(-weights, axis=-2, kind="stable")
    sums = np.cumsum(np.take_along_axis(np.broadcast_to(stake[..., None], weights.shape), order, -2), axis=-2)
    return bool((np.abs(sums - (kappa - 1e-9)) > 1e-12).all())


@st.composite
def subnets(draw):
    """Few worlds of up to 70 validators: from random weights to those of few distinct values, with empty rows."""
    validators = draw(st.one_of(st.integers(1, 24), st.integers(25, 70)))
    miners = draw(st.one_of(st.integers(1, 7), st.integers(8, 26)))
    worlds = draw(st.integers(1, 11))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (worlds, validators, miners)
    kind = draw(st.sampled_from(["lognormal", "few values", "one in a hundred", "spread", "copies"]))
    weights = {
        "lognormal": lambda: rng.lognormal(size=shape),
        "few values": lambda: rng.integers(0, 4, shape).astype(float),
        "one in a hundred": lambda: rng.random(shape) * (rng.random(shape) < 0.01),
        "spread": lambda: 2.0 ** rng.integers(-1000, 1, shape),
        "copies": lambda: np.repeat(rng.random((worlds, 1, miners)), validators, axis=1),
    }[kind]()
    weights *= rng.random((worlds, validators, 1)) < draw(st.sampled_from([0.3, 0.9, 1.0]))
    stake = {
        "random": lambda: rng.random(shape[:2]),
        "equal": lambda: np.ones(shape[:2]),
        "one holds nearly all": lambda: 10.0 ** -rng.integers(0, 12, shape[:2]).astype(float),
    }[draw(st.sampled_from(["random", "equal", "one holds nearly all"]))]()
    stake *= rng.random(shape[:2]) < draw(st.sampled_from([0.2, 0.8, 1.0]))
    bonds = rng.random(shape) * (rng.random(shape) < draw(st.sampled_from([0.0, 0.5, 1.0])))
    rule = Hyperparameters(
        **RULES[draw(st.sampled_from(sorted(RULES)))],
        kappa=draw(st.sampled_from([0.0, 0.25, 0.5, 0.7, 1.0])),
        bonds_penalty=draw(st.sampled_from([0.0, 0.6, 1.0])),
        bonds_moving_average=draw(st.sampled_from([0.0, 0.9, 1.0])),
        alpha_sigmoid_steepness=draw(st.sampled_from([10.0, 0.0, -3.0, 327.67])),
    )
    return shares(weights), shares(stake), bonds, rule


@settings(max_examples=150, deadline=None)
@given(subnets())
def test_kernel_equals_numpy(subnet):
    weights, stake, bonds, rule = subnet
    if away_from_ties(weights, stake, rule.kappa):
        agree(weights, stake, bonds, rule)


@settings(max_examples=40, deadline=None)
@given(subnets(), st.randoms(use_true_random=False))
def test_a_world_does_not_depend_on_its_neighbours(subnet, random):
    """To the bit: in any order, alone or together."""
    weights, stake, bonds, rule = subnet
    together = epoch_of_shares(weights, stake, bonds, rule)
    order = list(range(len(weights)))
    random.shuffle(order)
    cut = random.randint(0, len(order))
    for part in (order[:cut], order[cut:]):
        if part:
            apart = epoch_of_shares(weights[part], stake[part], bonds[part], rule)
            for name in FIELDS:
                np.testing.assert_array_equal(getattr(apart, name), getattr(together, name)[part], err_msg=name)


@pytest.mark.parametrize("miners", [1, 8])
@pytest.mark.parametrize("validators", range(1, 65))
def test_equal_stake_ties(validators, miners):
    """Equal stakes and kappa = m / V, any m: m supporters are enough, m - 1 are not, whichever rows they sit in."""
    stake = np.full((4, validators), 1.0 / validators)
    for supporters in range(1, validators + 1):
        enough, too_few = (np.arange(validators) < count for count in (supporters, supporters - 1))
        votes = np.where([enough, enough[::-1], too_few, too_few[::-1]], 0.75, 0.25)
        weights = np.repeat(votes[..., None], miners, axis=-1)
        rule = Hyperparameters(kappa=supporters / validators)
        consensus = agree(weights, stake, np.zeros_like(weights), rule).consensus
        assert (consensus[:2] == 0.75).all()
        assert (consensus[2:] == 0.25).all()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("miners", [3, 11])
@pytest.mark.parametrize("validators", [2, 30])
@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-290, 1e-200])
def test_tiny_numbers(rule, miners, validators, size):
    """Sums whose inverse is infinite still share out: a column of denormal bonds and weights pays what it holds."""
    rng = np.random.default_rng(3)
    weights = shares(rng.random((2, validators, miners)))
    bonds = rng.random(weights.shape)
    weights[..., 1] = size * rng.integers(1, 9, weights.shape[:2])
    bonds[..., 1] = size * rng.integers(1, 9, weights.shape[:2])
    stake = shares(rng.random((2, validators)))
    for kept in (0.0, 0.5, 1.0):
        agree(weights, stake, bonds, Hyperparameters(**rule, bonds_moving_average=kept))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("miners", [2, 9])
def test_nothing_anywhere(rule, miners):
    empty, stake = np.zeros((3, 4, miners)), np.zeros((3, 4))
    for values, held in ((empty, empty), (empty + 1 / miners, empty), (empty, empty + 0.5)):
        for power in (stake, stake + 0.25):
            agree(values, power, held, Hyperparameters(**rule))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("miners", [2, 9, 24])
def test_empty_rows_change_nothing(rule, miners):
    rng = np.random.default_rng(8)
    weights, bonds = shares(rng.random((2, 5, miners))), rng.random((2, 5, miners))
    stake = shares(rng.random((2, 5)))
    few = epoch_of_shares(weights, stake, bonds, Hyperparameters(**rule))
    wide = [np.zeros((2, 60, *values.shape[2:])) for values in (weights, stake, bonds)]
    for values, given_values in zip(wide, (weights, stake, bonds), strict=True):
        values[:, 7::12] = given_values
    many = epoch_of_shares(*wide, Hyperparameters(**rule))
    np.testing.assert_allclose(many.consensus, few.consensus, atol=1e-15)
    np.testing.assert_allclose(many.dividends[:, 7::12], few.dividends, atol=1e-14)
    np.testing.assert_allclose(many.bonds[:, 7::12], few.bonds, atol=1e-14)
    assert many.dividends.sum() == pytest.approx(2.0)
    assert np.count_nonzero(many.bonds) == np.count_nonzero(few.bonds)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_single_precision(rule):
    rng = np.random.default_rng(2)
    weights, bonds = shares(rng.lognormal(size=(3, 40, 21))), rng.random((3, 40, 21))
    given_values = [values.astype(np.float32) for values in (weights, shares(rng.random((3, 40))), bonds)]
    settings_of = Hyperparameters(**rule, bonds_penalty=0.7)
    single = epoch_of_shares(*given_values, settings_of)
    double = epoch_of_shares(*(values.astype(np.float64) for values in given_values), settings_of)
    for name in FIELDS:
        assert getattr(single, name).dtype == np.float32
        np.testing.assert_allclose(getattr(single, name), getattr(double, name), rtol=0, atol=1e-6, err_msg=name)
    np.testing.assert_array_equal(single.consensus, double.consensus)  # the same weight, not one near it


def test_any_layout_of_the_same_numbers():
    rng = np.random.default_rng(4)
    weights, stake, bonds = shares(rng.random((2, 6, 9))), shares(rng.random((2, 6))), rng.random((2, 6, 9))
    base = epoch_of_shares(weights, stake, bonds, Hyperparameters())
    fixed = bonds.copy()
    fixed.flags.writeable = False
    strided = np.repeat(weights, 2, axis=2)[..., ::2]
    other = epoch_of_shares(np.asfortranarray(strided), stake, fixed, Hyperparameters())
    filled = np.empty_like(bonds)
    third = epoch_of_shares(weights, stake, bonds, Hyperparameters(), filled)
    assert np.shares_memory(third.bonds, filled)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(other, name), getattr(base, name))
        np.testing.assert_array_equal(getattr(third, name), getattr(base, name))


@pytest.mark.parametrize("kappa", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_stake_and_weights_of_all_magnitudes(rule, kappa):
    """What a column pays may be so little that a product with stake vanishes; whoever earns it earns all."""
    rng = np.random.default_rng(5)
    for miners in (1, 2, 7, 8, 19):
        weights = shares(10.0 ** rng.uniform(-300, 0, (20, 4, miners)) * (rng.random((20, 4, miners)) < 0.8))
        stake = shares(10.0 ** rng.uniform(-320, 0, (20, 4)))
        agree(weights, stake, rng.random(weights.shape), Hyperparameters(**rule, kappa=kappa))
    lone = epoch(np.array([[1.0], [0.0]]), np.array([1e-170, 1.0]), None, Hyperparameters(**rule, kappa=0.0))
    np.testing.assert_array_equal(lone.dividends, [1.0, 0.0])


def test_bonds_a_rounding_above_1_are_1():
    weights, held = np.eye(2, 8), np.full((2, 8), 1.0 + 9e-10)
    for rule in RULES.values():
        paid = epoch(weights, np.ones(2), held, Hyperparameters(**rule))
        assert paid.bonds.max() <= 1.0


def test_shapes_that_do_not_fit_are_refused():
    """The loops check no bounds, so this is the last place where a wrong shape shows."""
    weights, stake = np.full((2, 3, 4), 0.25), np.full((2, 3), 1 / 3)
    for s, b, new in (
        (stake[:1], weights, None),
        (stake, weights[:1], None),
        (stake, weights, np.empty((2, 3, 3))),
        (stake, weights, np.empty((2, 3, 4), np.float32)),
        (stake, weights, np.empty((2, 3, 8))[..., ::2]),
    ):
        with pytest.raises(ValueError, match=r"shape|contiguous"):
            epoch_of_shares(weights, s, b, Hyperparameters(), new)
