"""A model that nobody holds is gone, with all its arrays."""

import gc
import weakref

from agents import HonestValidator, Subnet


def test_a_subnet_is_freed_and_its_seats_are_numbered_from_one():
    subnets = [Subnet([HonestValidator()] * 2, miners=3) for _ in range(2)]
    for subnet in subnets:
        subnet.run(2)
        assert sorted(seat.unique_id for seat in subnet.agents) == [1, 2, 3, 4, 5]
    gone = [weakref.ref(subnet) for subnet in subnets]
    del subnet, subnets
    gc.collect()
    assert [ref() for ref in gone] == [None, None]
