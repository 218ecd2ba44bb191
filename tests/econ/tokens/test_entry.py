"""Registrations one after the other: the compiled loop against the public functions, a step at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.entry import enter
from econ.tokens.registration import NOBODY, RegistrationRule, after_registration, pruned_uid

SUPPLY = 21 * 10**15


def plainly(price, limit, wanted, emission, born, block, rule):
    """One subnet by `after_registration` and `pruned_uid`."""
    emission, born, uids, paid = list(emission), list(born), [], 0
    for _ in range(wanted):
        uid = pruned_uid(emission, born, block, rule.immunity_period, min_non_immune=rule.min_non_immune)
        if price > limit or uid == NOBODY:
            break
        uids.append(int(uid))
        emission[uid], born[uid] = 0, block
        paid, price = paid + price, int(after_registration(price, rule))
    return uids, paid, price, born


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_it_is_registration_after_registration(data):
    uids, subnets = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    whole = st.integers(0, 10)

    def drawn(each):
        return [data.draw(st.lists(each, min_size=uids, max_size=uids)) for _ in range(subnets)]

    rule = RegistrationRule(
        increase=data.draw(st.sampled_from([1.0, 1.26, 2.5, 100.0])),
        lowest=data.draw(st.sampled_from([0, 7, 500_000])),
        highest=data.draw(st.sampled_from([10**6, 10**11, SUPPLY])),
        immunity_period=data.draw(whole),
        min_non_immune=data.draw(st.integers(0, 6)),
    )
    price, limit = ([data.draw(st.integers(0, SUPPLY)) for _ in range(subnets)] for _ in range(2))
    wanted = [data.draw(st.integers(0, 9)) for _ in range(subnets)]
    emission, born = drawn(whole), drawn(whole)
    got = enter(price, limit, wanted, emission, born, 10, rule)
    for k in range(subnets):
        taken, paid, after, at = plainly(price[k], limit[k], wanted[k], emission[k], born[k], 10, rule)
        assert got.uid[k][got.uid[k] >= 0].tolist() == taken
        assert (got.count[k], got.paid[k], got.price[k]) == (len(taken), paid, after)
        assert got.registered_at[k].tolist() == at


def test_nobody_gets_in_where_nobody_may_be_pruned_or_wants_to():
    rule = RegistrationRule()
    young = enter(10**9, SUPPLY, 3, np.ones((2, 4)), 5, 6, rule)  # all immune: the least paid goes, a newcomer itself
    assert young.uid.tolist() == [[0, 0, 0], [0, 0, 0]]
    old = enter(10**9, 10**9 - 1, 3, np.ones((2, 4)), 0, 9000, rule)
    assert (old.count.tolist(), old.price.tolist(), old.paid.tolist()) == ([0, 0], [10**9] * 2, [0, 0])
    spared = enter(10**9, SUPPLY, 3, np.ones((1, 4)), 0, 9000, rule)  # four past immunity are no more than ten
    assert spared.uid.tolist() == [[-1, -1, -1]]
    assert enter(10**9, SUPPLY, 0, np.ones((1, 4)), 0, 9000, rule).uid.shape == (1, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"price": -1}, "price is -1; it must be at least 0"),
        ({"limit": SUPPLY + 1}, "there are never more than"),
        ({"wanted": 0.5}, "wanted is 0.5"),
        ({"emission": [[np.nan, 1.0]]}, "emission holds NaN"),
        ({"emission": [1.0, 2.0]}, r"emission has shape \(2,\)"),
        ({"emission": np.ones((1, 0))}, "with a UID at least"),
        ({"price": [1, 2, 3]}, "give the others by subnet"),
    ],
)
def test_bad_input(given, said):
    usual = {"price": 10**9, "limit": 10**9, "wanted": 1, "emission": [[1.0, 2.0]], "registered_at": 0}
    with pytest.raises(ValueError, match=said):
        enter(**usual | given, block=9000, rule=RegistrationRule())
