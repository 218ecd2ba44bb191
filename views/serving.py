"""The server as `yuma app` starts it: Streamlit's own, with all pages loaded before anybody asks for one.

    python -m views.serving run app.py --server.port 8501

Streamlit runs nothing of an app until its first visitor comes, who would wait for all that the pages import.
"""

from __future__ import annotations

import importlib
import sys

__all__ = ["main", "preload"]


def preload() -> None:
    """Import every page; before the server's threads are there, so that no two import the same thing at once."""
    from views.places import PLACES

    for one in PLACES:
        importlib.import_module(f"views.{one.module}")


def main() -> None:
    """Load the pages, then serve; all is imported here, so that who interrupts it is not shown where."""
    try:
        preload()
        from streamlit.web import cli
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
