"""Validators who favour or harm: cabals, undervaluers, bribes, early bonds."""

import numpy as np
import pytest

from agents import (
    BribedCopier,
    BribedValidator,
    BribingMiner,
    CabalSettings,
    CarefulColludingValidator,
    ColludingValidator,
    EarlyBonder,
    HonestMiner,
    HonestValidator,
    MinerSettings,
    UndervaluingValidator,
    ValidatorSettings,
    WeightCopier,
)
from agents.wrap import Lagged
from econ.yuma.rules import Rules

HONEST = HonestValidator()


def gain_of_colluding(play, policy, utility, colluders=4, worlds=16):
    """What each colluder and its miners earn above the same seats copying, [world], thousandths; and the ledger."""
    cabal = CabalSettings(miners=8, utility=utility)
    ledgers = [
        play([HONEST] * (10 - colluders) + [kind] * colluders, cabal=cabal, epochs=80, worlds=worlds).ledger
        for kind in (policy, WeightCopier())
    ]
    earned = [
        ledger.validator_emission[:, -colluders:].sum(axis=1) + ledger.miner_emission[:, -8:].sum(axis=1)
        for ledger in ledgers
    ]
    return (earned[0] - earned[1]) / colluders, ledgers[0]


def test_a_fixed_self_weight_gains_less_than_care(play, sure):
    """Four of ten, cabal miners half as good: the best fixed self-weight is near .15, and care gains more."""
    gains = {w: gain_of_colluding(play, ColludingValidator(self_weight=w), 0.5)[0] for w in (0.02, 0.15, 0.5)}
    sure.above(gains[0.15] - gains[0.02], 0.0)
    sure.above(gains[0.15] - gains[0.5], 0.0)
    sure.above(gain_of_colluding(play, CarefulColludingValidator(), 0.5)[0] - gains[0.15], 0.5)


@pytest.mark.slow
def test_a_fixed_self_weight_loses_to_copying_even_at_its_best(play, sure):
    for weight in (0.1, 0.15):
        sure.below(gain_of_colluding(play, ColludingValidator(self_weight=weight), 0.5, worlds=64)[0], 0.0)


def test_careful_collusion_pays(play, sure):
    """Staying a margin above consensus gains about a thousandth a seat, and clipping costs no more than the margin."""
    gain, ledger = gain_of_colluding(play, CarefulColludingValidator(margin=0.02), 0.5)
    sure.above(gain, 0.8)
    _, copying = gain_of_colluding(play, WeightCopier(), 0.5)
    sure.below(copying.validator_trust[:, -4:].mean(axis=1) - ledger.validator_trust[:, -4:].mean(axis=1), 0.02)


@pytest.mark.parametrize("policy", [ColludingValidator(), CarefulColludingValidator()], ids=lambda policy: policy.name)
def test_worthless_miners_earn_exactly_nothing_below_kappa(play, sure, policy):
    gain, ledger = gain_of_colluding(play, policy, 0.0)
    assert (ledger.miner_emission[:, -8:] == 0.0).all()
    sure.below(gain, 0.0)


def test_with_kappa_of_the_stake_careful_collusion_starts_from_nothing(play):
    cabal = CabalSettings(miners=8, utility=0.0)
    ledger = play([HONEST] * 4 + [CarefulColludingValidator()] * 6, cabal=cabal).ledger
    assert ledger.miner_emission[:, -8:].sum(axis=1).min() > 100


@pytest.mark.parametrize(("number", "low", "high"), [(1, 0.11, 0.13), (4, 0.43, 0.48)])
def test_undervaluers_cost_their_target_more_than_themselves(play, sure, number, low, high):
    """One of ten costs its target 11 to 13%, four 43 to 48%, at a trust loss below the target's consensus weight."""
    before = play(worlds=32)
    after = play([HONEST] * (10 - number) + [UndervaluingValidator()] * number, worlds=32)
    lost = 1.0 - after.ledger.miner_emission[:, 0] / before.ledger.miner_emission[:, 0]
    sure.near(lost, (low + high) / 2, (high - low) / 2)
    trust = [subnet.ledger.validator_trust[:, -number:].mean(axis=1) for subnet in (before, after)]
    weight = before.ledger.miner_emission[:, 0] / 500.0  # its share of the miners' part is its consensus weight
    sure.below(trust[0] - trust[1] - weight, 0.0)


@pytest.fixture(scope="module")
def bribery(play):
    """What bribes change, bribery(penalty, bribed, ...) -> joint, miner's payoff, validators' payoff, [world]."""
    known = {}

    def unbribed(penalty):
        if penalty not in known:
            known[penalty] = play(rules=Rules(bonds_penalty=penalty)).ledger
        return known[penalty]

    def changes(penalty, number, contract=False, payment=0.5):
        miners = [BribingMiner(payment=payment, weight=0.1, contract=contract)] + [HonestMiner()] * 63
        validators = [HONEST] * (10 - number) + [BribedValidator()] * number
        ledger = play(validators, miners, rules=Rules(bonds_penalty=penalty)).ledger
        free = unbribed(penalty)
        miner = (ledger.payoff("miners") - free.payoff("miners"))[:, 0]
        bribed = (ledger.payoff("validators") - free.payoff("validators"))[:, -number:]
        return miner + bribed.sum(axis=1), miner, bribed.mean(axis=1)

    return changes


