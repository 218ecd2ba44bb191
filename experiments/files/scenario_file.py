"""Scenario files: TOML as people write it, JSON as programs do."""

from __future__ import annotations

import json
import os
import tomllib
from typing import Any

from experiments.errors import BadInput
from experiments.files.bounded import read_bounded
from experiments.files.npz import shown
from experiments.scenario import Scenario

__all__ = ["ENDINGS", "MAX_BYTES", "read_scenario", "scenario_from_text"]

ENDINGS = (".toml", ".json")
"""What a scenario file's name ends in."""

MAX_BYTES = 2**16
"""The largest file; a whole scenario takes about 3,000."""

MAX_LINE = 4_096
"""The longest line of a TOML file: what its reader spends on a key grows with the square of its parts."""


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
    """The scenario of a .toml or .json file of at most `MAX_BYTES`; `BadInput`, one line, for anything else."""
    name = shown(os.fspath(path))
    return scenario_from_text(read_bounded(path, MAX_BYTES, kind="scenario"), name)


def scenario_from_text(data: bytes, name: str) -> Scenario:
    """The scenario that a file's bytes describe; `name` tells the kind and begins every refusal."""
    is_json = name.lower().endswith(".json")
    if len(data) > MAX_BYTES:
        raise BadInput(f"{name} has {len(data)} bytes; at most {MAX_BYTES} are read: write one scenario a file")
    if not is_json and max(map(len, data.splitlines()), default=0) > MAX_LINE:
        raise BadInput(f"{name} has a line of more than {MAX_LINE} characters; break it, or write it as JSON")
    try:
        text = data.decode("utf-8-sig")
        document: Any = json.loads(text, object_pairs_hook=_once) if is_json else tomllib.loads(text)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8 text (byte {error.start}); write it again") from None
    except (ValueError, RecursionError) as error:  # both parsers' errors are ValueErrors
        kind = "JSON" if is_json else "TOML"
        raise BadInput(f"{name} is not {kind} ({shown(str(error), 80)}); write it again") from None
    try:
        return Scenario.from_document(document)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object none of whose keys stands twice: the parser itself would keep the last."""
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise BadInput(f"{shown(twice, 40)} is given twice; give each key once")
    return document
