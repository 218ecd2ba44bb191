"""Those who play with stake: delegators, takes, rented stake, the owner."""

import numpy as np
import pytest

from agents import (
    BurningOwner,
    HonestOwner,
    HonestValidator,
    IndexDelegator,
    LoyalDelegator,
    MinerSettings,
    PumpingOwner,
    QualityAwareDelegator,
    StakeRenter,
    TakeUndercutter,
    ValidatorSettings,
    WeightCopier,
    YieldChaser,
)
from agents.stake import StakePlan
from econ.yuma.rules import Rules

HONEST = HonestValidator()
COPYING_PAYS = {"miner_settings": MinerSettings(drift=0.0)}
COPYING_DOES_NOT = {"rules": Rules(reveal_period=5)}


def with_copiers(play, delegator, **settings):
    """The share of what delegators hold that ends with the two copiers of ten, [world]; it starts at .2."""
    subnet = play([HONEST] * 8 + [WeightCopier()] * 2, delegators=[delegator] * 2, epochs=50, worlds=32, **settings)
    placed = subnet.placed_stake[:, :2].sum(axis=1)
    return placed[:, 8:].sum(axis=1) / placed.sum(axis=1)


def test_yield_chasers_gather_where_copying_pays(play, sure):
    sure.above(with_copiers(play, YieldChaser(), **COPYING_PAYS), 0.3)
    sure.below(with_copiers(play, YieldChaser(), **COPYING_DOES_NOT), 0.1)


def test_quality_aware_stake_follows_agreement_not_effort(play, sure):
    """Fresh consensus agrees with a delegator's scores better than any one row; old consensus does not."""
    fresh = with_copiers(play, QualityAwareDelegator(), **COPYING_PAYS)
    old = with_copiers(play, QualityAwareDelegator(), **COPYING_DOES_NOT)
    sure.above(fresh, 0.2)
    sure.above(fresh - old, 0.0)


def test_loyal_and_index_stake_stays(play):
    plan = StakePlan.parse("classes:1x3,1x1", 2)
    delegators = [LoyalDelegator(), IndexDelegator(), IndexDelegator(equal=True)]
    subnet = play([HONEST] * 2, 8, delegators=delegators, stake=plan, epochs=20, burn_in=0)
    shares = subnet.placed_stake[:, :3] / subnet.placed_stake[:, :3].sum(axis=2, keepdims=True)
    np.testing.assert_allclose(shares[:, 0], np.tile([0.75, 0.25], (16, 1)))
    np.testing.assert_allclose(shares[:, 1], subnet.stake)
    np.testing.assert_allclose(shares[:, 2], 0.5)


def test_one_undercutter_gains_stake_and_two_race_down(play, sure):
    undercutter = TakeUndercutter(step=0.05, least=0.02)
    subnet = play([HONEST] * 4 + [undercutter], 8, delegators=[YieldChaser()] * 2, epochs=30, burn_in=10)
    np.testing.assert_allclose(subnet._staking.take, np.tile([0.18] * 4 + [0.13], (16, 1)))
    placed = subnet.placed_stake[:, :2].sum(axis=1)
    sure.above(placed[:, 4] / placed[:, :4].mean(axis=1), 1.4)
    subnet = play([HONEST] * 3 + [undercutter] * 2, 8, delegators=[YieldChaser()] * 2, epochs=30, burn_in=10)
    np.testing.assert_allclose(subnet._staking.take, np.tile([0.18] * 3 + [0.02] * 2, (16, 1)))


def test_renting_pays_while_it_costs_less_than_stake_earns(play, sure):
    """A tenth of the stake earns about 36 thousandths here; the validators' whole part is 500."""
    owned = play([HONEST] * 5, 8, epochs=40, burn_in=20).ledger.payoff("validators")[:, 4]
    for price, pays in ((200.0, True), (500.0, False)):
        settings = ValidatorSettings(rent=price)
        renter = play([HONEST] * 4 + [StakeRenter(rented=0.1)], 8, epochs=40, burn_in=20, validator_settings=settings)
        gain = renter.ledger.payoff("validators")[:, 4] - owned
        (sure.above if pays else sure.below)(gain, 0.0)
        sure.near(gain + 0.1 * price, 36.4, 0.5)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_what_is_burned_is_nobodys(play, share):
    honest, burner = (
        play(None, 8, owner=o, epochs=20, burn_in=5).ledger for o in (HonestOwner(), BurningOwner(share=share))
    )
    np.testing.assert_allclose(burner.payoff("miners").sum(axis=1), 500.0 * (1.0 - share))
    np.testing.assert_allclose(burner.payoff("owner"), honest.payoff("owner"))
    np.testing.assert_allclose(burner.payoff("validators"), honest.payoff("validators"))


def test_a_pumper_grows_its_own_validator(play, sure):
    settings = ValidatorSettings(compounding=0.001)
    honest, pumper = (play([HONEST] * 4, 8, owner=o, validator_settings=settings) for o in (None, PumpingOwner()))
    sure.near(honest.stake[:, 0], 0.25, 0.001)
    sure.above(pumper.stake[:, 0] - honest.stake[:, 0], 0.01)
    assert pumper.ledger.payoff("owner").mean() > 220  # its cut of 219.5, and dividends on what it staked
