"""Stake that moves: delegators, takes, childkeys, rent, compounding, and what the owner does."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import (
    DelegatorPolicy,
    DelegatorSettings,
    HonestValidator,
    OwnerPolicy,
    OwnerSettings,
    PolicyError,
    QualityAwareDelegator,
    Subnet,
    Traits,
    ValidatorPolicy,
    ValidatorSettings,
)
from agents.staking import Childkey, Staking
from econ.quantity import QuantityError
from econ.yuma.bonds import shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed(DelegatorPolicy):
    """Divides its stake in fixed parts."""

    name: ClassVar[str] = "fixed"
    traits: ClassVar[Traits] = Traits()
    parts: tuple[float, ...] = (1.0, 0.0, 0.0)

    def stake(self, view):
        return np.tile(self.parts, (view.world.size, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Renter(ValidatorPolicy):
    """Uniform weights, with a take and rented stake of its own."""

    name: ClassVar[str] = "renter"
    traits: ClassVar[Traits] = Traits()
    keeps: float = 0.5
    rents: float = 0.25

    def weights(self, view):
        return np.ones((view.world.size, view.miners))

    def take(self, view):
        return np.full(view.world.size, self.keeps)

    def rent(self, view):
        return np.full(view.world.size, self.rents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes(OwnerPolicy):
    """Burns a part and stakes all of its cut with validator 1."""

    name: ClassVar[str] = "stakes"
    traits: ClassVar[Traits] = Traits()
    burns: float = 0.25

    def burn(self, view):
        return np.full(view.world.size, self.burns)

    def invest(self, view):
        return np.tile([0.0, 1.0, 0.0], (view.world.size, 1))


@given(
    seed=st.integers(0, 10**6),
    take=st.floats(0, 1),
    lend=st.floats(0, 1),
    fee=st.floats(0, 1),
    growth=st.floats(0, 0.1),
)
def test_all_that_is_paid_is_received(seed, take, lend, fee, growth):
    rng = np.random.default_rng(seed)
    keys = [Childkey(parent=0, child=2, proportion=lend, take=fee), Childkey(parent=1, child=0, proportion=0.5)]
    staking = Staking(
        shares(rng.random((3, 4))), delegators=2, delegated=0.6, take=take, compounding=growth, childkeys=keys
    )
    staking.place(np.array([0, 2]), np.array([1, 0]), shares(rng.random((2, 4))))
    staking.rented[1, 3] = 0.4
    before = staking.total.sum(axis=1)
    emission = shares(rng.random((3, 4)))
    kept, given_out = staking.divide(emission)
    np.testing.assert_allclose(kept.sum(axis=1) + given_out.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(staking.total.sum(axis=1), before + growth, atol=1e-12)


def test_what_is_kept_where_no_stake_moves_is_the_same_to_the_bit():
    """With rent in some worlds, and a validator whose stake does not count."""
    rng = np.random.default_rng(3)
    staking = Staking(rng.random((4, 5)), delegators=0, delegated=0.0, take=0.18, compounding=0.0)
    staking.own[1, 2] = staking.own[3, 0] = 0.0
    staking.rented[2:] = rng.random((2, 5)) * (rng.random((2, 5)) < 0.5)
    emission = rng.random((4, 5))
    kept, given = staking.divide(emission)
    np.testing.assert_array_equal(staking.kept(emission), kept)
    assert not given.any()


def test_childkeys_move_what_counts_and_what_is_earned():
    own = np.array([[0.6, 0.4]])
    keys = [Childkey(parent=0, child=1, proportion=0.5, take=0.1)]
    staking = Staking(own, delegators=0, delegated=0.0, take=0.18, compounding=0.0, childkeys=keys)
    np.testing.assert_allclose(staking.total, [[0.3, 0.7]])
    kept, _ = staking.divide(np.array([[0.0, 0.7]]))
    np.testing.assert_allclose(kept, [[0.3 * 0.9, 0.4 + 0.3 * 0.1]])


def test_who_lends_all_of_its_stake_is_paid_for_it():
    keys = [Childkey(parent=0, child=1, proportion=1.0, take=0.1)]
    staking = Staking(np.array([[0.6, 0.4]]), delegators=0, delegated=0, take=0.18, compounding=0.5, childkeys=keys)
    np.testing.assert_allclose(staking.total, [[0.0, 1.0]])
    kept, _ = staking.divide(np.array([[0.2, 0.8]]))  # the rule may pay whose stake does not count
    np.testing.assert_allclose(kept, [[0.2 + 0.9 * 0.6 * 0.8, (0.4 + 0.1 * 0.6) * 0.8]])
    np.testing.assert_allclose(staking.own, [[0.6, 0.4]] + 0.5 * kept)


@pytest.mark.parametrize(
    ("lends", "words"),
    [
        ([(0, 1), (0, 1)], "childkey 0 -> 1 is given twice"),
        ([(0, 1), (1, 0)], "validator 0 lends stake to one that lends to it"),
        ([(3, 0), (0, 1), (1, 2), (2, 0)], "validator 0 lends stake to one that lends to it"),
        ([(0, child) for child in range(1, 7)], "validator 0 has 6 children; at most 5"),
        ([(0, 1.5)], "different seats from 0 to 6"),
    ],
)
def test_childkeys_that_the_chain_refuses(lends, words):
    keys = [Childkey(parent=parent, child=child, proportion=0.1) for parent, child in lends]
    with pytest.raises(QuantityError, match=words):
        Staking(np.full((1, 7), 1 / 7), delegators=0, delegated=0, take=0, compounding=0, childkeys=keys)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (Childkey(parent=0, child=0, proportion=0.5), "different seats from 0 to 1"),
        (Childkey(parent=0, child=1, proportion=1.5), "must lie in"),
        (Childkey(parent=0, child=5, proportion=0.5), "different seats"),
    ],
)
def test_wrong_childkeys(key, words):
    with pytest.raises(QuantityError, match=words):
        Staking(np.full((1, 2), 0.5), delegators=0, delegated=0, take=0, compounding=0, childkeys=[key])


def test_delegators_move_stake_and_are_paid_after_the_take():
    subnet = Subnet(
        [HonestValidator()] * 3,
        8,
        delegators=[Fixed()] * 2,
        delegator_settings=DelegatorSettings(stake=0.6),
        validator_settings=ValidatorSettings(take=0.25),
        worlds=4,
    )
    np.testing.assert_allclose(subnet.stake, 1 / 3)  # it stands still before epoch 0
    subnet.run(10)
    np.testing.assert_allclose(subnet.stake, [[0.4 / 3 + 0.6, 0.4 / 3, 0.4 / 3]] * 4)
    ledger = subnet.ledger
    validators, delegators = ledger.series("validator_emission")[-1], ledger.series("delegator_emission")[-1]
    paid = 500.0 * subnet.dividends[:, 0]
    np.testing.assert_allclose(delegators.sum(axis=1), 0.75 * paid * 0.6 / (0.4 / 3 + 0.6))
    np.testing.assert_allclose(validators.sum(axis=1) + delegators.sum(axis=1), 500.0)
    np.testing.assert_allclose([seat.stake for seat in subnet.delegators], 0.3)
    assert subnet.delegators[0].policy == (Fixed(),) * 4


def test_delegators_move_no_oftener_than_they_may():
    seen = []

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Sees(Fixed):
        name: ClassVar[str] = "sees"

        def stake(self, view):
            seen.append(view.epoch)
            return Fixed.stake(self, view)

    subnet = Subnet([HonestValidator()] * 3, 4, delegators=[Sees()], delegator_settings=DelegatorSettings(period=4))
    subnet.run(10)
    assert seen == [0, 4, 8]


def test_delegators_pay_for_what_they_measure():
    """That is nothing in epochs in which they may not move."""
    subnet = Subnet(
        [HonestValidator()] * 3,
        4,
        delegators=[QualityAwareDelegator(), Fixed()],
        delegator_settings=DelegatorSettings(period=4),
        validator_settings=ValidatorSettings(cost=2.0),
        start="honest:2",
    )
    subnet.run(8)
    np.testing.assert_allclose(subnet.ledger.delegator_cost, [[2.0 * 2 / 8, 0.0]])


def test_yields_are_par_where_all_are_equal():
    staking = Staking(np.full((1, 4), 0.25), delegators=1, delegated=0.5, take=0.2, compounding=0.0)
    np.testing.assert_allclose(staking.yields(np.full((1, 4), 0.125)), 0.8)
    np.testing.assert_allclose(staking.yields(np.array([[0.5, 0.0, 0.0, 0.0]])), [[3.2, 0.0, 0.0, 0.0]])


def test_rented_stake_counts_and_costs():
    settings = ValidatorSettings(rent=100.0)
    subnet = Subnet([HonestValidator(), Renter()], 6, validator_settings=settings)
    subnet.run(3)
    np.testing.assert_allclose(subnet.stake, [[0.5 / 1.25, 0.75 / 1.25]])
    np.testing.assert_allclose(subnet.ledger.validator_other, [[0.0, -25.0]])
    assert subnet.validators[1].stake == pytest.approx(0.6)


def test_stake_compounds_with_what_it_earns():
    still = Subnet([HonestValidator()] * 3, 6)
    grows = Subnet([HonestValidator()] * 3, 6, validator_settings=ValidatorSettings(compounding=0.01))
    still.run(50)
    grows.run(50)
    np.testing.assert_allclose(still._staking.total.sum(), 1.0)
    np.testing.assert_allclose(grows._staking.total.sum(), 1.0 + 0.01 * 0.5 * 50)
    np.testing.assert_allclose(still.stake, 1 / 3)
    assert grows.stake.std() > 1e-5


def test_the_owner_burns_and_invests():
    settings = ValidatorSettings(compounding=0.01, take=0.0)
    subnet = Subnet(
        [HonestValidator()] * 3, 6, owner=Stakes(), owner_settings=OwnerSettings(cut=0.2), validator_settings=settings
    )
    subnet.run(10)
    ledger = subnet.ledger
    np.testing.assert_allclose(ledger.series("miner_emission")[-1].sum(axis=-1), 375.0)
    owner = ledger.series("owner_emission")[:, 0, 0]
    np.testing.assert_allclose(owner[:-10], 250.0)  # the cut, before anything is staked
    assert (np.diff(owner[-10:]) > 0).all()
    assert subnet.owner.stake == pytest.approx(subnet.placed_stake[0, -1, 1])
    assert subnet.stake[0, 1] == subnet.stake.max()


@pytest.mark.parametrize("parts", [(0.0, 0.0, 0.0), (1.0, -1.0, 1.0), (np.nan, 1.0, 1.0), (1.0, 1.0)])
def test_stakes_that_are_no_division_name_policy_seat_world_and_epoch(parts):
    subnet = Subnet([HonestValidator()] * 3, 4, delegators=[Fixed(), Fixed(parts=parts)])
    with pytest.raises(PolicyError, match=r"fixed \((seat 1, world 0, )?epoch 0\) returned .*stakes"):
        subnet.step()


@pytest.mark.parametrize("change", [{"keeps": 1.5}, {"rents": -1.0}, {"rents": np.nan}])
def test_takes_and_rents_out_of_range(change):
    subnet = Subnet([HonestValidator(), Renter(**change)], 4, start="uniform")
    with pytest.raises(PolicyError, match=r"renter \(seat 1, world 0, epoch 0\)"):
        subnet.step()


def test_rent_ends_with_the_policy_that_paid_it():
    subnet = Subnet([HonestValidator(), Renter()], 6)
    subnet.run(2)
    subnet.switch("validators", 0, 1, [HonestValidator()])
    subnet.step()
    np.testing.assert_allclose(subnet.stake, 0.5)
