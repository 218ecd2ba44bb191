"""Compiling the inner loops before work begins, and saying so where it takes more than a moment."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from agents.deciding import Decided, Plan
from agents.holding import Groups
from agents.making import make, take_numbers
from agents.miners import HonestMiner
from agents.placing import paid_first, plain, publish, scale_rows
from agents.seating import Seating
from agents.settings import RegistrationSettings
from agents.streams import warm_up as warm_streams
from agents.uids import Uids
from econ.tokens.entry import enter
from econ.tokens.registration import RegistrationRule, after_blocks, pruned_uid
from econ.yuma import Epoch, emission
from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix, chain_epoch
from econ.yuma.kernel import SINGLE
from econ.yuma.kernel import warm_up as warm_kernel
from econ.yuma.rules import Rules

__all__ = ["warm", "warm_market", "warm_network", "warm_players", "warm_single", "warm_solvers"]


def warm() -> float:
    """Compile the game's loops, or load what an earlier run compiled; returns the seconds that took.

    One line on stderr past a second.
    """
    return _timed(_compile_game)


def warm_market() -> float:
    """The same for the loops of the market for machines."""
    return _timed(_compile_market)


def warm_network() -> float:
    """The same for the loops that a network adds to the game's."""
    return _timed(_compile_network)


def warm_single() -> float:
    """The same for the rule in float32, which imports may ask for."""
    return _timed(lambda: warm_kernel(SINGLE))


def warm_players() -> float:
    """The same for the loops that only some policies need: of offers, copies, means, and UIDs that come and go."""
    return _timed(_compile_players)


def warm_solvers() -> float:
    """The same for the loop that proves that no equilibrium was overlooked."""
    return _timed(_compile_solvers)


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    notice = threading.Timer(1.0, _say)
    notice.daemon = True
    notice.start()
    try:
        work()
    finally:
        notice.cancel()
    return time.perf_counter() - began


def _compile_game() -> None:
    warm_kernel()
    warm_streams()
    chain_epoch(  # with liquid alpha and a consensus above 0, so that every loop of the chain's is met
        ChainState(
            block=9,
            stake=[1, 0],
            last_update=[8, 8],
            block_at_registration=[1, 1],
            permits=[True, False],
            weights=SparseMatrix.from_rows({0: [(1, 65535)]}, 2),
            bonds=SparseMatrix.empty(2),
        ),
        ChainHyperparameters(yuma3_on=True, liquid_alpha_on=True),
    )
    world, seat = plain(np.zeros(2, dtype=np.int64)), plain(np.arange(2))
    scale_rows(np.ones((1, 1)), world, np.ones((1, 1)), world, np.empty((2, 1)))
    decided, pairs = Decided(Plan(1, np.zeros((1, 2), dtype=np.int64), np.arange(2)[None]), 1), np.zeros((1, 2, 1))
    decided.take(0, np.ones((1, 1)), seat, world)
    decided.take(0, np.ones((2, 1)), seat)
    _ = decided.weights
    decided.pay(pairs, np.ones((1, 2)), pairs.copy(), Rules(), pairs.copy(), None)
    publish(np.ones((1, 1)), np.ones((1, 1)))
    one = np.ones((1, 1))
    make(one, np.zeros(1, dtype=np.int64), np.zeros((1, 1), dtype=np.int64), one, one, np.empty((1, 1)))
    emission(Epoch(consensus=one, incentive=one, dividends=one, validator_trust=one, bonds=one[None]), one)
    price, rule = np.ones(1, dtype=np.int64), RegistrationRule()
    after_blocks(price, 1, rule)
    pruned_uid(np.ones((1, 1)), np.zeros((1, 1), dtype=np.int64), price, 0, min_non_immune=0)

    first = np.zeros((1, 1), dtype=np.int64)
    uids = Uids(first, 1, RegistrationSettings(), immunity_period=0, tempo=1, epoch=0)
    (group,) = Groups(Seating(policies=(HonestMiner(),), number=first), uids)
    take_numbers(one[0], group.rows(uids, inside=True).place, 0.0, 1.0, np.ones((1, 1)))
    paid_first(one > 0.0, one)


def _compile_players() -> None:
    """A few epochs of every policy that the package has."""
    from agents import Subnet  # here: only who plays all of them needs Mesa
    from agents.registry import OWN, ROLES

    validators, miners, delegators, owners = ([kind() for kind in OWN if kind.role == role] for role in ROLES)
    Subnet(validators, miners, delegators=delegators, owner=owners[0], worlds=2, start="honest:2").run(4)


def _compile_market() -> None:
    from econ.compute.allocation import warm_up  # here: only who asks about machines needs it

    warm_up()


def _compile_solvers() -> None:
    from econ.equilibrium.exclusion import warm_up  # here: a scenario of two strategies does without

    warm_up()


def _compile_network() -> None:
    from agents.network.work import warm_up  # here: only who plays a network needs it

    warm_kernel()
    warm_streams()
    warm_up()
    one, rule = np.ones(1, dtype=np.int64), RegistrationRule()
    after_blocks(one, 1, rule)
    enter(one, 1, 1, np.ones((1, 1)), 0, 1, rule)


def _say() -> None:
    text = "yuma: preparing the inner loops (compiled once after an install, which takes about fifteen seconds)"
    print(text, file=sys.stderr, flush=True)
