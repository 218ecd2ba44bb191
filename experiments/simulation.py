"""Play profiles: many worlds, cut into slices that fit the cache, each taken through all its epochs at once.

A world's luck depends on its own number, so neither the slicing nor the number of threads changes a result.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.setup import Setup
from agents.worlds import Worlds
from experiments.errors import BadInput
from experiments.scenario import Scenario

if TYPE_CHECKING:
    from agents.subnet import Subnet

__all__ = ["Progress", "Records", "seats_of", "simulate", "subnet_of"]

SLICE_CELLS = 384_000
"""Weights that a slice holds at most: few enough for the cache."""

LEAST_CELLS = 48_000
"""A slice of fewer is not cut again for the sake of another core: Python's own time, which is shared, would rule."""

MOST_THREADS = 8

_TELL_EVERY = 0.03
"""Seconds between two words to who waits, who may break the work off there."""

Progress = Callable[[float], None]
"""Called with the share of the work that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What the simulated profiles earned, by profile, role-strategy and world; averages over epochs from burn-in.

    `profiles[profile, axis]` counts the players of each role-strategy. With shape [profile, axis, world], NaN where
    nobody plays the strategy: `payoff` (thousandths of the epoch's emission, mean over its seats), `dividends` (sum of
    dividend shares), `stake` (sum of stake shares), `validator_trust` (mean); other roles have only a payoff. With
    shape [profile, world]: `cabal_income` (thousandths, all of the cabal's miners less their cost), `evaluation_spent`
    (thousandths), `quality_incentive_correlation` (rank correlation), `newcomer_epochs_to_first_pay`; NaN where
    undefined.
    """

    profiles: np.ndarray
    payoff: np.ndarray
    dividends: np.ndarray
    stake: np.ndarray
    validator_trust: np.ndarray
    cabal_income: np.ndarray
    evaluation_spent: np.ndarray
    quality_incentive_correlation: np.ndarray
    newcomer_epochs_to_first_pay: np.ndarray

    @property
    def worlds(self) -> int:
        """Independent worlds a profile was played in."""
        return self.payoff.shape[-1]

    def joined(self, other: Records) -> Records:
        """These worlds and then the other's, for the same profiles."""
        values = {
            f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)], axis=-1)
            for f in fields(self)
            if f.name != "profiles"
        }
        return Records(profiles=self.profiles, **values)


def seats_of(scenario: Scenario, profile: np.ndarray) -> dict[str, np.ndarray]:
    """Who plays what: the axis number of every seat of validators, miners, delegators and owner, dealt in blocks."""
    numbers = np.repeat(np.arange(profile.size), profile)
    dealt: dict[str, list[np.ndarray]] = {"validators": [], "miners": [], "delegators": [], "owner": []}
    stops = np.cumsum(scenario.roles.players)
    for name, seats in zip(scenario.roles.names, np.split(numbers, stops[:-1]), strict=True):
        dealt[name.partition(".")[0]].append(seats)
    return {role: np.concatenate(parts) if parts else numbers[:0] for role, parts in dealt.items()}


