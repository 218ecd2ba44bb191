"""A folder of results: one Parquet part a task, named by what made it, written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.files.whole import SUFFIX, written_whole

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["Store", "content_digest", "encoded"]

_DIGEST = b"yuma.digest"
_FORGOTTEN = 86_400
"""Seconds after which a temporary file belongs to nobody."""

_ROWS, _FRAMES = 2**16, 2**10
"""So many rows, or frames, of a joint file are written at once."""


def content_digest(frame: pd.DataFrame) -> str:
    """A hash of a frame's names, types and values, whatever wrote it to a file.

    >>> import pandas as pd
    >>> content_digest(pd.DataFrame({"a": [1]})) == content_digest(pd.DataFrame({"a": [1.0]}))
    False
    """
    import pandas as pd

    digest = hashlib.sha256()
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
            values = column.to_numpy()
            if column.dtype.kind == "f":
                values = np.where(np.isnan(values), np.nan, values)  # 0 / 0 has a sign that no file keeps
            digest.update(f"{name}\0{values.dtype.str}\0{len(values)}\0".encode())
            digest.update(values.tobytes())
        else:
            text = json.dumps([None if pd.isna(value) else str(value) for value in column])
            digest.update(f"{name}\0text\0{text}\0".encode())
    return digest.hexdigest()[:32]


def encoded(frame: pd.DataFrame) -> tuple[bytes, str]:
    """A frame as the bytes of a Parquet file that carries its own digest, and the digest: of what will be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    digest = content_digest(table.to_pandas(use_threads=False))
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _DIGEST: digest.encode()})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue(), digest


def _joined(frames: Iterable[pd.DataFrame]) -> Iterator[pa.Table]:
    """Frames as tables of many rows: a file has a header for each, which its writer keeps in memory."""
    import pandas as pd
    import pyarrow as pa

    waiting: list[pd.DataFrame] = []
    rows = 0
    for frame in frames:
        waiting.append(frame)
        rows += len(frame)
        if rows >= _ROWS or len(waiting) >= _FRAMES:
            yield pa.Table.from_pandas(pd.concat(waiting, ignore_index=True), preserve_index=False)
            waiting, rows = [], 0
    if waiting:
        yield pa.Table.from_pandas(pd.concat(waiting, ignore_index=True), preserve_index=False)


class _Another(Exception):
    """A table of a joint file that is not of the first ones' columns; carries the schema that holds both."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table in a joint file's schema: what it lacks is null; `_Another` if the schema has no room for it."""
    import pyarrow as pa

    both = pa.unify_schemas([schema, table.schema], promote_options="permissive")
    if not both.equals(schema):
        raise _Another(both)
    if table.schema.equals(schema):
        return table.replace_schema_metadata(schema.metadata)
    return pa.concat_tables([schema.empty_table(), table], promote_options="permissive").cast(schema)


def _stored_digest(part: pq.ParquetFile) -> str | None:
    found = (part.schema_arrow.metadata or {}).get(_DIGEST)
    return found.decode("ascii", "replace") if found else None


