"""The UID-square epoch in float around the epoch of validators and miners: liquid alpha that looks back."""

import numpy as np
import pytest

from econ import Hyperparameters, epoch
from econ.errors import InputError
from econ.quantity import QuantityError
from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix, chain_epoch
from econ.yuma.subnet_state import stored_units, subnet_epoch

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


@pytest.mark.parametrize(("spread", "within"), [(1.0, 2), (2.5, 40)])
@pytest.mark.parametrize("yuma3_on", [False, True])
def test_the_gap_to_the_chain_that_is_stated(spread, within, yuma3_on):
    """Drawn subnets at the chain's defaults; more than two units apart are Yuma 2's bonds on hardly weighted miners."""
    rng, rule = np.random.default_rng(3), ChainHyperparameters(yuma3_on=yuma3_on)
    apart = 0
    for _ in range(25):
        validators, miners = int(rng.integers(2, 17)), int(rng.integers(2, 60))
        size = validators + miners
        scores = np.exp(spread * rng.normal(size=miners) + 0.3 * rng.normal(size=(validators, miners)))
        rows = np.floor(65535 * scores / scores.max(axis=1, keepdims=True)).astype(int)
        state = ChainState(
            block=1000,
            stake=[*((rng.pareto(1.2, validators) + 1) * 1e12).astype(int).tolist(), *[0] * miners],
            last_update=[999] * size,
            block_at_registration=[1] * size,
            permits=[uid < validators for uid in range(size)],
            weights=SparseMatrix.from_rows(
                {uid: [(validators + j, int(w)) for j, w in enumerate(row)] for uid, row in enumerate(rows)}, size
            ),
            bonds=SparseMatrix.empty(size),
        )
        chain, floats = chain_epoch(state, rule), subnet_epoch(state, rule)
        for name in ("consensus", "incentive", "dividends", "validator_trust"):
            gap = stored_units(getattr(floats, name)).astype(int) - getattr(chain, name)
            assert np.abs(gap).max() <= 1, name
        gap = np.abs(chain.bonds.values - floats.stored_bonds.values).max()
        assert gap <= (2 if yuma3_on else within)
        apart += gap > 2
    assert (apart > 0) == (spread > 2 and not yuma3_on)


def test_two_voters_and_a_miner_of_a_few_units():
    """The largest gap of few numbers: a column of weights 1 and 3 of 65535 (docs/explanation/float-and-chain.md)."""
    full, n = [(j, 65535) for j in range(2, 13)], 14
    state = ChainState(
        block=1000,
        stake=[10**9] * 2 + [0] * 12,
        last_update=[999] * n,
        block_at_registration=[1] * n,
        permits=[True] * 2 + [False] * 12,
        weights=SparseMatrix.from_rows({0: [*full, (13, 1)], 1: [*full, (13, 3)]}, n),
        bonds=SparseMatrix.empty(n),
    )
    assert chain_epoch(state, ChainHyperparameters()).bonds.values[:2, 13].tolist() == [21840, 65535]
    assert subnet_epoch(state, ChainHyperparameters()).stored_bonds.values[:2, 13].tolist() == [21845, 65535]
