"""What policies offer is checked, laid out and known again; who takes it is settled in the tests of decided rows."""

import numpy as np
import pytest

from agents import BribingMiner, Offer, PolicyError
from agents.offers import Offered, Offers
from agents.tables import Table

POLICY = BribingMiner()
VIEW = Table(number=0, story="offers").shown_to(POLICY, 0, np.zeros((0, 0))).view
ROWS = VIEW.world.size
PLACE = np.arange(ROWS)


def where(world, seat):
    return f"seat {seat}, world {world}, epoch 7"


def offered(payment=0.5, weight=0.1, contract=False, place=PLACE):
    full = [np.full(ROWS, value) for value in (payment, weight, contract)]
    return Offered.by(POLICY, Offer(payment=full[0], weight=full[1], contract=full[2]), VIEW, place, where)


def test_an_offer_is_taken_as_numbers_a_row():
    taken = offered(payment=2, weight=1, contract=1)
    assert taken.place is PLACE
    assert taken.payment.tolist() == [2.0] * ROWS
    assert taken.asked.tolist() == [1.0] * ROWS
    assert taken.contract.tolist() == [True] * ROWS


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"payment": -1.0}, r"payments of -1; they must be finite and at least 0"),
        ({"payment": np.inf}, r"payments of inf"),
        ({"payment": np.nan}, r"payments of nan"),
        ({"weight": 1.5}, r"asked weights of 1.5; they must be in \[0, 1\]"),
        ({"contract": "yes"}, r"returned ndarray; contracts are an array of real numbers"),
    ],
)
def test_an_illegal_offer_names_policy_seat_world_and_epoch(wrong, said):
    with pytest.raises(PolicyError, match=rf"^bribing \(seat 0, world 0, epoch 7.*{said}"):
        offered(**wrong)


def test_what_is_no_offer_is_refused():
    with pytest.raises(PolicyError, match=r"bribing \(seat 0, world 0, epoch 7\) offers a dict; give an agents.Offer"):
        Offered.by(POLICY, {}, VIEW, PLACE, where)


def test_an_offer_is_the_same_by_the_same_rows_and_numbers():
    assert offered().is_as(offered())
    assert not offered().is_as(offered(payment=0.6))
    assert not offered().is_as(offered(weight=0.2))
    assert not offered().is_as(offered(contract=True))
    assert not offered().is_as(offered(place=PLACE.copy()))  # looked up anew: somebody has moved


def test_offers_are_laid_out_by_column_and_known_again():
    given = [Offered(np.array([1, 3]), np.array([0.5, 0.0]), np.array([0.1, 0.2]), np.array([True, False]))]
    offers = Offers.of(given, (2, 2))
    assert offers.payment.tolist() == [[0.0, 0.5], [0.0, 0.0]]
    assert offers.asked.tolist() == [[0.0, 0.1], [0.0, 0.2]]
    assert offers.contract.tolist() == [[False, True], [False, False]]
    assert offers.are(given)
    assert not offers.are([*given, *given])
    given[0].payment[0] = 0.7  # the policy writes on: what was taken stays
    assert offers.payment[0, 1] == 0.5
    assert not offers.are(given)
    assert not offers.in_worlds(np.array([0])).are(given)


def test_only_what_pays_is_listed_world_after_world():
    payment = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 3.0]])
    offers = Offers(payment=payment, asked=payment / 10, contract=payment > 2)
    first, column, least, pays, needed = offers.laid_out(0.5)
    assert first.tolist() == [0, 1, 1, 3]
    assert column.tolist() == [1, 0, 2]
    np.testing.assert_allclose(least, [0.2, 0.1, 0.3], atol=2e-9)
    assert pays.tolist() == [2.0, 1.0, 3.0]
    np.testing.assert_allclose(needed, [-np.inf, -np.inf, 0.5], atol=2e-9)
    assert offers.laid_out(0.5) is offers.laid_out(0.5)
