"""`yuma app`: open the web app on this machine."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from urllib.parse import urlsplit

from experiments.commands.output import Output
from experiments.commands.scenario_arguments import add_plugin_argument
from experiments.errors import BadInput
from experiments.plugins import load_plugins
from experiments.warming import warm, warm_market

__all__ = ["HELP", "add_arguments", "run"]

HELP = "open the web app at http://localhost:8501"


_LONGEST_CODE = 8000
_BLUE = "#0072B2"
_THEME = ("--theme.light.primaryColor", _BLUE, "--theme.dark.primaryColor", "#4BA3D8")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--port", type=int, default=8501, help="port on 127.0.0.1 (default: 8501)")
    parser.add_argument("--headless", action="store_true", help="do not open a browser")
    parser.add_argument(
        "--open", metavar="CODE", help="open a page in the state of a link: the whole link, or what follows the server"
    )
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    parser.add_argument("--max-worlds", type=int, help="worlds a profile that a visitor may ask for (default: 256)")
    parser.add_argument("--max-seconds", type=float, help="longest game that is solved, in seconds (default: 120)")
    parser.add_argument("--max-upload", type=int, help="largest file of a visitor, in megabytes (default: 16)")
    add_plugin_argument(parser)
    parser.add_argument("--results", metavar="DIR", help="folder whose stored studies the app shows (default: results)")


def run(arguments: argparse.Namespace) -> Output:
    """Start Streamlit and stay until it ends."""
    if not 1 <= arguments.port <= 65535:
        raise BadInput(f"--port is {arguments.port}; a port lies in [1, 65535]")
    limits = {
        "WORLDS": _within("--max-worlds", arguments.max_worlds, 64, 1_000_000),
        "SECONDS": _within("--max-seconds", arguments.max_seconds, 1, 86_400),
        "UPLOAD": _within("--max-upload", arguments.max_upload, 1, 256),
        "RESULTS": arguments.results,
        "PLUGINS": _plugins(arguments.plugin),
    }
    environment = {f"YUMA_APP_{name}": str(value) for name, value in limits.items() if value is not None}
    code = None if arguments.open is None else place_of(arguments.open)
    warm()
    warm_market()
    command = [
        sys.executable,
        "-P",
        "-m",
        "views.serving",
        "run",
        str(app_file()),
    ]  # -P: not what stands in this folder
    command += ["--server.address", arguments.address, "--server.port", str(arguments.port)]
    headless = arguments.headless or code is not None
    command += ["--browser.gatherUsageStats", "false", "--server.headless", str(headless).lower()]
    command += ["--runner.fastReruns", "false"]  # else every move of a slider begins a thread, faster than they end
    command += ["--server.fileWatcherType", "none"]  # a changed file would take modules away from who imports them
    command += ["--server.maxUploadSize", str(arguments.max_upload or 16)]
    command += ["--client.toolbarMode", "minimal", "--server.showEmailPrompt", "false", *_THEME]
    if code is not None:
        server = f"http://{'127.0.0.1' if arguments.address == '0.0.0.0' else arguments.address}:{arguments.port}"
        print(f"{server}/{code}", flush=True)
        if not arguments.headless:
            threading.Thread(target=_open, args=(server, code), daemon=True).start()
    try:
        exit_code = subprocess.run(command, check=False, env={**os.environ, **environment}).returncode
    except KeyboardInterrupt:  # the way a person stops a server
        exit_code = 0
    return Output(text="", json={"exit_code": exit_code}, exit_code=1 if exit_code else 0)


def place_of(code: str) -> str:
    """Page and state of a link, without its server: `play?scenario=cabal`.

    >>> place_of("http://example.org:8501/play?scenario=cabal"), place_of("play?scenario=cabal"), place_of("?a=1")
    ('play?scenario=cabal', 'play?scenario=cabal', '?a=1')
    """
    if len(code) > _LONGEST_CODE or not code.isprintable():
        raise BadInput(f"--open is {code[:40]!r}; it must be a link of at most {_LONGEST_CODE} letters in one line")
    parts = urlsplit(code)
    path, state = parts.path.strip("/"), f"?{parts.query}" if parts.query else ""
    if path and not path.replace("-", "").isalnum():
        raise BadInput(f"--open names the page {path[:40]!r}; copy a link from the app, such as play?scenario=cabal")
    return path + state


def _open(server: str, code: str) -> None:
    """Open the browser once the server answers."""
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{server}/_stcore/health", timeout=1)
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
        else:
            webbrowser.open(f"{server}/{code}")
            return


def _plugins(files: list[str]) -> str | None:
    """The files of policies as the server is told of them; each is run here once, so that a bad one is refused."""
    load_plugins(files)
    return json.dumps([str(Path(file).absolute()) for file in files]) if files else None


def _within(name: str, value: float | None, low: float, high: float) -> float | None:
    if value is not None and not low <= value <= high:
        raise BadInput(f"{name} is {value:g}; it must lie in [{low:g}, {high:g}]")
    return value


def app_file() -> Path:
    """Where app.py stands: beside the package, in a checkout as in an installed wheel."""
    import experiments

    return Path(experiments.__path__[0]).parent / "app.py"
