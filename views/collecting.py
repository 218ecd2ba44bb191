"""What stands as long as the server does is kept out of the garbage collector's rounds.

Streamlit collects garbage after every run of a script, before it answers the move that overtook it. To look through all
modules and compiled loops takes 150 ms each time; to look through what sessions made takes next to none.
"""

from __future__ import annotations

import gc

__all__ = ["keep_out"]

_DONE: set[str] = set()


def keep_out(after: str) -> None:
    """Take all that is there for good, once after each of a few things that load modules."""
    if after not in _DONE:
        _DONE.add(after)
        gc.freeze()
