"""The worlds a game was played in so far: more of them for all its profiles, or for those that matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np

from econ.games import EmpiricalGame
from experiments.payoffs import Play, all_profiles, game_of, innocent_profiles
from experiments.scenario import Scenario
from experiments.simulation import Progress, Records

__all__ = ["Sample"]

Stage = Callable[[int, int], Progress | None]
"""Gives a meter for so many profiles in so many worlds."""


class Sample:
    """All profiles of a scenario's game, each played in worlds `first_world`, ... up to a number of its own."""

    def __init__(self, scenario: Scenario, play: Play, first_world: int = 0) -> None:
        self._scenario, self._play, self._first = scenario, play, first_world
        self._profiles = all_profiles(scenario)
        self._innocent = innocent_profiles(scenario, self._profiles)
        self._records: Records | None = None
        self.worlds = np.zeros(len(self._profiles), dtype=np.int64)

    @property
    def runs(self) -> int:
        """Profiles times worlds that were played."""
        return int(self.worlds.sum())

    @property
    def records(self) -> Records:
        """What was earned in the worlds that all profiles were played in."""
        assert self._records is not None
        return _until(self._records, int(self.worlds.min()))

    def extend(self, wanted: np.ndarray, stage: Stage) -> None:
        """See that profiles are played in as many worlds [profile] as are wanted.

        Where what a cabal would earn without collusion is not earned in one of the game's own profiles, it is played
        beside all worlds at once, so then all profiles are played in the same.
        """
        until = np.maximum(wanted, self.worlds)
        if self._innocent is None:
            until[:] = until.max()
        else:
            np.maximum.at(until, self._innocent, until.copy())
        for have, last in np.unique(np.stack((self.worlds, until)), axis=1).T.tolist():
            if have < last:
                self._play_on(np.flatnonzero((self.worlds == have) & (until == last)), have, last, stage)

    def _play_on(self, rows: np.ndarray, have: int, until: int, stage: Stage) -> None:
        worlds = range(self._first + have, self._first + until)
        new = self._play(self._scenario, self._profiles[rows], worlds, progress=stage(len(rows), len(worlds)))
        if self._records is None:
            self._records = new
        else:
            self._records = _until(self._records, max(until, self._records.worlds))
            _placed(self._records, new, rows, slice(have, until))
        self.worlds[rows] = until

    def game(self) -> EmpiricalGame:
        """The game as far as it was played."""
        assert self._records is not None
        played = range(self._first, self._first + int(self.worlds.max()))
        return game_of(self._scenario, self._records, played, play=self._play)


def _until(records: Records, worlds: int) -> Records:
    """The first worlds of some records, as many as are asked for: beyond those that are there nothing is known."""
    width = max(worlds - records.worlds, 0)
    values = {
        f.name: np.concatenate((old[..., :worlds], np.full((*old.shape[:-1], width), np.nan)), axis=-1)
        for f in fields(records)
        if f.name != "profiles"
        for old in (getattr(records, f.name),)
    }
    return Records(profiles=records.profiles, **values)


def _placed(known: Records, new: Records, rows: np.ndarray, worlds: slice) -> None:
    """Put what some profiles earned in some worlds in its place."""
    for f in fields(known):
        if f.name != "profiles":
            getattr(known, f.name)[rows, ..., worlds] = getattr(new, f.name)
