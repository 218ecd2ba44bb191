"""From simulated profiles to the payoffs of the game, with what a cabal earns paid to those who collude."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from agents.policy import MinerPolicy
from agents.registry import kind_of
from econ.games import EmpiricalGame
from experiments.errors import BadInput
from experiments.scenario import Scenario
from experiments.simulation import Progress, Records, simulate

__all__ = [
    "Accounts",
    "Play",
    "accounts",
    "all_profiles",
    "colluding_axes",
    "empirical_game",
    "game_of",
    "innocent_profiles",
    "payoff_ranges",
    "payoffs_of",
    "refuse_unlimited",
]

MOST_PROFILES = 5000
"""A game of more profiles than this is refused: it would not be sampled in a person's time."""


Play = Callable[..., Records]
"""`simulate`, or what does the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Who gets what the cabal's miners earn, in thousandths of the epoch's emission.

    `payoff[profile, axis, world]` includes `cabal_income[profile, axis, world]`, each colluding seat's part of what
    the cabal's miners earn above `treasury[profile, world]`, what they earn in the same world when nobody colludes:
    when those who collude play the first listed strategy that does not, or are honest if all listed ones do.
    """

    payoff: np.ndarray
    cabal_income: np.ndarray
    treasury: np.ndarray


def empirical_game(
    scenario: Scenario, *, worlds: range | None = None, progress: Progress | None = None
) -> EmpiricalGame:
    """Every profile of the game, played in the scenario's worlds (or these) and paired by world.

    Raises `BadInput` for a game of more than 5,000 profiles.

    >>> from experiments import Scenario, empirical_game
    >>> small = {"validators.count": 3, "miners.count": 8, "epochs": 20, "burn_in": 5, "worlds": 4}
    >>> empirical_game(Scenario.named("weight-copying", small)).payoffs.shape
    (4, 3, 4)
    """
    played = range(scenario.worlds) if worlds is None else worlds
    records = simulate(scenario, all_profiles(scenario), played, progress=progress)
    return game_of(scenario, records, played)


def game_of(
    scenario: Scenario, records: Records, worlds: range | None = None, *, play: Play = simulate
) -> EmpiricalGame:
    """The game whose profiles, all of them and in order, these records of worlds 0, 1, ... (or of these) are.

    Profiles that were played in fewer worlds are NaN in the last ones.
    """
    innocent = innocent_profiles(scenario, records.profiles)
    if innocent is not None:
        base = records.cabal_income[innocent]
        payoffs = _paid(scenario, records, base).payoff - _luck_of_the_deal(scenario, records)
    else:
        payoffs = payoffs_of(scenario, records, worlds, play=play)
    ranges = payoff_ranges(scenario, records.profiles) if scenario.answer.bounds == "finite" else None
    least = int((~np.isnan(payoffs)).any(axis=1).sum(axis=-1).min())
    more = payoffs[..., least:] if least < payoffs.shape[-1] else None
    return EmpiricalGame(roles=scenario.roles, payoffs=payoffs[..., :least], ranges=ranges, more=more)


def innocent_profiles(scenario: Scenario, profiles: np.ndarray) -> np.ndarray | None:
    """The number [profile], among all of the game's, of each profile without collusion; None: they are not its own."""
    innocent = _innocent(scenario)
    if innocent not in scenario.roles.strategies[0]:
        return None
    return np.asarray(scenario.roles.index(_without_colluders(scenario, profiles, innocent)))


def payoffs_of(
    scenario: Scenario, records: Records, worlds: range | np.ndarray | None = None, *, play: Play = simulate
) -> np.ndarray:
    """The game's payoffs[profile, axis, world] of any profiles played in worlds 0, 1, ... (or in these)."""
    return accounts(scenario, records, worlds, play=play).payoff - _luck_of_the_deal(scenario, records)


def payoff_ranges(scenario: Scenario, profiles: np.ndarray) -> np.ndarray:
    """Where payoffs must lie, whatever the luck: ranges[profile, axis, end] in thousandths, for finite bounds.

    1. All seats together receive 1000 an epoch, so the mean over the n seats of a strategy is 0 to 1000 / n; where one
       side earns nothing the other takes everything, so a role's usual share is no limit.
    2. Costs lower it by at most the cost of an epoch of evaluating or of full effort.
    3. Colluding seats also share what the cabal's miners earn above what they earn when nobody colludes, each of which
       lies between minus their costs and 1000.
    4. Where stake is dealt, what seats were dealt above their expectation is taken out again: a mean share between 0
       and 1 / n, less the expected one, of what validators share.

    Raises `BadInput` where payments have no such limit: registrations, bribes, rent, stake that delegators or the owner
    move.
    """
    refuse_unlimited(scenario)
    seats = np.maximum(profiles, 1)
    miners = np.array([role.startswith("miners") for role, _ in scenario.roles.axis])
    low = np.broadcast_to(-np.where(miners, scenario.miners.cost, scenario.validators.cost), profiles.shape).astype(
        float
    )
    high = 1000.0 / seats
    reach = np.where(colluding_axes(scenario), 1000.0 + scenario.cabal.cost * scenario.cabal_seats, 0.0) / seats
    low, high = low - reach, high + reach
    if scenario.stake_plan.dealt is not None:
        share, expected = 1000.0 * scenario.rules.validator_share * ~miners, 1.0 / scenario.validators.count
        low, high = low - share * (1.0 / seats - expected), high + share * expected
    return np.stack((low, high), axis=-1)


