"""From simulated profiles to the payoffs of the game, with what a cabal earns paid to those who collude."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.registry import policies
from econ.games import EmpiricalGame
from experiments.errors import BadInput
from experiments.scenario import Scenario
from experiments.simulate import Progress, Records, simulate

__all__ = ["Accounts", "accounts", "colluding_axes", "empirical_game", "instead_of_colluding"]

MOST_PROFILES = 5000
"""A game of more profiles than this is refused: it would not be sampled in a person's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Who gets what the cabal's miners earn, in thousandths of the epoch's emission.

    `payoff[profile, axis, world]` includes `cabal_income[profile, axis, world]`, each colluding seat's part of what
    the cabal's miners earn above `treasury[profile, world]`, what they earn in the same world when nobody colludes.
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
    profiles = all_profiles(scenario)
    records = simulate(scenario, profiles, worlds, progress=progress)
    return game_of(scenario, records)


def game_of(scenario: Scenario, records: Records) -> EmpiricalGame:
    """The game whose profiles, all of them and in order, these records are."""
    _, without = instead_of_colluding(scenario, records.profiles, _first_honest(scenario))
    if set(map(tuple, without)) <= set(map(tuple, records.profiles)):
        base = records.cabal_income[scenario.roles.index(without)]
    else:
        base = _base_income(scenario, records)
    payoffs = _paid(scenario, records, base).payoff
    return EmpiricalGame(roles=scenario.roles, payoffs=payoffs - _luck_of_the_deal(scenario, records))


def _luck_of_the_deal(scenario: Scenario, records: Records) -> np.ndarray | float:
    """What seats of a role-strategy were dealt above their expected stake, in thousandths, [profile, axis, world].

    A control variate whose mean is exactly 0: where stake is dealt in a random order each seat expects 1 / seats.
    Dividends are nearly proportional to stake, so most of the spread between worlds is this. Other plans have none.
    """
    if scenario.stake_plan.dealt is None:
        return 0.0
    dealt = records.stake / np.maximum(records.profiles, 1)[..., None] - 1.0 / scenario.validators.count
    return 1000.0 * scenario.rules.validator_share * np.nan_to_num(dealt)


def accounts(scenario: Scenario, records: Records, worlds: np.ndarray | range | None = None) -> Accounts:
    """The payoffs of any profiles; what the cabal would earn without collusion is played as needed."""
    return _paid(scenario, records, _base_income(scenario, records, worlds))


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
    known = policies("validators")
    return np.array(
        [not role.startswith("miners") and known[name].traits.colludes for role, name in scenario.roles.axis]
    )


def instead_of_colluding(scenario: Scenario, profiles: np.ndarray, strategy: str) -> tuple[Scenario, np.ndarray]:
    """The profiles in which those who would collude play another strategy, and the scenario that lists it."""
    listed = list(scenario.roles.strategies[0])
    if scenario.can_collude and strategy not in listed:
        known = policies("validators")
        listed[next(i for i, name in enumerate(listed) if known[name].traits.colludes)] = strategy
        scenario = scenario.changed({"validators.strategies": ",".join(listed), "cabal.miners": scenario.cabal_seats})
    moved = np.array(profiles)
    axis = scenario.roles.axis
    for number in np.flatnonzero(colluding_axes(scenario)):
        target = axis.index((axis[number][0], strategy))
        moved[:, target] += moved[:, number]
        moved[:, number] = 0
    return scenario, moved


def _first_honest(scenario: Scenario) -> str:
    """What colluders would play if nobody colluded: the first listed strategy that does not."""
    known = policies("validators")
    return next((name for name in scenario.roles.strategies[0] if not known[name].traits.colludes), "honest")


def _base_income(scenario: Scenario, records: Records, worlds: np.ndarray | range | None = None) -> np.ndarray:
    """What the cabal's miners earn in the same worlds when nobody colludes, [profile, world]."""
    colluded = records.profiles[:, colluding_axes(scenario)].any(axis=1)
    base = records.cabal_income.copy()
    if colluded.any():
        other, without = instead_of_colluding(scenario, records.profiles[colluded], _first_honest(scenario))
        base[colluded] = simulate(other, without, worlds if worlds is not None else range(records.worlds)).cabal_income
    return base


def _paid(scenario: Scenario, records: Records, base: np.ndarray) -> Accounts:
    """Colluding seats share by stake what the cabal's miners earn above the base."""
    colludes = colluding_axes(scenario)[None, :, None] & (records.profiles > 0)[..., None]
    stake = np.where(colludes, np.nan_to_num(records.stake), 0.0)
    total = stake.sum(axis=1, keepdims=True)
    seats = np.maximum(records.profiles, 1)[..., None]
    share = np.divide(stake, total * seats, out=np.zeros_like(stake), where=total > 0)
    income = (records.cabal_income - base)[:, None, :] * share
    return Accounts(payoff=records.payoff + income, cabal_income=income, treasury=base)
