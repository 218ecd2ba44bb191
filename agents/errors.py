"""What goes wrong at the table."""

from __future__ import annotations

from econ.errors import InputError

__all__ = ["PolicyError"]


class PolicyError(InputError):
    """A policy answered, or asked, what it may not; the message names it, its seat, world and epoch."""
