"""The rules that `rules.version` names: what each is, what all keep, and how one of one's own is played."""

import dataclasses
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import HonestValidator, Subnet, WeightCopier
from econ import Hyperparameters, Rules, emission, epoch
from econ.errors import InputError
from econ.quantity import QuantityError
from econ.yuma.bonds import shares
from econ.yuma.epoch import epoch_of_shares, epoch_of_shares_numpy
from econ.yuma.median import stake_weighted_median
from econ.yuma.result import Epoch
from econ.yuma.variants import RULES, Rule, rule
from econ.yuma.variants.means import stake_weighted_mean, stake_weighted_trimmed_mean

FIELDS = ("consensus", "incentive", "dividends", "validator_trust", "bonds")
PUBLIC = [name for name in RULES if name.startswith("public")]
MODES = ("current", "previous", "mixed")


def random_subnet(seed, validators, miners, worlds=()):
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(size=(*worlds, validators, miners)) * (rng.random((*worlds, validators, miners)) < 0.9)
    return weights + 1e-3, rng.random((*worlds, validators)) + 0.01


def course(parameters, seed=0, validators=5, miners=7, worlds=(), epochs=4):
    """Some epochs of changing weights, each handed the one before."""
    paid = None
    for number in range(epochs):
        weights, stake = random_subnet(100 * seed + number, validators, miners, worlds)
        paid = epoch(weights, stake, hyperparameters=parameters, previous=paid)
        yield weights, stake, paid


def all_rules():
    for name in RULES:
        yield Hyperparameters(version=name, kappa=0.5000301, bonds_penalty=0.6, bonds_moving_average=0.7)
    for name in ("3", "mean", "public-1", "public-2b", "public-3"):
        for mode in MODES:
            yield Hyperparameters(
                version=name, kappa=0.5000301, bonds_penalty=0.6, liquid_alpha_on=True, liquid_alpha_consensus=mode
            )


def named(parameters):
    return parameters.version + (f" {parameters.liquid_alpha_consensus}" if parameters.liquid_alpha_on else "")


EVERY = pytest.mark.parametrize("parameters", list(all_rules()), ids=named)


@EVERY
def test_shares_add_up_and_order_does_not_matter(parameters):
    rng = np.random.default_rng(3)
    v, m = rng.permutation(5), rng.permutation(7)
    moved = None
    for weights, stake, paid in course(parameters):
        assert paid.incentive.sum() == pytest.approx(1.0)
        assert paid.dividends.sum() == pytest.approx(1.0, abs=1e-4)  # the public rules divide by a sum plus 1e-6
        assert (paid.bonds >= 0).all()
        assert (paid.bonds <= 1 + 1e-12).all()
        assert (paid.validator_trust <= 1 + 1e-12).all()
        moved = epoch(weights[v][:, m], 3.0 * stake[v], hyperparameters=parameters, previous=moved)
        np.testing.assert_allclose(moved.consensus, paid.consensus[m], atol=2e-5)  # a multiple of 1/65535 may tip
        np.testing.assert_allclose(moved.incentive, paid.incentive[m], atol=1e-4)
        np.testing.assert_allclose(moved.dividends, paid.dividends[v], atol=1e-4)
        np.testing.assert_allclose(moved.bonds, paid.bonds[v][:, m], atol=1e-4)


@EVERY
def test_leading_axes_are_independent(parameters):
    together = list(course(parameters, worlds=(2, 3)))
    for world in np.ndindex(2, 3):
        alone = None
        for weights, stake, paid in together:
            alone = epoch(weights[world], stake[world], hyperparameters=parameters, previous=alone)
            for name in FIELDS:
                np.testing.assert_allclose(getattr(paid, name)[world], getattr(alone, name), rtol=0, atol=1e-12)


@EVERY
@pytest.mark.parametrize(("validators", "miners"), [(1, 1), (1, 3), (4, 1)])
def test_least_subnets(parameters, validators, miners):
    for kappa in (0.0, 0.5, 1.0):
        for _, _, paid in course(dataclasses.replace(parameters, kappa=kappa), validators=validators, miners=miners):
            assert paid.incentive.sum() == pytest.approx(1.0)
            assert paid.dividends.sum() == pytest.approx(1.0, abs=1e-4)


@EVERY
def test_without_stake_or_weights_nobody_earns(parameters):
    weights, stake = random_subnet(1, 4, 3)
    for nothing in (epoch(weights, 0 * stake, None, parameters), epoch(0 * weights, stake, None, parameters)):
        for name in ("consensus", "incentive", "dividends"):
            assert not getattr(nothing, name).any(), name
        assert np.isfinite(nothing.bonds).all()


