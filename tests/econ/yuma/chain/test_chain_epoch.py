"""The epoch in the chain's arithmetic: standing figures, invariances, masks, speed."""

import dataclasses
import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix, chain_epoch
from econ.yuma.chain.masks import top
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.subnet_state import stored_units, subnet_epoch

FIGURES = ("consensus", "incentive", "dividends", "validator_trust", "stake_weight", "emission")
RULES = (
    {"yuma3_on": False},
    {"yuma3_on": True},
    {"yuma3_on": True, "liquid_alpha_on": True},
    {"yuma3_on": True, "liquid_alpha_on": True, "bonds_penalty": 40000},
)


def subnet(seed, validators=5, miners=9, **changes):
    """A random subnet: validators first, weights with absent entries and explicit zeros, all stakes different."""
    rng = np.random.default_rng(seed)
    size = validators + miners
    weights = SparseMatrix.empty(size)
    weights.present[:validators] = rng.random((validators, size)) < 0.8
    weights.values[:] = rng.integers(0, 65536, (size, size)) * weights.present * (rng.random((size, size)) < 0.9)
    bonds = SparseMatrix.empty(size)
    bonds.present[:validators] = rng.random((validators, size)) < 0.7
    bonds.values[:] = rng.integers(0, 65536, (size, size)) * bonds.present
    stake = [int(amount) for amount in rng.choice(10**6, validators, replace=False) + 1] + [0] * miners
    given = {
        "block": 1000,
        "stake": stake,
        "last_update": [990] * size,
        "block_at_registration": [10] * size,
        "permits": [True] * validators + [False] * miners,
        "weights": weights,
        "bonds": bonds,
    }
    return ChainState(**(given | changes))


def moved(state, order):
    """The subnet with its UIDs in another order: new UID k is old UID order[k]."""
    at = np.ix_(order, order)
    return dataclasses.replace(
        state,
        **{
            name: [getattr(state, name)[k] for k in order]
            for name in ("stake", "last_update", "block_at_registration", "permits")
        },
        weights=SparseMatrix(values=state.weights.values[at], present=state.weights.present[at]),
        bonds=SparseMatrix(values=state.bonds.values[at], present=state.bonds.present[at]),
    )


@pytest.mark.parametrize("rule", RULES, ids=str)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_order_of_uids_changes_nothing(rule, seed):
    """Sums of integers do not depend on order; only equal stakes at the edge of the permits do, and none are here."""
    state, parameters = subnet(seed), ChainHyperparameters(max_validators=4, **rule)
    order = np.random.default_rng(seed).permutation(state.size)
    before, after = chain_epoch(state, parameters), chain_epoch(moved(state, order), parameters)
    for name in (*FIGURES, "permits", "server_emission", "validator_emission"):
        assert getattr(after, name).tolist() == getattr(before, name)[order].tolist(), name
    assert after.bonds.values.tolist() == before.bonds.values[np.ix_(order, order)].tolist()
    assert after.bonds.present.tolist() == before.bonds.present[np.ix_(order, order)].tolist()


@pytest.mark.parametrize("rule", RULES, ids=str)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), factor=st.integers(2, 10**9))
def test_scale_of_stake_changes_nothing(rule, seed, factor):
    state, parameters = subnet(seed), ChainHyperparameters(max_validators=64, **rule)
    scaled = dataclasses.replace(state, stake=[stake * factor for stake in state.stake])
    before, after = chain_epoch(state, parameters), chain_epoch(scaled, parameters)
    for name in FIGURES:
        assert getattr(after, name).tolist() == getattr(before, name).tolist(), name


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), rule=st.sampled_from(RULES))
def test_shares_sum_to_one_but_for_the_last_bits(seed, rule):
    result = chain_epoch(subnet(seed), ChainHyperparameters(max_validators=64, **rule))
    for values in (result.bits.incentive, result.bits.dividends):
        assert (1 << 32) - 32 <= values.sum() <= 1 << 32 or values.sum() == 0
    assert 10**9 - 32 <= result.emission.sum() <= 10**9


def test_among_equal_stakes_the_higher_uid_holds_the_permit():
    assert top(np.array([5, 5, 5, 5]), 2).tolist() == [False, False, True, True]
    state = subnet(1, stake=[7] * 5 + [0] * 9)
    permits = chain_epoch(state, ChainHyperparameters(max_validators=2)).permits
    assert np.flatnonzero(permits).tolist() == [3, 4]
    owned = dataclasses.replace(state, owner_uid=13)
    assert np.flatnonzero(chain_epoch(owned, ChainHyperparameters(max_validators=2)).permits).tolist() == [3, 4, 13]


@pytest.mark.parametrize(
    ("stored", "penalty", "kappa", "outcome"),
    [  # rule Z: what becomes of an old bond of 50000 in one epoch of Yuma 3 with liquid alpha
        (None, 0, 32767, "gone"),
        (None, 65535, 32767, "gone"),
        (0, 0, 32767, "decays"),
        (0, 30000, 32767, "gone"),
        (0, 65535, 32767, "decays"),
        (20000, 65535, 65535, "gone"),
        (20000, 0, 65535, "follows"),
        (20000, 30000, 65535, "follows"),
    ],
)
def test_three_kinds_of_zero(stored, penalty, kappa, outcome):
    first = [(2, 65535)] + ([(3, stored)] if stored is not None else [])
    state = ChainState(
        block=100,
        stake=[50, 50, 0, 0],
        last_update=[99, 99, 0, 0],
        block_at_registration=[0] * 4,
        permits=[True, True, False, False],
        weights=SparseMatrix.from_rows({0: first, 1: [(2, 65535)]}, 4),
        bonds=SparseMatrix.from_rows({0: [(3, 50000)]}, 4),
    )
    rule = ChainHyperparameters(
        yuma3_on=True, liquid_alpha_on=True, bonds_penalty=penalty, kappa=kappa, tempo=10, max_validators=2
    )
    row = dict(chain_epoch(state, rule).bonds.row(0))
    if outcome == "gone":
        assert 3 not in row
    else:
        assert 0 < row[3] < 50000


