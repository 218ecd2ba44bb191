"""Locks in a network: what they hold back, who becomes owner by them and what that pays, and where every rao is."""

from dataclasses import dataclass

import numpy as np
import pytest

from agents.errors import PolicyError
from agents.network import MarketDelegator, Network, NetworkSettings, PlainOwner, Raider, RootHolder, Settled
from agents.network.books import OWNER, SPECIAL
from agents.network.locks import Locks
from econ.tokens.conviction import CONTEST_AGE, TAU
from econ.tokens.rao import RAO

SMALL = {"start.subnets": 3, "uids.validators": 3, "uids.miners": 6, "flows.period": 1, "flows.pace": 0.5}
QUIET = {"chain.tempo": 7200, "flows.worth_volatility": 0.0, "flows.slippage": 5.0, "entry.applicants": 0.0}


def settings(**changes):
    return NetworkSettings().changed(SMALL | QUIET | {key.replace("__", "."): value for key, value in changes.items()})


def raided(owners=PlainOwner(), locks=True, share=0.98, **changes):  # noqa: B008 - frozen
    given = [Raider(subnet=1, locks=locks, share=share), RootHolder(), Settled()]
    return Network(settings(**changes), delegators=given, traders=[], owners=owners, record=1)


def test_whoever_locks_enough_owns_an_old_subnet_and_is_paid_its_cut():
    network, plain = raided(), raided(locks=False)
    age = 300
    while network.books.locks.owner[1] == OWNER:
        network.step()
        plain.step()
        age += 1
        assert age < 500
    assert network.books.locks.owner.tolist() == [OWNER, SPECIAL, OWNER]
    assert network.age[1] <= CONTEST_AGE + 2 * 7200
    before = network.books.held()[1, [OWNER, SPECIAL]]
    pending = int(network.economy.pending.owner[1])
    sold = network.books.owners[1]
    network.step()
    gained = network.books.held()[1, [OWNER, SPECIAL]] - before
    assert pending == 0
    assert gained[1] - gained[0] > 0.17 * 7200 * RAO  # the cut, on top of what dividends bring each
    assert network.books.owners[1] == sold  # the founder has no cut to sell any more
    assert network.subnets[1].owner == Raider(subnet=1)
    assert network.subnets[0].owner == PlainOwner()
    frame = network.frame("subnets")
    assert frame[frame["epoch"] == network.epoch - 1]["owner"].tolist() == [-1, 0, -1]
    assert network.frame("network")["takeovers"].iloc[-1] == 1
    assert plain.run(1).books.locks.owner.tolist() == [OWNER] * 3
    assert set(network.audit().values()) == {0}


def test_a_young_subnet_cannot_be_taken_and_an_owner_that_locks_more_keeps_it():
    assert raided(start__age=30.0).run(250).frame("network")["takeovers"].iloc[-1] == 0
    taken, kept = (
        raided(PlainOwner(share=0.0, locked=part), share=0.4, start__root=2e4).run(120) for part in (0.0, 1.0)
    )
    assert taken.books.locks.owner.tolist() == [OWNER, SPECIAL, OWNER]
    held = kept.books.held()[1]
    assert held[OWNER] < held[SPECIAL]  # it has less alpha, but its conviction is immediate
    assert kept.contest[1] > 0.1
    assert kept.books.locks.owner.tolist() == [OWNER] * 3


def test_what_is_locked_is_not_sold_and_a_lock_decays_when_nobody_wishes_it():
    network = raided().run(10)
    books = network.books
    locked, held = books.locks.locked[1, SPECIAL], books.held()[1, SPECIAL]
    assert 0.9 * held < locked <= held
    everything = np.full(3, 10**16)
    books.sell(0, everything)
    left = books.held()[1, SPECIAL]
    assert locked - 1 <= left <= locked + 1
    books.locks.wanted[:] = 0.0
    books.locks.step(books.held(), network.economy.alpha_out, network.age, TAU)
    assert books.locks.locked[1, SPECIAL] == pytest.approx(locked / np.e)
    books.sell(0, everything)
    assert books.held()[1, SPECIAL] == pytest.approx(locked / np.e, abs=2)
    assert set(network.audit().values()) == {0}


def test_an_owner_sells_no_more_than_is_not_locked():
    books = raided(PlainOwner(locked=0.8)).run(5).books
    locked, none = books.locks.locked[:, OWNER], np.zeros(3, dtype=np.int64)
    assert books.sell_earned(np.full(3, 10**16), none, none).all()
    assert books.held()[:, OWNER] == pytest.approx(locked, abs=2)


@dataclass(frozen=True)
class WildLocker(MarketDelegator):
    """Moves and locks as it comes."""

    name = "wild-locker"

    def division(self, view):
        return view.uniform(2 + view.price.size) ** 20 + 1e-300

    def lock(self, view):
        return np.round(view.uniform(view.price.size) + 0.4)


@dataclass(frozen=True)
class WildOwner(PlainOwner):
    """Locks as it comes."""

    name = "wild"

    def lock(self, view):
        return view.uniform()[:, 0]

    def orders(self, view):
        return -1e5 * view.uniform()[:, 0]


@pytest.mark.parametrize("price", [0.0, 1500.0])
def test_every_rao_is_somewhere_and_held_whatever_is_locked(price):
    wild = settings(chain__tempo=50_400, flows__found_price=price, start__age=370.0, entry__applicants=9.0)
    network = Network(wild, delegators=[WildLocker(), WildLocker(), Raider()], owners=WildOwner(), seed=3)
    for _ in range(60):
        network.step()
        assert set(network.audit().values()) == {0}
        locks = network.books.locks
        assert (locks.locked <= network.books.held() + 2).all()
        assert (locks.conviction >= 0).all()
    assert len(network.founding.events) > 5 if price else network.books.locks.moved > 1


def test_locks_end_with_their_subnet():
    locks = Locks((2, 5), founder=0)
    held = np.full((2, 5), 10**12)
    locks.wanted[:, 3] = 5e11
    locks.step(held, [10**12, 10**12], np.array([CONTEST_AGE, 0]), 7200)
    locks.step(held, [10**12, 10**12], np.array([CONTEST_AGE, 0]), 10 * TAU)
    assert locks.owner.tolist() == [3, 0]
    assert locks.free(held)[0].tolist() == [10**12, 10**12, 10**12, 5 * 10**11, 10**12]
    locks.clear(0)
    assert (locks.owner.tolist(), locks.locked[0].any(), locks.locked[1].any()) == ([0, 0], False, True)


@dataclass(frozen=True)
class Greedy(WildLocker):
    """Wishes more locked than it has."""

    name = "greedy"

    def lock(self, view):
        return np.full(view.held.shape, 1.5)


def test_bad_locks():
    with pytest.raises(PolicyError, match=r"greedy returned 1\.5 as the shares to lock"):
        Network(settings(), delegators=[Greedy()]).run(1)
    with pytest.raises(ValueError, match="raider: subnet is 5; there are 3"):
        Network(settings(), delegators=[Raider(subnet=5)])
