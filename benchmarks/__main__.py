"""`make bench`: figures, each measured inside this process on works taken in turn.

`python -m benchmarks [SECTION]...` prints some of them; `--peers` adds the public simulator, if it is installed.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from benchmarks.timing import seconds
from experiments.warming import warm

__all__ = ["seconds"]

SECTIONS = (
    *("kernel", "scaling", "luck", "chain", "step", "answers"),
    *("role_symmetric", "normal_form", "tokens", "network", "compute", "batch"),
)
"""Modules of this package; each has `rows()`, which yields what was measured and the figure."""

ON_REQUEST = ("app",)
"""Sections that are measured only if they are named: they need a browser."""

_LISTED = ", ".join((*SECTIONS, *ON_REQUEST))


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Figures measured in one process.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"{_LISTED}; the first {len(SECTIONS)} if none")
    parser.add_argument(
        "--peers",
        action="store_true",
        help="after the sections named, the public PyTorch simulator beside the epoch, if installed",
    )
    asked = parser.parse_args()
    unknown = [name for name in asked.sections if name not in (*SECTIONS, *ON_REQUEST)]
    if unknown:
        parser.error(f"{unknown[0]} is no section; choose of {_LISTED}")
    warm()
    chosen = asked.sections or ([] if asked.peers else SECTIONS)
    for name in (*chosen, *(("peers",) if asked.peers else ())):
        for what, figure in import_module(f"benchmarks.{name}").rows():
            print(f"{what:<84}{figure}", flush=True)


if __name__ == "__main__":
    main()
