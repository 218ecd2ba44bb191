"""What a command answers: text for people, one JSON object for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Output"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The text a command prints, the object that `--json` prints instead, and its exit code."""

    text: str
    json: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0
