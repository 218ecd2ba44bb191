"""What all sessions share: turns at the cores, and what has been made already."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

__all__ = ["Known", "Turns"]

_EVERY = 0.2
"""Seconds between two looks of somebody who waits."""


def _nothing() -> None:
    pass


class Turns:
    """At most so many at work at once; the others stand in line, and who came first is served first."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._line: dict[object, None] = {}
        self._moved = threading.Condition()

    @contextmanager
    def turn(self, meanwhile: Callable[[], None] = _nothing) -> Iterator[None]:
        """Wait for a place and hold it. `meanwhile` is called now and then while waiting; if it raises, one leaves."""
        ticket = object()
        with self._moved:
            self._line[ticket] = None
        try:
            while not self._called(ticket):
                meanwhile()
            yield
        finally:
            with self._moved:
                del self._line[ticket]
                self._moved.notify_all()

    def _called(self, ticket: object) -> bool:
        with self._moved:
            return self._moved.wait_for(lambda: ticket in islice(self._line, self._places), _EVERY)


class Known:
    """The last values by key, at most so many. What many ask for at once is made once; making takes a turn."""

    def __init__(self, most: int, turns: Turns | None = None) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = turns or Turns(most)
        self._making = tuple(Turns(1) for _ in range(most))

    def get(self, key: Hashable) -> Any:
        """The value, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value; the one unused for longest goes."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def made(self, key: Hashable, make: Callable[[], Any], meanwhile: Callable[[], None] = _nothing) -> Any:
        """The value of the key, made now if it is not known; `meanwhile` is called now and then while others work."""
        value = self.get(key)
        if value is not None:
            return value
        with self._making[hash(key) % self._most].turn(meanwhile):  # a few keys share a place: it only costs a wait
            value = self.get(key)
            if value is None:
                with self._turns.turn(meanwhile):
                    value = make()
                self.put(key, value)
        return value
