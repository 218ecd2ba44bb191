"""The honest start is played once for all worlds that start alike, and nobody can tell."""

from typing import Any

import pytest

from agents import (
    AveragingValidator,
    BribedValidator,
    BribingMiner,
    HitAndRun,
    HonestMiner,
    LazyMiner,
    MinerSettings,
    ModelCopier,
    Subnet,
    WeightCopier,
)
from econ.yuma.rules import Rules


@pytest.mark.parametrize("version", ["3", "public-2b"])
def test_worlds_that_start_alike_are_started_once_and_end_as_each_does_alone(version):
    miners = [BribingMiner(), HitAndRun(), ModelCopier(lag=2), *[HonestMiner()] * 5]
    others = [LazyMiner(), *miners[1:]]
    averaging = AveragingValidator()
    validators = [[averaging] * 4, [averaging, WeightCopier()] * 2, [BribedValidator()] * 4]
    settings: dict[str, Any] = {
        "start": "honest:9",
        "start_policy": averaging,
        "rules": Rules(version=version, reveal_period=3, immunity_period=1440),
        "miner_settings": MinerSettings(cost=0.5),
        "seed": 5,
    }
    together = Subnet(validators, [miners, miners, others], worlds=[4, 4, 7], **settings)
    assert together.setup.started()[0].worlds.tolist() == [4, 7]
    together.run(8)
    for world, number in enumerate([4, 4, 7]):
        alone = Subnet(validators[world], [miners, miners, others][world], worlds=[number], **settings)
        alone.run(8)
        for name in ("bonds", "weights", "consensus", "incentive", "dividends", "quality", "uid"):
            assert getattr(together, name)[world].tobytes() == getattr(alone, name)[0].tobytes(), name
        for name in ("validator_emission", "miner_emission", "incentive"):
            assert together.ledger.series(name)[:, world].tobytes() == alone.ledger.series(name)[:, 0].tobytes(), name
        for role in ("validators", "miners"):
            assert together.ledger.payoff(role)[world].tobytes() == alone.ledger.payoff(role)[0].tobytes()