@EVERY
def test_a_subnet_plays_what_epoch_pays(parameters):
    """The state that rules look back at is carried by the subnet: its last epoch is that of a chain of calls."""
    given = {name: getattr(parameters, name) for name in Hyperparameters.quantities()}
    subnet = Subnet(
        [HonestValidator()] * 3 + [WeightCopier()], miners=5, rules=Rules(**given), start="uniform", worlds=2
    )
    paid = None
    for _ in range(6):
        weights = subnet._hidden[0].weights.copy() if subnet._hidden else None
        subnet.step()
        if weights is not None:
            paid = epoch(weights, subnet.stake, hyperparameters=subnet.rules, previous=paid)
            np.testing.assert_allclose(subnet.dividends, paid.dividends, rtol=0, atol=1e-12)
            np.testing.assert_allclose(subnet.bonds, paid.bonds, rtol=0, atol=1e-12)


@EVERY
def test_given_room_is_filled(parameters):
    weights, stake = random_subnet(8, 4, 6, (2,))
    weights, stake = shares(weights), shares(stake)
    room = np.full(weights.shape, np.nan)
    result = epoch_of_shares(weights, stake, np.zeros(weights.shape), parameters, room)
    assert result.bonds is room or result.bonds.base is room
    plain = epoch_of_shares_numpy(weights, stake, np.zeros(weights.shape), parameters)
    np.testing.assert_allclose(room, plain.bonds, rtol=0, atol=1e-12)


# What each is --------------------------------------------------------------------------------------------------------


def test_mean_by_hand():
    weights, stake = np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]), np.array([1.0, 1.0, 2.0])
    paid = epoch(weights, stake, hyperparameters=Hyperparameters(version="mean", kappa=0.9))
    np.testing.assert_allclose(paid.consensus, [0.75, 0.25])
    np.testing.assert_allclose(paid.validator_trust, [0.75, 0.75, 0.75])
    ranks = np.array([0.25 * 0.5 * 2 + 0.5 * 0.75, 0.25 * 0.25 * 2])
    np.testing.assert_allclose(paid.incentive, ranks / ranks.sum())
    np.testing.assert_allclose(paid.bonds, 0.1 * np.array([[0.5, 0.25], [0.5, 0.25], [0.75, 0.0]]))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), validators=st.integers(1, 12))
def test_trimmed_mean_lies_between_mean_and_median(seed, validators):
    weights, stake = random_subnet(seed, validators, 3)
    weights, stake = shares(weights), shares(stake)
    np.testing.assert_allclose(
        stake_weighted_trimmed_mean(weights, stake, 0.0), stake_weighted_mean(weights, stake), atol=1e-12
    )
    nearly = stake_weighted_trimmed_mean(weights, stake, 0.5 - 1e-7)
    low, high = (stake_weighted_median(weights, stake, 0.5 + step) for step in (2e-7, -2e-7))
    assert ((low - 1e-6 <= nearly) & (nearly <= high + 1e-6)).all()
    middle = stake_weighted_trimmed_mean(weights, stake, 0.2)
    assert ((weights.min(axis=0) - 1e-12 <= middle) & (middle <= weights.max(axis=0) + 1e-12)).all()


def test_trimmed_mean_counts_what_lies_inside():
    """Stake .1, .3, .6 with weights 0, .5, 1: of the middle .5 of the stake .15 lies at .5 and .35 at 1."""
    found = stake_weighted_trimmed_mean(np.array([[0.0], [0.5], [1.0]]), np.array([0.1, 0.3, 0.6]), 0.25)
    assert found[0] == pytest.approx((0.15 * 0.5 + 0.35) / 0.5)
    assert stake_weighted_trimmed_mean(np.ones((2, 1)), np.zeros(2), 0.25)[0] == 0.0


def test_undervaluing_is_free_but_for_the_symmetric_clip():
    """A minority that gives a miner nothing takes pay from it on the chain, and nothing under the symmetric clip."""
    honest, spiteful = [0.5, 0.5], [1.0, 0.0]
    weights, stake = np.array([honest, honest, spiteful]), np.array([0.4, 0.3, 0.3])
    on_chain, symmetric = (
        epoch(weights, stake, hyperparameters=Hyperparameters(version=name)) for name in ("3", "symmetric-clip")
    )
    assert on_chain.incentive[1] == pytest.approx(0.35 / 0.85)
    np.testing.assert_allclose(symmetric.incentive, [0.5, 0.5])
    for name in ("consensus", "validator_trust", "bonds"):
        np.testing.assert_array_equal(getattr(symmetric, name), getattr(on_chain, name))
    assert symmetric.dividends[2] < on_chain.dividends[2]  # its own miner earns less