class Store:
    """The parts, failures, manifest and design of one study in one folder.

    Keys are hexadecimal; a part stands at `parts/KEY[:2]/KEY.parquet`. Nothing here is ever half written: a file
    appears under its name when it is complete and flushed. `BadInput` where the folder cannot be used.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.name = shown(os.fspath(folder))

    def prepare(self) -> None:
        """Make the folder, and clear away what a killed run left half written over a day ago."""
        if self.folder.exists() and not self.folder.is_dir():
            raise BadInput(f"{self.name} is no folder; name a folder for the results")
        try:
            for part in ("parts", "failed"):
                (self.folder / part).mkdir(parents=True, exist_ok=True)
            probe = self.folder / f".{secrets.token_hex(4)}{SUFFIX}"
            probe.write_bytes(b"")
            probe.unlink()
            for old in self.folder.rglob(f".*{SUFFIX}"):
                if time.time() - old.stat().st_mtime > _FORGOTTEN:
                    old.unlink(missing_ok=True)
        except FileNotFoundError:  # another run cleared it first
            pass
        except OSError as error:
            raise self._unwritable(error) from None

    def exists(self) -> bool:
        """Whether a run has been here."""
        return (self.folder / "manifest.json").is_file()

    def part(self, key: str) -> Path:
        """Where the result of a task stands, once it does."""
        return self.folder / "parts" / key[:2] / f"{key}.parquet"

    def digest(self, key: str) -> str | None:
        """The digest that a task's result says it has; None where there is none, or its file is no whole Parquet."""
        with self._opened(key) as part:
            return None if part is None else _stored_digest(part)

    def read(self, key: str) -> pd.DataFrame | None:
        """A task's result, if it is there and its values are those that its digest was made of."""
        with self._opened(key) as part:
            if part is None:
                return None
            try:
                frame = part.read(use_threads=False).to_pandas(use_threads=False)
            except (OSError, ValueError):
                return None
            return frame if content_digest(frame) == _stored_digest(part) else None

    @contextmanager
    def _opened(self, key: str) -> Iterator[pq.ParquetFile | None]:
        """A task's part; None where it is absent, truncated or no Parquet at all: pyarrow's errors are ValueErrors."""
        import pyarrow.parquet as pq

        try:
            part = pq.ParquetFile(self.part(key))
        except (OSError, ValueError):
            yield None
            return
        with part:
            yield part

    def write(self, key: str, part: bytes) -> None:
        """Keep a task's result, and forget that it ever failed."""
        self._replace(self.part(key), part)
        (self.folder / "failed" / f"{key}.json").unlink(missing_ok=True)

    def fail(self, key: str, task: int, stage: str, message: str) -> None:
        """Keep what stopped a task; it is run again next time."""
        self.write_json(f"failed/{key}.json", {"task": task, "stage": stage, "message": message})

    def failure(self, key: str) -> dict[str, Any] | None:
        """What stopped a task last time."""
        return self.read_json(f"failed/{key}.json")

    def keys(self) -> set[str]:
        """The keys of all parts, good or damaged, of this design or another."""
        return {file.stem for file in self.folder.glob("parts/??/*.parquet")}

    def failed_keys(self) -> set[str]:
        """The keys of all tasks that failed when last run."""
        return {file.stem for file in self.folder.glob("failed/*.json")}

    def write_json(self, name: str, document: Mapping[str, Any]) -> None:
        """Put a small document in place."""
        self.write_text(name, json.dumps(document, indent=1, allow_nan=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Put a text in place."""
        self._replace(self.folder / name, text.encode())

    def read_json(self, name: str) -> dict[str, Any] | None:
        """A small document; None where it is absent or damaged."""
        try:
            document = json.loads((self.folder / name).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return document if isinstance(document, dict) else None

    def write_joint(self, name: str, frames: Callable[[], Iterable[pd.DataFrame]]) -> None:
        """Put frames into one Parquet file, one after another, never all in memory.

        `frames` gives them anew: they are gone through again where later ones have other columns, or numbers of another
        kind, than the first. `BadInput` where a column holds numbers in some and texts in others.
        """
        import pyarrow as pa

        schema: pa.Schema | None = None
        try:
            while True:
                try:
                    self._write_joint(name, frames(), schema)
                    return
                except _Another as found:
                    schema = found.schema
        except OSError as error:
            raise self._unwritable(error) from None
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise BadInput(
                f"{self.name}/{name} cannot be written: a column holds values of several kinds "
                f"({' '.join(str(error).split()):.100}); let every task return numbers there, or texts, or truths"
            ) from None

    def _write_joint(self, name: str, frames: Iterable[pd.DataFrame], schema: pa.Schema | None) -> None:
        import pyarrow.parquet as pq

        writer = None
        with written_whole(self.folder / name) as temporary:
            try:
                for table in _joined(frames):
                    schema = table.schema if schema is None else schema
                    writer = writer or pq.ParquetWriter(temporary, schema, compression="zstd")
                    writer.write_table(_fitted(table, schema))
            finally:
                if writer is not None:
                    writer.close()

    def read_frame(self, name: str) -> pd.DataFrame:
        """A file of rows; `OSError` where it is absent or damaged."""
        import pandas as pd

        try:
            return pd.read_parquet(self.folder / name)
        except ValueError as error:
            raise OSError(str(error)) from None

    def _replace(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(path) as temporary:
                temporary.write_bytes(data)
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> BadInput:
        reason = error.strerror or error
        return BadInput(
            f"{self.name} cannot be written: {reason}; make room or name a folder that is yours to write, and run it "
            "again: what was finished is kept"
        )
