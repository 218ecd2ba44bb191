"""Arrays in .npz files: read without trusting the file, written whole or not at all.

Every claim of an archive (sizes, shapes, types) is checked against limits before memory is given to it, no
pickle is ever loaded, and no more bytes are unpacked than the array's own header accounts for.
"""

from __future__ import annotations

import io
import math
import os
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from experiments.errors import BadInput
from experiments.files.whole import written_whole

__all__ = ["MAX_BYTES", "MAX_MEMBERS", "npz_from_bytes", "read_npz", "shown", "write_npz"]

MAX_BYTES = 256 * 2**20
"""The largest file, and the most that its arrays may hold in all, unpacked."""

MAX_MEMBERS = 64
"""The most arrays in one file."""

_MAX_DIRECTORY = 2**16
_MAX_HEADER = 10_000
_MAX_DIMENSIONS = 8
_EXPORT = "write it again with np.savez_compressed"
_END = b"PK\x05\x06"


def shown(text: object, length: int = 200) -> str:
    """Text from a file or a command line made safe for one line of a terminal: escaped, and cut where long.

    >>> shown("a\\nb" + chr(27) + "[2J"), shown("x" * 9, length=4)
    ('a\\\\nb\\\\x1b[2J', 'xxx…')
    """
    whole = str(text)
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in whole[: length + 1])
    return safe if len(safe) <= length else safe[: length - 1] + "…"


def read_npz(path: str | os.PathLike[str], fields: Iterable[str]) -> dict[str, np.ndarray]:
    """Those of the named arrays that the file holds; others in it are neither read nor unpacked.

    Raises `BadInput`, one line, for anything but a regular .npz file of numbers and text within the limits.
    """
    name = shown(os.fspath(path)) or "the file's name, which is empty,"
    with _opened(path, name) as file:
        return _arrays(file, os.fstat(file.fileno()).st_size, name, fields, MAX_BYTES)


def npz_from_bytes(data: bytes, name: str, fields: Iterable[str], most: int = MAX_BYTES) -> dict[str, np.ndarray]:
    """`read_npz` of a file's bytes, as a browser sends them; `name` begins every refusal.

    The arrays may hold `most` bytes in all, unpacked.
    """
    said = shown(name)
    if not 0 < len(data) <= MAX_BYTES:
        raise BadInput(f"{said} has {len(data)} bytes; 1 to {MAX_BYTES} are read: export fewer arrays")
    return _arrays(io.BytesIO(data), len(data), said, fields, most)


def _arrays(file: BinaryIO, size: int, name: str, fields: Iterable[str], most: int) -> dict[str, np.ndarray]:
    members = _members(file, size, name)
    left = most
    arrays: dict[str, np.ndarray] = {}
    for field in fields:
        if (member := members.get(f"{field}.npy")) is not None:
            arrays[field] = _array(_Stream(file, size, member, f"{name}: array {field}"), left, most)
            left -= arrays[field].nbytes
    return arrays


def write_npz(path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray], *, force: bool = False) -> None:
    """Write the arrays to a temporary file beside `path`, then put it in place; replace only with `force`.

    Equal arrays give equal bytes. Raises `BadInput` where the file exists or the folder cannot be written.
    """
    target, name = Path(path), shown(os.fspath(path))
    for key, array in arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise BadInput(f"array {key} has dtype object and would need a pickle; save numbers or text")
    try:
        if os.path.lexists(target):
            if not stat.S_ISREG(os.stat(target).st_mode):
                raise BadInput(f"{name} is a folder or a device; name a file to write")
            if not force:
                raise BadInput(f"{name} exists and is kept; give another name, or --force to replace it")
        with written_whole(target) as temporary, open(temporary, "xb") as file:
            np.savez_compressed(file, **dict[str, Any](arrays))
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        reason = getattr(error, "strerror", None) or error
        raise BadInput(
            f"{name} cannot be written: {reason}; name a file in a folder that exists and is yours to write"
        ) from None


