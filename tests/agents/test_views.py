"""A view shows what the traits name, and no attribute of it leads to anything else."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from agents import (
    HonestMiner,
    HonestValidator,
    LazyMiner,
    MinerPolicy,
    PolicyError,
    RegistrationSettings,
    Subnet,
    Traits,
    ValidatorPolicy,
    WeightCopier,
)
from agents.policy import Policy
from agents.views import PUBLIC

SEED = 991_733
"""Found nowhere else."""


def reached(start: Any) -> list[Any]:
    """All objects that attributes and items lead to, those of policies and of classes left out."""
    found, waiting = [], [start]
    while waiting:
        this = waiting.pop()
        if any(this is other for other in found) or callable(this):
            continue
        found.append(this)
        if isinstance(this, dict):
            waiting += [*this.keys(), *this.values()]
        elif isinstance(this, list | tuple | set | frozenset):
            waiting += list(this)
        elif isinstance(this, np.ndarray):
            waiting.append(this.base)
        elif isinstance(this, memoryview):
            waiting.append(this.obj)
        elif not isinstance(this, Policy | str | int | float | bytes | type(None)):
            names = {*dir(this), *(name for kind in type(this).__mro__ for name in getattr(kind, "__slots__", ()))}
            for name in names:
                try:
                    waiting.append(getattr(this, name))
                except (AttributeError, PolicyError):
                    continue
    return found


@dataclass(frozen=True)
class Spy(ValidatorPolicy):
    """Looks through its whole view."""

    name: ClassVar[str] = "spy"
    traits: ClassVar[Traits] = Traits(sees={"consensus"})
    seen: ClassVar[list[Any]] = []

    def weights(self, view):
        self.seen[:] = [view, reached(view), reached(view.seen_by(WeightCopier())), reached(view.rows(np.array([0])))]
        return np.ones((view.world.size, view.miners))


def test_no_attribute_leads_to_what_traits_do_not_name():
    validators, miners = [Spy(), HonestValidator(), HonestValidator()], [HonestMiner()] * 5
    subnet = Subnet(validators, miners, seed=SEED, worlds=[41_017], start="honest:2")
    subnet.run(3)
    _, *all_found = Spy.seen
    hidden = [subnet.weights, subnet.incentive, subnet.dividends, subnet.validator_trust, subnet.stake, subnet.quality]
    for found in all_found:
        arrays = [each for each in found if isinstance(each, np.ndarray)]
        assert len(arrays) >= 5
        for array in arrays:
            assert not any(array.shape == other.shape and np.array_equal(array, other) for other in hidden)
            assert 41_017 not in array
        assert SEED not in [each for each in found if isinstance(each, int)]


@dataclass(frozen=True)
class SpyMiner(MinerPolicy):
    """Looks through its whole view, from inside and from outside."""

    name: ClassVar[str] = "spy-miner"
    traits: ClassVar[Traits] = Traits()
    seen: ClassVar[list[Any]] = []

    def effort(self, view):
        self.seen.extend(reached(view))
        return np.ones(view.world.size)

    def register(self, view):
        self.seen.extend(reached(view))
        return view.prize


def test_arrays_by_row_lead_to_no_others():
    """Neither by what they are parts of: rows of other policies stand in arrays of their own."""
    SpyMiner.seen.clear()
    miners = [SpyMiner(), SpyMiner()] + [LazyMiner(level=0.123)] * 60
    registration = RegistrationSettings(outside=4, min_non_immune=0)
    Subnet([HonestValidator()] * 2, miners, registration=registration, worlds=3, start="honest:2").run(4)
    arrays = [each for each in SpyMiner.seen if isinstance(each, np.ndarray)]
    assert arrays
    for array in arrays:
        assert 0.123 not in array
        assert array.size <= 4 * 6  # two seats in three worlds: world, seat, UID and place


def test_a_policy_inside_sees_no_more_than_the_one_around_it():
    subnet = Subnet([Spy(), HonestValidator()], [HonestMiner()] * 5, start="honest:2")
    subnet.run(2)
    view = Spy.seen[0]

    @dataclass(frozen=True)
    class Wide(HonestValidator):
        name: ClassVar[str] = "wide"
        traits: ClassVar[Traits] = Traits(evaluates=True, sees=PUBLIC)

    inner = view.seen_by(Wide())
    assert inner.public.consensus.shape == (1, 5)
    for name in set(PUBLIC) - {"consensus"}:
        with pytest.raises(PolicyError, match=f"wide read public.{name}; the policy around it must name it too"):
            getattr(inner.public, name)
    with pytest.raises(PolicyError, match="read scores"):
        _ = inner.scores
    with pytest.raises(AttributeError):
        view.public.consensus = 3


def test_luck_stays_that_of_the_rows():
    """Whatever is put into a view: other seats, other epochs."""
    subnet = Subnet([Spy(), Spy(), HonestValidator()], [HonestMiner()] * 5, start="honest:2")
    subnet.run(2)
    view = Spy.seen[0]
    mine = view.uniform(3)
    assert mine.shape == (2, 3)
    other = replace(view, seat=view.seat[::-1], epoch=view.epoch + 1)
    np.testing.assert_array_equal(other.uniform(3), mine)
    np.testing.assert_array_equal(view.rows(np.array([1])).uniform(3), mine[1:])
    assert not np.array_equal(view.seen_by(WeightCopier()).uniform(3), mine)
