"""The epoch of a metagraph: masks, admission, closed forms and the comparison with the chain."""

import dataclasses

import numpy as np
import pytest

from econ.measures import gini
from econ.yuma import Hyperparameters, epoch
from experiments.errors import BadInput
from experiments.files.metagraph import Metagraph, synthetic_metagraph
from experiments.metagraph_epoch import distance_to_others, run_metagraph

RULES = Hyperparameters()


def subnet(rows, stake, **optional):
    """Validators 0, 1, ... set the given weights on the last UIDs."""
    rows = np.array(rows, dtype=float)
    validators, miners = rows.shape
    uids = validators + miners
    weights, all_stake = np.zeros((uids, uids)), np.zeros(uids)
    weights[:validators, validators:] = rows
    all_stake[:validators] = stake
    return Metagraph(
        netuid=1,
        block=100,
        stake=all_stake,
        weights=weights,
        hotkeys=tuple(f"k{uid}" for uid in range(uids)),
        **optional,
    )


def test_closed_form_of_three_validators():
    result = run_metagraph(subnet([[1, 1], [2, 2], [1, 0]], [4000, 4000, 2000]), RULES)
    assert result.uids.tolist() == [0, 1, 2]
    np.testing.assert_allclose(result.stake_share, [0.4, 0.4, 0.2])
    np.testing.assert_allclose(result.consensus, [0, 0, 0, 0.5, 0.5])
    np.testing.assert_allclose(result.validator_trust, [1, 1, 0.5])
    np.testing.assert_allclose(result.incentive, [0, 0, 0, 5 / 9, 4 / 9])
    # bonds are the clipped weights: a third of miner 3 each, half of miner 4 each for the first two
    earned = np.array([0.4 * (5 / 27 + 2 / 9), 0.4 * (5 / 27 + 2 / 9), 0.2 * 5 / 27])
    np.testing.assert_allclose(result.dividends, earned / earned.sum())
    np.testing.assert_allclose(result.dividends_per_stake, result.dividends / [0.4, 0.4, 0.2])
    np.testing.assert_allclose(result.distance_to_consensus, [0, 0, 1])
    assert result.measures.consensus_sum == pytest.approx(1)
    assert result.measures.incentive_earners == 2
    assert result.measures.incentive_gini == pytest.approx(float(gini([0, 0, 0, 5, 4])))
    assert result.measures.stake_hhi == pytest.approx(0.36)
    assert result.measures.nakamoto_coefficient == 2
    assert result.chain == ()
    assert result.notes[0].startswith("Self-weights are masked; without earlier bonds")


def test_self_weights_are_masked_and_do_not_admit():
    metagraph = subnet([[1, 1], [0, 0]], [4000, 4000])
    metagraph.weights[[0, 1], [0, 1]] = 7.0
    result = run_metagraph(metagraph, RULES)
    assert result.uids.tolist() == [0]
    assert result.with_weights == 1
    assert result.incentive.tolist() == [0, 0, 0.5, 0.5]


def test_the_limit_itself_admits_and_stake_is_needed():
    metagraph = subnet([[1, 0], [1, 0], [1, 0]], [1000, 999.99, 0])
    assert run_metagraph(metagraph, RULES).uids.tolist() == [0]
    assert run_metagraph(metagraph, RULES, 0).uids.tolist() == [0, 1]


def test_permit_is_needed_where_permits_are_known():
    permit = np.array([False, True, True, True])
    result = run_metagraph(subnet([[1, 0], [1, 0]], [5000, 5000], validator_permit=permit), RULES)
    assert result.uids.tolist() == [1]


def test_weights_no_later_than_registration_are_masked():
    blocks = {"last_update": np.array([50, 51, 0, 0]), "block_at_registration": np.array([0, 0, 50, 0])}
    result = run_metagraph(subnet([[1, 1], [1, 1]], [5000, 4000], **blocks), RULES)
    assert any("masked: 1." in note for note in result.notes)
    np.testing.assert_allclose(result.consensus, [0, 0, 0, 1])
    only_one = {"last_update": blocks["last_update"]}
    np.testing.assert_allclose(run_metagraph(subnet([[1, 1], [1, 1]], [5, 4], **only_one), RULES, 0).consensus[2:], 0.5)


def test_a_lone_validator_has_no_distance():
    result = run_metagraph(subnet([[1, 3]], [2000]), RULES)
    assert np.isnan(result.distance_to_consensus).all()
    np.testing.assert_allclose(result.validator_trust, [1])
    np.testing.assert_allclose(result.dividends_per_stake, [1])


def test_distance_agrees_with_the_epoch_of_the_others():
    luck = np.random.default_rng(4)
    rows, stake = luck.dirichlet(np.ones(6), 5), luck.dirichlet(np.ones(5))
    for validator, distance in enumerate(distance_to_others(rows, stake, 0.6)):
        others = np.arange(5) != validator
        consensus = epoch(rows[others], stake[others], None, Hyperparameters(kappa=0.6)).consensus
        assert distance == pytest.approx(np.abs(rows[validator] - consensus / consensus.sum()).sum())


