"""How much of the miners' reward pays for work, at an equilibrium of a subnet's own game.

What honest miners are paid counts in full. What others are paid counts as far as their work would have earned it at
the honest miners' rate, and never more than they are paid: copies, idle seats, further UIDs of one worker and a
cabal's miners above their worth count nothing. Where nobody is honest, the rate is what a seat is paid on average: a
seat that works half is then paid half for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from scipy.stats import multinomial

from econ.compute.useful_work import UsefulShare
from econ.equilibrium import Equilibrium
from econ.inference import mean_interval
from experiments.errors import BadInput
from experiments.scenario import Scenario
from experiments.simulation import SLICE_CELLS, subnet_of

__all__ = ["useful_share", "useful_worlds"]

_SEEN = 0.9999
"""Of a mixture the likeliest profiles are played, until together they are this likely."""

MOST_PROFILES = 400
"""A mixture over more profiles than this is refused."""

_HONEST = "honest"


def useful_worlds(scenario: Scenario, profile: np.ndarray) -> np.ndarray:
    """The useful share[world] of one profile (counts[axis]) in the scenario's worlds, over its counted epochs.

    >>> small = Scenario.named("weight-copying", {"epochs": 20, "burn_in": 5, "worlds": 4, "miners.count": 8})
    >>> useful_worlds(small, np.array([10, 0, 8])).round(9).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    cells = scenario.validators.count * (scenario.miners.count + scenario.cabal_seats)
    step = max(1, SLICE_CELLS // cells)
    numbers = np.arange(scenario.worlds)
    slices = [_slice(scenario, profile, numbers[at : at + step]) for at in range(0, scenario.worlds, step)]
    pay, worth = (np.concatenate(part, axis=1) for part in zip(*slices, strict=True))
    prize = 1000.0 * (1.0 - scenario.rules.validator_share)
    if prize == 0:
        return np.zeros(scenario.worlds)
    overpaid = pay.mean(axis=1) > worth.mean(axis=1)  # of the group: luck in one world takes nothing from anybody
    return np.where(overpaid[:, None], worth, pay).sum(axis=0) / prize


def useful_share(scenario: Scenario, equilibrium: Equilibrium) -> UsefulShare:
    """The useful share at an equilibrium of the scenario's game, with a 95 % interval over worlds.

    Of a mixture it is the expectation over profiles, and the interval also holds what the shares of strategies may be
    within their own intervals. `BadInput` where that takes too many profiles.
    """
    roles = scenario.roles
    if equilibrium.counts is not None:
        profile = [equilibrium.counts[role][name] for role, name in roles.axis]
        return _shown(*mean_interval(useful_worlds(scenario, np.array(profile))))
    mixtures = [equilibrium.strategy, *_corners(equilibrium)]
    profiles = roles.profiles() if roles.profile_count <= 200_000 else None
    if profiles is None:
        raise BadInput(f"the game has {roles.profile_count} profiles; a mixture is averaged over at most 200,000")
    weights = np.stack([_weights(scenario, profiles, mixture) for mixture in mixtures])
    wanted = np.flatnonzero(_likely(weights).any(axis=0))
    if wanted.size > MOST_PROFILES:
        raise BadInput(
            f"the mixture reaches {wanted.size} profiles; at most {MOST_PROFILES} are played: use fewer seats"
        )
    found = np.stack([useful_worlds(scenario, profiles[number]) for number in wanted])
    weights = weights[:, wanted] / weights[:, wanted].sum(axis=1, keepdims=True)
    ends = np.array([mean_interval(mixed @ found) for mixed in weights])
    return _shown(ends[0, 0], ends[:, 1].min(), ends[:, 2].max())


def _slice(scenario: Scenario, profile: np.ndarray, worlds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pay and worth of each strategy's miners, [group, world], in thousandths an epoch over the counted epochs.

    Worth is the work at the honest miners' rate; the last group are the cabal's miners and who has no seat.
    """
    subnet = subnet_of(scenario, profile[None], worlds)
    work, counted = np.zeros(0), 0
    for epoch in range(scenario.epochs):
        subnet.step()
        if epoch >= scenario.burn_in:
            work, counted = (work + subnet.work if counted else subnet.work), counted + 1
    work, pay = work / counted, subnet.ledger.miner_emission
    axis = scenario.roles.axis
    mine = [number for number, (role, _) in enumerate(axis) if role == "miners"]
    groups = np.full(pay.shape[1], len(mine))
    dealt = np.repeat(np.arange(len(mine)), profile[mine])
    groups[: dealt.size] = dealt
    member = np.arange(len(mine) + 1)[:, None] == groups
    earned, worked = member @ pay.T, member @ work.T
    honest = np.array([axis[number][1] == _HONEST for number in mine] + [False])
    seats = scenario.miners.count + scenario.cabal_seats
    at_work = worked[honest].sum(axis=0)
    rate = np.divide(earned[honest].sum(axis=0), at_work, out=earned.sum(axis=0) / seats, where=at_work > 0)
    return earned, np.where(honest[:, None] & (at_work > 0), earned, rate * worked)


def _weights(scenario: Scenario, profiles: np.ndarray, mixture: Mapping[str, Mapping[str, float]]) -> np.ndarray:
    """How likely each profile[profile, axis] is where every seat draws from its role's mixture."""
    roles = scenario.roles
    likely = np.ones(len(profiles))
    for role, part in enumerate(roles.slices()):
        shares = np.clip([mixture[roles.names[role]][name] for name in roles.strategies[role]], 0.0, 1.0)
        likely = likely * multinomial.pmf(profiles[:, part], roles.players[role], shares / shares.sum())
    return likely


def _likely(weights: np.ndarray) -> np.ndarray:
    """Which profiles make up nearly all of each mixture, [mixture, profile]."""
    order = np.argsort(-weights, axis=1, kind="stable")
    before = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    kept = np.empty(weights.shape, dtype=bool)
    np.put_along_axis(kept, order, before - np.take_along_axis(weights, order, axis=1) < _SEEN, axis=1)
    return kept & (weights > 0)


def _corners(equilibrium: Equilibrium) -> list[dict[str, dict[str, float]]]:
    """The mixtures with one strategy's share at an end of its interval, the others of its role scaled to fit."""
    found = []
    for (role, ranges), end in product(equilibrium.strategy_interval.items(), (0, 1)):
        for name, pair in ranges.items():
            if pair[0] == pair[1]:
                continue
            mixture = {each: dict(shares) for each, shares in equilibrium.strategy.items()}
            rest = 1.0 - equilibrium.strategy[role][name]
            for other, share in equilibrium.strategy[role].items():
                mixture[role][other] = share * (1.0 - pair[end]) / rest if rest > 0 else 0.0
            mixture[role][name] = float(pair[end])
            found.append(mixture)
    return found


def _shown(mean: float, low: float, high: float) -> UsefulShare:
    mean = min(max(float(mean), 0.0), 1.0)
    return UsefulShare(mean=mean, low=min(max(float(low), 0.0), mean), high=max(min(float(high), 1.0), mean))
