"""UIDs that change hands in a network: who goes, what it costs, and where the money is."""

import numpy as np
import pytest

from agents.network import Network, NetworkSettings
from agents.network.newcomers import Newcomers
from econ import Hyperparameters, epoch
from econ.tokens.rao import RAO
from econ.tokens.registration import pruned_uid

SMALL = {"start.subnets": 5, "uids.validators": 6, "uids.miners": 12, "flows.period": 3, "flows.trade_period": 2}


def settings(**changes):
    return NetworkSettings().changed(SMALL | {key.replace("__", "."): value for key, value in changes.items()})


def balanced(network):
    return set(network.audit().values()) == {0}


def busy(**changes):
    """A small network in which many want few UIDs."""
    few = {"entry__applicants": 400.0, "entry__immunity_period": 720, "entry__min_non_immune": 0}
    return settings(**few | changes)


def test_registrations_burn_what_they_pay_and_every_rao_is_somewhere():
    network = Network(busy(), seed=4)
    for _ in range(60):
        network.step()
        assert balanced(network), network.audit()
    came = network.newcomers
    assert came.count.sum() > 100
    assert (came.paid > 0).sum() == 5
    none = Network(settings(entry__applicants=0.0), seed=4).run(60)
    assert (none.newcomers.count.sum(), none.newcomers.price.tolist()) == (0, [500_000] * 5)  # it fell for 60 tempos
    assert (none.newcomers.registered_at < 0).all()


def test_a_registration_buys_alpha_that_is_destroyed_with_money_from_outside():
    network = Network(settings()).run(2)
    books, before = network.books, network.economy
    outside, pool = books.outside, before.pool
    tao = np.array([3, 0, 0, 1, 0]) * RAO
    books.register(tao)
    after = network.economy
    fee = tao * 33 // 65535
    assert outside - books.outside == int((tao - fee).sum())
    assert (after.pool.tao - pool.tao).tolist() == (tao - fee).tolist()
    assert (after.pool.alpha < pool.alpha).tolist() == [True, False, False, True, False]
    assert (after.alpha_out == before.alpha_out).all()  # what was bought is nobody's, and issued no more
    assert (after.inflow - before.inflow).tolist() == (tao - fee).tolist()
    assert balanced(network)


def test_the_least_paid_past_immunity_go_and_newcomers_begin_anew():
    """Every registration of some epochs, beside the chain's rule taken one at a time from what the epoch paid."""
    network = Network(busy(entry__worth=50.0, uids__validators=4, uids__drift=0.0), seed=9).run(30)
    work, seen, enter = network.work, {}, network.work.enter

    def spy(place, uid, epoch):
        seen.update(place=place, uid=uid, earned=work.earned, spared=work.spared)
        enter(place, uid, epoch)

    work.enter = spy
    for now in range(31, 36):
        born, quality = network.newcomers.registered_at.copy(), work.log_quality.copy()
        network.step()
        new = np.zeros(born.shape, dtype=bool)
        for place, uid in zip(seen["place"], seen["uid"], strict=True):
            earned, spared = seen["earned"][place], seen["spared"][place]
            assert uid == pruned_uid(earned, born[place], now * 360, 720, min_non_immune=0, spared=spared)
            seen["earned"][place, uid], born[place, uid], new[place, uid] = 0.0, now * 360, True
        assert new.sum() > 5
        assert (network.newcomers.registered_at == born).all()
        new = new[:, :12]  # of all UIDs, the miners'
        assert ((work.log_quality[:, :12] != quality[:, :12]) == new).all()
        assert not work.bonds[:, :, :12].transpose(0, 2, 1)[new].any()
        assert not work.incentive[:, :12][new].any()
        assert work.weights[:, :, :12].transpose(0, 2, 1)[new].any()  # measured at once, and paid an epoch later


def crowded(**changes):
    """Every miner is as good, most validators have little stake, and many would like to mine."""
    even = {"uids__spread": 0.0, "uids__drift": 0.0, "uids__floor": 0.0, "uids__noise": 0.01, "uids__stake_shape": 1.05}
    return busy(**{"uids__validators": 12, "entry__worth": 1e3} | even | changes)


