"""`--set KEY=VALUE`, which every command takes that plays or works out something."""

from __future__ import annotations

import argparse

__all__ = ["add_set_argument"]


def add_set_argument(parser: argparse.ArgumentParser, what: str, example: str) -> None:
    """Add `--set`, which changes `what`, as in `example`; the texts come as a list, `set`."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"change {what}, for example {example}; may be repeated (`yuma explain` lists the keys)",
    )
