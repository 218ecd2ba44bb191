"""Policies that answer one row a world: the same as one row a seat, and refused with the same words."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from agents import HonestValidator, PolicyError, Subnet, Traits, ValidatorPolicy, WeightCopier, WorldPolicy
from agents.testing import check


@dataclass(frozen=True)
class BySeat(ValidatorPolicy):
    """A weight-copier that says its row once a seat."""

    name: ClassVar[str] = "by-seat"
    traits: ClassVar[Traits] = Traits(sees={"consensus"})

    def weights(self, view):
        return view.public.consensus[view.world]


@dataclass(frozen=True)
class Seatwise(WeightCopier):
    """Derived from a policy of one row a world, but its seats differ."""

    name: ClassVar[str] = "seatwise"

    def weights(self, view):
        return np.where(np.arange(view.miners) == view.seat[:, None] % view.miners, 2.0, 1.0)


@dataclass(frozen=True)
class Wrong(WorldPolicy):
    """Says nonsense of the second world, or too little of all."""

    name: ClassVar[str] = "wrong"
    traits: ClassVar[Traits] = Traits()
    value: float = np.nan
    missing: int = 0

    def world_weights(self, view):
        rows = np.ones((3 - self.missing, view.miners))
        rows[1] = self.value
        return rows


def played(copier, miners):
    by_world = [[HonestValidator()] * 2 + [copier] * 3, [copier, HonestValidator()] * 2 + [copier]]
    subnet = Subnet(by_world, miners, worlds=2, start="honest:3")
    subnet.run(5)
    return subnet


@pytest.mark.parametrize("miners", [3, 8, 21])
def test_one_row_a_world_is_one_row_a_seat_to_the_bit(miners):
    one, other = played(WeightCopier(), miners), played(BySeat(), miners)
    assert np.array_equal(one.bonds, other.bonds)
    assert np.array_equal(one._hidden[0].weights, other._hidden[0].weights)


def test_a_class_may_go_back_to_one_row_a_seat():
    check(Seatwise())
    weights = played(Seatwise(), 8)._hidden[0].weights
    assert np.array_equal(weights[0, 2:].argmax(axis=1), [2, 3, 4])


@pytest.mark.parametrize(
    ("value", "words"), [(np.nan, "the weight nan"), (-1.0, "the weight -1.0"), (0.0, "an all-zero row")]
)
def test_the_seat_of_a_wrong_row_is_named(value, words):
    policies = [[HonestValidator(), HonestValidator()], [HonestValidator(), Wrong(value)], [HonestValidator()] * 2]
    subnet = Subnet(policies, 4, worlds=3, start="uniform")
    with pytest.raises(PolicyError, match=rf"wrong \(seat 1, world 1, epoch 0\) returned {words}"):
        subnet.step()
    fine = Subnet([[Wrong(value), HonestValidator()], *policies[:1], *policies[2:]], 4, worlds=3, start="uniform")
    fine.run(2)  # nobody plays it in the second world


def test_rows_of_too_few_worlds_are_refused():
    with pytest.raises(PolicyError, match=r"returned weights of shape \(2, 4\); it was asked for 3 rows of 4"):
        Subnet([Wrong(1.0, missing=1)], 4, worlds=3, start="uniform").step()
    with pytest.raises(AssertionError, match="world_weights"):
        check(Wrong(1.0))
