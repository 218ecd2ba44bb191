"""Records of simulated profiles as one file: whole, or as if it were not there."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from experiments.files.whole import written_whole
from experiments.simulation import Records

__all__ = ["read_records", "tidied", "write_records"]

_DIGEST = "digest"
_ENDING = ".npz"


def read_records(path: Path) -> Records | None:
    """The records of a file; None where it is absent, damaged or holds something else."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        os.utime(path)
        digest = arrays.pop(_DIGEST).tobytes()
        return Records(**arrays) if digest == _digest(arrays) else None
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile):
        return None


def write_records(path: Path, records: Records) -> None:
    """Put records in place, whole or not at all; `OSError` where that cannot be."""
    arrays = {name: np.ascontiguousarray(getattr(records, name)) for name in Records.__dataclass_fields__}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays, **{_DIGEST: np.frombuffer(_digest(arrays), dtype=np.uint8)})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written_whole(path) as temporary:
        temporary.write_bytes(buffer.getvalue())


def tidied(folder: Path, most: int) -> None:
    """Take away the files that were not used for longest, until the folder holds at most so many bytes."""
    files = []
    for file in folder.glob(f"*/*{_ENDING}"):
        try:
            state = file.stat()
        except OSError:
            continue
        files.append((state.st_mtime, state.st_size, file))
    total = sum(size for _, size, _ in files)
    for _, size, file in sorted(files, key=lambda one: one[0]):
        if total <= most:
            return
        file.unlink(missing_ok=True)
        total -= size


def _digest(arrays: dict[str, np.ndarray]) -> bytes:
    digest = hashlib.sha256()
    for name, values in sorted(arrays.items()):
        digest.update(f"{name}\0{values.dtype.str}\0{values.shape}\0".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.digest()
