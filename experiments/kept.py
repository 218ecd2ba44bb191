"""Play what was never played, and remember it: a scenario that was solved before is answered at once."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from experiments.files.records import read_records, tidied, write_records
from experiments.provenance import engine_version, source_digest
from experiments.scenario import Scenario
from experiments.simulation import Progress, Records, simulate

__all__ = ["NOWHERE", "KeptPlay", "kept_folder"]

NOWHERE = "none"
"""Stands for no folder: everything is played."""
FOLDER = "YUMA_PAYOFFS"
"""The variable that names another folder, or `none`."""
MOST_BYTES = 512 * 2**20
"""What the folder may hold; beyond it what was not used for longest goes."""


def kept_folder(asked: str | None = None) -> Path | None:
    """Where payoffs are kept: as asked, as the variable `YUMA_PAYOFFS` says, or in the user's cache; None: nowhere."""
    named = asked if asked is not None else os.environ.get(FOLDER)
    if named == NOWHERE:
        return None
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    return Path(base, "yuma-games", "payoffs") if os.path.isabs(base) else None


class KeptPlay:
    """`simulate`, with all that it played kept in a folder and found again.

    A file is named by everything that decides its numbers: the scenario apart from what is asked of it, the profiles
    and worlds, the source of the engine and of every policy and rule that plays, and the machine. Where the folder
    cannot be written, or a file is damaged, profiles are played as if there were none. `found` and `played` count runs;
    `first` is called before anything is played.

    >>> KeptPlay(None).played
    0
    """

    def __init__(self, folder: Path | None, *, first: Callable[[], object] = lambda: None) -> None:
        self._folder, self._first = folder, first
        self.found = self.played = 0

    def __call__(
        self,
        scenario: Scenario,
        profiles: np.ndarray | Sequence[Sequence[int]],
        worlds: Sequence[int] | np.ndarray | None = None,
        *,
        instead: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Records:
        """The records that `simulate` gives for the same arguments."""
        counts = np.asarray(profiles, dtype=np.int64)
        numbers = np.arange(scenario.worlds) if worlds is None else np.asarray(worlds, dtype=np.int64)
        runs = len(counts) * len(numbers)
        if self._folder is None:
            return self._play(scenario, counts, numbers, instead, progress)
        key = _key(scenario, counts, numbers, instead or {})
        path = self._folder / key[:2] / f"{key}.npz"
        known = read_records(path)
        if known is not None and known.payoff.shape == (*counts.shape, len(numbers)):
            self.found += runs
            if progress:
                progress(1.0)
            return known
        records = self._play(scenario, counts, numbers, instead, progress)
        try:
            write_records(path, records)
            tidied(self._folder, MOST_BYTES)
        except OSError:
            self._folder = None  # full, or not ours to write: the numbers are the same without it
        return records

    def _play(
        self,
        scenario: Scenario,
        profiles: np.ndarray,
        worlds: np.ndarray,
        instead: Mapping[str, str] | None,
        progress: Progress | None,
    ) -> Records:
        if not self.played:
            self._first()
        self.played += len(profiles) * len(worlds)
        return simulate(scenario, profiles, worlds, instead=instead, progress=progress)


def _key(scenario: Scenario, profiles: np.ndarray, worlds: np.ndarray, instead: Mapping[str, str]) -> str:
    decides = {k: v for k, v in scenario.flat().items() if k != "worlds" and not k.startswith("answer.")}
    swapped = [scenario.policy("validators", name) for name in sorted(instead.values())]
    sources = source_digest([*scenario.sources, *swapped])
    head = (sorted(decides.items()), sorted(instead.items()), profiles.shape, worlds.shape, sources, *_machine())
    digest = hashlib.sha256(json.dumps(head).encode())
    digest.update(profiles.tobytes())
    digest.update(worlds.tobytes())
    return digest.hexdigest()[:32]


@cache
def _machine() -> tuple[str, ...]:
    return engine_version(), np.__version__, platform.machine(), platform.system()
