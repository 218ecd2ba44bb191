"""The bytes of a file whose size is known and bounded before it is read."""

from __future__ import annotations

import os
import stat

from experiments.errors import BadInput
from experiments.files.npz import shown

__all__ = ["read_bounded"]


def read_bounded(path: str | os.PathLike[str], most: int, *, kind: str, remedy: str = "use a smaller one") -> bytes:
    """All bytes of a regular file that is not empty, at most `most`; `kind` is what it should be, as in "a JSON file".

    Raises `BadInput`, one line, for anything else; `remedy` says what to do with a file too large.
    """
    name = shown(os.fspath(path))
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise BadInput(f"{name} is a folder; name a {kind} file")
        if not stat.S_ISREG(status.st_mode):
            raise BadInput(f"{name} is a device or a pipe; name a {kind} file")
        if status.st_size > most:
            raise BadInput(f"{name} has {status.st_size} bytes; at most {most} are read: {remedy}")
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise BadInput(f"{name} does not exist; check the path") from None
    except PermissionError:
        raise BadInput(f"{name} may not be read by this user; change its permissions") from None
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{name} cannot be opened: {reason}; check the path") from None
    if len(data) > most:
        raise BadInput(f"{name} grew beyond {most} bytes while it was read; {remedy}")
    if not data.strip():
        raise BadInput(f"{name} is empty; name a {kind} file that is written whole")
    return data
