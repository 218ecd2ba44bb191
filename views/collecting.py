"""What stands as long as the server does is kept out of the garbage collector's rounds.

Streamlit collects garbage after every run of a script, the one that a visitor's next move overtakes included, before it
answers. To look through all modules and compiled loops takes 150 ms each time; through what sessions made, next to none.
"""

from __future__ import annotations

import gc

__all__ = ["keep_out"]

_DONE: set[str] = set()


def keep_out(after: str) -> None:
    """Take all that is there for good, once after each of a few things that load modules: what sessions made is little."""
    if after not in _DONE:
        _DONE.add(after)
        gc.freeze()
