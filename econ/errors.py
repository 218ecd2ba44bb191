"""The base of all errors that a person's input or policy can cause."""

from __future__ import annotations

__all__ = ["InputError"]


class InputError(ValueError):
    """Something given cannot be used; the message is one line with the value, the limit and the remedy."""
