"""Several epochs in one call: the bits of a loop of single ones, whatever the rule, the shape and what went before."""

import numpy as np
import pytest

from econ import Hyperparameters, epoch, epochs
from econ.errors import InputError
from econ.yuma.variants import RULES

FIELDS = ("consensus", "incentive", "dividends", "validator_trust", "bonds")
SETTINGS = {
    **{name: Hyperparameters(version=name) for name in RULES},
    "liquid alpha": Hyperparameters(liquid_alpha_on=True),
    "liquid alpha, looking back": Hyperparameters(liquid_alpha_on=True, liquid_alpha_consensus="mixed"),
}
SHAPES = {"small": (3, 2), "worlds of few miners": (11, 4, 5), "worlds": (2, 3, 5, 9), "one": (1, 1)}


def drawn(shape, count, seed=0):
    """Weights, stake and bonds, in which some rows, some stake and one whole epoch have nothing."""
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(size=(count, *shape)) * (rng.random((count, *shape[:-1], 1)) < 0.8)
    weights[count // 2] = 0.0
    stake = rng.random((count, *shape[:-1])) * (rng.random((count, *shape[:-1])) < 0.9)
    return weights, stake, rng.random(shape)


def looped(weights, stake, bonds, rule, previous=None):
    for row, owned in zip(weights, stake, strict=True):
        previous = epoch(row, owned, bonds, rule, previous=previous)
        bonds = previous.bonds
        yield previous


def same_bits(result, parts):
    for number, part in enumerate(parts):
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(result.at(number), name), getattr(part, name), err_msg=name)
    assert len(result.dividends) == number + 1


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("rule", SETTINGS.values(), ids=SETTINGS)
def test_the_bits_of_a_loop(rule, shape):
    weights, stake, bonds = drawn(shape, 7)
    bonds = None if rule.paying_rule.largest_bond < 1 else bonds
    same_bits(epochs(weights, stake, bonds, rule), looped(weights, stake, bonds, rule))


@pytest.mark.parametrize("rule", SETTINGS.values(), ids=SETTINGS)
def test_going_on_from_the_last_is_going_on(rule):
    weights, stake, _ = drawn((4, 5), 9)
    whole = epochs(weights, stake, hyperparameters=rule)
    first = epochs(weights[:4], stake[:4], hyperparameters=rule)
    then = epochs(weights[4:], stake[4:], hyperparameters=rule, previous=first.at(-1))
    for name in FIELDS:
        np.testing.assert_array_equal(
            np.concatenate([getattr(first, name), getattr(then, name)]), getattr(whole, name), err_msg=name
        )


def test_stake_that_stays_is_given_once():
    weights, stake, bonds = drawn((2, 4, 9), 5)
    for owned in (stake[0], stake[0, :1], stake[0, 0]):
        always = np.broadcast_to(owned, (5, 2, 4))
        same_bits(epochs(weights, owned, bonds), looped(weights, always, bonds, None))


@pytest.mark.parametrize(
    ("weights", "stake", "bonds", "words"),
    [
        (np.ones((3, 2)), np.ones(3), None, r"weights has shape \(3, 2\); it must be \[epoch, ..., validator, miner\]"),
        (np.ones((0, 3, 2)), np.ones(3), None, r"weights has shape \(0, 3, 2\); it must be \[epoch"),
        (np.ones((4, 3, 2)), np.ones(2), None, r"stake has shape \(2,\); its last axis must hold the 3 validators"),
        (np.ones((4, 3, 2)), np.ones((5, 3)), None, r"stake has shape \(5, 3\); its leading axes must match"),
        (
            np.ones((4, 3, 2)),
            np.ones(3),
            np.ones((4, 3, 2)),
            r"bonds has shape \(4, 3, 2\); it must be that of weights, \(3, 2\)",
        ),
        (np.ones((4, 3, 2)), np.ones(3), np.full((3, 2), 7.0), r"bonds\[0, 0\] is 7; .* must lie in \[0, 1\]"),
        (np.full((4, 3, 2), np.nan), np.ones(3), None, r"weights\[0, 0, 0\] is nan"),
    ],
)
def test_bad_input_is_one_line(weights, stake, bonds, words):
    with pytest.raises(InputError, match=words) as found:
        epochs(weights, stake, bonds)
    assert "\n" not in str(found.value)


def test_the_epoch_before_must_be_one_epoch():
    weights, stake, _ = drawn((4, 5), 3)
    result = epochs(weights, stake)
    with pytest.raises(InputError, match=r"previous has bonds of shape \(3, 4, 5\); weights have \(4, 5\)"):
        epochs(weights, stake, previous=result)
