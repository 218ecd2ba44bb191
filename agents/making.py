"""What miners hand in, in one pass over all UIDs: from skill and effort, or from another's work."""

from __future__ import annotations

import numpy as np

from agents.placing import plain
from econ.compiled import compiled

__all__ = ["copy_columns", "make"]


def make(
    skill: np.ndarray, luck: np.ndarray, maker: np.ndarray, utility: np.ndarray, effort: np.ndarray, made: np.ndarray
) -> None:
    """Fill made[world, column] with the skill[luck[world], maker] of its maker, times its utility and effort.

    >>> made, one = np.empty((1, 2)), np.ones((1, 2))
    >>> make(np.array([[1.0, 2.0]]), np.array([0]), np.array([[1, 0]]), one, 0.5 * one, made); made
    array([[1. , 0.5]])
    """
    _make(plain(skill), plain(luck), plain(maker), plain(utility), plain(effort), made)


@compiled
def _make(skill, luck, maker, utility, effort, made):  # type: ignore[no-untyped-def]
    for world in range(made.shape[0]):
        able = skill[luck[world]]
        for column in range(made.shape[1]):
            made[world, column] = able[maker[world, column]] * utility[world, column] * effort[world, column]


def copy_columns(made: np.ndarray, source: np.ndarray, chosen: np.ndarray, copied: np.ndarray) -> None:
    """Fill copied[world, column] with made[world, source] where a column is chosen and has a source, at least 0.

    >>> copied = np.zeros((1, 2))
    >>> copy_columns(np.array([[3.0, 4.0]]), np.array([[1, -1]]), np.array([[True, True]]), copied); copied
    array([[4., 0.]])
    """
    _copy(plain(made), plain(source), plain(chosen), copied)


@compiled
def _copy(made, source, chosen, copied):  # type: ignore[no-untyped-def]
    for world in range(copied.shape[0]):
        for column in range(copied.shape[1]):
            if chosen[world, column] and source[world, column] >= 0:
                copied[world, column] = made[world, source[world, column]]
