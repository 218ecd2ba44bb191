"""UIDs change hands at the chain's price, and newcomers start with nothing."""

import copy
import pickle
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from agents import (
    BribingMiner,
    Griefer,
    HitAndRun,
    HonestMiner,
    HonestValidator,
    Imitation,
    MinerPolicy,
    ModelCopier,
    PolicyError,
    RegistrationSettings,
    Subnet,
    Sybil,
    Traits,
)
from agents.holding import Groups
from agents.uids import NOBODY, Uids
from econ.quantity import QuantityError
from econ.tokens.registration import after_registration, pruned_uid
from econ.yuma.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Bidder(MinerPolicy):
    """Works fully, and bids a fixed amount for a UID."""

    name: ClassVar[str] = "bidder"
    traits: ClassVar[Traits] = Traits()
    bid: float = 1e9

    def effort(self, view):
        return np.ones(view.world.size)

    def register(self, view):
        return np.full(view.world.size, self.bid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver(Bidder):
    """Walks away in epoch 3 and never bids."""

    name: ClassVar[str] = "leaver"
    bid: float = -np.inf

    def leave(self, view):
        return np.full(view.world.size, view.epoch == 3)


def uids(players, columns, *, worlds=1, epoch=100, immunity=3600, **settings):
    first = np.tile(np.where(np.arange(players) < columns, np.arange(players), NOBODY), (worlds, 1))
    rule = RegistrationSettings(outside=players - columns, **{"min_non_immune": 0, **settings})
    return Uids(first, columns, rule, immunity_period=immunity, tempo=360, epoch=epoch)


def registered(held, epoch, bids, emission, order):
    """Who is new, new[world, column], and what it cost whom, paid[world, player], of bids[world, player]."""
    world, player = np.nonzero(bids > -np.inf)
    came = held.register(epoch, world, player, bids[world, player], emission, lambda: order)
    new, paid = np.zeros(held.holder.shape, dtype=bool), np.zeros(bids.shape)
    new[came.world, came.column], paid[came.world, came.player] = True, came.cost
    return new, paid


def test_the_lowest_emission_past_immunity_goes():
    held = uids(4, 3)
    held.registered_at[0] = [95, 50, 60]  # the first is immune: 5 of 10 epochs old
    bids = np.array([[-np.inf, -np.inf, -np.inf, 1000.0]])
    new, paid = registered(held, 100, bids, np.array([[0.0, 0.3, 0.2]]), np.zeros((1, 4)))
    assert new.tolist() == [[False, False, True]]
    assert held.uid[0].tolist() == [0, 1, NOBODY, 2]
    assert held.holder[0].tolist() == [0, 1, 3]
    assert paid[0].tolist() == [0, 0, 0, pytest.approx(1000 / 6)]
    assert held.immune(100).tolist() == [[True, False, True]]


def test_newcomers_say_who_came_where_after_whom_and_at_what_cost():
    held, none = uids(4, 3), -np.inf
    world, player, order = np.zeros(2, dtype=np.int64), np.array([3, 1]), np.zeros((1, 4))
    held.leave(np.array([0]), np.array([1]))  # its UID stands empty
    emission = np.array([[0.3, 0.0, 0.2]])
    came = held.register(100, world, player, np.array([1000.0, 400.0]), emission, lambda: order)
    assert came.world.tolist() == [0, 0]
    assert came.player.tolist() == [3, 1]
    assert came.column.tolist() == [1, 2]
    assert came.ousted.tolist() == [NOBODY, 2]
    np.testing.assert_allclose(came.cost, [1000 / 6, 1.26 * 1000 / 6])
    nobody = held.register(100, world, player, np.array([none, none]), emission, lambda: order)
    assert all(values.size == 0 for values in nobody)


def test_bids_are_served_highest_first_and_each_raises_the_price():
    held = uids(6, 3)
    bids = np.array([[-np.inf] * 3 + [170.0, 500.0, 230.0]])
    new, paid = registered(held, 100, bids, np.array([[0.1, 0.2, 0.3]]), np.zeros((1, 6)))
    first = 1000 / 6  # 1 TAO where an epoch is worth 6
    assert paid[0, 4] == pytest.approx(first)
    assert paid[0, 5] == pytest.approx(1.26 * first)
    assert paid[0, 3] == 0  # 1.26^2 is above its bid
    assert new.sum() == 2
    assert held.cost[0] == pytest.approx(1.26**2 * first)
    for _ in range(2):
        held.pass_epoch()  # a half-life of one tempo
    assert held.cost[0] == pytest.approx(1.26**2 * first / 4, rel=1e-6)


def test_where_no_uid_may_be_replaced_registrations_fail_and_cost_nothing():
    held = uids(4, 3, min_non_immune=10)  # three UIDs past immunity, none within it
    before = held.uid.copy(), held.holder.copy(), held.price.copy()
    new, paid = registered(held, 100, np.array([[-np.inf] * 3 + [1000.0]]), np.ones((1, 3)), np.zeros((1, 4)))
    assert not new.any()
    assert not paid.any()
    for was, now in zip(before, (held.uid, held.holder, held.price), strict=True):
        np.testing.assert_array_equal(was, now)


def one_after_another(held, epoch, bids, emission, order):
    """What `register` says, a bid at a time, by the chain's own functions; of the one world."""
    uid, earned, born = held.uid[0].copy(), emission[0].copy(), held.registered_at[0] * 360
    price, paid = held.price[0], np.zeros(uid.size)
    for player in sorted(np.flatnonzero(np.isfinite(bids[0])), key=lambda p: (-bids[0, p], -order[0, p], p)):
        cost = price * held._settings.thousandths_per_rao
        column = pruned_uid(earned, born, epoch * 360, held._immunity, min_non_immune=held._settings.min_non_immune)
        if bids[0, player] < cost or column == NOBODY:
            continue
        uid[uid == column] = NOBODY
        uid[player], paid[player], earned[column], born[column] = column, cost, 0.0, epoch * 360
        price = after_registration(price, held._settings.rule)
    return uid, price, paid


@pytest.mark.parametrize(("least_old", "immunity"), [(0, 3600), (4, 3600), (2, 1080), (0, 0), (2, 0)])
def test_a_registration_is_the_chains_one_after_another(least_old, immunity):
    """With equal bids, equal luck and equal pay, and more who bid than can be served."""
    held, rng = uids(12, 6, immunity=immunity, min_non_immune=least_old), np.random.default_rng(least_old)
    for epoch in range(100, 160):
        bids = np.where(held.uid == NOBODY, rng.integers(0, 5, (1, 12)) * 150.0, -np.inf)
        emission, order = rng.integers(0, 3, (1, 6)) / 2.0, rng.integers(0, 3, (1, 12)) / 2.0
        uid, price, paid = one_after_another(held, epoch, bids, emission, order)
        _, cost = registered(held, epoch, bids, emission, order)
        assert cost[0].tolist() == paid.tolist()
        assert held.uid[0].tolist() == uid.tolist()
        assert held.price[0] == price
        held.pass_epoch()


def test_worlds_are_independent_of_each_other():
    both, alone = uids(5, 3, worlds=2), uids(5, 3)
    rng = np.random.default_rng(4)
    for epoch in range(100, 140):
        bids = np.where(both.uid == NOBODY, rng.uniform(0, 400, both.uid.shape), -np.inf)
        emission, order = rng.random((2, 3)), rng.random((2, 5))
        new, paid = registered(both, epoch, bids, emission, order)
        one, cost = registered(alone, epoch, bids[1:], emission[1:], order[1:])
        np.testing.assert_array_equal(new[1:], one)
        np.testing.assert_array_equal(paid[1:], cost)
        for held in (both, alone):
            held.pass_epoch()
            world, column = np.nonzero(held.holder >= 0)
            np.testing.assert_array_equal(held.uid[world, held.holder[world, column]], column)
            assert ((held.uid >= 0).sum(axis=1) == 3).all()


def test_a_newcomer_starts_with_nothing():
    subnet = Subnet(
        [HonestValidator()] * 4,
        [Bidder()] * 7,
        registration=RegistrationSettings(outside=2, min_non_immune=0),
        rules=Rules(reveal_period=3, immunity_period=0),
        worlds=3,
        start="honest:8",
    )
    subnet._change_uids()
    world, column = np.nonzero(subnet._fresh)
    assert world.size
    assert not subnet.bonds[world, :, column].any()
    assert not subnet.consensus[world, column].any()
    np.testing.assert_allclose(subnet.consensus.sum(axis=1), 1.0)
    for hidden in subnet._hidden:  # decided for whoever was there before
        assert not hidden.weights[world, :, column].any()
        sums = hidden.weights.sum(axis=-1)
        assert ((abs(sums - 1.0) < 1e-12) | (sums == 0.0)).all()  # none is left of a row whose miners all went
    assert (subnet.ledger.series("miner_emission") >= 0).all()


def test_newcomers_wait_at_least_for_the_reveal_period():
    subnet = Subnet(
        [HonestValidator()] * 4,
        [Bidder(bid=200.0)] * 14,
        registration=RegistrationSettings(outside=4, min_non_immune=0),
        rules=Rules(reveal_period=3),
        worlds=3,
    )
    subnet.run(60)
    waited = subnet.ledger.newcomer_epochs_to_first_pay
    assert (waited >= 3).all()
    assert (waited < 5).all()


def test_registrations_cost_what_the_ledger_says():
    quiet = Subnet([HonestValidator()] * 3, [Bidder(bid=-1e9)] * 8, registration=RegistrationSettings(outside=3))
    quiet.run(20)
    assert not quiet.ledger.miner_other.any()
    assert np.isnan(quiet.ledger.newcomer_epochs_to_first_pay).all()
    closed = Subnet([HonestValidator()] * 3, [Bidder()] * 8, registration=RegistrationSettings(outside=3))
    closed.run(20)  # eight UIDs past immunity are not more than ten: all are spared
    assert not closed.ledger.miner_other.any()
    busy = Subnet([HonestValidator()] * 6, [Bidder()] * 8, registration=RegistrationSettings(outside=3))
    busy.run(20)
    assert (busy.ledger.miner_other.sum(axis=1) < 0).all()
    np.testing.assert_allclose(busy.ledger.series("miner_emission").sum(axis=-1), 500.0)


def test_who_waits_at_first_is_drawn_in_every_world():
    subnet = Subnet([HonestValidator()], [HonestMiner()] * 6, registration=RegistrationSettings(outside=3), worlds=200)
    outside = (subnet.uid < 0).mean(axis=0)
    assert ((subnet.uid >= 0).sum(axis=1) == 3).all()
    np.testing.assert_allclose(outside, 0.5, atol=0.15)
    same = Subnet([HonestValidator()], [HonestMiner()] * 6, registration=RegistrationSettings(outside=3), worlds=[7])
    np.testing.assert_array_equal(subnet.uid[7], same.uid[0])


def test_a_uid_left_alone_makes_nothing():
    subnet = Subnet([HonestValidator()] * 3, [HonestMiner()] * 4 + [Leaver()], start="uniform")
    subnet.run(3)
    assert subnet.miners[4].uid == 7
    subnet.run(20)
    assert (subnet.miners[4].uid, subnet.miners[4].incentive, subnet.miners[4].quality) == (-1, 0.0, 0.0)
    assert subnet.incentive[0, 4] < 1e-12
    assert subnet.ledger.series("miner_emission")[-1, 0, 4] == 0.0


def test_what_is_kept_of_groups_is_what_is_looked_up_anew():
    """While miners come, go, offer, copy and learn; and a copy goes on as the original does."""
    policies = (HonestMiner(), HitAndRun(), Griefer(), BribingMiner(), Sybil(), ModelCopier(lag=2))
    subnet = Subnet(
        [HonestValidator()] * 3,
        [policy for policy in policies for _ in range(2)],
        registration=RegistrationSettings(outside=2, min_non_immune=0),
        rules=Rules(immunity_period=360, reveal_period=0),
        learning=[Imitation(policies=policies, every=2)],
        worlds=3,
        start="honest:2",
    )
    for epoch in range(24):
        subnet.step()
        mining, kept = subnet._mining, subnet._mining._groups
        anew = Groups(mining.playing, subnet._uids)
        np.testing.assert_array_equal(kept.maker, anew.maker)
        np.testing.assert_array_equal(kept.number, anew.number)
        np.testing.assert_array_equal(mining.utility, mining._worth[anew.number])
        for group, other in zip(kept, anew, strict=True):
            for inside in (True, False):
                rows, looked_up = group.rows(subnet._uids, inside=inside), other.rows(subnet._uids, inside=inside)
                np.testing.assert_array_equal(rows, looked_up)
        if epoch == 12:
            copied = [copy.deepcopy(subnet), pickle.loads(pickle.dumps(subnet))]
    for other in copied:
        other.run(11)
        for name in ("uid", "bonds", "dividends", "incentive", "quality", "weights"):
            np.testing.assert_array_equal(getattr(other, name), getattr(subnet, name))


def test_somebody_must_be_inside():
    with pytest.raises(QuantityError, match=r"registration\.outside is 3; there are 3 miners"):
        Subnet([HonestValidator()], [HonestMiner()] * 3, registration=RegistrationSettings(outside=3))


def test_a_bid_that_is_no_number_names_policy_seat_world_and_epoch():
    with pytest.raises(PolicyError, match=r"bidder \(seat \d, world 0, epoch -40\) returned bids of nan"):
        Subnet([HonestValidator()], [Bidder(bid=np.nan)] * 3, registration=RegistrationSettings(outside=1))
