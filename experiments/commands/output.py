"""What a command answers: text for people, one JSON object for programs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Output", "finite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The text a command prints, the object that `--json` prints instead, and its exit code."""

    text: str
    json: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0


def finite(value: float) -> float | None:
    """A number as JSON has it: None, which is null there, where it is none or has no end.

    >>> finite(2), finite(math.inf)
    (2.0, None)
    """
    return float(value) if math.isfinite(value) else None