def test_distance_is_not_known_without_a_consensus():
    disjoint = np.eye(3)
    assert np.isnan(distance_to_others(disjoint, np.full(3, 1 / 3), 1.0)).all()


@pytest.mark.parametrize("version", ["3", "2"])
def test_bonds_as_u16_or_fractions_pay_the_same(version):
    rules = Hyperparameters(version=version)
    fractions = np.zeros((4, 4))
    fractions[:2, 2:] = [[0.2, 0.6], [0.4, 0.1]]
    rows, stake = [[1, 3], [2, 1]], [3000, 2000]
    small = run_metagraph(subnet(rows, stake, bonds=fractions), rules)
    large = run_metagraph(subnet(rows, stake, bonds=fractions * 65535), rules)
    none = run_metagraph(subnet(rows, stake), rules)
    expected = epoch(np.array(rows), np.array(stake), fractions[:2, 2:], rules).dividends
    np.testing.assert_allclose(small.dividends, expected)
    np.testing.assert_allclose(large.dividends, expected)
    assert np.abs(none.dividends - expected).max() > 0.01
    assert any("divided by 65535" in note for note in large.notes) == (version == "3")
    assert "without earlier bonds" not in small.notes[0]


def test_bonds_of_no_known_scale():
    metagraph = subnet([[1, 3]], [3000], bonds=np.full((3, 3), 1e6))
    with pytest.raises(BadInput, match=r"bonds reach 1e\+06; Yuma 3 needs"):
        run_metagraph(metagraph, RULES)
    assert run_metagraph(metagraph, Hyperparameters(version="2")).dividends.tolist() == [1]


def test_the_chain_compared_with_itself_does_not_differ():
    plain = subnet([[1, 1], [1, 3], [1, 0]], [4000, 4000, 2000])
    ours = run_metagraph(plain, RULES)
    by_uid = {name: np.zeros(5) for name in ("dividends", "validator_trust")}
    for name, values in by_uid.items():
        values[:3] = getattr(ours, name)
    again = run_metagraph(dataclasses.replace(plain, incentive=ours.incentive, **by_uid), RULES)
    assert [c.name for c in again.chain] == ["dividends", "incentive", "validator_trust"]
    for comparison in again.chain:
        np.testing.assert_array_equal(comparison.chain, comparison.computed)
    assert again.chain[0].uids.tolist() == [0, 1, 2]
    assert again.chain[1].uids.tolist() == [3, 4]


def test_the_chain_pays_a_uid_that_is_not_admitted():
    metagraph = subnet([[1, 1], [1, 1]], [4000, 10], dividends=np.array([0.75, 0.25, 0.0, 0.0]))
    (comparison,) = run_metagraph(metagraph, RULES).chain
    assert comparison.uids.tolist() == [0, 1]
    assert (comparison.computed - comparison.chain).tolist() == [0.25, -0.25]


def test_nobody_admitted():
    metagraph = subnet([[1, 1], [1, 1]], [400, 90])
    with pytest.raises(BadInput, match=r"min-stake of 1000; the largest stake among 2 .* is 400: lower --min-stake"):
        run_metagraph(metagraph, RULES)
    with pytest.raises(BadInput, match=r"0 UIDs with weights on others that no mask voids have stake .* is 400\)"):
        run_metagraph(subnet([[0, 0]], [400]), RULES)
    no_permit = subnet([[1, 1]], [4000], validator_permit=np.zeros(3, bool))
    with pytest.raises(BadInput, match="0 UIDs with a permit and weights on others that no mask voids have stake"):
        run_metagraph(no_permit, RULES)


@pytest.mark.parametrize("min_stake", [-1.0, np.nan, np.inf])
def test_min_stake_out_of_range(min_stake):
    with pytest.raises(BadInput, match=r"min-stake is .*must be finite and at least 0"):
        run_metagraph(subnet([[1, 1]], [4000]), RULES, min_stake)


def test_extreme_numbers_stay_finite():
    metagraph = subnet([[1e20, 1e20], [5e-324, 0]], [1e20, 5e-324])
    result = run_metagraph(metagraph, RULES, 0)
    assert np.isfinite(result.dividends).all()
    assert np.isfinite(result.incentive).all()
    assert np.isnan(result.dividends_per_stake[1])


def test_synthetic_subnets_earn():
    for seed in range(3):
        result = run_metagraph(synthetic_metagraph(seed), RULES)
        assert len(result.uids) == 8
        assert result.dividends.sum() == pytest.approx(1)
        assert result.incentive.sum() == pytest.approx(1)
        assert 0.7 < result.validator_trust.mean() < 1
