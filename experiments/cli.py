"""The command `yuma`: one line in, an answer or one clear line of error out.

Exit 0 done; 1 a check failed; 2 bad input; 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from importlib import metadata
from typing import Any, NoReturn

from econ.errors import InputError
from experiments.errors import BadInput, nearest

__all__ = ["main"]

COMMANDS = (
    "tour",
    "play",
    "solve",
    "epoch",
    "metagraph",
    "network",
    "compute",
    "claim",
    "day",
    "players",
    "new",
    "example",
    "explain",
    "presets",
    "scenario",
    "studies",
    "run",
    "status",
    "verify",
    "report",
    "export",
    "app",
    "warm",
)
"""The commands, each a module of experiments.commands with HELP, add_arguments and run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):  # names in files may hold letters that a console's encoding lacks
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(words)
    except InputError as error:
        print(f"yuma: {_one_line(str(error))}", file=sys.stderr)
        return 2
    except MemoryError:
        print("yuma: the game does not fit into memory; use fewer seats, worlds or epochs", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("yuma: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has gone, as `| head` does: that is no failure of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"yuma: output cannot be written: {error.strerror or error}", file=sys.stderr)
        return 1


def _run(words: list[str]) -> int:
    if words[:1] == ["--version"]:
        print(metadata.version("yuma-games"))
        return 0
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    name = words[0]
    if name not in COMMANDS:
        raise BadInput(f"command {name!r} is unknown; {nearest(name, COMMANDS)}")
    command = _command(name)
    parser = _Parser(prog=f"yuma {name}", description=command.HELP, allow_abbrev=False)
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    given = parser.parse_args(words[1:])
    given.progress = _Progress()
    try:
        with redirect_stdout(sys.stderr) if given.json else nullcontext():  # whatever a person's own code prints
            output = command.run(given)
    finally:
        given.progress.close()
    if given.json:
        print(json.dumps(output.json, allow_nan=False))
    elif output.text:
        print(output.text)
    if sys.stdout is not None:
        sys.stdout.flush()
    return int(output.exit_code)


def _command(name: str) -> Any:
    return importlib.import_module(f"experiments.commands.{name}")


def _overview() -> str:
    lines = ["yuma COMMAND ...: play Bittensor's Yuma consensus as a game between strategic agents, and solve it.", ""]
    lines += [f"  {name:<10} {_command(name).HELP}" for name in COMMANDS]
    return "\n".join([*lines, "", "`yuma COMMAND --help` lists its arguments. Begin with `yuma tour`."])


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message}; `{self.prog} --help` lists the arguments")


class _Progress:
    """A line on a terminal's stderr for anything over a second; silent in a pipe."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = False
        self._live = sys.stderr.isatty()
        self.label = "playing"

    def __call__(self, share: float) -> None:
        passed = time.monotonic() - self._began
        if not self._live or passed < 1.0:
            return
        left = f", {passed / share - passed:.0f} s left" if share > 0.02 else ""
        print(f"\r\033[K{self.label}: {100 * share:3.0f}%{left}", end="", file=sys.stderr, flush=True)
        self._shown = True

    def restart(self, label: str) -> None:
        """Begin another piece of work."""
        self.close()
        self._began, self.label = time.monotonic(), label

    def close(self) -> None:
        """Wipe the line."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = False


if __name__ == "__main__":
    sys.exit(main())
