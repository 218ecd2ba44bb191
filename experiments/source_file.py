"""Python that a person brings, as text: so that a worker on another machine can run it and a result can name it."""

from __future__ import annotations

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

        Of two files of one name the one asked for last is what its name means.
        """
        module = _module(self)
        sys.modules[module.__name__] = module
        return module


def source_name(module: ModuleType | None) -> str | None:
    """The name of the file that made a module, if a `SourceFile` did."""
    own = module is not None and "YUMA_SOURCE" in vars(module)
    return str(vars(module)["__file__"])[1:-1] if own else None


@cache
def _module(file: SourceFile) -> ModuleType:
    name = f"yuma_file_{file.name.removesuffix('.py')}"
    module = ModuleType(name)
    module.__file__ = f"<{file.name}>"
    vars(module)["YUMA_SOURCE"] = file.text  # experiments.provenance hashes it
    linecache.cache[module.__file__] = (len(file.text), None, file.text.splitlines(True), module.__file__)
    before = sys.modules.get(name)
    sys.modules[name] = module  # so that dataclasses and pickle find what it defines
    try:
        exec(compile(file.text, module.__file__, "exec"), vars(module))
    except (Exception, SystemExit) as error:  # whatever a person's file raises
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
        raise BadInput(f"{file.name} fails: {type(error).__name__}: {shown(error)}") from error
    return module
