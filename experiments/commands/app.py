"""`yuma app`: open the web app on this machine."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from experiments.commands.output import Output
from experiments.errors import BadInput
from experiments.warming import warm, warm_market

__all__ = ["HELP", "add_arguments", "run"]

HELP = "open the web app at http://localhost:8501"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--port", type=int, default=8501, help="port on 127.0.0.1 (default: 8501)")
    parser.add_argument("--headless", action="store_true", help="do not open a browser")


def run(arguments: argparse.Namespace) -> Output:
    """Start Streamlit and stay until it ends."""
    if not 1 <= arguments.port <= 65535:
        raise BadInput(f"--port is {arguments.port}; a port lies in [1, 65535]")
    warm()
    warm_market()
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(app_file())]  # -P: not what stands in this folder
    command += ["--server.address", "127.0.0.1", "--server.port", str(arguments.port)]
    command += ["--browser.gatherUsageStats", "false", "--server.headless", str(arguments.headless).lower()]
    command += ["--client.toolbarMode", "minimal", "--server.showEmailPrompt", "false"]
    try:
        code = subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:  # the way a person stops a server
        code = 0
    return Output(text="", json={"exit_code": code}, exit_code=1 if code else 0)


def app_file() -> Path:
    """Where app.py stands: beside the package, in a checkout as in an installed wheel."""
    import experiments

    return Path(experiments.__path__[0]).parent / "app.py"
