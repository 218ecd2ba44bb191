"""Miners: effort that pays, copies of oneself and of others, and UIDs that change hands."""

from itertools import pairwise

import numpy as np
import pytest

from agents import (
    Griefer,
    HitAndRun,
    HonestMiner,
    HonestValidator,
    LazyMiner,
    MinerSettings,
    ModelCopier,
    SplittingSybil,
    Squatter,
    Sybil,
)
from agents.settings import RegistrationSettings
from econ.yuma.rules import Rules

MINER = HonestMiner()


def test_effort_is_where_its_marginal_reward_meets_its_cost(play, sure):
    """One miner of elasticity 1/2 among 63 who do not choose, static quality: 500 I(1 - I) / 2 = cost x effort."""
    settings = MinerSettings(drift=0.0, effort_exponent=0.5, cost=4.0)
    choosing = HonestMiner(cost=4.0, exponent=0.5)
    subnet = play(None, [choosing] + [MINER] * 63, miner_settings=settings, epochs=60)
    effort, incentive = subnet._mining.effort[:, 0], subnet.incentive[:, 0]
    inside = (effort > 0.02) & (effort < 1.0)
    assert inside.sum() >= 3
    meets = 250.0 * incentive * (1.0 - incentive) / 4.0
    np.testing.assert_allclose(effort[inside], meets[inside], rtol=0.25)  # the last epoch's incentive is noisy
    assert (meets[effort == 1.0] > 0.8).all()


def test_work_pays_who_is_good_at_it(play, sure):
    """At a cost of 5 full effort for all loses; choosing miners work the more the better they are, and gain."""
    settings = MinerSettings(cost=5.0)
    forced = play(miner_settings=settings).ledger.payoff("miners").mean(axis=1)
    subnet = play(None, [HonestMiner(cost=5.0)] * 64, miner_settings=settings)
    sure.above(subnet.ledger.payoff("miners").mean(axis=1) - forced, 1.5)
    skill, effort = subnet._nature.skill()[subnet._nature.index], subnet._mining.effort
    sure.above([np.corrcoef(np.log(s), e)[0, 1] for s, e in zip(skill, effort, strict=True)], 0.5)
    np.testing.assert_array_equal(play(None, [MINER] * 64, epochs=40)._mining.effort, 1.0)  # free work is full work


def test_a_lazy_miner_earns_as_little_as_it_works(play, sure):
    before, after = play(), play(None, [LazyMiner(level=0.1)] + [MINER] * 63)
    sure.ratio(after.ledger.miner_emission[:, 0], before.ledger.miner_emission[:, 0], 0.1035, 0.004)


@pytest.mark.parametrize(("uids", "expected"), [(2, 1.93), (4, 3.63), (10, 7.83)])
def test_copied_outputs_earn_about_n_times(play, sure, uids, expected):
    """One miner of 64 hands in its output from n UIDs, beside the other 63: total income over that of one UID."""
    one = play(worlds=64, epochs=40, burn_in=10).ledger.miner_emission[:, 0]
    ledger = play(None, [Sybil()] * uids + [MINER] * 63, worlds=64, epochs=40, burn_in=10).ledger
    sure.ratio(ledger.miner_emission[:, :uids].sum(axis=1), one, expected, 0.01 * uids)
    assert (ledger.miner_cost == 0).all()


@pytest.mark.parametrize("uids", [4, 10])
def test_copied_outputs_that_displace_rivals_earn_more(play, sure, uids):
    """The same n UIDs of 64 in all, where n - 1 rivals are gone."""
    settings = {"worlds": 32, "epochs": 40, "burn_in": 10}
    of_64 = play(None, [Sybil()] * uids + [MINER] * (64 - uids), **settings).ledger.miner_emission[:, :uids].sum(axis=1)
    added = play(None, [Sybil()] * uids + [MINER] * 63, **settings).ledger.miner_emission[:, :uids].sum(axis=1)
    sure.above(of_64 - added, 0.0)


def test_copies_cost_the_work_of_one(play):
    settings = MinerSettings(cost=2.0)
    ledger = play(None, [Sybil()] * 4 + [MINER] * 4, miner_settings=settings, epochs=10, burn_in=0).ledger
    np.testing.assert_allclose(ledger.miner_cost[:, :4].sum(axis=1), 2.0)
    ledger = play(None, [SplittingSybil()] * 4 + [MINER] * 4, miner_settings=settings, epochs=10, burn_in=0).ledger
    np.testing.assert_allclose(ledger.miner_cost[:, :4].sum(axis=1), 2.0)


