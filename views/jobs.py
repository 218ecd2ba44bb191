"""Work that takes longer than a glance: in the background, with progress, and never done twice.

A job is a function with arguments, keyed by what decides its result (a scenario's digest). It runs in a process of its
own (`views.worker`), goes on while pages are redrawn or changed, is shared by all sessions that ask the same, and its
result is kept. A page says

    solution = awaited("equilibrium", scenario.digest, solve_scenario, (scenario,), place)

and gets the result, after a bar with the time left and a button to stop in `place`; None while it is stopped.
The function takes `progress=` (called with the share that is done) and lives in an importable module. One job is wanted
a session and slot (here "equilibrium"): who asks for another key there wants the former no more, and a job that no
session wants ends. For what takes less than a second there is `quick`, one place for all sessions:

    chart = quick().made(("map", digest), lambda: draw(...))
"""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Hashable
from multiprocessing.connection import Connection, Listener
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from experiments import BadInput
from views.shared import Known, Turns
from views.worker import ready

__all__ = ["Job", "Jobs", "Worker", "awaited", "jobs", "quick"]

_AT_ONCE = 2
"""Quick things computed at once, for all sessions together; the others wait."""

_ASK_EVERY = 0.2
_PATIENCE = 1.0
"""Seconds that a worker has to stop by itself before it is ended."""

_LIVES = 3
"""How often a job is begun again after its worker died."""

_START_SECONDS = 60.0
_SERVER = "the server"


class Worker:
    """One process that does one piece of work at a time."""

    def __init__(self) -> None:
        key = secrets.token_bytes(32)
        with Listener(authkey=key) as listener:
            command = [sys.executable, "-P", "-m", "views.worker"]  # -P: not what stands in this folder
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps([listener.address, key.hex()]).encode() + b"\n")
            self.process.stdin.close()
            self._link: Connection[Any, Any] = _accepted(listener, self.process)

    def run(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], meanwhile: Callable[[float | None], bool]
    ) -> tuple[str, Any]:
        """Do it: ("done", value), ("failed", a line), ("stopped", None), or ("died", None) with the process.

        `meanwhile` is called with the share that is done, or None, several times a second; False stops the work.
        """
        try:
            self._link.send((function, arguments))
            while True:
                share = None
                if self._link.poll(_ASK_EVERY):
                    kind, value = self._link.recv()
                    if kind != "share":
                        return kind, value
                    share = value
                if not meanwhile(share):
                    return self._stopped()
        except (EOFError, OSError):
            self.end()
            return "died", None

    @property
    def lives(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def end(self) -> None:
        """End the process, whatever it does."""
        self._link.close()
        self.process.kill()
        self.process.wait()

    def _stopped(self) -> tuple[str, Any]:
        self._link.send("stop")
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self._link.poll(until - time.monotonic() if until > time.monotonic() else 0):
                kind, _ = self._link.recv()
                if kind == "stopped":
                    return "stopped", None
                if kind != "share":  # it was done at that very moment, and the word to stop still lies there
                    break
        self.end()
        return "stopped", None


def _accepted(listener: Listener, process: subprocess.Popen[bytes]) -> Connection[Any, Any]:
    """The connection of a new process; `OSError` if it dies before it calls."""
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(listener.accept()), daemon=True)
    thread.start()
    until = time.monotonic() + _START_SECONDS
    while thread.is_alive():
        thread.join(0.1)
        if thread.is_alive() and (process.poll() is not None or time.monotonic() > until):
            process.kill()
            raise OSError("a worker did not start; the server's log says why")
    return made[0]


