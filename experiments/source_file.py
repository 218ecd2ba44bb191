"""Python that a person brings, as text: so that a worker on another machine can run it and a result can name it."""

from __future__ import annotations

import hashlib
import linecache
import sys
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from experiments.errors import BadInput
from experiments.files.bounded import read_bounded
from experiments.files.npz import shown

__all__ = ["SourceFile", "source_name"]

MAX_BYTES = 2**20
"""The largest file."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of Python: its name without the folder, and its text."""

    name: str
    text: str

    @classmethod
    def read(cls, path: str, kind: str) -> SourceFile:
        """The file at a path; `kind` begins the refusal of anything else, as in `--plugin 'x.txt' is no ...`."""
        if not path.endswith(".py"):
            raise BadInput(f"{kind} {shown(path)!r} is no file of Python; name one that ends in .py and exists")
        try:
            return cls(
                path.replace("\\", "/").rpartition("/")[2],
                read_bounded(path, MAX_BYTES, kind=".py").decode("utf-8-sig"),
            )
        except UnicodeDecodeError as error:
            raise BadInput(f"{kind} {shown(path)!r} is not UTF-8 text (byte {error.start}); write it again") from None
        except BadInput as error:
            raise BadInput(f"{kind} {error}") from None

    def module(self) -> ModuleType:
        """The module it makes, run once in each process; whatever it raises is told as `BadInput`.

        Its name holds a hash of the text, so that files of one name, or an edited file, are modules of their own.
        """
        return _module(self)

    def was_source_of(self, kind: type) -> bool:
        """Whether a class was defined by another text under this file's name."""
        module = sys.modules.get(kind.__module__)
        return module is not _module(self) and getattr(module, "YUMA_FILE", None) == self.name


def source_name(module: ModuleType | None) -> str | None:
    """The name of the file that made a module, if a `SourceFile` did."""
    return None if module is None else vars(module).get("YUMA_FILE")


@cache
def _module(file: SourceFile) -> ModuleType:
    digest = hashlib.sha256(f"{file.name}\0{file.text}".encode()).hexdigest()[:12]
    name = f"yuma_file_{file.name.removesuffix('.py')}_{digest}"
    module = ModuleType(name)
    module.__file__ = f"<{file.name} {digest}>"  # by which its lines are found
    vars(module).update(YUMA_FILE=file.name, YUMA_SOURCE=file.text)  # experiments.provenance hashes the text
    linecache.cache[module.__file__] = (len(file.text), None, file.text.splitlines(True), module.__file__)
    sys.modules[name] = module  # so that dataclasses and pickle find what it defines
    try:
        exec(compile(file.text, module.__file__, "exec"), vars(module))
    except (Exception, SystemExit) as error:  # whatever a person's file raises
        del sys.modules[name]
        raise BadInput(f"{file.name} fails: {type(error).__name__}: {shown(error)}") from error
    return module
