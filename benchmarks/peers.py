"""The public PyTorch simulator beside the compiled epoch, one thread each: `python -m benchmarks --peers`."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["rows"]


def rows() -> Iterator[tuple[str, str]]:
    yield "", ""