def test_short_masks_count_as_masked_and_long_ones_are_cut():
    state = subnet(3)
    whole = chain_epoch(state, ChainHyperparameters())
    long = dataclasses.replace(state, last_update=[990] * 40, permits=[*state.permits, True, True])
    assert chain_epoch(long, ChainHyperparameters()).emission.tolist() == whole.emission.tolist()
    short = chain_epoch(dataclasses.replace(state, last_update=[990] * 2), ChainHyperparameters())
    assert short.active.tolist() == [True] * 2 + [False] * 12
    assert (short.bits.active_stake[2:] == 0).all()


def test_at_the_activity_cutoff_a_validator_still_counts():
    for last, active in ((500, True), (499, False)):
        state = subnet(4, last_update=[last] + [990] * 13)
        result = chain_epoch(state, ChainHyperparameters(activity_cutoff=500))
        assert bool(result.active[0]) is active
        assert bool(result.bits.active_stake[0]) is active


def test_the_owner_is_exempt_from_the_threshold_and_may_weigh_itself():
    weights = SparseMatrix.from_rows({0: [(0, 65535), (1, 65535)]}, 2)
    state = subnet(0, 1, 1, stake=[5, 0], weights=weights, permits=[False, False], owner_uid=0)
    rule = ChainHyperparameters(yuma3_on=True, stake_threshold=100)
    assert chain_epoch(state, rule).incentive.tolist() == [32767, 32767]
    assert chain_epoch(dataclasses.replace(state, owner_uid=None), rule).incentive.tolist() == [0, 0]


def test_nobody_earns_then_stake_is_paid():
    nobody = subnet(5, weights=SparseMatrix.empty(14), bonds=SparseMatrix.empty(14))
    for changes, paid in (({}, "active_stake"), ({"permits": [False] * 14}, "stake")):
        result = chain_epoch(dataclasses.replace(nobody, **changes), ChainHyperparameters())
        assert result.incentive.sum() == result.dividends.sum() == result.server_emission.sum() == 0
        expected = [int(share) * 10**9 >> 32 for share in getattr(result.bits, paid)]
        assert result.emission.tolist() == result.validator_emission.tolist() == expected


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), rule=st.sampled_from(RULES), validators=st.integers(1, 12))
def test_float_is_within_two_units(seed, rule, validators):
    """Random weights and stakes: no ties, on which float alone would depend."""
    state, parameters = subnet(seed, validators, 9), ChainHyperparameters(max_validators=64, kappa=32511, **rule)
    exact, fractions = chain_epoch(state, parameters), subnet_epoch(state, parameters)
    for name in ("consensus", "incentive", "dividends", "validator_trust"):
        got = stored_units(getattr(fractions, name))
        assert np.abs(got - getattr(exact, name).astype(int)).max() <= 2, name
    assert np.abs(fractions.stored_bonds.values - exact.bonds.values).max() <= 2
    assert fractions.permits.tolist() == exact.permits.tolist()


def test_parameters_of_the_rule_become_the_chains_integers():
    parameters = ChainHyperparameters.of(Hyperparameters(version="2", kappa=0.6), tempo=99)
    assert (parameters.kappa, parameters.yuma3_on, parameters.tempo) == (39321, False, 99)


STANDING = json.loads((Path(__file__).parents[3] / "golden" / "chain_epoch.json").read_text())


@pytest.mark.parametrize("case", STANDING["cases"], ids=lambda case: case["name"])
def test_standing_figures(case):
    """A few figures of the chain's own tests, with their source, that stand without any other file."""
    size = case["size"]
    bonds = SparseMatrix.empty(size)
    permits = case["permits"]
    for step in case["epochs"]:
        weights = SparseMatrix.from_rows({int(uid): row for uid, row in step["weights"].items()}, size)
        state = ChainState(
            block=step["block"],
            stake=case["stake"],
            last_update=step["last_update"],
            block_at_registration=case["block_at_registration"],
            permits=permits,
            weights=weights,
            bonds=bonds,
            owner_uid=case.get("owner_uid"),
        )
        result = chain_epoch(state, ChainHyperparameters(**case["hyperparameters"]))
        bonds, permits = result.bonds, result.permits
        for name, expected in step["expected"].items():
            got = result.bonds.rows() if name == "bonds" else getattr(result, name).tolist()
            if name == "bonds":
                got = {str(uid): [list(entry) for entry in row] for uid, row in got.items()}
            assert got == expected, (case["source"], step["block"], name)


def test_a_full_subnet_takes_milliseconds():
    """256 UIDs, 64 of them validators, dense: 2 to 8 ms alone, and the limit leaves room for a busy machine."""
    state = subnet(0, 64, 192)
    for rule in RULES:
        parameters = ChainHyperparameters(max_validators=64, **rule)
        chain_epoch(state, parameters)
        seconds = []
        for _ in range(9):
            began = time.perf_counter()
            chain_epoch(state, parameters)
            seconds.append(time.perf_counter() - began)
        assert min(seconds) < 0.02, rule
