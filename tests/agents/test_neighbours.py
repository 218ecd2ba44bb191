"""A world ends as it does alone, to the bit, whatever is played in the worlds beside it."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from agents import (
    BribedValidator,
    BribingMiner,
    HitAndRun,
    HonestMiner,
    HonestValidator,
    MinerPolicy,
    ShadingValidator,
    StakeRenter,
    Subnet,
    TakeUndercutter,
    Traits,
    ValidatorPolicy,
    WeightCopier,
)
from agents.learning import Imitation
from agents.registry import policies
from agents.settings import CabalSettings, MinerSettings, RegistrationSettings, ValidatorSettings
from agents.stake import StakePlan
from agents.wrap import Lagged, Mixed, Noisy
from econ.yuma.rules import Rules

WORLDS = 5
CASES: list[dict[str, Any]] = [
    {"rules": Rules(immunity_period=720)},
    {"rules": Rules(reveal_period=0, liquid_alpha_on=True), "delegated": True},
    {"rules": Rules(version="2", reveal_period=3), "outside": 3, "validator_settings": ValidatorSettings(cost=1.0)},
    {"rules": Rules(immunity_period=1080), "outside": 2, "delegated": True, "memory": 0.4},
    {"rules": Rules(version="public-2b"), "learns": True},
]


def dealt(role, seats, draw, around=()):
    """A policy for every world and seat, of all there are; some worlds play a few of them only."""
    kinds = [*(kind() for kind in policies(role).values()), *around]
    few = [draw.choice(len(kinds), 1 + world % 3) for world in range(WORLDS)]
    return [[kinds[number] for number in draw.choice(few[world], seats)] for world in range(WORLDS)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_neighbours_leave_no_trace(case, seed):
    draw = np.random.default_rng([seed, CASES.index(case)])
    outside = case.get("outside", 0)
    inside = (
        Noisy(HonestValidator(), 0.2),
        Lagged(HonestValidator(), 2),
        Mixed((HonestValidator(), WeightCopier()), (0.5, 0.5)),
    )
    given = {"validators": dealt("validators", 5, draw, inside), "miners": dealt("miners", 9 + outside, draw)}
    if case.get("delegated"):
        given |= {"delegators": dealt("delegators", 3, draw), "owner": [row[0] for row in dealt("owner", 1, draw)]}
    settings: dict[str, Any] = {
        "rules": case["rules"],
        "validator_settings": case.get("validator_settings", ValidatorSettings(rent=100.0, take=0.1)),
        "cabal": CabalSettings(miners=2),
        "miner_settings": MinerSettings(cost=0.5, innovation_rate=0.05),
        "registration": RegistrationSettings(outside=outside, min_non_immune=0, start_price=0.01, lowest=0.01),
        "start_policy": HonestValidator(memory=case.get("memory", 1.0)),
        "learning": [Imitation(policies=(HonestValidator(), WeightCopier()), every=3, rate=1.0)]
        if case.get("learns")
        else (),
        "stake": StakePlan.parse("pareto:1.5", 5),
        "start": "honest:4",
        "seed": seed,
    }
    numbers = draw.choice(4, WORLDS)
    together = Subnet(**given, worlds=numbers, **settings)
    together.run(14)
    for world, number in enumerate(numbers):
        alone = Subnet(**{role: rows[world : world + 1] for role, rows in given.items()}, worlds=[number], **settings)
        alone.run(14)
        for name in (
            "stake",
            "weights",
            "bonds",
            "consensus",
            "incentive",
            "dividends",
            "quality",
            "uid",
            "placed_stake",
        ):
            assert getattr(together, name)[world].tobytes() == getattr(alone, name)[0].tobytes(), name
        for role in ("validators", "miners", "delegators", "owner"):
            assert together.ledger.payoff(role)[world].tobytes() == alone.ledger.payoff(role)[0].tobytes(), role


BUSY = {
    "bribes": ([BribedValidator()] * 4, [BribingMiner()] * 6),
    "comings and goings": ([HonestValidator()] * 4, [HitAndRun()] * 6),
    "rent and takes": ([StakeRenter(), TakeUndercutter(), HonestValidator(), HonestValidator()], [HonestMiner()] * 6),
}


@pytest.mark.parametrize("busy", BUSY)
def test_a_busy_world_leaves_a_quiet_one_as_it_is(busy):
    """Bribed validators without offers, copiers of consensus and honest ones, where nobody comes, goes or rents."""
    validators = [BribedValidator(), WeightCopier(), ShadingValidator(), HonestValidator()]
    settings: dict[str, Any] = {"rules": Rules(immunity_period=720), "start": "uniform"}
    settings["registration"] = RegistrationSettings(min_non_immune=0, start_price=0.01, lowest=0.01)
    alone = Subnet(validators, 6, **settings)
    beside = Subnet([BUSY[busy][0], validators], [BUSY[busy][1], [HonestMiner()] * 6], worlds=[3, 0], **settings)
    for subnet in (alone, beside):
        subnet.run(40)
    for name in ("weights", "bonds", "consensus", "dividends", "stake"):
        assert getattr(beside, name)[1].tobytes() == getattr(alone, name)[0].tobytes(), name
    for role in ("validators", "miners"):
        assert beside.ledger.payoff(role)[1].tobytes() == alone.ledger.payoff(role)[0].tobytes(), role


@dataclass(frozen=True)
class Magnifying(ValidatorPolicy):
    """Takes by the digits of consensus that another rounding would change, and weighs by the price of a UID."""

    name: ClassVar[str] = "magnifying"
    traits: ClassVar[Traits] = Traits(sees={"consensus", "registration_price"})

    def weights(self, view):
        return 1.0 + view.public.registration_price[view.world, None] * np.arange(view.miners)

    def take(self, view):
        digits = view.public.consensus * 2.0**40 % 1.0
        return digits.mean(axis=1)[view.world]


@dataclass(frozen=True)
class Thrifty(MinerPolicy):
    """Works less the dearer a UID is."""

    name: ClassVar[str] = "thrifty"
    traits: ClassVar[Traits] = Traits()

    def effort(self, view):
        return 1.0 / (1.0 + view.price)


@pytest.mark.parametrize("beside", [[HitAndRun()] * 21, [HitAndRun(), *[Thrifty()] * 20]], ids=["all go", "one goes"])
def test_neither_the_consensus_nor_the_price_of_a_quiet_world_hangs_on_who_moves_beside_it(beside):
    """Where nobody registers consensus is not normalised once more, and the price falls as it does elsewhere."""
    quiet = [HonestValidator(), HonestValidator(), HonestValidator(), Magnifying()], [Thrifty()] * 21
    settings: dict[str, Any] = {"rules": Rules(immunity_period=720), "start": "honest:1"}
    settings["registration"] = RegistrationSettings(min_non_immune=0, start_price=0.5, lowest=0.01)
    alone = Subnet(*quiet, **settings)
    both = Subnet([quiet[0]] * 2, [beside, quiet[1]], worlds=[3, 0], **settings)
    prices, came = [], 0
    for _ in range(25):
        alone.step()
        both.step()
        came += int((both._uids.registered_at[0] == both.epoch - 1).sum())
        prices.append(alone._uids.price[0])
        for name in ("weights", "consensus", "quality"):
            assert getattr(both, name)[1].tobytes() == getattr(alone, name)[0].tobytes(), name
        assert both._staking.take[1].tobytes() == alone._staking.take[0].tobytes()
    assert prices[-1] < 0.9 * prices[0]
    assert came > 0
