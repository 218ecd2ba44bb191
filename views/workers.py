"""A process that works for the server: started, asked, stopped, ended. Its inside is `views.worker`."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection, Listener
from typing import Any

from experiments.source_file import SourceFile

__all__ = ["Worker"]

_ASK_EVERY = 0.02
"""Seconds between two looks whether the work is wanted still: a visitor who moves a slider wants both cores."""

_PATIENCE = 1.0
"""Seconds that a worker has to stop by itself before it is ended."""

_START_SECONDS = 60.0


class Worker:
    """One process that does one piece of work at a time, and knows the policies of these files."""

    def __init__(self, plugins: Sequence[SourceFile] = ()) -> None:
        key = secrets.token_bytes(32)
        with Listener(authkey=key) as listener:
            command = [sys.executable, "-P", "-m", "views.worker"]  # -P: not what stands in this folder
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            assert self.process.stdin is not None
            self.process.stdin.write(
                json.dumps([listener.address, key.hex(), [asdict(file) for file in plugins]]).encode() + b"\n"
            )
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
