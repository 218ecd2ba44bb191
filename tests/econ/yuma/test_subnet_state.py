"""The UID-square epoch in float around the epoch of validators and miners: liquid alpha that looks back."""

import numpy as np
import pytest

from econ import Hyperparameters, epoch
from econ.errors import InputError
from econ.quantity import QuantityError
from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix
from econ.yuma.subnet_state import subnet_epoch

VALIDATORS, MINERS = 4, 6
SIZE = VALIDATORS + MINERS
MODES = ("current", "previous", "mixed")


def met(seed, *, agree=True):
    """A subnet whose validators, the first UIDs, weigh and own all miners, the others; or each a miner of its own."""
    rng = np.random.default_rng(seed)
    weights, bonds = np.zeros((2, SIZE, SIZE), dtype=np.int64)
    weights[:VALIDATORS, VALIDATORS:] = rng.integers(1, 65536, (VALIDATORS, MINERS)) if agree else np.eye(4, 6)
    bonds[:VALIDATORS, VALIDATORS:] = rng.integers(1, 3000, (VALIDATORS, MINERS))  # most are bought, few sold
    return ChainState(
        block=1000,
        stake=[40, 30, 20, 10] + [0] * MINERS,
        last_update=[990] * SIZE,
        block_at_registration=[10] * SIZE,
        permits=[True] * VALIDATORS + [False] * MINERS,
        weights=SparseMatrix.positive(weights),
        bonds=SparseMatrix.positive(bonds),
    )


def chain_rule(penalty=0):
    return ChainHyperparameters(yuma3_on=True, liquid_alpha_on=True, kappa=32768, bonds_penalty=penalty)


@pytest.mark.parametrize("agree", [True, False])
@pytest.mark.parametrize("penalty", [0, 65535])
@pytest.mark.parametrize("mode", MODES)
def test_modes_are_those_of_the_epoch_within(mode, penalty, agree):
    before, now = met(1), met(2, agree=agree)
    first = subnet_epoch(before, chain_rule(penalty))
    square = subnet_epoch(now, chain_rule(penalty), liquid_alpha_consensus=mode, previous=first)
    rule = Hyperparameters.from_chain({"kappa": 32768, "bonds_penalty": penalty, "liquid_alpha_on": True})
    looking = Hyperparameters(
        **{name: getattr(rule, name) for name in ("kappa", "bonds_penalty", "liquid_alpha_on")},
        alpha_low=45875 / 65535,
        alpha_high=58982 / 65535,
        liquid_alpha_consensus=mode,
    )
    miners = np.s_[:VALIDATORS, VALIDATORS:]
    paid = [
        epoch(state.weights.values[miners], np.array([4.0, 3.0, 2.0, 1.0]), state.bonds.values[miners] / 65535, looking)
        for state in (before, now)
    ]
    inside = epoch(
        now.weights.values[miners],
        np.array([4.0, 3.0, 2.0, 1.0]),
        now.bonds.values[miners] / 65535,
        looking,
        previous=paid[0],
    )
    np.testing.assert_allclose(square.bonds[miners], inside.bonds, atol=1e-8)
    np.testing.assert_allclose(square.dividends[:VALIDATORS], inside.dividends, atol=1e-8)
    alike = mode == "current" or (mode == "mixed" and penalty and agree)  # nothing lies above the larger consensus
    assert np.allclose(inside.bonds, paid[1].bonds) == alike


@pytest.mark.parametrize("mode", MODES)
def test_without_an_epoch_before_its_consensus_is_none(mode):
    now = met(3)
    current = subnet_epoch(now, chain_rule())
    alone = subnet_epoch(now, chain_rule(), liquid_alpha_consensus=mode)
    constant = subnet_epoch(now, ChainHyperparameters(yuma3_on=True, kappa=32768, bonds_penalty=0))
    np.testing.assert_array_equal(alone.bonds, (constant if mode == "previous" else current).bonds)


def test_what_cannot_be_looked_back_at():
    now = met(3)
    with pytest.raises(QuantityError, match="liquid_alpha_consensus is 'last'"):
        subnet_epoch(now, chain_rule(), liquid_alpha_consensus="last")
    with pytest.raises(InputError, match="previous is a ndarray; it must be what the epoch before returned"):
        subnet_epoch(now, chain_rule(), liquid_alpha_consensus="mixed", previous=np.ones(SIZE))
    one = ChainState(
        block=9,
        stake=[5],
        last_update=[8],
        block_at_registration=[1],
        permits=[True],
        weights=SparseMatrix.empty(1),
        bonds=SparseMatrix.empty(1),
    )
    with pytest.raises(InputError, match="previous has 1 UIDs; the state has 10"):
        subnet_epoch(now, chain_rule(), liquid_alpha_consensus="mixed", previous=subnet_epoch(one, chain_rule()))
