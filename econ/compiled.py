"""How inner loops are compiled: with a cache on disk where one can be kept, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function of arrays and numbers on its first call; no fast-math, so results do not depend on it."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba found neither the package's folder nor the user's cache writable
        return numba.njit(nogil=True)(function)
