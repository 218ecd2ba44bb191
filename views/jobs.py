"""Work for a screen: a quick preview, a full answer in the background, and nothing known computed twice.

A full answer is a job of its own thread, keyed by the scenario's digest: it goes on while the page is redrawn, every
session that asks the same waits for the same job, and it ends when nobody has asked for a while.
"""

from __future__ import annotations

import logging
import math
import threading
import time

from agents.errors import PolicyError
from agents.settings import parse_start
from econ.quantity import QuantityError
from experiments import BadInput, Scenario, Solution, solve_scenario
from experiments.simulation import SLICE_CELLS
from views.shared import Known, Turns

__all__ = ["LIVE_PROFILES", "Job", "Jobs", "has_preview", "preview_of", "too_large"]

LIVE_PROFILES = 300
"""Games of more profiles are left to the command line."""

LIVE_SECONDS = 120.0
"""So are those that would take longer than this, roughly."""

_CELLS_A_SECOND = 4e7
"""Weights decided and paid in a second on two cores: the speed that times are guessed from."""

_EPOCH_SECONDS = 4e-4
"""What an epoch of a slice of worlds takes beside that."""

_PREVIEW_CELLS = 8e6
_PREVIEW_SECONDS = 2.0
_PREVIEW_WORLDS = 8
_FORGOTTEN_AFTER = 5.0
"""Seconds after which a job that nobody asks for stops."""

_LEFT_AFTER = 0.5
"""The same for a job that a session has turned from; others that wait ask more often than this."""


class Job:
    """One scenario being solved: the share that is done, then its solution or a line of error.

    `share` never falls; where worlds are added it stands until the work has caught up. A job that ended with neither
    solution nor error was given up.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.share = 0.0
        self.solution: Solution | None = None
        self.error: str | None = None
        self.began: float | None = None
        self.asked = time.monotonic()
        self.ended = threading.Event()
        self._told = 0.0

    def progress(self, share: float) -> None:
        """Take down the share; stops the work if nobody waits for it any more."""
        self._told = share
        self.share = max(self.share, share)
        if time.monotonic() - self.asked > _FORGOTTEN_AFTER:
            raise _Forgotten

    @property
    def seconds_left(self) -> float | None:
        """A guess from the share that is done; None while there is little to go by, or work has just been added."""
        done = self._told
        if self.began is None or done < max(0.05, self.share):
            return None
        passed = time.monotonic() - self.began
        return passed / done - passed


class Jobs:
    """Full answers: those that run, one after the other, and the last that are done."""

    def __init__(self, known: int = 32) -> None:
        self._known = Known(known)
        self._running: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._turns = Turns(1)

    def known(self, scenario: Scenario) -> Solution | None:
        """The solution, if it is known."""
        return self._known.get(scenario.digest)

    def ask(self, scenario: Scenario) -> Job:
        """The job of a scenario, begun if need be. Who waits asks again at least every second."""
        with self._lock:
            job = self._running.get(scenario.digest)
            if job is None:
                job = Job(scenario)
                job.solution = self.known(scenario)
                if job.solution is not None:
                    job.ended.set()
                    return job
                self._running[scenario.digest] = job
                threading.Thread(target=self._work, args=(job,), daemon=True).start()
            job.asked = time.monotonic()
            return job

    def leave(self, digest: str) -> None:
        """Say that a session waits for this job no more."""
        with self._lock:
            job = self._running.get(digest)
            if job is not None:
                job.asked = min(job.asked, time.monotonic() - _FORGOTTEN_AFTER + _LEFT_AFTER)

    def _work(self, job: Job) -> None:
        try:
            with self._turns.turn(lambda: job.progress(0.0)):
                job.began = time.monotonic()
                job.solution = solve_scenario(job.scenario, progress=job.progress)
            self._known.put(job.scenario.digest, job.solution)
        except _Forgotten:
            pass
        except (BadInput, QuantityError, PolicyError) as error:
            job.error = str(error)
        except MemoryError:
            job.error = "the game does not fit into memory; use fewer seats or epochs"
        except Exception:
            logging.getLogger(__name__).exception("a game could not be solved")
            job.error = "the game could not be solved; the server's log says why"
        finally:
            with self._lock:
                self._running.pop(job.scenario.digest, None)
            job.ended.set()


class _Forgotten(Exception):
    """Nobody waits for this job."""


def preview_of(scenario: Scenario) -> Scenario:
    """The same game in at most eight worlds and a shorter run."""
    first = max(scenario.rules.reveal_lag - parse_start(scenario.start), 0)
    burn_in = max(min(scenario.burn_in, 20), min(scenario.burn_in, first))
    epochs = min(scenario.epochs, max(burn_in, first) + 60)
    each = _cells(scenario) * (epochs + parse_start(scenario.start))
    worlds = max(4, min(_PREVIEW_WORLDS, int(_PREVIEW_CELLS / each)))
    return scenario.changed({"epochs": epochs, "burn_in": burn_in, "worlds": worlds, "answer.max_worlds": worlds})


def too_large(scenario: Scenario) -> str | None:
    """Why a game is not solved live, if so."""
    profiles = scenario.roles.profile_count
    if profiles > LIVE_PROFILES:
        return f"This game has {profiles} profiles; up to {LIVE_PROFILES} are solved live."
    worlds = min(max(64, scenario.worlds), scenario.answer.max_worlds) + 64  # and the other start
    seconds = _seconds(scenario, worlds)
    if seconds > LIVE_SECONDS:
        return f"This game takes about {seconds / 60:.0f} minutes; up to {LIVE_SECONDS / 60:.0f} are spent live."
    return None


def has_preview(scenario: Scenario) -> bool:
    """Whether even the preview is quick."""
    small = preview_of(scenario)
    return scenario.roles.profile_count <= LIVE_PROFILES and _seconds(small, small.worlds) <= _PREVIEW_SECONDS


def _seconds(scenario: Scenario, worlds: int) -> float:
    """About how long so many worlds of every profile take."""
    cells = _cells(scenario) * worlds
    return _epochs(scenario) * (cells / _CELLS_A_SECOND + _EPOCH_SECONDS * math.ceil(cells / SLICE_CELLS))


def _epochs(scenario: Scenario) -> int:
    return scenario.epochs + parse_start(scenario.start)


def _cells(scenario: Scenario) -> float:
    """Weights of all profiles in one world and epoch."""
    width = scenario.miners.count + scenario.cabal_seats
    return float(scenario.roles.profile_count * scenario.validators.count * width)
