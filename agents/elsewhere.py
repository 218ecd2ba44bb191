"""Another interpreter, for the conformance kit: other hashes of text, another process, clock, folder and machine name.

What a policy answers may hang on its view and on its own fields alone. Whatever else it looks at (the hash of a text,
`id`, a process's number, a counter of a module, the clock) is otherwise there. The interpreter is started when it is
first asked, serves one process and ends with it.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import datetime
import inspect
import io
import os
import pickle
import platform
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import IO, Any

__all__ = ["NotMade", "elsewhere", "restart", "serve"]

_LATER = 10 * 365.25 * 86_400 + 100_000.5
"""Seconds by which the other clock is ahead: another year, day and hour."""

_DEFINES = (
    *(ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
    *(ast.Assign, ast.AnnAssign, ast.If, ast.Try),
)
_lock = threading.Lock()
_running: dict[int, subprocess.Popen[bytes]] = {}
_texts: dict[str, str] = {}
_serving: list[bool] = []
"""Not empty in the other interpreter."""


class NotMade(Exception):
    """The policy cannot be made in another interpreter; says why."""


def elsewhere(function: Callable[..., Any], policy: Any, *rest: Any) -> Any:
    """What function(policy, *rest) returns there, or `NotMade`.

    Policies of modules are imported. A script is run there up to `if __name__ == "__main__"`; of one without that
    line, and of a notebook, only imports, definitions and assignments are.

    >>> elsewhere(str, 1.5)
    '1.5'
    """
    if _serving:
        raise NotMade("it is asked there already")
    payload = pickle.dumps((function, policy, rest))
    request = pickle.dumps(([os.path.abspath(path) for path in sys.path], _sources(payload), payload))
    reason = ""
    with _lock:
        for _ in range(2):  # a second time in a new one: what was imported may have changed since
            answer = _asked(request)
            if answer is not None:
                made, found = answer
                if made:
                    return found
                reason = found
            _end()
    raise NotMade(reason or "the other interpreter ended")


def restart() -> None:
    """Begin anew at the next question."""
    with _lock:
        _end()


def _sources(payload: bytes) -> list[tuple[str, str, str]]:
    """Name, file and text of modules that a pickle names and that nobody can import: scripts, and files run as text."""
    found = []
    for name, module in list(sys.modules.items()):
        if (name == "__main__" or getattr(module, "__spec__", None) is None) and name.encode() in payload:
            try:
                text = inspect.getsource(module)
                if name == "__main__" and "__name__" not in text:
                    text = _definitions([text])
            except (OSError, TypeError):
                text = _definitions(getattr(module, "In", []))  # the cells of a notebook
            if text:
                found.append((name, str(getattr(module, "__file__", name)), text))
    return found


def _definitions(texts: Iterable[str]) -> str:
    """Of programs one after another what only gives names a meaning; what is no program is left out."""
    kept: list[ast.stmt] = []
    for text in texts:
        with contextlib.suppress(SyntaxError):
            kept += [statement for statement in ast.parse(text).body if isinstance(statement, _DEFINES)]
    return ast.unparse(ast.Module(body=kept, type_ignores=[]))


def _asked(request: bytes) -> Any:
    process = _running.get(os.getpid()) or _begun()
    try:
        _send(_pipe(process.stdin), request)
        return pickle.loads(_received(_pipe(process.stdout)))
    except (OSError, EOFError, pickle.UnpicklingError):  # it has ended
        return None


def _begun() -> subprocess.Popen[bytes]:
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)
    process = subprocess.Popen(
        [sys.executable, "-c", "from agents.elsewhere import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
    )
    if not _running:
        atexit.register(_end)
    _running[os.getpid()] = process
    return process


def _end() -> None:
    process = _running.pop(os.getpid(), None)
    if process is not None:
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()
        process.kill()
        process.wait()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # it was asked for
    return pipe


def _send(pipe: IO[bytes], payload: bytes) -> None:
    pipe.write(len(payload).to_bytes(8, "big") + payload)
    pipe.flush()


def _received(pipe: IO[bytes]) -> bytes:
    size = pipe.read(8)
    if len(size) < 8:
        raise EOFError
    return pipe.read(int.from_bytes(size, "big"))


# In the other interpreter -------------------------------------------------------------------------------------------


def serve() -> None:
    """Answer questions until the other side ends."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdin, sys.stdout = io.StringIO(), io.StringIO()  # what a policy prints goes nowhere
    _serving.append(True)
    _estrange()
    while True:
        try:
            paths, sources, payload = pickle.loads(_received(questions))
        except EOFError:
            return
        sys.path[:] = paths
        try:
            for source in sources:
                _run(*source)
            function, policy, rest = pickle.loads(payload)
        except (Exception, SystemExit) as error:
            _send(answers, pickle.dumps((False, f"{type(error).__name__}: {error}")))
            continue
        with _another_day(policy):
            found = function(policy, *rest)
        _send(answers, pickle.dumps((True, found)))


def _run(name: str, file: str, text: str) -> None:
    """A module of this text; what a script keeps under its guard is not run."""
    if _texts.get(name) == text:
        return
    module = ModuleType("__mp_main__" if name == "__main__" else name)
    module.__file__ = file
    sys.modules[name] = sys.modules[module.__name__] = module
    exec(compile(text, file, "exec"), vars(module))
    _texts[name] = text


def _estrange() -> None:
    """Let the clock run ahead, and the machine have another name."""
    for name in ("time", "monotonic", "perf_counter"):
        setattr(time, name, _ahead(getattr(time, name), _LATER))
        setattr(time, f"{name}_ns", _ahead(getattr(time, f"{name}_ns"), int(_LATER * 1e9)))

    socket.gethostname = platform.node = lambda: "elsewhere"


class _Later(datetime.datetime):
    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return super().now(tz) + datetime.timedelta(seconds=_LATER)

    @classmethod
    def today(cls) -> Any:
        return cls.now()


@contextlib.contextmanager
def _another_day(policy: Any) -> Iterator[None]:
    """Meanwhile it is another day, in the policy's module too; while modules are imported some need this one."""
    today, names = datetime.datetime, []
    for module in (datetime, sys.modules.get(type(policy).__module__, datetime)):
        names += [(module, name) for name, value in vars(module).items() if value is today]
    for module, name in names:
        setattr(module, name, _Later)
    try:
        yield
    finally:
        for module, name in names:
            setattr(module, name, today)


def _ahead(clock: Callable[[], Any], by: Any) -> Callable[[], Any]:
    return lambda: clock() + by
