"""Work that takes longer than a glance: in the background, with progress, and never done twice.

A job is a function with arguments, keyed by what decides its result (a scenario's digest). It runs in a process of its
own (`views.workers`), goes on while pages are redrawn or changed, is shared by all sessions that ask the same, and its
result is kept. Pages wait for one by `views.waiting.awaited`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from experiments.source_file import SourceFile
from views.shared import Known, Turns
from views.workers import Worker

__all__ = ["Job", "Jobs"]

_LIVES = 3
"""How often a job is begun again after its worker died."""


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

    def __init__(
        self,
        known: int = 48,
        places: int = 1,
        alive: Callable[[str], bool] = lambda who: True,
        plugins: Sequence[SourceFile] = (),
    ) -> None:
        self._known = Known(known)
        self._running: dict[Hashable, Job] = {}
        self._lock = threading.Lock()
        self._turns = Turns(places)
        self._idle: list[Worker] = []
        self._closed = False
        self._alive, self._plugins = alive, plugins

    def known(self, key: Hashable) -> Any:
        """The value, if it is known."""
        return self._known.get(key)

    def is_asked(self, key: Hashable) -> bool:
        """Whether somebody waits for it already."""
        with self._lock:
            return key in self._running

    def ask(self, key: Hashable, function: Callable[..., Any], arguments: tuple[Any, ...], who: str = "") -> Job:
        """The job of a key, begun if need be, anew where it is being given up; `who` wants it until it leaves."""
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
        """End all idle workers, and every other once its work is done."""
        with self._lock:
            idle, self._idle, self._closed = self._idle, [], True
        for worker in idle:
            worker.end()

    def _is_wanted(self, job: Job, share: float | None = None) -> bool:
        """Whether anybody wants it; else it is given up from here on, and who asks for it begins another."""
        if share is not None:
            job.progress(share)
        with self._lock:
            wanted = any(self._alive(who) for who in job.wanted)
            if not wanted:
                self._forget(job)
            return wanted

    def _forget(self, job: Job) -> None:
        """Take a job off those that run; the lock is held."""
        if self._running.get(job.key) is job:
            del self._running[job.key]

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
                    keep = worker.lives and not self._closed
                    if keep:
                        self._idle.append(worker)
                if not keep:
                    worker.end()
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
                self._forget(job)
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
        return Worker(self._plugins)


class _Unwanted(Exception):
    """Nobody waits for this job."""
