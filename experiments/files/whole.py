"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["SUFFIX", "written_whole"]

SUFFIX = ".tmp"
"""How the temporary names end; they begin with a dot."""


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`: what the block writes there is flushed and then takes the path's place.

    Whatever goes wrong, the path is what it was, and nothing else is left. Raises `OSError` as the writing does.
    """
    temporary = path.parent / f".{path.name}.{secrets.token_hex(4)}{SUFFIX}"
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
