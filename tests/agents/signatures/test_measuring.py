"""Validators who measure, copy or idle: what each earns beside nine honest ones."""

from itertools import pairwise

import numpy as np
import pytest

from agents import (
    AveragingValidator,
    CabalSettings,
    ColludingValidator,
    HonestValidator,
    LazyValidator,
    SelectiveEvaluator,
    ShadingValidator,
    StakeMeanCopier,
    StaleValidator,
    TargetCopier,
    ValidatorSettings,
    WeightCopier,
)

PAY = [
    # noise .3, drift .3: reveal period, policy, pay over that of the honest
    (5, AveragingValidator(), 1.008),
    (5, ShadingValidator(), 0.949),
    (5, WeightCopier(), 0.807),
    (1, ShadingValidator(), 1.022),
]


@pytest.mark.parametrize(("period", "policy", "expected"), PAY, ids=str)
def test_what_measuring_and_copying_earn(relative, sure, period, policy, expected):
    sure.near(relative(policy, reveal_period=period), expected)


@pytest.mark.slow
@pytest.mark.parametrize(("period", "policy", "expected"), PAY, ids=str)
def test_what_measuring_and_copying_earn_at_full_size(relative, sure, period, policy, expected):
    ratio = relative(policy, reveal_period=period, worlds=64, epochs=300, burn_in=60)
    assert abs(ratio.mean() - expected) <= 0.003
    sure.near(ratio, expected)


def test_averaging_is_honesty_with_memory(relative):
    np.testing.assert_array_equal(
        relative(AveragingValidator(memory=0.4), worlds=2, epochs=50),
        relative(HonestValidator(memory=0.4), worlds=2, epochs=50),
    )


def test_shading_lies_between_honesty_and_copying(relative, sure):
    for own, same in ((1.0, HonestValidator()), (0.0, WeightCopier())):
        mine = relative(ShadingValidator(own=own), worlds=2, epochs=60, reveal_period=5)
        np.testing.assert_allclose(mine, relative(same, worlds=2, epochs=60, reveal_period=5), rtol=1e-12)


def test_a_selective_evaluator_pays_for_a_part_and_loses_less_than_a_copier(relative, play, sure):
    pay = [relative(SelectiveEvaluator(evaluation_share=s), reveal_period=5) for s in (0.0, 0.25, 0.5)]
    np.testing.assert_allclose(pay[0], relative(WeightCopier(), reveal_period=5), rtol=1e-12)
    sure.near(pay[1], 0.853)
    sure.near(pay[2], 0.901)
    sure.above(pay[1] - pay[0], 0.02)
    sure.above(pay[2] - pay[1], 0.02)
    policies = [HonestValidator(), SelectiveEvaluator(evaluation_share=0.25)]
    subnet = play(policies, 8, validator_settings=ValidatorSettings(cost=4.0), epochs=12, burn_in=0)
    np.testing.assert_allclose(subnet.ledger.validator_cost, np.tile([4.0, 1.0], (16, 1)))


def test_one_row_is_a_worse_source_than_the_median(relative, sure):
    consensus, target, mean = (relative(policy) for policy in (WeightCopier(), TargetCopier(), StakeMeanCopier()))
    sure.near(consensus, 0.973)
    sure.near(target, 0.934)
    sure.above(consensus - target, 0.03)
    sure.near(mean - consensus, 0.003)


def test_a_cabal_fools_who_copies_the_mean(play, sure):
    """Three of ten put half of their weight on worthless miners: the median drops that, the mean does not."""
    cabal = CabalSettings(miners=8, utility=0.0)
    validators = [HonestValidator()] * 5 + [ColludingValidator()] * 3 + [WeightCopier(), StakeMeanCopier()]
    ledger = play(validators, cabal=cabal).ledger
    sure.above(ledger.dividends[:, 8] / ledger.dividends[:, 9], 1.05)
    sure.above(ledger.validator_trust[:, 8] - ledger.validator_trust[:, 9], 0.03)


def test_the_lazy_are_nearly_paid_without_the_bonds_penalty(relative, sure):
    """Drift .1: uniform weights earn .934 of honest pay without the penalty, .73 with it."""
    sure.near(relative(LazyValidator(), drift=0.1, bonds_penalty=0.0), 0.933)
    sure.below(relative(LazyValidator(), drift=0.1), 0.77)


def test_old_weights_earn_less_the_older_they_are(relative, sure):
    pay = [relative(StaleValidator(every=every)) for every in (1, 10, 30, 0)]
    np.testing.assert_allclose(pay[0], relative(HonestValidator()), rtol=1e-12)
    sure.near(pay[1], 0.823, 0.01)
    for younger, older in pairwise(pay):
        sure.above(younger - older, 0.05)
    assert StaleValidator(every=10).evaluation(0) == 0.1
    assert StaleValidator(every=0).evaluation(0) == 0.0
