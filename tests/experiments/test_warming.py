"""After warming nothing is left to compile: neither for a scenario nor for the chain's epoch by any rule."""

import subprocess
import sys

import pytest

CODE = """
import gc
import numpy as np
from numba.core.dispatcher import Dispatcher
from experiments.warming import warm, warm_market, warm_network, warm_players, warm_solvers

def compilations():
    ours = [d for d in gc.get_objects() if isinstance(d, Dispatcher) and d.__module__.startswith(ROOMS)]
    return {str(d): len(d.overloads) for d in ours}

def compiled_since(before):
    return sorted(name for name, count in compilations().items() if count != before.get(name, 0))

ROOMS = ("econ", "agents", "experiments")
warm()
warm_market()
warm_network()
before = compilations()
from agents import HonestValidator, Subnet, WeightCopier
from agents.stake import StakePlan
from econ.yuma.rules import Rules
from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix, chain_epoch
for version in ("3", "2"):
    for liquid in (False, version == "3"):
        rules = Rules(version=version, liquid_alpha_on=liquid, reveal_period=0)
        subnet = Subnet([HonestValidator()] * 19 + [WeightCopier()], miners=5, rules=rules, start="honest:2", worlds=3)
        subnet.run(3)
        rule = ChainHyperparameters(yuma3_on=version == "3", liquid_alpha_on=liquid, bonds_penalty=30000)
        some = SparseMatrix.positive(np.random.default_rng(0).integers(1, 65536, (9, 9)))
        chain_epoch(ChainState(block=99, stake=[5] * 9, last_update=[98] * 9, block_at_registration=[1] * 9,
                               permits=[True] * 9, weights=some, bonds=some), rule)
print(compiled_since(before))
warm_players()
warm_solvers()
before = compilations()
from agents.miners import BribingMiner, Griefer, HitAndRun, HonestMiner, ModelCopier
from agents.registry import policies
from agents.settings import RegistrationSettings
for outside in (0, 3):
    validators = [kind() for kind in policies("validators").values()]
    miners = [BribingMiner(), Griefer(), HitAndRun(), HonestMiner(), ModelCopier()] * (1 + outside)
    Subnet(validators, miners, registration=RegistrationSettings(outside=outside, start_price=0.01, lowest=0.01),
           delegators=[kind() for kind in policies("delegators").values()], worlds=3, start="honest:1").run(30)
from dataclasses import replace
from econ.compute import ComputeSettings, solve_allocation
market = ComputeSettings(subnets=3, risk_aversion=1e-5).game()
for game in (market, replace(market, subnet_rewards=(), cloud_slope=0.0)):
    solve_allocation(game, starts=2)
from agents.network import Network, NetworkSettings
small = NetworkSettings().changed({"start.subnets": 3, "uids.validators": 3, "uids.miners": 5, "uids.copiers": 1})
for threads in (1, 2):
    Network(small, threads=threads).run(3)
from econ.equilibrium.exclusion import all_roots
from econ.equilibrium.face import face_of
from econ.games import EmpiricalGame, Roles
for players, sizes in (((3,), (4,)), ((2, 2), (3, 2)), ((1, 1, 1), (2, 2, 2))):
    roles = Roles(names=tuple("abc"[: len(sizes)]), players=players, strategies=tuple(tuple("wxyz"[:n]) for n in sizes))
    counts = roles.profiles()
    payoffs = np.where(counts > 0, np.random.default_rng(1).normal(size=counts.shape), np.nan)
    every = tuple(tuple(range(n)) for n in sizes)
    all_roots(face_of(EmpiricalGame.exact(roles, payoffs).gains(), every, every), 1e7)
print(compiled_since(before))
assert any("fill" in name for name in before)
assert any("exclude" in name for name in before)
"""


@pytest.mark.slow
def test_warming_leaves_nothing_to_compile():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
