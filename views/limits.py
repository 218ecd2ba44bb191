"""What this server allows a visitor: set by flags of `yuma app`, read from the environment that it hands on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache

from econ.quantity import Settings, quantity
from experiments.plugins import load_plugins
from experiments.source_file import SourceFile

__all__ = ["Limits", "limits", "plugins", "results_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Settings):
    """Limits of a server.

    >>> Limits().worlds
    256
    """

    worlds: int = quantity(256, "worlds a profile", "[64, 1_000_000]", "server", "The most that the app plays.")
    seconds: float = quantity(
        120.0, "seconds", "[1, inf)", "server", "Games that take about longer are left to the command."
    )
    upload: int = quantity(16, "megabytes", "[1, 256]", "server", "The largest file that a visitor may send.")


def results_folder() -> str:
    """Where this server looks for stored runs, `YUMA_APP_RESULTS`."""
    return os.environ.get("YUMA_APP_RESULTS", "results")


@cache
def plugins() -> tuple[SourceFile, ...]:
    """The files of policies that this server was started with, `YUMA_APP_PLUGINS`: read and registered once."""
    return load_plugins(json.loads(os.environ.get("YUMA_APP_PLUGINS", "[]")))


@cache
def limits() -> Limits:
    """This server's limits, from `YUMA_APP_WORLDS`, `YUMA_APP_SECONDS` and `YUMA_APP_UPLOAD`."""
    given = {name: os.environ.get(f"YUMA_APP_{name.upper()}") for name in Limits.quantities()}
    return Limits(**{name: Limits.quantities()[name].parsed(text) for name, text in given.items() if text})
