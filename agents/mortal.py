"""Agents that do not outlive their model in memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, ClassVar

import mesa

__all__ = ["MortalAgent"]


class _ByModel:
    """The numbers for a model's agents, kept by the model itself."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        numbers: Iterator[int] = vars(model).setdefault("_agent_numbers", itertools.count(1))
        return numbers


class MortalAgent(mesa.Agent):
    """A Mesa agent whose number comes from its model.

    Mesa 3.3 takes numbers from a table of its own that holds every model ever made, with all its arrays.
    """

    _ids: ClassVar[Any] = _ByModel()