def test_a_validator_that_earns_least_loses_its_uid_to_a_miner():
    network = Network(crowded(), seed=1, threads=2).run(30)
    work, books = network.work, network.books
    gone = ~work.validates
    assert 2 < gone.sum(axis=1).min() <= gone.sum(axis=1).max() < 12
    mines = work.mines[:, 12:]
    assert (mines == gone).all()  # who came mines on the UID that was a validator's
    assert work.placed.sum(axis=1) == pytest.approx(np.ones(5))  # nominators went to the others
    assert work.validates[work.spared[:, 12:]].all()
    assert not work.dividends[gone].any()
    assert work.incentive[:, 12:][mines].any()
    assert not work.weights[:, :, 12:].transpose(0, 2, 1)[~mines].any()
    weights, bonds = work.weights.copy(), work.bonds.copy()
    stake = work.placed * (books.nominators.total[:, None] + network.rule.tao_weight * int(books.root.total))
    own = books.own.copy()
    network.newcomers.step = lambda *given: (np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    network.step()
    expected = epoch(weights, stake + own * ~gone, bonds, Hyperparameters())
    assert work.dividends == pytest.approx(expected.dividends, abs=1e-12)
    assert (books.own[gone] <= own[gone]).all()  # what they own stays theirs, counts for nothing and earns nothing
    assert balanced(network)
    assert network.frame("subnets")["validators"].iloc[-1] < 12


def test_a_new_subnet_has_all_its_validators_again():
    network = Network(crowded(flows__found_price=2500.0), seed=2).run(2)
    place = network.founding.events[0].place
    work = network.work
    assert work.validates[place].all()
    network.run(40)
    assert not work.validates[place].all()
    work.begin(place, 42)
    assert work.validates[place].all()
    assert work.mines[place].tolist() == [True] * 12 + [False] * 12


def test_where_miners_differ_validators_keep_their_uids():
    network = Network(settings(uids__miners=40, entry__applicants=5.0), seed=4).run(60)
    assert network.newcomers.count.sum() > 20
    assert network.newcomers.count.sum() > 50
    assert network.work.validates.all()
    assert network.work.weights.shape == (5, 6, 40)  # no column is kept for what has not happened


def test_the_price_rises_to_what_people_pay_and_falls_when_nobody_comes():
    network = Network(busy(entry__applicants=5000.0, entry__worth=0.1), seed=4, record=1).run(40)
    frame = network.frame("subnets")
    last = frame[frame["epoch"] == 39]
    limit = 0.1 * last["miner_income"] / 12
    assert (last["registration_price"] <= 1.26 * 1.01 * limit.clip(lower=0.0005)).all()
    assert last["registration_price"].max() > 0.5 * limit.max()
    came = frame.groupby("epoch")["registrations"].sum().diff().iloc[20:].mean() / 5
    assert 2.0 < came < 4.0  # 1.26^3 is 2: three to a half-life keep the price where it is


def test_registration_makes_the_miners_of_a_subnet_better():
    given = {"uids__miners": 40, "uids__drift": 0.0, "start__subnets": 3}
    still, moving = (
        Network(settings(entry__applicants=each, **given), seed=1, record=20).run(100) for each in (0.0, 60.0)
    )
    assert still.frame("network")["quality"].nunique() == 1
    assert moving.frame("network")["quality"].iloc[-1] > still.frame("network")["quality"].iloc[-1] + 0.2


def test_a_shallow_pool_or_no_money_outside_lets_nobody_in():
    network = Network(busy(), seed=4).run(3)
    came, books = Newcomers(network.settings, address=(4, 0)), network.books
    books.outside = 0
    place, _ = came.step(3, books, np.full(5, 100.0), network.work)
    assert (place.size, came.count.sum(), came.paid.sum()) == (0, 0, 0)
    assert not came.step(3, books, np.zeros(5), network.work)[0].size  # nobody earns, nobody comes


def test_so_many_applicants_are_poissons():
    come = Newcomers(busy(entry__applicants=40.0), address=(1, 0))
    income = np.array([1.0, 1.0, 2.0, 4.0, 0.0])
    drawn = np.array([come._applicants(epoch, income) for epoch in range(2000)])
    mean = 40 / 20 * 5 * income / 8
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=0.12)
    assert drawn.var(axis=0) == pytest.approx(mean, abs=0.5)
    many = Newcomers(busy(entry__applicants=100_000.0), address=(1, 0))
    assert many._applicants(0, income).tolist() == [18, 18, 18, 18, 0]  # no more than there are UIDs


def test_a_new_subnets_uids_are_all_new():
    network = Network(settings(flows__found_price=2500.0, entry__applicants=0.0), seed=2).run(1)
    (event,) = network.founding.events
    came = network.newcomers
    assert (came.registered_at[event.place] == event.block).all()
    assert int(came.price[event.place]) == RAO
