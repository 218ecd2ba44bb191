"""A server and a browser of this machine, for the benchmark of the app and its tests.

with served("experiments.cli", "app", "--headless") as (address, process):
    ...
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ARGUMENTS", "CHROMIUM", "served"]

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@contextmanager
def served(*command: str, port: str = "--port") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server in a process of its own: its address once it answers, and the process; ends it afterwards.

    `command` is a module and its arguments, `port` the one that takes a port.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    arguments = [sys.executable, "-P", "-m", *command, port, str(number)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(arguments, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        _await_answer(f"http://127.0.0.1:{number}/_stcore/health")
        yield f"http://127.0.0.1:{number}", process
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the command and the server that it started
        process.wait(20)


def _await_answer(address: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