def _opened(path: str | os.PathLike[str], name: str) -> BinaryIO:
    """The file opened for reading, if it is a regular one of a size within the limit."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise BadInput(f"{name} is a folder; name a .npz file")
        if not stat.S_ISREG(status.st_mode):
            raise BadInput(f"{name} is a device or a pipe; name a .npz file")
        if status.st_size == 0:
            raise BadInput(f"{name} is empty, 0 bytes; {_EXPORT}")
        if status.st_size > MAX_BYTES:
            raise BadInput(f"{name} has {status.st_size} bytes; at most {MAX_BYTES} are read: export fewer arrays")
        return open(path, "rb")
    except FileNotFoundError:
        raise BadInput(f"{name} does not exist; check the path, or make an example with `yuma example`") from None
    except PermissionError:
        raise BadInput(f"{name} may not be read by this user; change its permissions") from None
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{name} cannot be opened: {getattr(error, 'strerror', None) or error}") from None


def _members(file: BinaryIO, size: int, name: str) -> dict[str, zipfile.ZipInfo]:
    """The archive's directory by name; its size is known to be small before it is read."""
    start = file.read(4)
    if start[:1] == b"\x80":
        raise BadInput(f"{name} is a pickle, which can run code when loaded; {_EXPORT}")
    if start == b"\x93NUM":
        raise BadInput(f"{name} is a single .npy array; a .npz archive of named arrays is needed: {_EXPORT}")
    if not start.startswith(b"PK"):
        raise BadInput(f"{name} is not a .npz archive (it begins with {start!r}, not b'PK'); {_EXPORT}")
    file.seek(max(size - 22, 0))
    end = file.read(22)
    if len(end) < 22 or end[:4] != _END or end[-2:] != b"\0\0":
        raise BadInput(f"{name} is truncated: no archive directory ends at its {size} bytes; copy or export it again")
    count, directory_size = struct.unpack("<HL", end[10:16])
    if count > MAX_MEMBERS or directory_size > _MAX_DIRECTORY:
        raise BadInput(
            f"{name} lists {count} members in a directory of {directory_size} bytes; "
            f"at most {MAX_MEMBERS} in {_MAX_DIRECTORY} are read: export fewer arrays"
        )
    if size >= 42:
        file.seek(size - 42)
        if file.read(4) == b"PK\x06\x07":
            raise BadInput(f"{name} has a zip64 directory, made for more than 65535 members; {_EXPORT}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            infos = zipfile.ZipFile(file).infolist()
    except Exception as error:  # hostile directories fail in many ways, none of them the reader's fault
        raise BadInput(f"{name} has a damaged archive directory ({shown(error, 80)}); {_EXPORT}") from None
    if len(infos) > MAX_MEMBERS:
        raise BadInput(f"{name} has {len(infos)} members; at most {MAX_MEMBERS} are read: export fewer arrays")
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        if info.filename in members:
            raise BadInput(f"{name} holds two members called '{shown(info.filename, 60)}'; one is allowed: {_EXPORT}")
        members[info.filename] = info
    return members


@dataclass(slots=True)
class _Stream:
    """The unpacked bytes of one member, given out in bounded pieces."""

    file: BinaryIO
    size: int
    info: zipfile.ZipInfo
    name: str

    packed: bytes = b""
    unpacker: zlib._Decompress | None = None
    checksum: int = 0
    given: int = 0

    def __post_init__(self) -> None:
        info = self.info
        if info.flag_bits & 1:
            raise BadInput(f"{self.name} is encrypted; {_EXPORT}")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadInput(f"{self.name} has compression method {info.compress_type}; 0 or 8 are read: {_EXPORT}")
        header = self._raw(info.header_offset, 30)
        if header[:4] != b"PK\x03\x04":
            raise BadInput(f"{self.name} is not at byte {info.header_offset}, where the directory says; {_EXPORT}")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self.packed = self._raw(info.header_offset + 30 + name_length + extra_length, info.compress_size)
        if info.compress_type == zipfile.ZIP_DEFLATED:
            self.unpacker = zlib.decompressobj(-zlib.MAX_WBITS)

    def take(self, count: int) -> bytes:
        """At most `count` further bytes."""
        if count <= 0:
            return b""
        if self.unpacker is None:
            piece, self.packed = self.packed[:count], self.packed[count:]
        else:
            try:
                piece = self.unpacker.decompress(self.packed, count)
            except zlib.error as error:
                raise BadInput(f"{self.name} is damaged ({error}); copy or export the file again") from None
            self.packed = self.unpacker.unconsumed_tail
        self.checksum = zlib.crc32(piece, self.checksum)
        self.given += len(piece)
        return piece

    def check_end(self) -> None:
        """The stream ends here, unpacked whole, with the checksum the directory states."""
        if self.take(1):
            raise BadInput(f"{self.name} goes on after the {self.given - 1} bytes it declares; {_EXPORT}")
        ended = not self.packed if self.unpacker is None else self.unpacker.eof and not self.unpacker.unused_data
        if not ended or self.checksum != self.info.CRC:
            raise BadInput(f"{self.name} is damaged (its checksum or its end is wrong); copy or export the file again")

    def _raw(self, start: int, count: int) -> bytes:
        if start < 0 or count < 0 or start + count > self.size:
            raise BadInput(
                f"{self.name} should end at byte {start + count} of a file of {self.size}; the archive is "
                f"truncated or lies about its size: copy or export it again"
            )
        self.file.seek(start)
        return self.file.read(count)


def _array(stream: _Stream, left: int, most: int) -> np.ndarray:
    """The array of a member, read-only and in native byte order, if its header keeps to the limits."""
    head = stream.take(_MAX_HEADER + 16)
    shape, fortran, dtype, start = _header(head, stream.name)
    if dtype.hasobject:
        raise BadInput(f"{stream.name} has dtype object, a pickle inside; save numbers or text (dtype float, int, str)")
    if dtype.kind not in "biufSU" or dtype.itemsize == 0:
        raise BadInput(f"{stream.name} has dtype {shown(dtype, 60)}; save numbers or text (dtype float, int, str)")
    largest = max([*shape, math.prod(shape), math.prod(shape) * dtype.itemsize])
    if len(shape) > _MAX_DIMENSIONS or min(shape, default=0) < 0 or largest > left:
        raise BadInput(
            f"{stream.name} has shape {shown(shape, 60)} and dtype {dtype}, {largest} bytes; "
            f"{left} of {most} are left in all: export a smaller array"
        )
    declared = start + math.prod(shape) * dtype.itemsize
    if stream.info.file_size != declared:
        raise BadInput(
            f"{stream.name} has {declared} bytes by its own header and {stream.info.file_size} by the "
            f"archive's; they must agree: {_EXPORT}"
        )
    if len(head) <= declared:
        head += stream.take(declared - len(head))
        if len(head) < declared:
            raise BadInput(f"{stream.name} ends after {len(head)} of {declared} bytes; copy or export the file again")
        stream.check_end()
    else:
        raise BadInput(f"{stream.name} goes on after the {declared} bytes it declares; {_EXPORT}")
    flat = np.frombuffer(head, dtype=dtype, offset=start) if declared > start else np.empty(0, dtype=dtype)
    array = flat.reshape(shape, order="F" if fortran else "C").astype(dtype.newbyteorder("="), copy=False)
    array.flags.writeable = False
    return array


def _header(head: bytes, name: str) -> tuple[tuple[int, ...], bool, np.dtype, int]:
    """Shape, order, dtype and length of the .npy header that `head` begins with."""
    buffer = io.BytesIO(head)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            version = np.lib.format.read_magic(buffer)
            if version not in readers:
                raise ValueError(f"version {version}")
            shape, fortran, dtype = readers[version](buffer, max_header_size=_MAX_HEADER)
    except Exception as error:  # the header is text of anybody's making: whatever it breaks, it is bad input
        what = shown(str(error).split(".")[0], 80)
        raise BadInput(f"{name} is no .npy array of version 1 or 2 ({what}); {_EXPORT}") from None
    return shape, fortran, dtype, buffer.tell()
