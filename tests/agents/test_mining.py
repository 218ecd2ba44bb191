"""What miners hand in, what it costs them, and what they offer for weight."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from agents import HonestMiner, HonestValidator, LazyMiner, MinerPolicy, MinerSettings, Subnet, Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesFirst(MinerPolicy):
    """Hands in what the first miner did, `lag` epochs ago."""

    name: ClassVar[str] = "copies-first"
    traits: ClassVar[Traits] = Traits()
    lag: int = 2

    def effort(self, view):
        return np.ones(view.world.size)

    def copies(self, view):
        return np.zeros(view.world.size)


@pytest.mark.parametrize("lag", [1, 2, 5])
def test_a_late_copy_is_what_was_handed_in_then(lag):
    """With the effort that was behind it: a lazy source makes a poor copy."""
    subnet = Subnet([HonestValidator()], [LazyMiner(level=0.3), CopiesFirst(lag=lag), HonestMiner()], start="uniform")
    handed_in = []
    for _ in range(12):
        subnet.step()
        handed_in.append(subnet.quality[0].copy())
    for epoch in range(lag, 12):
        assert handed_in[epoch][1] == handed_in[epoch - lag][0]
        assert handed_in[epoch][2] != handed_in[epoch - lag][2]  # quality has moved on


def test_a_copy_at_once_shares_the_skill_and_has_its_own_effort():
    subnet = Subnet([HonestValidator()], [LazyMiner(level=0.3), CopiesFirst(lag=0)], start="uniform")
    subnet.run(3)
    assert subnet.quality[0, 0] == pytest.approx(0.3 * subnet.quality[0, 1])


def test_who_copies_bears_its_share_of_the_cost():
    settings = MinerSettings(cost=2.0)
    subnet = Subnet(
        [HonestValidator()], [LazyMiner(level=0.5), CopiesFirst()], miner_settings=settings, start="uniform"
    )
    subnet.run(5)
    np.testing.assert_allclose(subnet.ledger.miner_cost, [[1.0, 0.0]])