class Job:
    """One piece of work: the share that is done, then its value or a line of error, or neither if nobody wanted it.

    `share` never falls; where work is added it stands until that has caught up. `replaced` counts workers that died
    over it.
    """

    def __init__(self, key: Hashable, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.key, self.function, self.arguments = key, function, arguments
        self.share = 0.0
        self.value: Any = None
        self.error: str | None = None
        self.began: float | None = None
        self.replaced = 0
        self.process_id: int | None = None
        self.wanted: set[str] = set()
        self.ended = threading.Event()
        self._told = 0.0

    def progress(self, share: float) -> None:
        """Take down the share that is done."""
        self._told = share
        self.share = max(self.share, share)

    @property
    def seconds_left(self) -> float | None:
        """A guess from the share that is done; None while there is little to go by, or work has just been added."""
        done = self._told
        if self.began is None or done < max(0.05, self.share):
            return None
        passed = time.monotonic() - self.began
        return passed / done - passed


class Jobs:
    """All jobs: those that run, at most `places` at once and first come first served, and the last that are done."""

    def __init__(self, known: int = 48, places: int = 1, alive: Callable[[str], bool] = lambda who: True) -> None:
        self._known = Known(known)
        self._running: dict[Hashable, Job] = {}
        self._lock = threading.Lock()
        self._turns = Turns(places)
        self._idle: list[Worker] = []
        self._alive = alive

    def known(self, key: Hashable) -> Any:
        """The value, if it is known."""
        return self._known.get(key)

    def ask(self, key: Hashable, function: Callable[..., Any], arguments: tuple[Any, ...], who: str = "") -> Job:
        """The job of a key, begun if need be; `who` wants it until it leaves."""
        with self._lock:
            job = self._running.get(key)
            if job is None:
                job = Job(key, function, arguments)
                job.value = self.known(key)
                if job.value is not None:
                    job.ended.set()
                    return job
                self._running[key] = job
                threading.Thread(target=self._work, args=(job,), daemon=True).start()
            job.wanted.add(who)
            return job

    def leave(self, key: Hashable, who: str = "") -> None:
        """Say that somebody wants this job no more."""
        with self._lock:
            job = self._running.get(key)
            if job is not None:
                job.wanted.discard(who)

    def close(self) -> None:
        """End all idle workers."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def _is_wanted(self, job: Job, share: float | None = None) -> bool:
        if share is not None:
            job.progress(share)
        with self._lock:
            return any(self._alive(who) for who in job.wanted)

    def _work(self, job: Job) -> None:
        try:
            with self._turns.turn(lambda: self._leave_unwanted(job)):
                while job.replaced < _LIVES:
                    worker = self._worker()
                    job.began, job.process_id = time.monotonic(), worker.process.pid
                    kind, value = worker.run(job.function, job.arguments, lambda share: self._is_wanted(job, share))
                    if kind != "died":
                        break
                    job.replaced += 1
                    job.share = job._told = 0.0
                else:
                    kind, value = "failed", "the process that worked on this died several times; use a smaller game"
                with self._lock:
                    if worker.lives:
                        self._idle.append(worker)
            if kind == "done":
                job.value = value
                self._known.put(job.key, value)
            elif kind == "failed":
                job.error = value
        except _Unwanted:
            pass
        except OSError as error:
            job.error = str(error)
        except Exception:
            logging.getLogger(__name__).exception("a job could not be done")
            job.error = "this could not be computed; the server's log says why"
        finally:
            with self._lock:
                self._running.pop(job.key, None)
            job.ended.set()

    def _leave_unwanted(self, job: Job) -> None:
        if not self._is_wanted(job):
            raise _Unwanted

    def _worker(self) -> Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.lives:
                    return worker
                worker.end()
        return Worker()


class _Unwanted(Exception):
    """Nobody waits for this job."""


# On the page ---------------------------------------------------------------------------------------------------------


@st.cache_resource
def jobs() -> Jobs:
    """The one place of all jobs."""
    made = Jobs(alive=lambda who: who == _SERVER or _is_here(who))
    made.ask("ready", ready, (), _SERVER)
    return made


@st.cache_resource
def quick() -> Known:
    """What takes less than a second, by key: the last results, made a few at a time."""
    return Known(256, Turns(_AT_ONCE))


def _is_here(who: str) -> bool:
    """Whether a session is still connected; without a server (in tests) everybody is."""
    return not exists() or get_instance().is_active_session(who)


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def awaited(
    slot: str,
    key: Hashable,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    place: DeltaGenerator,
    *,
    doing: str = "Sharpening",
) -> Any:
    """The job's value, waited for with a bar, the time left and a button to stop in `place`; None while stopped.

    Raises `BadInput` with the reason where the work was refused.
    """
    state, here, who = st.session_state, jobs(), _session()
    before = state.get(f"wants {slot}")
    if before not in (None, key):
        here.leave(before, who)
        state.pop(f"stopped {slot}", None)
    state[f"wants {slot}"] = key
    value = here.known(key)
    if value is not None:
        return value
    if state.get(f"stopped {slot}") == key:
        with place.container():
            st.info("Stopped. What is shown is a preview.")
            if st.button("Go on", key=f"go on {slot}"):
                state.pop(f"stopped {slot}")
                st.rerun()
        return None
    job = here.ask(key, function, arguments, who)
    with place.container():
        told = st.empty()
        bar = st.progress(0.0)
        if st.button("Stop", key=f"stop {slot}", help="What is shown stays; nothing else is lost."):
            here.leave(key, who)
            state[f"stopped {slot}"] = key
            st.rerun()
    while not job.ended.wait(_ASK_EVERY):
        bar.progress(min(job.share, 1.0), text=_progress_text(job, doing))
        if job.replaced:
            told.info("The process that worked on this died and was replaced; the work began again.")
    if job.value is None and job.error is None:  # another session stopped wanting it just before this one asked
        job = here.ask(key, function, arguments, who)
        job.ended.wait()
    place.empty()
    if job.value is None:
        raise BadInput(job.error or "the work was given up; move a control to ask again")
    return job.value


def _progress_text(job: Job, doing: str) -> str:
    if job.began is None:
        return f"{doing}: waiting for other work to end"
    left = job.seconds_left
    return doing if left is None else f"{doing}: {100 * job.share:.0f}%, {left:.0f} s left"
