"""Rows of weights wait where policies left them, and are paid as if they had been laid out at once."""

import copy
import pickle
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from agents import HonestValidator, Subnet, Traits, ValidatorPolicy
from agents.deciding import Decided, Plan
from agents.offers import Offers
from econ.yuma.epoch import epoch_of_shares
from econ.yuma.rules import Rules


def waiting(rows, offers=None):
    """All rows[world, seat, column] decided, each world's and seat's by itself."""
    worlds, seats, columns = rows.shape
    place = np.arange(worlds * seats).reshape(worlds, seats)
    decided = Decided(Plan(place.size, place, np.zeros_like(place)), columns)
    for world in range(worlds):
        for seat in range(seats):
            assert decided.take(place[world, seat], rows[world, seat][None].copy(), place[world, seat][None]) == -1
    decided.offers = offers
    return decided


@pytest.mark.parametrize("version", ["3", "2", "mean"])
@pytest.mark.parametrize("columns", [3, 8, 21])
def test_what_waits_is_paid_as_laid_out(version, columns):
    rng = np.random.default_rng(columns)
    rows, stake = rng.random((11, 4, columns)), rng.random((11, 4))
    stake /= stake.sum(axis=1, keepdims=True)
    rows[:, 0] = np.where(rng.random((11, columns)) < 0.5, 0.0, rows[:, 0])
    rows[:, 0, 0] += 0.1
    bonds, rules = rng.random(rows.shape), Rules(version=version)
    decided, gone = waiting(rows), rng.random((11, columns)) < 0.2
    decided.forget(gone)
    expected = np.where(gone[:, None], 0.0, rows)
    expected = expected / np.maximum(expected.sum(axis=-1, keepdims=True), 1e-300)
    np.testing.assert_allclose(decided.weights, expected, atol=1e-15)
    weights = np.full(rows.shape, np.nan)
    paid, received, spent = decided.pay(weights, stake, bonds, rules, np.empty(rows.shape), None)
    assert received is spent is None
    np.testing.assert_array_equal(weights, decided.weights)
    alone = epoch_of_shares(weights, stake, bonds, rules)
    for name in ("consensus", "incentive", "dividends", "validator_trust", "bonds"):
        np.testing.assert_array_equal(getattr(paid, name), getattr(alone, name))


@pytest.mark.parametrize("version", ["3", "mean"])
def test_offers_are_settled_by_weight_and_by_stake(version):
    stake, bonds = np.array([[1.0, 0.0, 0.0], [0.2, 0.5, 0.3]]), np.zeros((2, 3, 2))
    rows = np.array([[[0.5, 0.5]] * 3, [[3.0, 7.0], [1.0, 9.0], [0.3, 0.7]]])
    given = {"payment": np.array([[0.0, 0.0], [2.0, 0.0]]), "asked": np.array([[0.0, 0.0], [0.3, 0.5]])}

    def settled(contract, kappa):
        offers = Offers(**given, contract=np.array([[True, True], [contract, False]]))
        rules = Rules(version=version, kappa=kappa)
        return waiting(rows, offers).pay(np.empty(rows.shape), stake, bonds, rules, bonds.copy(), None)[1:]

    received, spent = settled(False, 0.6)
    np.testing.assert_array_equal(received, [[0.0, 0.0, 0.0], [2.0, 0.0, 2.0]])
    np.testing.assert_array_equal(spent, [[0.0, 0.0], [4.0, 0.0]])
    assert not settled(True, 0.6)[0].any()  # those who take it hold half the stake
    np.testing.assert_array_equal(settled(True, 0.5)[0], received)


@dataclass(frozen=True)
class OneSheet(ValidatorPolicy):
    """Writes its weights on one sheet of paper, always the same."""

    name: ClassVar[str] = "one-sheet"
    traits: ClassVar[Traits] = Traits()
    sheet: list[np.ndarray] = field(default_factory=list, compare=False, hash=False)
    handed: str = "itself"

    def weights(self, view):
        shape = (view.world.size, view.miners)
        if not self.sheet:
            self.sheet.append(np.empty(shape))
        self.sheet[0][:] = 1.0
        self.sheet[0][:, view.epoch % view.miners] = 5.0
        return {"itself": self.sheet[0], "part": self.sheet[0][:], "list": self.sheet[0].tolist()}[self.handed]


@pytest.mark.parametrize("handed", ["itself", "part", "list"])
def test_a_policy_that_writes_on_after_it_answered_changes_nothing_that_waits(handed):
    subnet = Subnet(
        [OneSheet(handed=handed), HonestValidator()], 4, rules=Rules(reveal_period=3), start="uniform", worlds=2
    )
    for epoch in range(8):
        subnet.step()
        for back, decided in enumerate(reversed(subnet._hidden)):
            assert (decided.weights[:, 0].argmax(axis=1) == (epoch - back) % 4).all()
            np.testing.assert_allclose(decided.weights[:, 0].max(axis=1), 5 / 8)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda subnet: pickle.loads(pickle.dumps(subnet))])
def test_a_copy_of_a_subnet_goes_on_as_the_subnet_does(copied):
    subnet = Subnet([HonestValidator()] * 3, miners=9, worlds=2, burn_in=0, rules=Rules(reveal_period=3))
    subnet.run(6)
    other = copied(subnet)
    subnet.run(6)  # what waited in the subnet is let go of
    other.run(6)
    assert np.array_equal(other.ledger.dividends, subnet.ledger.dividends)


def test_a_seat_that_has_not_decided_hides_no_row_behind_it():
    decided = Decided(Plan(2, np.array([[0, 1, 1]]), np.array([[0, 0, 1]])), 9)
    decided.take(1, np.arange(18.0).reshape(2, 9), np.array([1, 2]))
    assert decided.weights[0].sum(axis=1).tolist() == [0.0, 1.0, 1.0]