@pytest.mark.parametrize("uids", [2, 10])
def test_split_throughput_earns_about_once(play, sure, uids):
    one = play(worlds=64, epochs=40, burn_in=10).ledger.miner_emission[:, 0]
    ledger = play(None, [SplittingSybil()] * uids + [MINER] * 63, worlds=64, epochs=40, burn_in=10).ledger
    sure.ratio(ledger.miner_emission[:, :uids].sum(axis=1), one, 1.0, 0.03)


def test_copies_of_a_model_earn_less_the_older_they_are(play, sure):
    """From lag 1 on. At lag 0 it earns less than at 1: what was measured as best has moved back to the middle since."""
    lags = (0, 1, 2, 5, 10, 20)
    at_once, *income = [
        play(None, [MINER] * 63 + [ModelCopier(lag=lag)], worlds=32, epochs=80).ledger.miner_emission[:, 63]
        for lag in lags
    ]
    for younger, older in pairwise(income):
        sure.above(younger - older, 0.0)
    sure.above(income[0] - at_once, 0.0)
    sure.above(income[0], 40.0)  # the average miner earns 7.8
    sure.below(income[-1], 25.0)


def roaming(play, outside, *, price, inside=None, cost=0.0, epochs=80):
    """32 UIDs and some players outside, immunity of 5 epochs, a fixed price in TAO (156 thousandths a TAO)."""
    return play(
        [HonestValidator()] * 6,
        (inside or [MINER] * 32) + outside,
        registration=RegistrationSettings(outside=len(outside), start_price=price, lowest=price, highest=price),
        rules=Rules(immunity_period=1800),
        miner_settings=MinerSettings(cost=cost),
        epochs=epochs,
    )


def test_hit_and_run_leaves_with_immunity_and_returns_while_it_is_cheap(play, sure):
    cheap = roaming(play, [HitAndRun()] * 4, price=0.001)
    sure.above(cheap.ledger.payoff("miners")[:, 32:].mean(axis=1), 5.0)
    for _ in range(10):
        cheap.step()
        world, player = np.nonzero(cheap.uid[:, 32:] >= 0)
        column = cheap.uid[:, 32:][world, player]
        assert (cheap._uids.registered_at[world, column] > cheap.epoch - 1 - 6).all()  # never beyond immunity
    assert (cheap.uid[:, 32:] >= 0).mean() > 0.5
    dear = roaming(play, [HitAndRun()] * 4, price=1.0)  # 167 thousandths for a UID that earns 78 while immune
    assert (dear.uid[:, 32:] == -1).all()
    assert (dear.ledger.payoff("miners")[:, 32:] == 0).all()


def test_a_griefer_displaces_at_a_loss(play, sure):
    """At .5 TAO, 83 thousandths, nobody registers for what a UID earns (78); griefers do, and the weakest go."""
    patient = roaming(play, [LazyMiner()] * 4, price=0.5)
    griefed = roaming(play, [Griefer(bid=100.0)] * 4, price=0.5)
    at_first = (patient.uid[:, :32] >= 0).sum(axis=1)
    assert (griefed.uid[:, 32:] >= 0).all()
    assert ((griefed.uid[:, :32] >= 0).sum(axis=1) == 28).all()
    assert (at_first >= 28).all()
    assert at_first.mean() > 28.05
    fought = roaming(play, [Griefer(bid=100.0)] * 4, price=0.3)  # the displaced come back, and are displaced again
    sure.below(fought.ledger.payoff("miners")[:, 32:].mean(axis=1), -5.0)
    assert (fought.ledger.miner_emission[:, 32:] == 0).all()
    humble = roaming(play, [Griefer(bid=80.0)] * 4, price=0.5)
    np.testing.assert_array_equal(humble.ledger.miner_other, 0.0)


def test_a_squatter_works_as_little_as_keeps_it(play, sure):
    """Where UIDs are contested it works less than the honest, but keeps ahead of the lowest paid."""
    settings = {"price": 0.3, "cost": 5.0}
    squatting = roaming(play, [MINER] * 2, inside=[Squatter()] * 2 + [MINER] * 30, **settings)
    idle = roaming(play, [MINER] * 2, inside=[LazyMiner(level=0.02)] * 2 + [MINER] * 30, **settings)
    cost = squatting.ledger.miner_cost[:, :2].mean(axis=1)
    sure.below(cost, 4.0)
    spent = [-subnet.ledger.miner_other[:, :2].mean(axis=1) for subnet in (squatting, idle)]
    sure.below(spent[0] - spent[1], 0.0)  # it loses its UID, and has to pay for another, less often
    sure.above((squatting.ledger.payoff("miners") - idle.ledger.payoff("miners"))[:, :2].mean(axis=1), 0.0)