def test_winner_takes_all_pays_the_highest_alike():
    weights = np.array([[0.4, 0.4, 0.2]])
    for name in RULES:
        paid = epoch(weights, np.ones(1), hyperparameters=Hyperparameters(version=name, winner_takes_all=True))
        np.testing.assert_allclose(paid.incentive, [0.5, 0.5, 0.0], err_msg=name)


# Liquid alpha and the consensus before -------------------------------------------------------------------------------


def liquid(mode, version="3"):
    return Hyperparameters(
        version=version, liquid_alpha_on=True, liquid_alpha_consensus=mode, bonds_penalty=0.0, alpha_low=0.2
    )


def test_modes_measure_by_their_own_consensus():
    """One validator of stake 1: this epoch's consensus is its weight, the one before was (.3, .7)."""
    stake, held = np.ones(1), np.array([[0.1, 0.1]])
    before = epoch(np.array([[0.3, 0.7]]), stake)
    for mode, reference in (("current", (0.6, 0.4)), ("previous", (0.3, 0.7)), ("mixed", (0.6, 0.7))):
        paid = epoch(np.array([[0.6, 0.4]]), stake, held, liquid(mode), previous=before)
        distance = np.clip(np.array([0.6, 0.4]) - reference, 0, 1)
        alpha = 0.2 + 0.7 / (1 + np.exp(-10 * (distance - 0.5)))
        np.testing.assert_allclose(paid.bonds, [(1 - alpha) * 0.1 + alpha * np.array([0.6, 0.4])], err_msg=mode)


def test_without_a_consensus_before():
    """It counts as none: previous moves bonds by the constant average, mixed as current does."""
    weights, stake = random_subnet(2, 4, 3)
    plain, current, previous, mixed = (
        epoch(weights, stake, hyperparameters=rules)
        for rules in (Hyperparameters(bonds_penalty=0.0), liquid("current"), liquid("previous"), liquid("mixed"))
    )
    np.testing.assert_allclose(previous.bonds, plain.bonds)
    np.testing.assert_allclose(mixed.bonds, current.bonds)
    assert not np.allclose(current.bonds, plain.bonds)


def test_plain_numpy_is_the_kernel_in_mode_current():
    weights, stake = random_subnet(4, 6, 5, (3,))
    weights, stake = shares(weights), shares(stake)
    bonds = np.random.default_rng(0).random(weights.shape)
    for version in ("3", "2"):
        compiled, plain = (
            run(weights, stake, bonds, liquid("current", version)) for run in (epoch_of_shares, epoch_of_shares_numpy)
        )
        for name in FIELDS:
            np.testing.assert_allclose(getattr(compiled, name), getattr(plain, name), rtol=0, atol=1e-12)


# The public simulator's rules, where the figures of its scripted situations do not reach ------------------------------


def test_public_consensus_is_rescaled_and_cut_down():
    weights, stake = np.array([[0.7, 0.3], [0.3, 0.7], [0.5, 0.5]]), np.array([0.3, 0.3, 0.4])
    paid = epoch(
        np.array([[1.0, 0, 0], [0, 1.0, 0], [0.5, 0.25, 0.25]]), stake, None, Hyperparameters(version="public-3")
    )
    assert paid.consensus.sum() == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_array_equal(paid.consensus * 65535, np.round(paid.consensus * 65535))
    for name in PUBLIC:
        even = epoch(weights, stake, None, Hyperparameters(version=name)).consensus
        np.testing.assert_array_equal(even, [32767 / 65535] * 2)


def test_public_yuma_3_knows_no_penalty():
    weights, stake = random_subnet(6, 4, 3)
    lax, strict = (
        epoch(weights, stake, None, Hyperparameters(version="public-3", bonds_penalty=penalty))
        for penalty in (0.0, 1.0)
    )
    np.testing.assert_array_equal(lax.dividends, strict.dividends)


def test_public_2b_pays_the_weights_before():
    """Everybody moves at once: the weights before have no consensus any more, and nobody earns."""
    rules, stake = Hyperparameters(version="public-2b"), np.ones(2)
    there, here = np.array([[1.0, 0.0]] * 2), np.array([[0.0, 1.0]] * 2)
    first = epoch(there, stake, None, rules)
    second = epoch(here, stake, None, rules, previous=first)
    third = epoch(here, stake, None, rules, previous=second)
    assert first.dividends.sum() == pytest.approx(1.0, abs=1e-5)
    assert not second.incentive.any()
    assert not second.dividends.any()
    np.testing.assert_allclose(third.incentive, [0.0, 1.0])


