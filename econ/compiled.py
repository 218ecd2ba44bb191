"""How inner loops are compiled: without the interpreter's lock, and kept on disk wherever that can be done safely.

Compiled code is kept in the package's folder, else in the user's cache, else in a private temporary folder, else
nowhere; `NUMBA_CACHE_DIR` names another place. What lies in the package's folder is used even where nobody may write
there. Four things that numba leaves to chance are seen to here: a file that is damaged, or that another process has
just replaced, counts as absent; a folder that fills up costs the next start time and this one nothing; code is
compiled anew when a compiled function or a constant that it uses has changed in another file; and a process that
finds all its code does not load the compiler's tables, which take longer than all else at a start.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
import linecache
import multiprocessing
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numba
from numba.core import caching
from numba.core.extending import _Intrinsic
from numba.core.runtime import rtsys
from numba.misc.appdirs import AppDirs

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function of arrays and numbers on its first call.

    No fast-math, so results do not depend on it; a division by zero is that of IEEE and raises nothing, so that loops
    with a division in them vectorise.
    """
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    try:
        dispatcher._cache = _Cache(dispatcher.py_func)
    except (OSError, RuntimeError):  # no place can be written: every process compiles what it calls
        _say("the inner loops are compiled at every start: no folder can be written")
    return dispatcher


class _Place:
    """A folder in which numba may keep what it compiles of one source file."""

    def __init__(self, function: Callable[..., Any], folder: str) -> None:
        self._function, self._folder = function, folder

    def get_cache_path(self) -> str:
        return self._folder

    def get_disambiguator(self) -> str:
        return str(self._function.__code__.co_firstlineno)

    def get_source_stamp(self) -> str:
        return _stamp(self._function)

    def ensure_cache_path(self) -> None:
        """`OSError` where the folder cannot be made or written."""
        if not os.path.isabs(self._folder):  # an unset HOME or an empty XDG_CACHE_HOME would mean the working folder
            raise FileNotFoundError(f"{self._folder} is not a whole path")
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        tempfile.TemporaryFile(dir=self._folder).close()

    @classmethod
    def from_function(cls, function: Callable[..., Any], source: str) -> _Place | None:
        """The first place that can be written; None where there is none, which numba reports as RuntimeError."""
        for folder, notice in _folders(source):
            place = cls(function, folder)
            try:
                place.ensure_cache_path()
            except OSError:
                continue
            if notice:
                _say(notice)
            return place
        return None


class _PlaceOfPackage(_Place):
    """The package's folder, written or not: what lies there came with the package."""

    @classmethod
    def from_function(cls, function: Callable[..., Any], source: str) -> _Place:
        return cls(function, _package_folder(source))


class _Code(caching.CompileResultCacheImpl):
    """Compiled code with its digest, so that a damaged file is known as one before any of it runs."""

    _place: type[_Place] = _Place

    def __init__(self, function: Callable[..., Any]) -> None:
        self._locator_classes = [self._place]
        super().__init__(function)

    def reduce(self, code: Any) -> tuple[str, bytes]:
        payload = caching.dumps((code.signature.args, super().reduce(code)))
        return hashlib.sha256(payload).hexdigest(), payload

    def rebuild(self, target_context: Any, kept: tuple[str, bytes]) -> Any:
        digest, payload = kept
        if hashlib.sha256(payload).hexdigest() != digest:
            raise pickle.UnpicklingError("the file is damaged")
        arguments, reduced = pickle.loads(payload)
        return arguments, super().rebuild(target_context, reduced)


class _CodeOfPackage(_Code):
    """The same in the package's folder."""

    _place = _PlaceOfPackage


class _Kept(caching.FunctionCache):
    """numba's cache of one function in one place, which answers only with sound code for these very arguments.

    numba's own `load_overload` first fills the tables of all that it can compile, for which it imports all of SciPy's
    linear algebra. Code that is only to be run needs of them the runtime that it calls; whoever compiles fills them.
    """

    _impl_class = _Code

    def load_overload(self, arguments: Any, target_context: Any) -> Any:
        try:
            rtsys.initialize(target_context)
            of, code = self._load_overload(arguments, target_context) or (None, None)
        except Exception:  # a file was damaged; unpickling one may raise anything
            return None
        return code if of == tuple(getattr(arguments, "args", arguments)) else None


class _Installed(_Kept):
    """What came with the package."""

    _impl_class = _CodeOfPackage


class _Cache(_Kept):
    """What an earlier run kept, or what came with the package; whatever is wrong with it, the function runs."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._installed = _Installed(function)

    def load_overload(self, arguments: Any, target_context: Any) -> Any:
        found = super().load_overload(arguments, target_context)
        return self._installed.load_overload(arguments, target_context) if found is None else found

    def save_overload(self, arguments: Any, code: Any) -> None:
        with contextlib.suppress(OSError):  # the folder is full or gone: this process has the code anyway
            try:
                super().save_overload(arguments, code)
            except OSError:
                raise
            except Exception:  # the index is damaged: an empty one takes its place
                self.flush()
                super().save_overload(arguments, code)


def _package_folder(source: str) -> str:
    return os.path.join(os.path.dirname(os.path.abspath(source)), "__pycache__")


def _folders(source: str) -> Iterator[tuple[str, str]]:
    """Where code compiled of a source file may be kept, the best place first, and what is to be said of it."""
    inside = caching._CacheLocator.get_suitable_cache_subpath(source)
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        yield os.path.join(os.path.abspath(named), inside), ""
    yield _package_folder(source), ""
    yield os.path.join(AppDirs(appname="numba", appauthor=False).user_cache_dir, inside), ""
    private = _private_folder()
    if private:
        notice = (
            f"compiled loops are kept in {private}: neither the package's folder nor the user's cache can be written"
        )
        yield os.path.join(private, inside), notice


@functools.cache
def _private_folder() -> str | None:
    """A temporary folder that nobody else may write, since code is loaded from it; None where there is none."""
    try:
        user = os.getuid() if hasattr(os, "getuid") else "user"
        folder = os.path.join(tempfile.gettempdir(), f"yuma-games-{user}")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.lstat(folder)
    except OSError:
        return None
    safe = user == "user" or (found.st_uid == user and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return folder if safe and stat.S_ISDIR(found.st_mode) else None


@functools.cache
def _say(notice: str) -> None:
    """One line on stderr, once a process and not again in those that it starts."""
    if multiprocessing.parent_process() is None:
        print(f"yuma: {notice}", file=sys.stderr, flush=True)


def _stamp(function: Callable[..., Any]) -> str:
    """What compiled code depends on: its file, this one, the numbers that it names and what it calls."""
    named: dict[str, Any] = {name: function.__globals__.get(name) for name in sorted(function.__code__.co_names)}
    written = [used._defn for used in named.values() if isinstance(used, _Intrinsic)]  # they write the code themselves
    files = {inspect.getfile(each): each.__globals__ for each in (_stamp, function, *written)}
    parts = ["".join(linecache.getlines(*file)) for file in files.items()]
    for name, used in named.items():
        if isinstance(used, int | float):
            parts.append(f"{name} {used!r}")
        elif isinstance(getattr(used, "_cache", None), caching._Cache):
            parts.append(_stamp(used.py_func))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
