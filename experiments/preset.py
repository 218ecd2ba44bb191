"""Named settings that stand for a kind of subnet, each with its source and what it assumes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from experiments.errors import BadInput, nearest

__all__ = ["Preset", "changes_of", "preset", "presets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Some keys of a scenario set together: what they stand for, since when, after whom, and what is assumed."""

    name: str
    story: str
    date: str
    source: str
    assumed: str
    changes: dict[str, Any]


def presets() -> tuple[Preset, ...]:
    """All presets, by name.

    >>> [preset.name for preset in presets()][:3]
    ['chain-defaults', 'concentrated-stake', 'fast']
    """
    folder = resources.files("experiments").joinpath("presets")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(_read(entry.name.removesuffix(".toml"), entry.read_text("utf-8")) for entry in files)


def preset(name: str) -> Preset:
    """The preset of that name; `BadInput` for one that is not known."""
    known = {each.name: each for each in presets()}
    if name not in known:
        raise BadInput(f"preset {name!r} is unknown; {nearest(name, known, listed_by='yuma presets')}")
    return known[name]


def changes_of(names: Iterable[str]) -> dict[str, Any]:
    """What presets change together; `BadInput` where two of them set one key to different values.

    >>> changes_of(["slow", "flat-stake"])["validators.stake"]
    'equal'
    """
    changes: dict[str, Any] = {}
    setter: dict[str, str] = {}
    for each in map(preset, names):
        for key, value in each.changes.items():
            if changes.get(key, value) != value:
                raise BadInput(
                    f"presets {setter[key]} and {each.name} set {key} to {changes[key]} and {value}; take one of them"
                )
            changes[key], setter[key] = value, each.name
    return changes


def _read(name: str, text: str) -> Preset:
    document = tomllib.loads(text)
    return Preset(name=name, changes=document.pop("set"), **document)