def simulate(
    scenario: Scenario,
    profiles: np.ndarray | Sequence[Sequence[int]],
    worlds: Sequence[int] | np.ndarray | None = None,
    *,
    instead: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    slice_cells: int = SLICE_CELLS,
    threads: int | None = None,
) -> Records:
    """Play each of profiles[profile, axis] in each of the worlds (the scenario's, unless numbers are given).

    `instead` maps strategies to what their seats play in their place, same seats and luck; the records stay under the
    strategies that the seats were dealt. `progress` is called several times a second; what it raises ends the work
    with the epoch. Raises `BadInput` for counts that do not add up to the role's seats.

    >>> from experiments import Scenario, simulate
    >>> small = Scenario.named("weight-copying", {"epochs": 20, "burn_in": 5, "miners.count": 8})
    >>> records = simulate(small, [[9, 1, 8]], worlds=range(3))
    >>> records.payoff.shape, bool(abs(records.dividends[0, :2].sum(axis=0) - 1).max() < 1e-12)
    ((1, 3, 3), True)
    """
    counts = _checked(scenario, np.asarray(profiles))
    numbers = np.arange(scenario.worlds) if worlds is None else np.asarray(worlds, dtype=np.int64)
    cells = scenario.validators.count * (scenario.miners.count + scenario.cabal_seats)
    workers = threads or _cores()
    rows = max(1, min(len(counts), slice_cells // cells))
    columns = _even(numbers.size, cells * rows, slice_cells, workers)
    slices = [
        (slice(row, row + rows), slice(column, column + columns))
        for row in range(0, len(counts), rows)
        for column in range(0, numbers.size, columns)
    ]
    records = _empty(counts, numbers.size)

    stop = threading.Event()

    def play(part: tuple[slice, slice]) -> None:
        played = _play(scenario, counts[part[0]], numbers[part[1]], instead or {}, stop)
        for name, values in played.items():
            getattr(records, name)[part[0], ..., part[1]] = values

    done = 0

    def tell() -> None:
        if progress:
            progress(done / len(slices))

    try:
        for _ in _each(play, slices, workers, tell if progress else None):
            done += 1
            tell()
    finally:
        stop.set()  # where the work was broken off, slices that still run end with their epoch
    return records


def subnet_of(
    scenario: Scenario,
    profiles: np.ndarray,
    worlds: np.ndarray,
    *,
    instead: Mapping[str, str] | None = None,
    series: bool = False,
) -> Subnet:
    """The Subnet of some profiles[profile, axis], each in all the worlds, before epoch 0; profile after profile."""
    from agents.subnet import Subnet  # here: only who looks at seats needs Mesa

    return Subnet(**_made_of(scenario, profiles, worlds, instead or {}), series=series)


def _made_of(
    scenario: Scenario, profiles: np.ndarray, worlds: np.ndarray, swapped: Mapping[str, str]
) -> dict[str, Any]:
    """What a subnet of these profiles and worlds is given."""
    axis: list[Any] = [scenario.policy(role, swapped.get(name, name)) for role, name in scenario.roles.axis]
    dealt = [seats_of(scenario, profile) for profile in profiles]
    given = {
        role: [row for seats in dealt for row in [[axis[n] for n in seats[role]]] * len(worlds)] for role in dealt[0]
    }
    honest: Any = scenario.policy("validators", "honest")
    return {
        "validators": given["validators"],
        "miners": given["miners"],
        "delegators": given["delegators"] if scenario.delegators.count else (),
        "owner": [seats[0] for seats in given["owner"]] if given["owner"][0] else None,
        "registration": scenario.registration,
        "delegator_settings": scenario.delegators,
        "owner_settings": scenario.owner,
        "rules": scenario.rules,
        "validator_settings": scenario.validators,
        "miner_settings": scenario.miners,
        "cabal": scenario.cabal_of_subnet,
        "stake": scenario.stake_plan,
        "start": scenario.start,
        "start_policy": honest,
        "childkeys": (),
        "learning": (),
        "worlds": np.tile(worlds, len(profiles)),
        "seed": scenario.seed,
        "burn_in": scenario.burn_in,
    }


def _cores() -> int:
    """Cores this process may use, up to 8: beyond that threads wait for each other."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST_THREADS)
    return min(os.cpu_count() or 1, MOST_THREADS)


def _even(worlds: int, cells: int, most: int, workers: int) -> int:
    """Worlds a slice: at most `most` cells, and as many slices as share out evenly among the workers."""
    slices = -(-worlds // max(1, most // cells))
    even = -(-slices // workers) * workers
    if worlds * cells < even * LEAST_CELLS:
        even = slices
    return -(-worlds // min(even, worlds))


def _each(
    work: Callable[[Any], None], parts: list[Any], threads: int, meanwhile: Callable[[], None] | None
) -> Iterator[None]:
    """Do all parts, in order of submission, on threads where more than one helps or somebody wants to hear of it."""
    if meanwhile is None and (threads == 1 or len(parts) == 1):
        yield from map(work, parts)
        return
    pool = ThreadPoolExecutor(min(threads, len(parts)))
    try:
        for one in [pool.submit(work, part) for part in parts]:
            while meanwhile is not None and wait([one], _TELL_EVERY).not_done:
                meanwhile()
            yield one.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _checked(scenario: Scenario, counts: np.ndarray) -> np.ndarray:
    roles = scenario.roles
    if counts.ndim != 2 or counts.shape[1] != len(roles.axis) or (counts < 0).any():
        raise BadInput(
            f"profiles have shape {counts.shape}; they must be counts of at least 0 [profile, {len(roles.axis)}] of "
            + ", ".join(f"{role}.{strategy}" for role, strategy in roles.axis)
        )
    for role, (name, players) in enumerate(zip(roles.names, roles.players, strict=True)):
        sums = counts[:, roles.starts[role] : roles.starts[role + 1]].sum(axis=1)
        if (sums != players).any():
            raise BadInput(f"a profile has {sums[sums != players][0]} {name}; the scenario has {players}")
    return counts


def _empty(counts: np.ndarray, worlds: int) -> Records:
    by_strategy = (*counts.shape, worlds)
    by_profile = (len(counts), worlds)
    return Records(
        profiles=counts,
        payoff=np.full(by_strategy, np.nan),
        dividends=np.full(by_strategy, np.nan),
        stake=np.full(by_strategy, np.nan),
        validator_trust=np.full(by_strategy, np.nan),
        cabal_income=np.zeros(by_profile),
        evaluation_spent=np.zeros(by_profile),
        quality_incentive_correlation=np.full(by_profile, np.nan),
        newcomer_epochs_to_first_pay=np.full(by_profile, np.nan),
    )


def _play(
    scenario: Scenario, counts: np.ndarray, worlds: np.ndarray, instead: Mapping[str, str], stop: threading.Event
) -> dict[str, np.ndarray]:
    """One slice: all its profiles in all its worlds; nothing if it is told to stop."""
    subnet = Worlds(Setup.given(**_made_of(scenario, counts, worlds, instead), series=False))
    for _ in range(scenario.epochs):
        if stop.is_set():
            return {}
        subnet.play_epoch()
    ledger = subnet.ledger
    shape = (len(counts), worlds.size, -1)
    own = scenario.miners.count + scenario.registration.outside
    mining = ledger.payoff("miners").reshape(shape)
    paid = [ledger.payoff("validators").reshape(shape), mining[..., :own]]
    paid += [ledger.payoff(role).reshape(shape) for role in ("delegators", "owner") if role in scenario.roles.names]
    payoffs = np.concatenate(paid, axis=-1)
    by_validator = {
        "dividends": ledger.dividends,
        "stake": ledger.stake,
        "validator_trust": ledger.validator_trust,
    }
    cabal = mining[..., own:]
    played: dict[str, np.ndarray] = {
        "cabal_income": cabal.sum(-1),
        "evaluation_spent": ledger.evaluation_spent.reshape(shape[:2]),
        "quality_incentive_correlation": ledger.quality_incentive_correlation.reshape(shape[:2]),
        "newcomer_epochs_to_first_pay": ledger.newcomer_epochs_to_first_pay.reshape(shape[:2]),
    }
    for name in ("payoff", *by_validator):
        played[name] = np.full((*counts.shape, worlds.size), np.nan)
    for row, profile in enumerate(counts):
        for number, seats in _blocks(profile):
            played["payoff"][row, number] = payoffs[row, :, seats].mean(-1)
            if seats.start < scenario.validators.count:
                for name, values in by_validator.items():
                    mine = values.reshape(shape)[row, :, seats]
                    played[name][row, number] = mine.mean(-1) if name == "validator_trust" else mine.sum(-1)
    return played


def _blocks(profile: np.ndarray) -> Iterator[tuple[int, slice]]:
    """The seats of every role-strategy that is played: one block each, validators' seats first."""
    stops = np.cumsum(profile)
    for number in np.flatnonzero(profile):
        yield int(number), slice(int(stops[number] - profile[number]), int(stops[number]))