@pytest.mark.parametrize("penalty", [1.0, 0.0])
def test_bribing_below_the_pivotal_set_loses_money(bribery, sure, penalty):
    """Briber and bribed together lose with 1 or 4 of 10, with the penalty and, as measured, without it too."""
    for number in (1, 4):
        joint, _, bribed = bribery(penalty, number)
        sure.below(joint, 0.0)
        sure.below(bribed, 0.0)


def test_a_briber_that_underpays_may_gain_alone(bribery, sure):
    """Chance makes four of ten pivotal now and then: a small payment is worth that, and those bribed bear the rest."""
    _, miner, bribed = bribery(1.0, 4, payment=0.05)
    sure.above(miner, 1.0)
    sure.below(bribed, -0.5)


def test_bribing_the_pivotal_set_pays_both(bribery, sure):
    joint, miner, bribed = bribery(1.0, 5)
    for gain in (joint, miner, bribed):
        sure.above(gain, 1.0)


def test_a_contract_pays_only_a_set_that_succeeds(bribery, sure):
    """P + epsilon: below kappa the briber keeps its money; the bribed bear their loss alone."""
    _, free_offer, _ = bribery(1.0, 4)
    _, contract, bribed = bribery(1.0, 4, contract=True)
    sure.above(contract - free_offer, 1.5)  # four payments of a half, but where chance makes the set pivotal
    sure.below(bribed, 0.0)
    _, with_contract, _ = bribery(1.0, 6, contract=True)
    _, without, _ = bribery(1.0, 6)
    np.testing.assert_allclose(with_contract, without, atol=1e-9)


def test_bribed_rows_give_what_is_asked_and_no_more(play):
    offers = [BribingMiner(weight=0.3), BribingMiner(weight=0.2, payment=0.0), BribingMiner(weight=0.25), HonestMiner()]
    for policy in (BribedValidator(), BribedCopier()):
        subnet = play([HONEST, HONEST, policy], offers, epochs=3, burn_in=0, worlds=4)
        rows = subnet._hidden[-1].weights[:, 2]
        assert (rows[:, [0, 2]] >= np.array([0.3, 0.25]) - 1e-12).all()
        honest = subnet._hidden[-1].weights[:, 0]
        if policy.traits.evaluates:
            low = honest[:, 0] < 0.2
            np.testing.assert_allclose(rows[low, 0], 0.3)
    dear = play([HONEST, BribedValidator(least_pay=3.0)], offers, epochs=3, burn_in=0, worlds=4)
    cheap = play([HONEST, HONEST], offers, epochs=3, burn_in=0, worlds=4)
    np.testing.assert_array_equal(dear._hidden[-1].weights, cheap._hidden[-1].weights)  # it takes nothing so low


def early_bonds(play, boost, miners, worlds=16, **rules):
    """An early bonder's dividends per stake where all others learn of changes two epochs later, [world]."""
    subnet = play(
        [Lagged(HONEST, 2)] * 9 + [EarlyBonder(boost=boost)],
        miners,
        rules=Rules(**rules),
        validator_settings=ValidatorSettings(noise=0.05),
        miner_settings=MinerSettings(drift=0.0, innovation_rate=0.05, spread=1.5),
        start="uniform",
        epochs=80,
        burn_in=20,
        worlds=worlds,
    )
    return 10.0 * subnet.ledger.dividends[:, 9]


WIDE = {"liquid_alpha_on": True, "alpha_low": 0.1, "alpha_high": 0.9}


@pytest.mark.parametrize("miners", [2, 4])
def test_early_bonds_gain_under_liquid_alpha_with_few_miners(play, sure, miners):
    """Without the bonds penalty: more than under any constant alpha of the same range, and more with the boost."""
    liquid = early_bonds(play, 1.0, miners, bonds_penalty=0.0, **WIDE)
    sure.above(liquid, 1.05)
    for kept in (0.9, 0.5, 0.1):
        sure.above(liquid - early_bonds(play, 1.0, miners, bonds_penalty=0.0, bonds_moving_average=kept), 0.0)
    sure.above(liquid - early_bonds(play, 0.0, miners, bonds_penalty=0.0, **WIDE), 0.0)


def test_the_bonds_penalty_takes_early_bonds_away(play, sure):
    sure.below(early_bonds(play, 1.0, 4, **WIDE), 1.0)


def test_with_many_miners_liquid_alpha_is_a_constant(relative, sure):
    """At .7 to .9 and 64 miners no weight is far above consensus: as a constant alpha of .7013, its measured mean."""
    liquid = relative(EarlyBonder(), bonds_penalty=0.0, liquid_alpha_on=True)
    constant = relative(EarlyBonder(), bonds_penalty=0.0, bonds_moving_average=1.0 - 0.7013)
    sure.near(liquid - constant, 0.0, 0.001)