def refuse_unlimited(scenario: Scenario) -> None:
    """`BadInput` where something besides emission, costs and the cabal's income is paid."""
    paid = {
        "registration.outside": scenario.registration.outside > 0,
        "delegators.count": scenario.delegators.count > 0,
        "owner.strategies": "owner" in scenario.roles.names,
        "validators.rent": scenario.validators.rent > 0,
        "miners.strategies": any(
            kind_of("miners", name).offer is not MinerPolicy.offer
            for role, name in scenario.roles.axis
            if role == "miners"
        ),
    }
    for key, moves in paid.items():
        if moves:
            raise BadInput(
                f"answer.bounds is finite and {key} lets payoffs leave every range that is known beforehand: "
                "use asymptotic bounds"
            )


def accounts(
    scenario: Scenario, records: Records, worlds: range | np.ndarray | None = None, *, play: Play = simulate
) -> Accounts:
    """The payoffs of any profiles played in worlds 0, 1, ... (or in these); those without collusion are played now."""
    colluding = colluding_axes(scenario)
    colluded = records.profiles[:, colluding].any(axis=1)
    base = records.cabal_income.copy()
    if colluded.any():
        instead = {scenario.roles.axis[n][1]: _innocent(scenario) for n in np.flatnonzero(colluding)}
        played = range(records.worlds) if worlds is None else worlds
        base[colluded] = play(scenario, records.profiles[colluded], played, instead=instead).cabal_income
    return _paid(scenario, records, base)


def all_profiles(scenario: Scenario) -> np.ndarray:
    """Every profile[profile, axis] of the scenario's game, or `BadInput` where there are too many."""
    roles = scenario.roles
    if roles.profile_count > MOST_PROFILES:
        raise BadInput(
            f"the game has {roles.profile_count} profiles; at most {MOST_PROFILES} are sampled: "
            "use fewer seats (validators.count) or list fewer strategies"
        )
    return roles.profiles()


def colluding_axes(scenario: Scenario) -> np.ndarray:
    """Which role-strategies of validators belong to the cabal, [axis]."""
    return np.array(
        [
            role.startswith("validators") and kind_of("validators", name).traits.colludes
            for role, name in scenario.roles.axis
        ]
    )


def _innocent(scenario: Scenario) -> str:
    """What colluders would play if nobody colluded: the first listed strategy that does not."""
    listed = scenario.roles.strategies[0]
    return next((name for name in listed if not kind_of("validators", name).traits.colludes), "honest")


def _without_colluders(scenario: Scenario, profiles: np.ndarray, innocent: str) -> np.ndarray:
    """The profiles in which those who collude play the innocent strategy."""
    moved = np.array(profiles)
    axis = scenario.roles.axis
    for number in np.flatnonzero(colluding_axes(scenario)):
        moved[:, axis.index((axis[number][0], innocent))] += moved[:, number]
        moved[:, number] = 0
    return moved


def _luck_of_the_deal(scenario: Scenario, records: Records) -> np.ndarray | float:
    """What seats of a role-strategy were dealt above their expected stake, in thousandths, [profile, axis, world].

    A control variate whose mean is exactly 0: where stake is dealt in a random order each seat expects 1 / seats.
    Dividends are nearly proportional to stake, so most of the spread between worlds is this. Other plans have none.
    """
    if scenario.stake_plan.dealt is None or scenario.delegators.count:
        return 0.0
    dealt = records.stake / np.maximum(records.profiles, 1)[..., None] - 1.0 / scenario.validators.count
    return 1000.0 * scenario.rules.validator_share * np.nan_to_num(dealt)


def _paid(scenario: Scenario, records: Records, base: np.ndarray) -> Accounts:
    """Colluding seats share by stake what the cabal's miners earn above the base."""
    colludes = colluding_axes(scenario)[None, :, None] & (records.profiles > 0)[..., None]
    stake = np.where(colludes, np.nan_to_num(records.stake), 0.0)
    total = stake.sum(axis=1, keepdims=True)
    seats = np.maximum(records.profiles, 1)[..., None]
    share = np.divide(stake, total * seats, out=np.zeros_like(stake), where=total > 0)
    income = (records.cabal_income - base)[:, None, :] * share
    return Accounts(payoff=records.payoff + income, cabal_income=income, treasury=base)