def test_public_2c_comes_to_its_fixed_point():
    """For constant w: bonds s min(purchase w / decay, w / (decay + w)), as room ends where a bond nears the stake."""
    rules, weights, stake = Hyperparameters(version="public-2c"), np.array([[0.4, 0.6], [1.0, 0.0]]), np.array([1, 3.0])
    paid = None
    for _ in range(400):
        paid = epoch(weights, stake, None, rules, previous=paid)
    w, s = weights, np.array([[0.25], [0.75]])
    np.testing.assert_allclose(paid.bonds, s * np.minimum(w, w / (0.1 + w)), rtol=1e-4)


def test_first_epoch_is_known_by_what_is_held():
    """Without the epoch before, worlds that hold bonds have a history and worlds that hold none begin."""
    weights, stake = random_subnet(9, 3, 4, (2,))
    bonds = np.zeros(weights.shape)
    bonds[1] = 0.2
    rules = Hyperparameters(version="public-2", bonds_moving_average=0.9)
    paid = epoch(weights, stake, bonds, rules)
    np.testing.assert_allclose(paid.bonds[0].sum(axis=0), 1.0)  # jumps to this epoch's shares
    np.testing.assert_allclose(paid.bonds[1].sum(axis=0), 0.1 + 0.9 * 0.6)
    later = epoch(weights[0], stake[0], None, rules, previous=epoch(0 * weights[0], stake[0], None, rules))
    np.testing.assert_allclose(later.bonds.sum(axis=0), 0.1)  # a second epoch, though nothing was held


# Names, and rules of one's own --------------------------------------------------------------------------------------


def test_names_and_stories():
    assert list(RULES)[:2] == ["3", "2"]
    for name, known in RULES.items():
        assert rule(name) is known
        assert known.name == name
        assert "\n" not in known.story
        assert len(known.story) < 110
    with pytest.raises(InputError, match=r"'trimed-mean' is unknown; did you mean trimmed-mean\?"):
        rule("trimed-mean")
    with pytest.raises(QuantityError, match=r"version is 'public2'; .* one of 3, 2, .* did you mean public-2"):
        Hyperparameters(version="public2")


class Paid(Rule):
    """Everybody in equal parts, but for the largest weight."""

    name, story = "paid", "all alike"
    share = 0.25

    def consensus(self, weights, stake, hyperparameters):
        return weights.max(axis=-2)

    def pay(self, weights, stake, bonds, hyperparameters, previous):
        found = self.consensus(weights, stake, hyperparameters)
        alike = np.full_like(stake, self.share)
        return Epoch(consensus=found, incentive=shares(found), dividends=alike, validator_trust=alike, bonds=bonds)


@pytest.mark.parametrize("reveal_period", [0, 1])
def test_a_rule_of_ones_own_plays_in_a_subnet(reveal_period):
    rules = Rules(rule=Paid(), reveal_period=reveal_period)
    subnet = Subnet([HonestValidator()] * 3 + [WeightCopier()], miners=4, rules=rules, start="honest:2", worlds=3)
    subnet.run(3)
    np.testing.assert_array_equal(subnet.dividends, np.full((3, 4), 0.25))
    assert subnet.consensus.shape == (3, 4)
    assert pickle.loads(pickle.dumps(rules)).paying_rule.name == "paid"


def test_what_is_no_rule():
    with pytest.raises(QuantityError, match=r"rule is 'mean'; it must be a Rule object"):
        Hyperparameters(rule="mean")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "mean"}, "version is 'mean'; the chain computes 3 and 2 only"),
        ({"rule": Paid()}, "version is 'paid'"),
        ({"liquid_alpha_on": True, "liquid_alpha_consensus": "mixed"}, "liquid_alpha_consensus is 'mixed'"),
        ({"winner_takes_all": True}, "winner_takes_all is true"),
    ],
)
def test_the_chain_has_no_integers_for_variants(changes, words):
    with pytest.raises(QuantityError, match=words):
        Hyperparameters(**changes).to_chain()
    Hyperparameters(liquid_alpha_consensus="mixed").to_chain()  # without liquid alpha the mode says nothing


def test_emission_of_variants_is_shared_out_whole():
    for name in RULES:
        weights, stake = random_subnet(5, 4, 3)
        both = emission(epoch(weights, stake, None, Hyperparameters(version=name)), stake, 0.4)
        assert math.isclose(sum(part.sum() for part in both), 1.0)
