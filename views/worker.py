"""A worker's own process: takes functions with their arguments, sends back how far it is and what comes out.

Work in a process of its own leaves the server's thread free to answer sliders, and can be ended at any moment. The
process ends when the server does. It knows nothing of Streamlit.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from typing import Any

from econ.errors import InputError
from experiments.plugins import register_policies
from experiments.source_file import SourceFile

__all__ = ["Stopped", "main", "perform", "ready"]

_EVERY = 0.1
"""Seconds between two reports of progress."""


class Stopped(Exception):
    """The server wants this work no more."""


def perform(function: Callable[..., Any], arguments: tuple[Any, ...], progress: Callable[[float], None]) -> Any:
    """What the function returns: `("done", value)`, or `("failed", one line)` for input that it refuses."""
    try:
        return "done", function(*arguments, progress=progress)
    except Stopped:
        return "stopped", None
    except InputError as error:
        return "failed", str(error)
    except MemoryError:
        return "failed", "the game does not fit into memory; use fewer seats or epochs"
    except Exception:
        logging.getLogger(__name__).exception("work could not be done")
        return "failed", "this could not be computed; the server's log says why"


def main() -> None:
    """Work until the server hangs up."""
    address, key, plugins = json.loads(sys.stdin.readline())
    os.nice(5) if hasattr(os, "nice") else None  # sliders come first
    with Client(address, authkey=bytes.fromhex(key)) as link:
        register_policies(*(SourceFile(**file) for file in plugins))
        while True:
            try:
                function, arguments = link.recv()
                link.send(perform(function, arguments, _Reports(link)))
            except (EOFError, OSError):
                return


def ready(progress: Callable[[float], None]) -> bool:
    """Import what nearly all work needs, so that the first who asks need not wait for it."""
    import experiments.solving  # noqa: F401

    return True


class _Reports:
    """Progress over the wire, at most ten times a second; raises `Stopped` once the server has said so."""

    def __init__(self, link: Connection[Any, Any]) -> None:
        self._link, self._last = link, 0.0

    def __call__(self, share: float) -> None:
        if self._link.poll():
            self._link.recv()
            raise Stopped
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            self._link.send(("share", share))


if __name__ == "__main__":
    main()
