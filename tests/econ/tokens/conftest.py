"""The chain's vectors of its economy, group by group."""

import json
import os
from pathlib import Path

import pytest

GOLDEN = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "golden"


@pytest.fixture(scope="session")
def economy():
    """A function from the name of a group of economy.json to its cases; skips where the file is absent."""
    file = GOLDEN / "economy.json"
    if not file.is_file():
        pytest.skip(f"no golden data at {GOLDEN} (set YUMA_SHARED)")
    groups = json.loads(file.read_text())["groups"]
    return lambda group: groups[group]["cases"]
